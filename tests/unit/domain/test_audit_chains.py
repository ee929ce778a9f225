"""Chains of records: whatever is done to one of them shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import audit_chains
from poolhouse.domain.audit_chains import Block, ChainHead, ChainVerifier, Fault

POOL, CHAIN = "us-east-1_harbour00", "chain"
SINCE_MS = 500


def keyed(text: str) -> str:
    return hmac.digest(b"key", text.encode(), hashlib.sha256).hex()


def chain(*sizes: int) -> list[Block]:
    """Blocks of so many records each, a second apart."""
    head = audit_chains.genesis(POOL, CHAIN, keyed)
    blocks: list[Block] = []
    for number, size in enumerate(sizes):
        records = [json.dumps({"n": f"{number}.{place}"}) for place in range(size)]
        lines, head = audit_chains.link(records, head, keyed)
        at_ms = 1000 * (number + 1)
        previous_ms = at_ms - 1000 if number else None
        block = Block(CHAIN, number, at_ms, at_ms, previous_ms, tuple(lines), head)
        blocks.append(audit_chains.sealed(POOL, block, keyed))
    return blocks


def faults(
    blocks: list[Block], seen: list[ChainHead] | None = None, since_ms: int = SINCE_MS
) -> list[Fault]:
    verifier = ChainVerifier(POOL, CHAIN, keyed, seen=seen or [], kept_since_ms=since_ms)
    found = [fault for block in blocks for fault in verifier.feed(block)]
    return [*found, *verifier.finish()]


sizes = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@given(sizes)
def test_what_was_written_has_no_faults(counts: list[int]) -> None:
    assert faults(chain(*counts)) == []


@given(sizes, st.data())
def test_any_edited_record_is_found_at_its_place(counts: list[int], data: st.DataObject) -> None:
    blocks = chain(*counts)
    number = data.draw(st.integers(0, len(blocks) - 1))
    place = data.draw(st.integers(0, counts[number] - 1))
    lines = list(blocks[number].lines)
    lines[place] = lines[place].replace('"n": "', '"n": "x')
    blocks[number] = replace(blocks[number], lines=tuple(lines))
    assert (faults(blocks)[0].number, faults(blocks)[0].record) == (number, place)


@given(sizes, st.data())
def test_any_removed_record_is_found(counts: list[int], data: st.DataObject) -> None:
    blocks = chain(*counts)
    number = data.draw(st.integers(0, len(blocks) - 1))
    lines = list(blocks[number].lines)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    blocks[number] = replace(blocks[number], lines=tuple(lines))
    assert faults(blocks)


def test_records_that_changed_places_are_found() -> None:
    blocks = chain(3)
    one, two, three = blocks[0].lines
    assert faults([replace(blocks[0], lines=(one, three, two))])


def test_a_chain_made_anew_without_the_key_is_found() -> None:
    def other(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    lines, head = audit_chains.link(['{"n": 1}'], audit_chains.genesis(POOL, CHAIN, other), other)
    assert faults([Block(CHAIN, 0, 1000, 1000, None, tuple(lines), head)])


def test_a_chain_of_another_pool_is_found() -> None:
    verifier = ChainVerifier("us-east-1_elsewhere", CHAIN, keyed, kept_since_ms=SINCE_MS)
    assert verifier.feed(chain(1)[0])


@pytest.mark.parametrize(("since_ms", "found"), [(500, 1), (1000, 0), (9000, 0)])
def test_only_age_excuses_a_missing_beginning(since_ms: int, found: int) -> None:
    assert len(faults(chain(1, 1, 1)[1:], since_ms=since_ms)) == found


def test_an_end_that_was_seen_must_stay() -> None:
    blocks = chain(1, 1, 1)
    head = ChainHead(CHAIN, 2, blocks[2].head, 3000)
    assert faults(blocks, [head]) == []
    assert [fault.says for fault in faults(blocks[:2], [head])] == [
        "the block was seen before and is gone"
    ]
    assert faults([], [head])
    assert faults([], [head], since_ms=3000) == []
    forged = head._replace(head="0" * 32)
    assert "has another" in faults(blocks, [forged])[0].says


def test_no_block_is_made_older_to_excuse_a_missing_beginning() -> None:
    rest = chain(1, 1, 1)[1:]
    rest[0] = replace(rest[0], previous_ms=SINCE_MS)
    assert [fault.says for fault in faults(rest)] == [
        "the times or the place of the block were changed"
    ]


@pytest.mark.parametrize("change", [{"first_ms": 9000}, {"last_ms": 1}, {"number": 0}])
def test_a_block_that_questions_would_not_find_is_found(change: dict[str, Any]) -> None:
    blocks = chain(1, 1)
    assert faults([blocks[0], replace(blocks[1], **change)])


def test_a_beginning_that_was_seen_must_stay() -> None:
    blocks = chain(1, 1, 1)
    head = ChainHead(CHAIN, 0, blocks[0].head, 1000)
    assert "the block was seen before and is gone" in [
        fault.says for fault in faults(blocks[1:], [head])
    ]
