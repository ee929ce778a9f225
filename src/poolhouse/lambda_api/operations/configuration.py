"""The configuration of a function, without its code."""

from __future__ import annotations

from dataclasses import replace

from poolhouse.domain.function_records import Function
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.configuration_rules import configured
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    check_revision,
    load,
    load_to_change,
    load_version,
    refuse_qualifier,
    renew,
    target,
)
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction


@operation
async def get_function_configuration(call: Call, request: Request) -> Response:
    """The configuration of one version."""
    name = target(call, request)
    function = await load(call, name)
    return wire.configuration(call, function, load_version(function, name), name.qualifier)


@operation
async def update_function_configuration(call: Call, request: Request) -> Response:
    """Change the members given; a given ``Environment`` replaces all variables."""
    name = target(call, request)
    refuse_qualifier(name)

    async def update(transaction: Transaction) -> Function:
        before = await load_to_change(transaction, call, name)
        check_revision(request, before.latest.revision_id)
        latest = replace(
            before.latest,
            modified_ms=call.now_ms,
            revision_id=call.house.ids.uuid(),
            **configured(request, before.latest),
        )
        function = renew(call, before, latest=latest)
        await store.save(transaction, call.house.sealer, function)
        return function

    function = await call.house.db.write(update)
    await call.house.functions.refresh(name.region, name.name)
    return wire.configuration(call, function, function.latest)
