"""``RemoteInvoker``: functions that run elsewhere, behind any endpoint that speaks Lambda's API."""

from __future__ import annotations

import asyncio
import base64
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.session import Session

from poolhouse.functions.runtime import Failed, FunctionCode, NotRun, Outcome, Returned

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_DEFAULT_LIMIT_SECONDS = 900.0
"""Lambda's longest time-out, for a caller who is ready to wait as long as it takes."""
_ANY_CREDENTIALS = ("poolhouse", "poolhouse")
"""Stand-ins for Lambda take any; AWS itself gets the ones that botocore finds."""


class RemoteInvoker:
    """An :class:`~poolhouse.functions.runtime.Invoker` over ``lambda:Invoke``.

    ``endpoint_url`` None is AWS itself. Each call takes a thread, ``largest_calls`` at most at a
    time; waiting for one counts against the caller's limit. The SDK's own retries are off, for the
    caller has its own rules for them.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str | None = None, largest_calls: int = 32
    ) -> None:
        self._endpoint_url = endpoint_url
        self._region = region
        self._largest_calls = largest_calls
        self._threads = ThreadPoolExecutor(largest_calls, "remote-functions")
        self._session = Session()
        self._clients: dict[tuple[str | None, float], LambdaClient] = {}

    async def invoke(
        self, code: FunctionCode, event: bytes, *, limit_seconds: float | None = None
    ) -> Outcome:
        """Run the function with ``code``'s ARN, wherever it is; the code itself is not sent."""
        return await self.invoke_arn(code.arn, event, limit_seconds=limit_seconds)

    async def invoke_arn(
        self, arn: str, event: bytes, *, limit_seconds: float | None = None
    ) -> Outcome:
        """Run a function by name or ARN. Raises nothing of its own."""
        limit = _DEFAULT_LIMIT_SECONDS if limit_seconds is None else limit_seconds
        loop = asyncio.get_running_loop()
        begun = time.monotonic()
        call = loop.run_in_executor(self._threads, self._call, arn, event, begun, limit)
        try:
            # The socket's own time-out counts from its last byte; this one counts from now.
            return await asyncio.wait_for(call, limit)
        except TimeoutError:
            return NotRun("CallerTimeout", f"{arn} took over {limit:.2f} s")

    async def close(self) -> None:
        """Let no further call begin; those under way end with their time-outs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    # --- in a thread ---

    def _call(self, arn: str, event: bytes, begun: float, limit: float) -> Outcome:
        if time.monotonic() - begun >= limit:
            return NotRun("CallerTimeout", f"no thread was free within {limit:.2f} s")
        try:
            answer = self._client(arn, limit).invoke(
                FunctionName=arn, InvocationType="RequestResponse", LogType="Tail", Payload=event
            )
            payload = answer["Payload"].read()
        except (ReadTimeoutError, ConnectTimeoutError) as error:
            return NotRun("CallerTimeout", str(error))
        except ClientError as error:
            found = error.response.get("Error", {})
            return NotRun(found.get("Code", "ServiceException"), found.get("Message", ""))
        except (BotoCoreError, HTTPClientError, OSError) as error:
            return NotRun("ServiceException", str(error))
        tail = _decoded(answer.get("LogResult", ""))
        duration_ms = (time.monotonic() - begun) * 1000
        if answer.get("FunctionError"):
            return Failed(payload, tail, duration_ms)
        return Returned(payload, tail, duration_ms)

    def _client(self, arn: str, limit: float) -> LambdaClient:
        parts = arn.split(":")
        region = parts[3] if len(parts) > 6 else self._region
        # Time-outs belong to a client, so there is one per tenth of a second in use.
        seconds = max(0.1, math.ceil(limit * 10) / 10)
        client = self._clients.get((region, seconds))
        if client is None:
            client = self._make_client(region, seconds)
            self._clients[region, seconds] = client
        return client

    def _make_client(self, region: str | None, seconds: float) -> LambdaClient:
        # A stand-in must not make botocore search the machine (and EC2's metadata) for credentials.
        any_do = self._endpoint_url is not None and "AWS_ACCESS_KEY_ID" not in os.environ
        key_id, secret = _ANY_CREDENTIALS if any_do else (None, None)
        client = self._session.create_client(
            "lambda",
            region_name=region or "us-east-1",
            endpoint_url=self._endpoint_url,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            config=Config(
                connect_timeout=seconds,
                read_timeout=seconds,
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=self._largest_calls,
            ),
        )
        return cast("LambdaClient", client)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
