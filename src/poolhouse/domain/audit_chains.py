"""Chains of records: each record's hash covers the one before it, so that a change shows.

A chain belongs to one server process and one pool, and is stored in blocks of lines. The hash is
keyed: whoever can write to the database but has no master key cannot make a chain anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

Hash = Callable[[str], str]
"""A keyed hash of text, as hexadecimal text."""

HASH_CHARACTERS: Final = 32
_MEMBER: Final = ',"hash":"'


class ChainHead(NamedTuple):
    """The end of a chain as somebody saw it: its last block, and the hash of its last record."""

    chain_id: str
    number: int
    head: str
    last_ms: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some records of one chain, in order. ``lines`` are JSON objects, the hash their last member.

    ``previous_ms`` is the time of the block before it, None for the first. ``seal`` covers what no
    record's hash does: the times, by which questions and retention find blocks, and the place.
    """

    chain_id: str
    number: int
    first_ms: int
    last_ms: int
    previous_ms: int | None
    lines: tuple[str, ...]
    head: str
    seal: str = ""


class Fault(NamedTuple):
    """Something that is not as it was written. ``record`` is the place in the block, from 0."""

    chain_id: str
    number: int
    record: int | None
    says: str


def genesis(pool_id: str, chain_id: str, keyed: Hash) -> str:
    """What the first record of a chain is linked to."""
    return keyed(f"{pool_id}\n{chain_id}")[:HASH_CHARACTERS]


def link(records: Iterable[str], head: str, keyed: Hash) -> tuple[list[str], str]:
    """JSON objects as chained lines after ``head``, and the new head."""
    lines = []
    for record in records:
        head = keyed(f"{head}\n{record}")[:HASH_CHARACTERS]
        lines.append(f'{record[:-1]}{_MEMBER}{head}"}}')
    return lines, head


def sealed(pool_id: str, block: Block, keyed: Hash) -> Block:
    """The block with its seal."""
    return replace(block, seal=_seal(pool_id, block, keyed))


def _seal(pool_id: str, block: Block, keyed: Hash) -> str:
    times = (block.first_ms, block.last_ms, block.previous_ms)
    covered = ("block", pool_id, block.chain_id, block.number, *times, block.head)
    return keyed("\n".join(map(str, covered)))[:HASH_CHARACTERS]


class ChainVerifier:
    """Reads the blocks of one chain, in the order of their numbers, and tells what is wrong.

    ``seen`` are ends of this chain that somebody remembers: what is cut off at the end of a chain
    leaves no gap. What is older than ``kept_since_ms`` may have been removed by retention, so only
    for that reason may a chain begin later than with its first block, or an end be gone.
    """

    def __init__(
        self,
        pool_id: str,
        chain_id: str,
        keyed: Hash,
        *,
        seen: Iterable[ChainHead] = (),
        kept_since_ms: int,
    ) -> None:
        self._pool_id = pool_id
        self._chain_id = chain_id
        self._keyed = keyed
        self._seen = [one for one in seen if one.last_ms > kept_since_ms]
        self._kept_since_ms = kept_since_ms
        self._first: int | None = None
        self._expected: int | None = None
        self._head: str | None = None
        self.records = 0
        self.last: ChainHead | None = None

    def feed(self, block: Block) -> list[Fault]:
        faults: list[Fault] = []
        if block.seal != _seal(self._pool_id, block, self._keyed):
            says = "the times or the place of the block were changed"
            faults.append(Fault(self._chain_id, block.number, None, says))
        if self._expected is None:
            self._first = block.number
            faults += self._begin(block)
        elif block.number != self._expected:
            gap = f"blocks {self._expected} to {block.number - 1} are missing"
            faults.append(Fault(self._chain_id, block.number, None, gap))
            self._head = None
        for one in self._seen:
            if one.number == block.number and one.head != block.head:
                says = f"the block was seen with the head {one.head}, and has another"
                faults.append(Fault(self._chain_id, block.number, None, says))
        faults += self._verify(block)
        self._head, self._expected = block.head, block.number + 1
        self.records += len(block.lines)
        self.last = ChainHead(self._chain_id, block.number, block.head, block.last_ms)
        return faults

    def finish(self) -> list[Fault]:
        """After the last block: ends that were seen and are gone, at either end of the chain."""
        first = 0 if self._first is None else self._first
        last = -1 if self.last is None else self.last.number
        return [
            Fault(self._chain_id, one.number, None, "the block was seen before and is gone")
            for one in self._seen
            if not first <= one.number <= last
        ]

    def _begin(self, block: Block) -> list[Fault]:
        if block.number == 0:
            self._head = genesis(self._pool_id, self._chain_id, self._keyed)
            return []
        if block.previous_ms is not None and block.previous_ms <= self._kept_since_ms:
            return []
        says = f"blocks 0 to {block.number - 1} are missing, and not for their age"
        return [Fault(self._chain_id, block.number, None, says)]

    def _verify(self, block: Block) -> list[Fault]:
        head = self._head
        for place, line in enumerate(block.lines):
            body, found = split(line)
            if head is not None and found != self._keyed(f"{head}\n{body}")[:HASH_CHARACTERS]:
                says = "the record was changed, or one before it removed, added or moved"
                return [Fault(self._chain_id, block.number, place, says)]
            # Without the block before it, the first record can only be taken as it is.
            head = found
        if head != block.head:
            says = "records are missing at the end of the block"
            return [Fault(self._chain_id, block.number, None, says)]
        return []


def split(line: str) -> tuple[str, str]:
    """A chained line as the record that was hashed, and the hash it shows."""
    body, separator, rest = line.rpartition(_MEMBER)
    return (f"{body}}}", rest.removesuffix('"}')) if separator else (line, "")
