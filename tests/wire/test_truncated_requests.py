"""Half a request is not acted on, whichever face it was meant for."""

from __future__ import annotations

import base64
import socket
import urllib.error
import urllib.request
from typing import Any

import pytest

from server import Server
from trigger_world import make_pool

_SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/lambda/aws4_request, "
    "SignedHeaders=host, Signature=00\r\nX-Amz-Date: 20260101T000000Z\r\n"
)


def test_a_function_does_not_run_for_half_a_request(server: Server) -> None:
    pool = make_pool(server, "def handler(event, context):\n    return event\n")
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            f"POST /2015-03-31/functions/{pool.function}/invocations HTTP/1.1\r\n"
            f"Host: localhost:{port}\r\n{_SIGNED}Content-Length: 100\r\n\r\n".encode()
            + b'{"a":'
        )
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)
    assert pool.sign_in()["AccessToken"]
    assert server.house.functions.counts[(pool.function, "returned")] == 1, "the sign-in's alone"


@pytest.mark.parametrize("credentials", ["é", "!!", base64.b64encode(b"\xff\xfe").decode(), ""])
def test_basic_credentials_that_cannot_be_read(server: Server, credentials: str) -> None:
    headers: dict[str, Any] = {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    request = urllib.request.Request(
        f"{server.url}/oauth2/token", b"grant_type=client_credentials", headers
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert (answer.code, answer.read()) == (400, b'{"error":"invalid_client"}')
