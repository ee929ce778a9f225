"""Functions for tests of the Lambda API: packages, refusals, waiting for what happens later."""

from __future__ import annotations

import asyncio
import io
import itertools
import time
import zipfile
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ClientError

from server import Server

T = TypeVar("T")

ROLE = "arn:aws:iam::123456789012:role/functions"
PYTHON = "python3.11"
NODE = "nodejs22.x"
ECHO = "def handler(event, context):\n    return event\n"
ACCOUNT = "123456789012"

_numbers = itertools.count(1)


def fresh_name(stem: str = "berths") -> str:
    """A name that no other test of this process uses."""
    return f"{stem}-{next(_numbers)}"


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A package with these files; the same bytes whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # of 1980, and not of now
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def python_package(source: str = ECHO) -> bytes:
    return zipped({"index.py": source})


def returning(value: object) -> bytes:
    """A package whose handler answers ``value``, whatever the event."""
    return python_package(f"def handler(event, context):\n    return {value!r}\n")


def create(client: Any, name: str | None = None, source: str = ECHO, **changes: Any) -> str:
    """Register a Python function and return its name."""
    name = name or fresh_name()
    members = {
        "FunctionName": name,
        "Role": ROLE,
        "Runtime": PYTHON,
        "Handler": "index.handler",
        "Code": {"ZipFile": python_package(source)},
        **changes,
    }
    client.create_function(**members)
    return name


def payload(client: Any, name: str, event: bytes = b"{}", **more: Any) -> bytes:
    """Invoke and return the body of the answer, error document or not."""
    body: bytes = client.invoke(FunctionName=name, Payload=event, **more)["Payload"].read()
    return body


def arn(name: str, region: str = "us-east-1") -> str:
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


class Refusal:
    """An error the API answered: ``code``, ``message``, ``status``, the whole ``response``."""

    def __init__(self, error: ClientError) -> None:
        self.response: dict[str, Any] = dict(error.response)
        self.code: str = self.response["Error"]["Code"]
        self.message: str = self.response["Error"]["Message"]
        self.status: int = self.response["ResponseMetadata"]["HTTPStatusCode"]


def refused(operation: Callable[..., Any], **members: Any) -> Refusal:
    """Call an operation that must be refused."""
    with pytest.raises(ClientError) as raised:
        operation(**members)
    return Refusal(raised.value)


def on_server(server: Server, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the server's event loop, where its house lives."""
    return asyncio.run_coroutine_threadsafe(work, server.loop).result(60)


def eventually(look: Callable[[], T], *, within_seconds: float = 20.0) -> T:
    """What ``look`` returns, as soon as that is true; fails when it does not become so."""
    deadline = time.monotonic() + within_seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found
