"""Calling a running server as an administrator: with the credentials boto3 finds, or any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from botocore.config import Config

from poolhouse.client.server import Client, ServerError, session

_PREFIX = "/poolhouse/v1/"


def client(url: str | None, service: str, region: str = "us-east-1") -> Any:
    """A boto3 client of the server, or of AWS itself where no URL is given."""
    config = Config(retries={"max_attempts": 0})
    return session(region).client(service, endpoint_url=url, config=config)


def post(url: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """Post JSON to our own API, signed. An error answer ends the command with its message."""
    with own_api(url) as server:
        return server.call("POST", path.removeprefix(_PREFIX), document)


@contextmanager
def own_api(url: str) -> Iterator[Client]:
    """A server's own API; what it refuses ends the command with its message."""
    try:
        yield Client(url)
    except (ServerError, ValueError) as error:
        raise click.ClickException(str(error)) from error
