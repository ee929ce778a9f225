"""Sealed secrets open with their key, in their place, unchanged; and nowhere else."""

from __future__ import annotations

import base64
import hmac
import stat
from pathlib import Path

import pytest

from poolhouse.store.sealing import SealBroken, Sealer, master_key


def test_what_was_sealed_opens_again() -> None:
    sealer = Sealer(b"k" * 32)
    assert sealer.unseal(sealer.seal(b"secret", "place"), "place") == b"secret"


def test_two_seals_of_one_secret_differ() -> None:
    sealer = Sealer(b"k" * 32)
    assert sealer.seal(b"secret", "place") != sealer.seal(b"secret", "place")


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_a_changed_byte_breaks_the_seal(position: int) -> None:
    sealer = Sealer(b"k" * 32)
    sealed = bytearray(sealer.seal(b"secret", "place"))
    sealed[position] ^= 1
    with pytest.raises(SealBroken):
        sealer.unseal(bytes(sealed), "place")


def test_a_seal_opens_in_its_own_place_only() -> None:
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal(b"secret", "client secret of pool one")
    with pytest.raises(SealBroken):
        sealer.unseal(sealed, "client secret of pool two")


def test_another_master_key_opens_nothing() -> None:
    sealed = Sealer(b"k" * 32).seal(b"secret", "place")
    with pytest.raises(SealBroken):
        Sealer(b"x" * 32).unseal(sealed, "place")


def test_the_kept_master_key_is_stable_and_private(tmp_path: Path) -> None:
    first = master_key("", tmp_path)
    assert master_key("", tmp_path) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_a_configured_master_key_wins(tmp_path: Path) -> None:
    given = base64.b64encode(b"m" * 32).decode()
    assert master_key(given, tmp_path) == b"m" * 32
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("bad", ["not base64!", "c2hvcnQ="])
def test_a_bad_master_key_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(master_key(bad, tmp_path))


def test_a_keyed_hash_is_an_hmac_and_stays_the_same() -> None:
    key = hmac.digest(b"k" * 32, b"poolhouse keyed hash", "sha256")
    expected = hmac.digest(key, b"purpose\0value", "sha256").hex()
    sealer = Sealer(b"k" * 32)
    assert [sealer.keyed_hash("value", "purpose") for _ in range(2)] == [expected] * 2
