"""Published versions."""

from __future__ import annotations

from poolhouse.domain.function_names import LATEST
from poolhouse.domain.function_records import Function, FunctionVersion
from poolhouse.errors import InvalidParameterValueException
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.paging import page
from poolhouse.lambda_api.publishing import publish
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    check_revision,
    load,
    load_to_change,
    refuse_qualifier,
    target,
)
from poolhouse.store.database import Transaction


@operation
async def publish_version(call: Call, request: Request) -> Response:
    """Keep ``$LATEST`` under the next number, if its code is still that of ``CodeSha256``."""
    name = target(call, request)
    refuse_qualifier(name)

    async def write(transaction: Transaction) -> tuple[Function, FunctionVersion]:
        function = await load_to_change(transaction, call, name)
        check_revision(request, function.latest.revision_id)
        given, current = request.get("CodeSha256"), wire.code_sha256(function.latest)
        if given and given != current:
            raise InvalidParameterValueException(
                f"CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST "
                f"({current}). Please try again with the CodeSHA256 in $LATEST."
            )
        return function, await publish(transaction, call, function, request.get("Description"))

    function, version = await call.house.db.write(write)
    return wire.configuration(call, function, version, version.version)


@operation
async def list_versions_by_function(call: Call, request: Request) -> Response:
    """``$LATEST`` and then every published version, by number."""
    name = target(call, request)
    function = await load(call, name)
    everything = [function.latest, *function.versions.values()]
    found, marker = page(everything, _position, request)
    versions = [wire.configuration(call, function, each, each.version) for each in found]
    return {"Versions": versions, "NextMarker": marker}


def _position(version: FunctionVersion) -> list[int]:
    return [0 if version.version == LATEST else int(version.version)]
