"""Sending where nobody may learn whether anything is sent.

In production the message goes out after the answer: the time a mail server takes, or its refusal,
would tell users who exist from those who do not. A server that is stopped waits for what is on
its way; one that is killed loses the message, not the code, and another can be asked for. In
development the answer waits, so that a test finds its message in the inbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from poolhouse.errors import ServiceError
from poolhouse.house import House

_WAIT_SECONDS = 10.0
_on_their_way: set[asyncio.Task[None]] = set()


async def unseen(house: House, sending: Coroutine[Any, Any, None]) -> None:
    """Run ``sending``; its failure is in the log already, and goes no further."""
    if house.settings.mode == "development":
        await _quietly(sending)
        return
    task = asyncio.create_task(_quietly(sending))
    _on_their_way.add(task)
    task.add_done_callback(_on_their_way.discard)


async def finish() -> None:
    """Wait for the messages on their way, for as long as a server may take to end."""
    if _on_their_way:
        await asyncio.wait(_on_their_way, timeout=_WAIT_SECONDS)


async def _quietly(sending: Coroutine[Any, Any, None]) -> None:
    try:
        await sending
    except ServiceError:
        return
