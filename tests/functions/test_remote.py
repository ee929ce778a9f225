from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from poolhouse.functions.remote import RemoteInvoker
from poolhouse.functions.runtime import Failed, NotRun, Returned

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:claims"


@dataclass
class Endpoint:
    """A Lambda endpoint on a real socket that answers as it is told."""

    url: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"answer": 1}'
    before: Callable[[], None] = lambda: None
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.seen.append((unquote(self.path), dict(self.headers), body))
            made.before()
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(made.body)))
            self.end_headers()
            self.wfile.write(made.body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Endpoint(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


async def test_an_answer(endpoint: Endpoint) -> None:
    endpoint.headers["X-Amz-Log-Result"] = base64.b64encode(b"START\nEND\n").decode()
    invoker = RemoteInvoker(endpoint_url=endpoint.url)
    outcome = await invoker.invoke_arn(ARN, b'{"event": 1}', limit_seconds=5)
    assert isinstance(outcome, Returned)
    assert json.loads(outcome.payload) == {"answer": 1}
    assert outcome.log_tail == b"START\nEND\n"
    assert outcome.duration_ms > 0
    [(path, headers, body)] = endpoint.seen
    assert path == f"/2015-03-31/functions/{ARN}/invocations"
    assert body == b'{"event": 1}'
    assert headers["X-Amz-Invocation-Type"] == "RequestResponse"
    assert "/eu-central-1/lambda/" in headers["Authorization"]
    await invoker.close()


async def test_a_function_error(endpoint: Endpoint) -> None:
    endpoint.headers["X-Amz-Function-Error"] = "Unhandled"
    endpoint.body = b'{"errorMessage": "no"}'
    invoker = RemoteInvoker(endpoint_url=endpoint.url)
    outcome = await invoker.invoke_arn(ARN, b"{}")
    assert isinstance(outcome, Failed)
    assert outcome.payload == endpoint.body
    await invoker.close()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "ResourceNotFoundException"),
        (429, "TooManyRequestsException"),
        (403, "AccessDeniedException"),
        (500, "ServiceException"),
        (502, "InvalidRuntimeException"),
    ],
)
async def test_service_errors_are_tried_once(endpoint: Endpoint, status: int, code: str) -> None:
    endpoint.status = status
    endpoint.headers["x-amzn-ErrorType"] = code
    endpoint.body = b'{"Message": "why"}'
    invoker = RemoteInvoker(endpoint_url=endpoint.url)
    outcome = await invoker.invoke_arn(ARN, b"{}", limit_seconds=5)
    assert outcome == NotRun(code, "why")
    assert len(endpoint.seen) == 1
    await invoker.close()


async def test_the_callers_patience(endpoint: Endpoint) -> None:
    release = threading.Event()
    endpoint.before = lambda: assert_set(release)
    invoker = RemoteInvoker(endpoint_url=endpoint.url)
    begun = time.monotonic()
    outcome = await invoker.invoke_arn(ARN, b"{}", limit_seconds=0.5)
    assert 0.4 < time.monotonic() - begun < 3
    assert isinstance(outcome, NotRun)
    assert outcome.code == "CallerTimeout"
    release.set()
    endpoint.before = lambda: None
    assert isinstance(await invoker.invoke_arn(ARN, b"{}", limit_seconds=5), Returned)
    await invoker.close()


def assert_set(event: threading.Event) -> None:
    assert event.wait(10)


async def test_no_thread_free(endpoint: Endpoint) -> None:
    release = threading.Event()
    endpoint.before = lambda: assert_set(release)
    invoker = RemoteInvoker(endpoint_url=endpoint.url, largest_calls=1)
    outcome = await invoker.invoke_arn(ARN, b"{}", limit_seconds=0.3)
    assert isinstance(outcome, NotRun)
    assert outcome.code == "CallerTimeout"
    release.set()
    await invoker.close()


async def test_nobody_there() -> None:
    invoker = RemoteInvoker(endpoint_url="http://127.0.0.1:9")
    outcome = await invoker.invoke_arn(ARN, b"{}", limit_seconds=5)
    assert isinstance(outcome, NotRun)
    assert outcome.code == "ServiceException"
    await invoker.close()


async def test_a_bare_name_and_code(endpoint: Endpoint) -> None:
    invoker = RemoteInvoker(endpoint_url=endpoint.url, region="eu-west-3")
    await invoker.invoke_arn("claims", b"{}")
    path, headers, _ = endpoint.seen[0]
    assert path == "/2015-03-31/functions/claims/invocations"
    assert "/eu-west-3/lambda/" in headers["Authorization"]
    await invoker.close()
