"""UpdateFunctionCode: another package for ``$LATEST``."""

from __future__ import annotations

from dataclasses import replace

from poolhouse.domain.function_records import Function, FunctionVersion
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.publishing import publish
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import (
    check_revision,
    load_to_change,
    refuse_qualifier,
    renew,
    target,
)
from poolhouse.lambda_api.uploads import accept
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction


@operation
async def update_function_code(call: Call, request: Request) -> Response:
    """Replace the code; with ``DryRun`` only check it, with ``Publish`` give it a number."""
    name = target(call, request)
    refuse_qualifier(name)
    package, code = await accept(call, request)

    async def update(transaction: Transaction) -> tuple[Function, FunctionVersion, str | None]:
        before = await load_to_change(transaction, call, name)
        check_revision(request, before.latest.revision_id)
        latest = replace(
            before.latest,
            code_sha256=code.sha256,
            code_size_bytes=len(package),
            modified_ms=call.now_ms,
            revision_id=call.house.ids.uuid(),
        )
        if "Architectures" in request:
            settings = {**latest.settings, "Architectures": request["Architectures"]}
            latest = replace(latest, settings=settings)
        function = renew(call, before, latest=latest)
        if request.get("DryRun"):
            return function, latest, None
        await store.save(transaction, call.house.sealer, function, package)
        if not request.get("Publish"):
            return function, latest, None
        version = await publish(transaction, call, function)
        return function, version, version.version

    function, version, qualifier = await call.house.db.write(update)
    await call.house.functions.refresh(name.region, name.name)
    return wire.configuration(call, function, version, qualifier)
