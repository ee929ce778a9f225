"""The ceiling: an ASGI application that signs, and does nothing else, on uvicorn.

    python -m benchmarks.bare PORT WORKERS

``POST /1`` makes one RSA-2048 signature and ``POST /2`` two; the answers are as long as tokens are.
What this reaches no Python server can pass on the same machine, whatever it does about tokens.
"""

from __future__ import annotations

import multiprocessing
import signal
import socket
import sys
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

_TOKEN_BYTES = 870
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
]


class _App:
    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self._padding, self._hash = PKCS1v15(), SHA256()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        signatures = int(scope["path"][1:] or 0)
        for _ in range(signatures):
            self._key.sign(b"x" * _TOKEN_BYTES, self._padding, self._hash)
        body = b"x" * _TOKEN_BYTES * signatures
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
        await send({"type": "http.response.body", "body": body})


def _serve(port: int) -> None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(_App(), lifespan="off", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listener])


def main(port: int, workers: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # which ends daemons, too
    processes = [
        multiprocessing.Process(target=_serve, args=(port,), daemon=True) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
