"""Rows that are written a few at a time: none is lost, none is written twice at a time."""

from __future__ import annotations

import asyncio

import pytest

from poolhouse.store import buffered
from poolhouse.store.buffered import Buffered, BufferFull


class Disk:
    """Where batches go; refuses while it is full."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.full = False
        self.writing = 0

    async def write(self, items: list[int]) -> None:
        self.writing += 1
        assert self.writing == 1, "two writes at a time"
        await asyncio.sleep(0)
        self.writing -= 1
        if self.full:
            raise OSError("no space left")
        self.batches.append(items)

    @property
    def rows(self) -> list[int]:
        return [item for batch in self.batches for item in batch]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def test_what_is_added_is_written_by_closing(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60)
    for number in range(5):
        await buffer.add(number)
    assert disk.rows == []
    await buffer.close()
    assert disk.batches == [[0, 1, 2, 3, 4]]


async def test_who_waits_together_is_written_together(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60)
    await buffer.add(0)
    await asyncio.gather(*(buffer.add_durably(number) for number in range(1, 50)))
    assert sorted(disk.rows) == list(range(50))
    assert len(disk.batches) <= 3
    await buffer.close()


async def test_the_interval_writes_by_itself(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=0.001)
    await buffer.add(7)
    async with asyncio.timeout(10):
        while not disk.rows:  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # a timer of the loop, not of ours
    assert disk.rows == [7]
    await buffer.close()


async def test_a_refused_write_fails_who_waits_and_keeps_the_rest(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60)
    disk.full = True
    await buffer.add(1)
    with pytest.raises(OSError, match="no space"):
        await buffer.add_durably(2)
    disk.full = False
    await buffer.add_durably(3)
    assert disk.rows == [1, 3]
    await buffer.close()
    assert disk.rows == [1, 3]


async def test_no_more_is_taken_than_can_be_held(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60, largest=3)
    disk.full = True
    for number in range(3):
        await buffer.add(number)
    with pytest.raises(BufferFull):
        await buffer.add(3)
    disk.full = False
    await buffer.add(4)
    await buffer.close()
    assert disk.rows == [0, 1, 2, 4]


@pytest.mark.parametrize("durably", [False, True])
async def test_what_comes_during_a_write_waits_for_its_interval(disk: Disk, durably: bool) -> None:
    """Under load something always comes: each write would be followed by another."""
    more: list[asyncio.Task[None]] = []

    async def write(items: list[int]) -> None:
        if items == [1]:
            add = buffer.add_durably if durably else buffer.add
            more.append(asyncio.ensure_future(add(2)))
        await disk.write(items)

    buffer = Buffered(write, interval_seconds=60)
    await buffer.add_durably(1)
    await asyncio.gather(*more)
    assert disk.batches == ([[1], [2]] if durably else [[1]])
    await buffer.flush()
    assert disk.batches == [[1], [2]]
    await buffer.close()


async def test_a_flush_writes_what_comes_during_a_write(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60)
    await buffer.add(1)
    first = asyncio.ensure_future(buffer.add_durably(2))
    await asyncio.sleep(0)  # the write of both is under way
    await buffer.add(3)
    await buffer.flush()
    assert disk.rows == [1, 2, 3]
    await first
    await buffer.close()


async def test_batches_are_bounded(disk: Disk) -> None:
    buffer = Buffered(disk.write, interval_seconds=60)
    for number in range(buffered.LARGEST_BATCH + 1):
        await buffer.add(number)
    await buffer.close()
    assert [len(batch) for batch in disk.batches] == [buffered.LARGEST_BATCH, 1]
