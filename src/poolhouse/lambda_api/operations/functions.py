"""Functions: create, get, list, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response as HttpResponse

from poolhouse.domain.function_names import LATEST, FunctionName, is_version
from poolhouse.domain.function_records import Function, FunctionVersion, version_of
from poolhouse.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
)
from poolhouse.lambda_api import downloads, wire
from poolhouse.lambda_api.configuration_rules import check_tags, configured
from poolhouse.lambda_api.paging import page
from poolhouse.lambda_api.publishing import publish
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    in_reach,
    load,
    load_to_change,
    load_version,
    not_found,
    refuse_qualifier,
    renew,
    target,
)
from poolhouse.lambda_api.uploads import accept
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction

# ``Function.revision`` of a function that is not stored yet.
_UNSAVED = 0


@operation
async def create_function(call: Call, request: Request) -> Response:
    """Register a function. Raises for one that exists, for code or settings that cannot be."""
    house = call.house
    name = in_reach(call, request["FunctionName"])
    refuse_qualifier(name)
    if request.get("PackageType", "Zip") != "Zip":
        raise InvalidParameterValueException("poolhouse runs packages of type Zip only.")
    if not request.get("Runtime") or not request.get("Handler"):
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages."
        )
    blank = FunctionVersion(LATEST, "", "", request["Role"], "", 0, call.now_ms, house.ids.uuid())
    fields = configured(request, blank)
    tags = request.get("Tags", {})
    check_tags(tags)
    package, code = await accept(call, request["Code"])
    latest = replace(blank, code_sha256=code.sha256, code_size_bytes=len(package), **fields)
    function = renew(call, Function(name.region, name.name, _UNSAVED, latest, tags=tags))

    async def insert(transaction: Transaction) -> FunctionVersion:
        taken = await store.revision(transaction, name.region, name.name) is not None
        if taken or house.functions.runs_from_file(name.name):
            raise ResourceConflictException(f"Function already exist: {name.name}")
        await store.insert(transaction, house.sealer, function, package)
        return await publish(transaction, call, function) if request.get("Publish") else latest

    version = await house.db.write(insert)
    qualifier = None if version.version == LATEST else version.version
    return wire.configuration(call, function, version, qualifier)


@operation
async def get_function(call: Call, request: Request) -> Response:
    """The configuration of a version, its tags, and a link to its package."""
    name = target(call, request)
    function = await load(call, name)
    version = load_version(function, name)
    reserved = function.reserved_concurrency
    return {
        "Configuration": wire.configuration(call, function, version, name.qualifier),
        "Code": _code(call, function, version),
        "Tags": dict(function.tags) or None,
        "Concurrency": (None if reserved is None else {"ReservedConcurrentExecutions": reserved}),
    }


def _code(call: Call, function: Function, version: FunctionVersion) -> dict[str, Any]:
    if call.house.functions.runs_from_file(function.name):
        return {"RepositoryType": "File"}
    link = downloads.link(call.house, call.region, function.name, version.version, call.now_ms)
    return {"RepositoryType": "S3", "Location": link}


@operation
async def list_functions(call: Call, request: Request) -> Response:
    """Every function by name; with ``FunctionVersion`` ALL its published versions too."""
    everything = request.get("FunctionVersion") == "ALL"
    index = [
        (name, version)
        for name, version in await call.house.functions.index(call.region)
        if everything or version == LATEST
    ]
    found, marker = page(index, lambda row: [row[0], _number(row[1])], request)
    result = []
    for name, number in found:
        function = await call.house.functions.find(call.region, name)
        version = version_of(function, number) if function is not None else None
        # Between the two reads another process may have deleted it.
        if function is not None and version is not None:
            qualifier = number if everything else None
            result.append(wire.configuration(call, function, version, qualifier))
    return {"Functions": result, "NextMarker": marker}


def _number(version: str) -> int:
    return 0 if version == LATEST else int(version)


@operation
async def delete_function(call: Call, request: Request) -> Response:
    """Delete a function, or with a qualifier one published version that no alias leads to."""
    name = target(call, request)
    if name.qualifier == LATEST:
        raise InvalidParameterValueException(
            "$LATEST version cannot be deleted without deleting the function."
        )
    if name.qualifier and not is_version(name.qualifier):
        raise InvalidParameterValueException("Deletion of aliases is not currently supported.")

    async def delete(transaction: Transaction) -> None:
        function = await load_to_change(transaction, call, name)
        if name.qualifier is None:
            await store.delete(transaction, name.region, name.name)
        else:
            await _delete_version(transaction, call, function, name)

    await call.house.db.write(delete)
    await call.house.functions.refresh(name.region, name.name)
    return HttpResponse(status_code=204)  # observed; the model says 200


async def _delete_version(
    transaction: Transaction, call: Call, function: Function, name: FunctionName
) -> None:
    number = name.qualifier or LATEST
    if number not in function.versions:
        raise not_found(name)
    users = [
        alias.name
        for alias in function.aliases.values()
        if number == alias.version or number in alias.additional_weights
    ]
    if users:
        raise ResourceConflictException(
            f"The following aliases reference this version: {users}. Please remove the references "
            "before deleting the version."
        )
    await store.delete_version(transaction, function.region, function.name, number)
    await store.save(transaction, call.house.sealer, renew(call, function))
