"""How many bytes tokens take where they travel: in a header, in cookies, claim by claim.

A token is ``header.payload.signature`` in base64url, so a claim costs a third more than its JSON.
Source: RFC 7515 section 3.1, RFC 6750 section 2.1, RFC 6265 section 4.1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from poolhouse.domain.authentication import Authentication

HEADER_CHARACTERS: Final = 91
"""Base64url of ``{"kid":"...","alg":"RS256"}`` with a kid of 44 characters."""
SIGNATURE_CHARACTERS: Final = 342
"""Base64url of the 256 bytes of an RSA-2048 signature."""
REFRESH_TOKEN_CHARACTERS: Final = 43

AUTHORIZATION_CHARACTERS: Final = len("Authorization") + len("Bearer ")
"""Name and scheme, as gateways that add up names and values count them."""


@dataclass(frozen=True, slots=True)
class TokenSize:
    """``token_bytes`` in all; ``claim_bytes`` as encoded, which add up to the payload exactly."""

    token_bytes: int
    claim_bytes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The tokens of one issuance. ``id`` is None when no ID token is due.

    ``cookies`` is the largest cookie and the sum of all: names, ``=``, values, as the JavaScript
    clients of Cognito name them.
    """

    access: TokenSize
    id: TokenSize | None
    largest_cookie_bytes: int
    cookies_bytes: int

    @property
    def authorization_bytes(self) -> int:
        return AUTHORIZATION_CHARACTERS + self.access.token_bytes


def base64_length(size_bytes: int) -> int:
    """Characters of unpadded base64."""
    return (size_bytes * 4 + 2) // 3


def token_size(json_bytes: int) -> int:
    """The whole token around a payload of ``json_bytes``."""
    return HEADER_CHARACTERS + base64_length(json_bytes) + SIGNATURE_CHARACTERS + len("..")


def shares(claim_json_bytes: Mapping[str, int]) -> dict[str, int]:
    """JSON bytes of each member (``"name":value``), in order, to its share of the encoded payload.

    The braces and commas go to the claim before them, and rounding to whoever crosses a boundary,
    so that the shares add up.
    """
    found: dict[str, int] = {}
    position, encoded = 1, 0
    for name, size in claim_json_bytes.items():
        position += size + 1
        found[name] = base64_length(position) - encoded
        encoded += found[name]
    return found


def of_issuance(authentication: Authentication, access: TokenSize, id_: TokenSize | None) -> Sizes:
    """Both tokens, and the cookies in which a web page would keep them."""
    user = authentication.user
    prefix = len("CognitoIdentityServiceProvider.") + len(authentication.client.id)
    user_part = len(user.username.encode()) + 2 if user is not None else 1
    cookies = [prefix + user_part + len("accessToken=") + access.token_bytes]
    if id_ is not None:
        cookies.append(prefix + user_part + len("idToken=") + id_.token_bytes)
    if user is not None:
        cookies.append(prefix + user_part + len("refreshToken=") + REFRESH_TOKEN_CHARACTERS)
        cookies.append(prefix + user_part + len("clockDrift=0"))
        cookies.append(prefix + len(".LastAuthUser=") + user_part - 2)
    return Sizes(access, id_, max(cookies), sum(cookies) + len("; ") * (len(cookies) - 1))
