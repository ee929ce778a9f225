"""Whether a password is on a list of stolen ones.

The list is a file of SHA-1 hashes in hexadecimal, one a line, sorted, each perhaps with a colon and
a count: what the Have I Been Pwned downloader writes. It is searched in place, however large it is,
and no password leaves the machine.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

_HASH_LENGTH = 40


def is_listed(path: Path, password: str) -> bool:
    """Reads the file: call it in a thread. Raises OSError."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _search(content, wanted)


def _search(content: mmap.mmap, wanted: bytes) -> bool:
    low, high = 0, len(content)
    while low < high:
        middle = (low + high) // 2
        start = content.rfind(b"\n", 0, middle) + 1
        end = content.find(b"\n", middle)
        end = len(content) if end < 0 else end
        found = content[start : start + _HASH_LENGTH].upper()
        if found == wanted:
            return True
        if found < wanted:
            low = end + 1
        else:
            high = start
    return False
