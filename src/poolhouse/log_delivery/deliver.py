"""Records on their way to a log: a line of a file, or a request to an endpoint.

A log group, bucket or stream is a file here, ``logs/SERVICE/RESOURCE.jsonl`` below the data
directory, named by its ARN; or, with the setting ``log_endpoint``, a ``POST`` of the record as JSON
with the ARN in the header ``Poolhouse-Log-Destination``. A record that does not arrive is told to
the server's own log, and holds nobody up. Source: Amazon Cognito developer guide, "Exporting logs".
"""

from __future__ import annotations

import asyncio
import os
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import orjson
import structlog

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.store import log_configurations

log = structlog.get_logger("poolhouse.log_delivery")

Source = Literal["userNotification", "userAuthEvents"]

DESTINATION_HEADER = "Poolhouse-Log-Destination"

# ``record-source``
_WRITTEN_AS: dict[Source, str] = {
    "userNotification": "USER_NOTIFICATION",
    "userAuthEvents": "USER_AUTH_EVENTS",
}
_ARNS = (
    ("CloudWatchLogsConfiguration", "LogGroupArn"),
    ("S3Configuration", "BucketArn"),
    ("FirehoseConfiguration", "StreamArn"),
)
_WAIT_SECONDS = 10.0
_on_their_way: set[asyncio.Task[None]] = set()


async def emit(house: House, pool: UserPool, source: Source, message: Mapping[str, Any]) -> None:
    """Send a record wherever the pool wants records of this source. Raises nothing."""
    for configuration in await log_configurations.find(house.db, pool.id):
        arn = destination(configuration)
        if configuration["EventSource"] != source or arn is None:
            continue
        record = {
            "eventTimestamp": str(house.clock.now_ms()),
            "eventSource": _WRITTEN_AS[source],
            "logLevel": configuration["LogLevel"],
            "message": message,
            "logSourceId": {"userPoolId": pool.id},
        }
        if house.settings.log_endpoint:
            task = asyncio.create_task(_post(house, arn, record))
            _on_their_way.add(task)
            task.add_done_callback(_on_their_way.discard)
        else:
            _append(file_of(house, arn), record)


def destination(configuration: Mapping[str, Any]) -> str | None:
    """The one ARN of a log configuration."""
    for block, member in _ARNS:
        if configuration.get(block):
            arn: str | None = configuration[block].get(member)
            return arn
    return None


def file_of(house: House, arn: str) -> Path:
    """The file that stands for a log group, bucket or stream."""
    service, resource = arn.split(":", 5)[2::3]
    return house.settings.data / "logs" / _name(service) / f"{_name(resource)}.jsonl"


async def finish() -> None:
    """Wait for the records on their way, for as long as a server may take to end."""
    if _on_their_way:
        await asyncio.wait(_on_their_way, timeout=_WAIT_SECONDS)


def _append(path: Path, record: Mapping[str, Any]) -> None:
    """One write to a file opened for appending: lines of several processes do not mix."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, orjson.dumps(record) + b"\n")
        finally:
            os.close(descriptor)
    except OSError as error:
        log.warning("a log record was not delivered", reason=type(error).__name__)


async def _post(house: House, arn: str, record: Mapping[str, Any]) -> None:
    import httpx

    headers = {"Content-Type": "application/json", DESTINATION_HEADER: arn}
    try:
        async with httpx.AsyncClient(timeout=house.settings.message_timeout_seconds) as client:
            answer = await client.post(
                house.settings.log_endpoint, content=orjson.dumps(record), headers=headers
            )
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("a log record was not delivered", reason=type(error).__name__)


def _name(text: str) -> str:
    """A part of an ARN as one component of a path: it must not lead elsewhere."""
    return urllib.parse.quote(text, safe="").replace(".", "%2E")
