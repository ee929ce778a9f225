"""The preview: what the mint would say, without its effects, and why.

It runs ``customize``, the very function that issuing runs, so a preview cannot differ from what
is minted. Nothing is signed or stored. It does run the function: whoever may preview may deploy.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from poolhouse.domain import claims
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Change
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.tokens.issue import Trace, customize
from poolhouse.tokens.signing import access_token_hash, encode

_SIGNATURE_SEGMENT_CHARACTERS = 342
"""Base64url of the 256 bytes of an RSA-2048 signature."""

_KID_CHARACTERS = 44


@dataclass(frozen=True, slots=True)
class TokenSize:
    """How many bytes a token takes in a header, and each claim of it as JSON."""

    token_bytes: int
    claim_bytes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """What was sent, what came back, both tokens before and after, and what became of each wish.

    ``after`` is None when the issuance would fail; ``error`` is then the exception the client
    would see. ``function_ms`` is the time the function took, waiting for a worker included.
    """

    before: FinishedClaims
    after: FinishedClaims | None
    changes: tuple[Change, ...]
    event: Mapping[str, Any] | None
    answer: bytes | None
    error: ServiceError | None
    function_ms: float
    access_size: TokenSize | None
    id_size: TokenSize | None


async def preview(
    house: House, authentication: Authentication, *, function: TriggerConfiguration | None = None
) -> Preview:
    """Preview the tokens of ``authentication``, through another ``function`` if one is given."""
    if function is not None:
        pool = replace(authentication.pool, pre_token_generation=function)
        authentication = replace(authentication, pool=pool)
    trace = Trace()
    error: ServiceError | None = None
    after: FinishedClaims | None = None
    changes: tuple[Change, ...] = ()
    started = time.perf_counter()
    try:
        customized = await customize(
            house, authentication, now_seconds=house.clock.now_ms() // 1000, trace=trace
        )
    except ServiceError as refusal:
        error = refusal
    else:
        after, changes = claims.finish(customized.after), customized.changes
    function_ms = (time.perf_counter() - started) * 1000
    if trace.draft is None:
        raise LookupError("the tokens were not even drafted")
    id_claims = after.id_claims if after else None
    if id_claims is not None and authentication.by_oauth:
        id_claims = {**id_claims, "at_hash": access_token_hash("")}
    return Preview(
        before=claims.finish(trace.draft),
        after=after,
        changes=changes,
        event=trace.event,
        answer=trace.answer,
        error=error,
        function_ms=function_ms if trace.event is not None else 0.0,
        access_size=_size(after.access_claims) if after else None,
        id_size=_size(id_claims) if id_claims is not None else None,
    )


def _size(token_claims: Mapping[str, Any]) -> TokenSize:
    header = _base64_length(len('{"kid":"","alg":"RS256"}') + _KID_CHARACTERS)
    payload = _base64_length(len(encode(token_claims)))
    total = header + payload + _SIGNATURE_SEGMENT_CHARACTERS + len("..")
    # A claim costs its name and value as JSON, and the comma after it.
    by_claim = {name: len(encode({name: value})) - 1 for name, value in token_claims.items()}
    return TokenSize(total, by_claim)


def _base64_length(size_bytes: int) -> int:
    """Characters of unpadded base64."""
    return (size_bytes * 4 + 2) // 3
