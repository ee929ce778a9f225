"""Finding a password in a file of hashes."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.threat_protection.breached import is_listed

passwords = st.text(st.characters(codec="utf-8"), max_size=8)


def listing(words: set[str], *, count: str = "") -> bytes:
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in words)  # noqa: S324 - the list's own form
    return "".join(f"{each}{count}\n" for each in hashes).encode()


@given(st.sets(passwords, max_size=30), passwords, st.sampled_from(["", ":1", ":123456"]))
def test_what_is_on_the_list_and_nothing_else(words: set[str], other: str, count: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(listing(words, count=count))
        assert all(is_listed(path, word) for word in words)
        assert is_listed(path, other) == (other in words)


@pytest.mark.parametrize("change", [bytes.lower, bytes.rstrip, lambda b: b.replace(b"\n", b"\r\n")])
def test_other_spellings_of_a_list(tmp_path: Path, change: object) -> None:
    assert callable(change)
    path = tmp_path / "list"
    words = {"one", "two", "three", "four"}
    path.write_bytes(change(listing(words)))
    assert all(is_listed(path, word) for word in words)
    assert not is_listed(path, "five")
