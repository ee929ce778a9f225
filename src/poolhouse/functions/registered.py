"""Functions registered through the Lambda API: from a name to code that can be run, or why not.

Unless nothing was committed since the last, a look-up asks the database for one number, the
function's revision; everything else is kept in memory for as long as that number stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from poolhouse.domain import function_policies
from poolhouse.domain.alias_routing import choose_version, sticky_point
from poolhouse.domain.function_names import FunctionName
from poolhouse.domain.function_records import (
    Function,
    FunctionVersion,
    content_digest,
    permissions_of,
    version_of,
)
from poolhouse.functions.code_store import CodeStore
from poolhouse.functions.runtime import FunctionCode, NotRun
from poolhouse.ids import Ids
from poolhouse.settings import Settings
from poolhouse.store import functions as store
from poolhouse.store.database import Database
from poolhouse.store.sealing import Sealer

_LARGEST_MEMORY = 1000
"""Judgements of policies kept per function, so that very many callers do not fill the memory."""


class _Known:
    """A function as it was at one revision, with what was derived from it since."""

    __slots__ = ("allowed", "codes", "function", "state")

    def __init__(self, function: Function, state: object | None) -> None:
        self.function = function
        self.state = state
        self.codes: dict[tuple[str | None, str], FunctionCode] = {}
        self.allowed: dict[tuple[str | None, str], bool] = {}


class RegisteredFunctions:
    """The stored functions of this account, seen from one server process."""

    def __init__(
        self, db: Database, settings: Settings, ids: Ids, sealer: Sealer, code_store: CodeStore
    ) -> None:
        self._db = db
        self._settings = settings
        self._ids = ids
        self._sealer = sealer
        self._code_store = code_store
        self._known: dict[tuple[str, str], _Known] = {}

    async def exists(self, name: FunctionName) -> bool:
        if name.account != self._settings.account_id:
            return False
        return await store.revision(self._db, name.region, name.name) is not None

    async def find(self, region: str, name: str) -> Function | None:
        known = await self._look_up(region, name)
        return None if known is None else known.function

    async def index(self, region: str) -> list[tuple[str, str]]:
        return await store.index(self._db, region)

    def prepared(self, region: str, name: str) -> Iterator[FunctionCode]:
        """The code of this function that was handed out last, for whoever wants to end it."""
        known = self._known.get((region, name))
        yield from () if known is None else list(known.codes.values())

    async def code(
        self, name: FunctionName, source_arn: str | None, sticky_to: str | None = None
    ) -> FunctionCode | NotRun:
        """What to run now: an alias with two versions may lead elsewhere the next time, but with
        ``sticky_to`` (somebody's name) leads that one to the same version while weights stay.
        """
        known = None
        if name.account == self._settings.account_id:
            known = await self._look_up(name.region, name.name)
        if known is None:
            return NotRun("ResourceNotFoundException", f"{name.arn} is not registered here")
        if source_arn is not None and not self._is_allowed(known, name.qualifier, source_arn):
            return NotRun(
                "AccessDeniedException",
                f"the policy of {name.arn} does not let {source_arn} invoke it (AddPermission)",
            )
        version = self._route(known.function, name.qualifier, sticky_to)
        if version is None:
            return NotRun("ResourceNotFoundException", f"{name.arn} is not registered here")
        key = (name.qualifier, version.version)
        code = known.codes.get(key)
        if code is None:
            code = await self._prepare(known.function, version, name)
            if code is None:
                return NotRun("ResourceNotFoundException", f"{name.arn} was just deleted")
            known.codes[key] = code
        return code

    async def _look_up(self, region: str, name: str) -> _Known | None:
        key = (region, name)
        state = self._db.state()
        known = self._known.get(key)
        if known is not None and known.state is not None and known.state is state:
            return known
        revision = await store.revision(self._db, region, name)
        known = self._known.get(key)
        if known is not None and known.function.revision == revision:
            known.state = state
            return known
        function = None
        if revision is not None:
            function = await store.get(self._db, self._sealer, region, name)
        if function is None:
            self._known.pop(key, None)
            return None
        known = self._known[key] = _Known(function, state)
        return known

    def _route(
        self, function: Function, qualifier: str | None, sticky_to: str | None
    ) -> FunctionVersion | None:
        alias = function.aliases.get(qualifier) if qualifier is not None else None
        if alias is None:
            return version_of(function, qualifier)
        version = alias.version
        if alias.additional_weights:
            if sticky_to is None:
                point = self._ids.source.getrandbits(53) / (1 << 53)
            else:
                point = sticky_point(f"{function.name}:{alias.name}", sticky_to)
            version = choose_version(alias.version, alias.additional_weights, point)
        return version_of(function, version)

    def _is_allowed(self, known: _Known, qualifier: str | None, source_arn: str) -> bool:
        if not self._settings.enforce_lambda_policy:
            return True
        key = (qualifier, source_arn)
        allowed = known.allowed.get(key)
        if allowed is None:
            if len(known.allowed) >= _LARGEST_MEMORY:
                known.allowed.clear()
            statements = permissions_of(known.function, qualifier)
            invocation = function_policies.by_user_pool(source_arn)
            allowed = known.allowed[key] = function_policies.allows(statements, invocation)
        return allowed

    async def _prepare(
        self, function: Function, version: FunctionVersion, name: FunctionName
    ) -> FunctionCode | None:
        directory = await self._code_store.directory_of(
            version.code_sha256, region=name.region, name=name.name, version=version.version
        )
        if directory is None:
            return None
        # The time of the change is part of it: a function that was deleted and made anew, from the
        # same code, must not find workers (and what they remember) of the old one.
        parts = (content_digest(version), version.modified_ms, function.reserved_concurrency)
        return FunctionCode(
            name=name.name,
            arn=name.arn,
            version=version.version,
            revision=hashlib.sha256(repr(parts).encode()).hexdigest(),
            runtime=version.runtime,
            handler=version.handler,
            directory=directory,
            timeout_seconds=version.timeout_seconds,
            memory_mib=version.memory_mib,
            environment=version.environment,
            reserved_concurrency=function.reserved_concurrency,
            code_sha256=version.code_sha256,
        )
