"""``…/audit``: questions to the audit trail, its export, and whether anybody changed it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from poolhouse.audit import reading
from poolhouse.audit.queries import AuditQuery
from poolhouse.domain.audit_chains import ChainHead
from poolhouse.errors import InvalidParameterException
from poolhouse.own_api.requests import OwnRequest
from poolhouse.store import audit as store
from poolhouse.store import pools as user_pools
from poolhouse.store import users

_TEXTS = (
    "claim",
    "rule",
    "function",
    "function_version",
    "code_sha256",
    "client",
    "sub",
    "source",
    "kind",
    "event_id",
    "jti",
)
_OUTCOMES = frozenset({"applied", "replaced", "no effect", "ignored"})
_FOREVER_MS = 1 << 60


async def pools(request: OwnRequest) -> dict[str, Any]:
    """The pools that have a trail; deleted ones keep theirs until retention takes it."""
    request.only()
    await request.house.audit.flush()
    return {"mode": request.house.audit.mode, "pools": await store.pools(request.house.db)}


async def query(request: OwnRequest) -> dict[str, Any]:
    """The newest records that match, at most ``limit`` of them."""
    limit = request.size("limit", 100, 1000)
    wanted = await _query(request, "limit")
    found: list[dict[str, Any]] = []
    async for record in reading.records(request.house, request.pool_id, wanted, newest_first=True):
        if len(found) == limit:
            return {"records": found, "more": True}
        found.append(record)
    return {"records": found, "more": False}


async def export(request: OwnRequest) -> AsyncIterator[dict[str, Any]]:
    """All records that match, oldest first, one JSON line each."""
    wanted = await _query(request)
    return reading.records(request.house, request.pool_id, wanted)


async def verify(request: OwnRequest) -> dict[str, Any]:
    """Every record compared with its hash; ``heads`` of an earlier look are compared as well."""
    request.only("heads")
    found = await reading.verify(
        request.house, request.pool_id, map(_head, request.member("heads", list) or [])
    )
    return {
        "pool": request.pool_id,
        "chains": found.chains,
        "blocks": found.blocks,
        "records": found.records,
        "faults": [
            {"chain": each.chain_id, "block": each.number, "place": each.record, "says": each.says}
            for each in found.faults
        ],
        "heads": [list(head) for head in found.heads],
    }


def _head(entry: Any) -> ChainHead:
    kinds = (str, int, str, int)
    if (
        not isinstance(entry, list)
        or len(entry) != len(kinds)
        or not all(map(isinstance, entry, kinds))
    ):
        raise InvalidParameterException("heads must be those of an earlier verification.")
    return ChainHead(*entry)


async def _query(request: OwnRequest, *others: str) -> AuditQuery:
    request.only("since", "until", "user", "outcome", *_TEXTS, *others)
    texts = {name: request.query.get(name) for name in _TEXTS}
    if "user" in request.query:
        texts["sub"] = await _sub_of(request, request.query["user"])
    return AuditQuery(
        since_ms=request.time_ms("since", 0),
        until_ms=request.time_ms("until", _FOREVER_MS),
        outcomes=_outcomes(request.query.get("outcome")),
        **texts,
    )


async def _sub_of(request: OwnRequest, name: str) -> str:
    pool = await user_pools.get(request.house.db, request.pool_id)
    return (await users.get(request.house.db, pool, name)).sub


def _outcomes(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    if text == "any":
        return _OUTCOMES
    named = frozenset(part.strip() for part in text.split(","))
    if named - _OUTCOMES:
        raise InvalidParameterException(
            f"outcome must be any, or of {', '.join(sorted(_OUTCOMES))}."
        )
    return named
