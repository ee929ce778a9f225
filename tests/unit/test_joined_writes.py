"""What is written in one turn leaves together; what is much leaves at once."""

from __future__ import annotations

import asyncio
from typing import Any

from poolhouse.server.joined_writes import JoinedWrites


class Transport:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append(b"closed")

    def is_closing(self) -> bool:
        return b"closed" in self.sent


def joined() -> tuple[JoinedWrites, Transport]:
    transport: Any = Transport()
    return JoinedWrites(transport, asyncio.get_running_loop()), transport


async def test_a_turn_is_one_write() -> None:
    writes, transport = joined()
    writes.write(b"head")
    writes.write(b"body")
    assert transport.sent == []
    await asyncio.sleep(0)
    assert transport.sent == [b"headbody"]
    writes.write(b"next")
    await asyncio.sleep(0)
    assert transport.sent == [b"headbody", b"next"]


async def test_much_is_not_held_back() -> None:
    writes, transport = joined()
    for _ in range(100):
        writes.write(b"x" * 10_000)
    assert sum(map(len, transport.sent)) >= 960_000
    await asyncio.sleep(0)
    assert sum(map(len, transport.sent)) == 1_000_000


async def test_closing_sends_first() -> None:
    writes, transport = joined()
    writes.write(b"bye")
    writes.close()
    assert transport.sent == [b"bye", b"closed"]
    assert writes.is_closing()
    await asyncio.sleep(0)
    assert transport.sent == [b"bye", b"closed"]
