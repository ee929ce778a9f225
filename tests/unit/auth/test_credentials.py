"""No password is hashed past :mod:`poolhouse.auth.credentials`, where its verifier is made."""

from __future__ import annotations

from pathlib import Path

import poolhouse

SOURCE = Path(poolhouse.__file__).parent


def test_only_one_place_hashes_passwords() -> None:
    places = [
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if "passwords.hash(" in file.read_text(encoding="utf-8")
    ]
    assert places == ["auth/credentials.py"]
