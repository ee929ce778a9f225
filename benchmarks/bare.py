"""The ceiling: an ASGI application that signs, and does nothing else, on uvicorn.

    python -m benchmarks.bare PORT WORKERS SIGNER

``POST /1`` makes one RSA-2048 signature and ``POST /2`` two; the answers are as long as tokens are.
``/1/asked`` and ``/2/asked`` first ask a process of their own, in Python, which reads an event and
answers it with one claim more: the least that a trigger can cost. SIGNER is openssl or multibuffer,
and signs as the server's does. What this reaches no Python server can pass on the same machine,
whatever it does about tokens.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import sys
from collections import deque
from typing import Any

import orjson
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa

from poolhouse.tokens import signing
from poolhouse.tokens.keys import SigningKey

_TOKEN_BYTES = 870
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
]
_EVENT = {
    "version": "3",
    "triggerSource": "TokenGeneration_ClientCredentials",
    "request": {"userAttributes": {}, "scopes": ["api/read"], "padding": "x" * 500},
    "response": {"claimsAndScopeOverrideDetails": None},
}


class _App:
    def __init__(self, signer: str) -> None:
        key = rsa.generate_private_key(65537, 2048)
        self._key = SigningKey("bench", key, b"")
        self._signer = signing.choose(signer, lambda: self._under_way)
        self._under_way = 0
        self._asked: _Asked | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        self._under_way += 1
        _, signatures, *rest = scope["path"].split("/")
        if rest:
            self._asked = self._asked or _Asked()
            orjson.loads(await self._asked.ask(orjson.dumps(_EVENT)))
        message = b"x" * _TOKEN_BYTES
        waiting = [self._signer.sign(self._key, message) for _ in range(int(signatures))]
        for one in waiting:
            await one
        body = b"x" * _TOKEN_BYTES * len(waiting)
        length = (b"content-length", b"%d" % len(body))
        self._under_way -= 1
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
        await send({"type": "http.response.body", "body": body})


class _Asked:
    """A process that answers lines of JSON, in their order."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._read = b""
        multiprocessing.Process(target=_answer, args=(theirs, self._socket), daemon=True).start()
        theirs.close()
        self._socket.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._on_answers)

    def ask(self, event: bytes) -> asyncio.Future[bytes]:
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._waiting.append(future)
        self._socket.send(event + b"\n")
        return future

    def _on_answers(self) -> None:
        *lines, self._read = (self._read + self._socket.recv(65536)).split(b"\n")
        for line in lines:
            self._waiting.popleft().set_result(line)


def _answer(ours: socket.socket, theirs: socket.socket) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what the server has set up
    theirs.close()
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # as functions are run
    rest = b""
    while data := ours.recv(65536):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            event = json.loads(line)
            event["response"] = {"claimsToAddOrOverride": {"shore": "north"}}
            ours.sendall(json.dumps(event).encode() + b"\n")


def _serve(port: int, signer: str) -> None:
    multiprocessing.current_process().daemon = False  # it has a process of its own
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(_App(signer), lifespan="off", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listener])


def main(port: str, workers: str, signer: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # which ends daemons, too
    processes = [
        multiprocessing.Process(target=_serve, args=(int(port), signer), daemon=True)
        for _ in range(int(workers))
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
