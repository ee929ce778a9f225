"""The directory: from a function's ARN to something that runs it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poolhouse.clock import Clock
from poolhouse.domain import function_names
from poolhouse.domain.function_names import LATEST, BadFunctionName, FunctionName
from poolhouse.domain.function_records import Function, FunctionVersion
from poolhouse.functions.code_store import CodeStore
from poolhouse.functions.later import LaterQueue
from poolhouse.functions.local_files import LocalFile, LocalFiles
from poolhouse.functions.logs import read_log
from poolhouse.functions.registered import RegisteredFunctions
from poolhouse.functions.runtime import FunctionCode, NotRun, Outcome, Returned
from poolhouse.functions.workers import LocalInvoker
from poolhouse.ids import Ids
from poolhouse.settings import BadSetting, Settings
from poolhouse.store.database import Database
from poolhouse.store.sealing import Sealer

if TYPE_CHECKING:
    from poolhouse.functions.remote import RemoteInvoker

CODE_DIRECTORY = "functions"
LOG_DIRECTORY = "logs"
"""Below the data directory: unpacked packages by digest; one log file per function."""

_FILE_MEMORY_MIB = 512
"""Ours: functions from files say nothing of memory, and the default of 128 is for the careful."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How an invocation went, and which version ran (empty when none did, or elsewhere).

    ``code_sha256`` is the digest of the code that ran; ``total_ms`` is the whole time that the
    caller waited, from which the outcome's own duration is a part.
    """

    outcome: Outcome
    version: str = ""
    code_sha256: str = ""
    total_ms: float = 0.0


class FunctionDirectory:
    """Finds the function behind an ARN, asks its policy, and runs it here or elsewhere.

    ``counts`` has the number of outcomes by function name and kind: ``returned``, ``failed``,
    ``cold_start``, or the code of a :class:`~poolhouse.functions.runtime.NotRun`. ``code`` is
    where packages are unpacked. Raises :class:`~poolhouse.settings.BadSetting` for a function from
    a file that cannot be run, when it is made.
    """

    def __init__(
        self, db: Database, settings: Settings, clock: Clock, ids: Ids, sealer: Sealer
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._files = LocalFiles(settings.functions, node_setting=settings.node or None)
        self.code = CodeStore(settings.data / CODE_DIRECTORY, db, ids)
        self._registered = RegisteredFunctions(db, settings, ids, sealer, self.code)
        self._local = LocalInvoker(
            log_directory=settings.data / LOG_DIRECTORY,
            concurrency_per_function=settings.function_concurrency,
            node_executable=settings.node or None,
            extra_environment=_pairs(settings.function_environment),
            idle_seconds=settings.function_idle_seconds,
        )
        self._remote = _remote(settings)
        self._later = LaterQueue(concurrency_per_function=settings.function_concurrency)
        self.counts: Counter[tuple[str, str]] = Counter()

    async def start(self) -> None:
        """Begin to follow the files of functions, and delete code that nothing has any more."""
        self._files.start()
        await self.code.discard_unused()

    async def close(self) -> None:
        """Drop what was to be run later, and end every worker."""
        await self._later.close()
        await self._files.close()
        await self._local.close()
        if self._remote is not None:
            await self._remote.close()

    # --- running ---

    async def invoke(
        self,
        arn: str,
        event: bytes,
        *,
        source_arn: str | None = None,
        limit_seconds: float | None = None,
        sticky_to: str | None = None,
    ) -> Execution:
        """Run the function with this ARN (or name) with the JSON text ``event``.

        ``source_arn`` is the user pool on whose behalf: the function's policy is asked about it.
        ``limit_seconds`` is the caller's patience. ``sticky_to`` names whom a weighted alias leads
        to the same version every time. A function that is not registered here is looked for at the
        remote endpoint, if there is one. Raises nothing of its own.
        """
        name = self._parse(arn)
        if isinstance(name, NotRun):
            return Execution(name)
        if self._remote is not None and not await self._is_here(name):
            begun = time.perf_counter()
            outcome = await self._remote.invoke_arn(name.arn, event, limit_seconds=limit_seconds)
            self._count(name.name, outcome)
            return Execution(outcome, total_ms=(time.perf_counter() - begun) * 1000)
        return await self.run(
            name, event, source_arn=source_arn, limit_seconds=limit_seconds, sticky_to=sticky_to
        )

    async def run(
        self,
        name: FunctionName,
        event: bytes,
        *,
        source_arn: str | None = None,
        limit_seconds: float | None = None,
        sticky_to: str | None = None,
    ) -> Execution:
        """Run a function that is here, and say which version of it ran."""
        begun = time.perf_counter()
        code = await self._code(name, source_arn, sticky_to)
        if isinstance(code, NotRun):
            self._count(name.name, code)
            return Execution(code)
        outcome = await self._local.invoke(code, event, limit_seconds=limit_seconds)
        self._count(name.name, outcome)
        total_ms = (time.perf_counter() - begun) * 1000
        return Execution(outcome, code.version, code.code_sha256, total_ms)

    async def invoke_later(
        self, arn: str, event: bytes, *, source_arn: str | None = None
    ) -> NotRun | None:
        """Accept an asynchronous invocation: None, or why it is not taken.

        It runs in the background, and the answer goes nowhere. Whether the function exists and may
        be invoked is judged now.
        """
        name = self._parse(arn)
        if isinstance(name, NotRun):
            return name
        if self._remote is None or await self._is_here(name):
            code = await self._code(name, source_arn)
            if isinstance(code, NotRun):
                return code

        async def run() -> Outcome:
            return (await self.invoke(arn, event, source_arn=source_arn)).outcome

        if self._later.accept(name.unqualified_arn, run):
            return None
        return NotRun("TooManyRequestsException", "too many asynchronous invocations wait")

    def _parse(self, arn: str) -> FunctionName | NotRun:
        try:
            return function_names.parse(arn, self._settings.region, self._settings.account_id)
        except BadFunctionName:
            return NotRun("ResourceNotFoundException", f"{arn} is no function's name")

    async def _code(
        self, name: FunctionName, source_arn: str | None, sticky_to: str | None = None
    ) -> FunctionCode | NotRun:
        file = self._files.get(name.name)
        if file is not None:
            return _code_of_file(file, name.arn)
        return await self._registered.code(name, source_arn, sticky_to)

    def _count(self, name: str, outcome: Outcome) -> None:
        if isinstance(outcome, NotRun):
            self.counts[name, outcome.code] += 1
            return
        self.counts[name, "returned" if isinstance(outcome, Returned) else "failed"] += 1
        if outcome.cold_start:
            self.counts[name, "cold_start"] += 1

    async def log_of(self, name: str, *, last_bytes: int) -> bytes:
        """The end of what a function printed, in any of its versions; empty if it never did."""
        await self._local.logs.flush()
        directory = self._local.logs.directory
        return await asyncio.to_thread(read_log, directory, name, last_bytes=last_bytes)

    # --- finding ---

    def runs_from_file(self, name: str) -> bool:
        return self._files.get(name) is not None

    async def _is_here(self, name: FunctionName) -> bool:
        return self.runs_from_file(name.name) or await self._registered.exists(name)

    async def find(self, region: str, name: str) -> Function | None:
        """The record of a function, None when there is none. Those from files win."""
        file = self._files.get(name)
        if file is not None:
            return self._record_of_file(file, region)
        return await self._registered.find(region, name)

    async def index(self, region: str) -> list[tuple[str, str]]:
        """Name and version of every function of a region, sorted, ``$LATEST`` first."""
        files = self._files.names()
        stored = [row for row in await self._registered.index(region) if row[0] not in files]
        # Names do not repeat between the two, and a stable sort keeps versions in their order.
        return sorted([*((name, LATEST) for name in files), *stored], key=lambda row: row[0])

    async def refresh(self, region: str, name: str) -> None:
        """Take note of a change now, rather than at the next invocation: end what it outdated."""
        for code in self._registered.prepared(region, name):
            self._local.retire(code)
        if await self._registered.find(region, name) is None:
            await self.code.discard_unused()

    def _record_of_file(self, file: LocalFile, region: str) -> Function:
        latest = FunctionVersion(
            version=LATEST,
            runtime=file.runtime,
            handler=file.handler,
            role=f"arn:aws:iam::{self._settings.account_id}:role/local-file",
            code_sha256=file.revision,
            code_size_bytes=0,
            modified_ms=self._clock.now_ms(),
            revision_id=file.revision,
            memory_mib=_FILE_MEMORY_MIB,
            description=f"runs from {file.path}",
        )
        return Function(region, file.name, 0, latest)


def _code_of_file(file: LocalFile, arn: str) -> FunctionCode:
    return FunctionCode(
        name=file.name,
        arn=arn,
        version=LATEST,
        revision=file.revision,
        runtime=file.runtime,
        handler=file.handler,
        directory=file.directory,
        memory_mib=_FILE_MEMORY_MIB,
        code_sha256=file.revision,
    )


def _remote(settings: Settings) -> RemoteInvoker | None:
    if not settings.lambda_endpoint:
        return None
    from poolhouse.functions.remote import RemoteInvoker  # with all of botocore

    endpoint_url = None if settings.lambda_endpoint == "aws" else settings.lambda_endpoint
    return RemoteInvoker(endpoint_url=endpoint_url, region=settings.region)


def _pairs(text: str) -> dict[str, str]:
    """``NAME=VALUE`` pairs, comma-separated. Raises :class:`~poolhouse.settings.BadSetting`."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise BadSetting(f"function_environment must be NAME=VALUE pairs, not {name!r}")
        found[name] = value
    return found
