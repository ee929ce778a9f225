"""Aliases: names that lead to a version, or to two with a weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poolhouse.domain.alias_routing import routing_failure
from poolhouse.domain.function_names import LATEST, FunctionName
from poolhouse.domain.function_records import Function, FunctionAlias, version_of
from poolhouse.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.paging import page
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    check_revision,
    load,
    load_to_change,
    not_found,
    refuse_qualifier,
    renew,
    target,
)
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction


@operation
async def create_alias(call: Call, request: Request) -> Response:
    """Name a version. Raises when the name is taken or the version is not there."""
    name = _function_only(call, request)

    async def create(transaction: Transaction) -> tuple[Function, FunctionAlias]:
        function = await load_to_change(transaction, call, name)
        if request["Name"] in function.aliases:
            raise ResourceConflictException(
                f"Alias already exists: {wire.arn(call, function, request['Name'])}"
            )
        alias = FunctionAlias(
            name=request["Name"],
            version=request["FunctionVersion"],
            description=request.get("Description", ""),
            revision_id=call.house.ids.uuid(),
            additional_weights=_weights(request) or {},
        )
        await _write(transaction, call, function, alias)
        return function, alias

    function, alias = await call.house.db.write(create)
    return wire.alias_configuration(call, function, alias)


@operation
async def update_alias(call: Call, request: Request) -> Response:
    """Lead an alias elsewhere, or weigh it anew; what is not given stays."""
    name = _function_only(call, request)

    async def update(transaction: Transaction) -> tuple[Function, FunctionAlias]:
        function = await load_to_change(transaction, call, name)
        before = _find(call, function, request["Name"])
        check_revision(request, before.revision_id)
        weights = _weights(request)
        alias = replace(
            before,
            version=request.get("FunctionVersion", before.version),
            description=request.get("Description", before.description),
            additional_weights=before.additional_weights if weights is None else weights,
            revision_id=call.house.ids.uuid(),
        )
        await _write(transaction, call, function, alias)
        return function, alias

    function, alias = await call.house.db.write(update)
    return wire.alias_configuration(call, function, alias)


@operation
async def get_alias(call: Call, request: Request) -> Response:
    """One alias. Raises :class:`ResourceNotFoundException`."""
    function = await load(call, _function_only(call, request))
    return wire.alias_configuration(call, function, _find(call, function, request["Name"]))


@operation
async def list_aliases(call: Call, request: Request) -> Response:
    """The aliases by name; with ``FunctionVersion`` those that lead to it."""
    function = await load(call, _function_only(call, request))
    wanted = request.get("FunctionVersion")
    aliases = [
        alias
        for alias in function.aliases.values()
        if wanted is None or wanted == alias.version or wanted in alias.additional_weights
    ]
    found, marker = page(aliases, lambda alias: [alias.name], request)
    return {
        "Aliases": [wire.alias_configuration(call, function, alias) for alias in found],
        "NextMarker": marker,
    }


@operation
async def delete_alias(call: Call, request: Request) -> Response:
    """Delete an alias; one that is not there is no error (documented)."""
    name = _function_only(call, request)

    async def delete(transaction: Transaction) -> None:
        function = await load_to_change(transaction, call, name)
        await store.delete_alias(transaction, name.region, name.name, request["Name"])
        await store.save(transaction, call.house.sealer, renew(call, function))

    await call.house.db.write(delete)
    return None


def _function_only(call: Call, request: Request) -> FunctionName:
    name = target(call, request)
    refuse_qualifier(name)
    return name


def _find(call: Call, function: Function, name: str) -> FunctionAlias:
    alias = function.aliases.get(name)
    if alias is None:
        raise ResourceNotFoundException(f"Cannot find alias arn: {wire.arn(call, function, name)}")
    return alias


def _weights(request: Request) -> Mapping[str, float] | None:
    routing = request.get("RoutingConfig")
    return None if routing is None else routing.get("AdditionalVersionWeights", {})


async def _write(
    transaction: Transaction, call: Call, function: Function, alias: FunctionAlias
) -> None:
    failure = routing_failure(alias.version, alias.additional_weights)
    if failure is not None:
        raise InvalidParameterValueException(failure)
    account = call.house.settings.account_id
    for number in (alias.version, *alias.additional_weights):
        if number == LATEST or version_of(function, number) is not None:
            continue
        raise not_found(FunctionName(function.region, account, function.name, number))
    renewed = renew(call, function)
    await store.put_alias(transaction, function.region, function.name, alias, renewed.revision)
    await store.save(transaction, call.house.sealer, renewed)
