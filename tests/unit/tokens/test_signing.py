"""Claims to JSON to a token: nothing is lost on the way, whatever a function put in."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import RSAKey

from poolhouse.store.json_text import encode
from poolhouse.tokens.keys import SigningKey, _header_segment
from poolhouse.tokens.signing import LoopSigner, access_token_hash, sign_claims

DEEP: Any = "bottom"
for _ in range(200):
    DEEP = [DEEP]


def _key() -> SigningKey:
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey("kid=", private_key, _header_segment("kid="))


@pytest.mark.parametrize(
    "value",
    [
        2**53 + 1,
        2**63 - 1,
        2**64,
        -(2**80),
        1.7976931348623157e308,
        5e-324,
        -0.5,
        True,
        None,
        "",
        '\N{ANCHOR} \\ " \u2028 \x00',
        {"https://x.test/y": {"": []}},
        DEEP,
    ],
)
async def test_every_value_arrives_as_it_was(value: Any) -> None:
    claims = {"value": value}
    assert json.loads(encode(claims)) == claims
    key = _key()
    token = await sign_claims(LoopSigner(), key, claims)
    public = RSAKey.import_key(key.private_key.public_key())
    read = jwt.decode(token, public, algorithms=["RS256"])
    assert read.header == {"kid": "kid=", "alg": "RS256"}
    assert read.claims == claims
    assert type(read.claims["value"]) is type(value)


def test_the_hash_of_an_access_token() -> None:
    """The example of OpenID Connect Core, appendix A.3."""
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert access_token_hash(token) == "77QmUPtjPfzWtF2AnpK9RQ"


async def test_what_waits_is_signed_in_bounded_rows() -> None:
    key = _key()
    signer = LoopSigner()
    turns: list[int] = []
    futures = [signer.sign(key, b"message %d" % n) for n in range(40)]
    futures[3].cancel()
    while not all(future.done() for future in futures):
        await asyncio.sleep(0)
        turns.append(sum(future.done() for future in futures))
    assert turns == [16, 32, 40]
    public = key.private_key.public_key()
    for n, future in enumerate(futures):
        if n != 3:
            public.verify(future.result(), b"message %d" % n, PKCS1v15(), SHA256())


async def test_a_key_that_cannot_sign_fails_its_own_caller_only() -> None:
    class Broken:
        def sign(self, *_: object) -> bytes:
            raise ValueError("no")

    good = _key()
    signer = LoopSigner()
    bad = signer.sign(replace(good, private_key=Broken()), b"x")  # type: ignore[arg-type]
    other = signer.sign(good, b"x")
    assert await other
    with pytest.raises(ValueError, match="no"):
        await bad
