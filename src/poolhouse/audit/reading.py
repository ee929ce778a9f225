"""Reading the trail: records that answer a question, and whether anybody changed it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from poolhouse.audit.queries import AuditQuery
from poolhouse.audit.trail import CHAIN_PURPOSE
from poolhouse.domain.audit_chains import Block, ChainHead, ChainVerifier, Fault
from poolhouse.house import House
from poolhouse.store import audit as store

_BLOCKS_AT_ONCE = 100
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Verification:
    """What a look at every record of a pool found. No faults: nothing was changed.

    ``heads`` are the ends of the chains: whoever keeps them elsewhere can show later that nothing
    was cut off.
    """

    chains: int = 0
    blocks: int = 0
    records: int = 0
    faults: list[Fault] = field(default_factory=list)
    heads: list[ChainHead] = field(default_factory=list)


async def records(
    house: House, pool_id: str, query: AuditQuery, *, newest_first: bool = False
) -> AsyncIterator[dict[str, Any]]:
    """The matching records, each with its place in the trail, by the time of their blocks."""
    await house.audit.flush()
    after: Block | None = None
    while True:
        blocks = await store.span(
            house.db,
            pool_id,
            query.since_ms,
            query.until_ms,
            newest_first=newest_first,
            after=after,
            size=_BLOCKS_AT_ONCE,
        )
        for block in blocks:
            for record in _matching(block, query, newest_first=newest_first):
                yield {"pool": pool_id, **record}
        if len(blocks) < _BLOCKS_AT_ONCE:
            return
        after = blocks[-1]


def _matching(block: Block, query: AuditQuery, *, newest_first: bool) -> Iterable[dict[str, Any]]:
    found = []
    for place, line in enumerate(block.lines):
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # somebody broke it: verifying says so, and other records can be read
        if query.matches(record):
            found.append({**record, "chain": block.chain_id, "block": block.number, "place": place})
    return reversed(found) if newest_first else found


async def verify(house: House, pool_id: str, seen: Iterable[ChainHead] = ()) -> Verification:
    """Read every chain of a pool, and compare with the ends that others remember: ``seen``, and
    what each chain names of the others when it is opened.
    """
    await house.audit.flush()
    kept_since_ms = house.clock.now_ms() - house.audit.retention_days * _DAY_MS
    chain_ids = await store.chains(house.db, pool_id)
    remembered: dict[str, list[ChainHead]] = {}
    for head in seen:
        remembered.setdefault(head.chain_id, []).append(head)
    for chain_id in chain_ids:
        for head in await _links(house, pool_id, chain_id):
            remembered.setdefault(head.chain_id, []).append(head)
    verification = Verification()
    for chain_id in sorted({*chain_ids, *remembered}):
        verifier = ChainVerifier(
            pool_id,
            chain_id,
            partial(house.sealer.keyed_hash, purpose=CHAIN_PURPOSE),
            seen=remembered.get(chain_id, ()),
            kept_since_ms=kept_since_ms,
        )
        async for block in _chain(house, pool_id, chain_id):
            verification.blocks += 1
            verification.faults += verifier.feed(block)
        verification.faults += verifier.finish()
        verification.records += verifier.records
        if verifier.last is not None:
            verification.chains += 1
            verification.heads.append(verifier.last)
    return verification


async def _chain(house: House, pool_id: str, chain_id: str) -> AsyncIterator[Block]:
    number = 0
    while True:
        blocks = await store.chain(house.db, pool_id, chain_id, number=number, size=_BLOCKS_AT_ONCE)
        for block in blocks:
            yield block
        if len(blocks) < _BLOCKS_AT_ONCE:
            return
        number = blocks[-1].number + 1


async def _links(house: House, pool_id: str, chain_id: str) -> list[ChainHead]:
    """The ends of other chains that this one names in its first record."""
    for block in await store.chain(house.db, pool_id, chain_id, number=0, size=1):
        if block.number == 0 and block.lines:
            try:
                opening = orjson.loads(block.lines[0])
                return [ChainHead(*link) for link in opening["links"]]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                return []  # a broken first record is a fault of its own
    return []
