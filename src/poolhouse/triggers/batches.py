"""Doing the same for very many, a few at a time, without holding more than those in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def mapped(
    items: AsyncIterator[T], work: Callable[[T], Awaitable[R]], *, at_once: int
) -> AsyncIterator[R]:
    """The results of ``work`` in the order of ``items``; ``at_once`` of them are under way.

    What ``work`` raises is raised here; whoever stops reading ends what is under way.
    """
    waiting: deque[asyncio.Future[R]] = deque()
    try:
        async for item in items:
            waiting.append(asyncio.ensure_future(work(item)))
            if len(waiting) >= at_once:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for each in waiting:
            each.cancel()
