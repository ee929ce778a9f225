"""Claims to JSON to a token: nothing is lost on the way, whatever a function put in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from poolhouse.store.json_text import encode
from poolhouse.tokens.keys import SigningKey, _header_segment
from poolhouse.tokens.signing import InlineSigner, access_token_hash, sign_claims

DEEP: Any = "bottom"
for _ in range(200):
    DEEP = [DEEP]


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
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = SigningKey("kid=", private_key, _header_segment("kid="))
    token = await sign_claims(InlineSigner(), key, claims)
    read = jwt.decode(token, RSAKey.import_key(private_key.public_key()), algorithms=["RS256"])
    assert read.header == {"kid": "kid=", "alg": "RS256"}
    assert read.claims == claims
    assert type(read.claims["value"]) is type(value)


def test_the_hash_of_an_access_token() -> None:
    """The example of OpenID Connect Core, appendix A.3."""
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert access_token_hash(token) == "77QmUPtjPfzWtF2AnpK9RQ"
