"""The arithmetic of SRP against vectors that an independent client computed."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from poolhouse.auth import srp_arithmetic
from poolhouse.domain import srp
from poolhouse.errors import InvalidParameterException

VECTORS = Path(__file__).parents[2] / "vectors" / "srp"


def repeated(value: dict[str, Any]) -> str:
    text: str = value["hex"] * value["times"]
    return text


@pytest.mark.parametrize("name", ["password", "device"])
async def test_a_vector_holds(name: str) -> None:
    vector = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    scope, who = vector["scope"], vector["name"]
    x = srp.password_exponent(int(vector["salt"], 16), scope, who, vector["password"])
    verifier = await srp_arithmetic.verifier(x)
    secret = int(repeated(vector["b"]), 16)
    client_value = pow(srp.G, int(repeated(vector["a"]), 16), srp.N)
    offered = await srp_arithmetic.offer(verifier, secret)
    u = srp.scrambler(client_value, offered)
    key = await srp_arithmetic.agree(client_value, offered, verifier, secret)
    assert key is not None
    assert key.hex() == vector["key"]
    block = bytes.fromhex(repeated(vector["secret_block"]))
    signature = srp.claim(key, scope, who, block, vector["timestamp"])
    assert base64.b64encode(signature).decode() == vector["signature"]
    if name == "password":
        assert f"{srp.K:x}" == vector["k"]
        assert f"{x:x}" == vector["x"]
        assert f"{u:x}" == vector["u"]
        digest = hashlib.sha256(srp.pad(verifier)).hexdigest()
        assert digest == vector["padded_verifier_sha256"]


@pytest.mark.parametrize(
    "text",
    [
        "0",
        f"{srp.N:x}",
        f"{2 * srp.N:x}",
        f"{srp.N + 2:x}",
        "",
        "-2",
        "0x2",
        "1_0",
        " 2",
        "2\n",
        "g",
        "f" * 771,
    ],
)
def test_a_value_that_would_prove_anything_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterException):
        srp.public_value(text)


def test_other_values_are_taken() -> None:
    assert srp.public_value(f"00{srp.N - 1:X}") == srp.N - 1


async def test_no_key_comes_of_a_scrambler_that_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(srp_arithmetic, "scrambler", lambda *_: 0)
    assert await srp_arithmetic.agree(2, 3, 4, 5) is None


@pytest.mark.parametrize(
    ("number", "padded"),
    [(0, "00"), (1, "01"), (0x7F, "7f"), (0x80, "0080"), (0xFF, "00ff"), (0x100, "0100")],
)
def test_numbers_are_padded_as_signed(number: int, padded: str) -> None:
    assert srp.pad(number).hex() == padded
