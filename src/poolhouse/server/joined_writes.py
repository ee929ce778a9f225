"""One write to the socket for each response: head and body leave together.

uvicorn hands the head of a response and its body to the transport one after the other, and uvloop
sends each at once: two calls to the system, two packets, and a client that is woken for half an
answer. Whatever is written within one turn of the event loop is sent at its end instead,
unless it is much: then the transport must know, or it could not hold back who writes too fast.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MUCH_BYTES = 32_768


class JoinedWrites:
    """A transport that sends what it is given at the end of the loop's turn."""

    __slots__ = ("_call_soon", "_held", "_held_bytes", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._call_soon = loop.call_soon
        self._held: list[bytes] = []
        self._held_bytes = 0

    def write(self, data: bytes) -> None:
        if not self._held:
            self._call_soon(self._send)
        self._held.append(data)
        self._held_bytes += len(data)
        if self._held_bytes > _MUCH_BYTES:
            self._send()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        held, self._held, self._held_bytes = self._held, [], 0
        if held:
            self._transport.write(held[0] if len(held) == 1 else b"".join(held))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 on such transports."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # uvicorn narrows the argument of asyncio's protocol in the same way.
        super().connection_made(cast("asyncio.Transport", JoinedWrites(transport, self.loop)))
