"""Reserved concurrency: how many invocations of a function may run at once."""

from __future__ import annotations

from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import load, load_to_change, refuse_qualifier, renew, target
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction


@operation
async def put_function_concurrency(call: Call, request: Request) -> Response:
    """Set the bound; 0 lets no invocation through."""
    reserved: int = request["ReservedConcurrentExecutions"]
    await _reserve(call, request, reserved)
    return {"ReservedConcurrentExecutions": reserved}


@operation
async def get_function_concurrency(call: Call, request: Request) -> Response:
    """The bound; an empty answer when none is set."""
    function = await load(call, target(call, request))
    return {"ReservedConcurrentExecutions": function.reserved_concurrency}


@operation
async def delete_function_concurrency(call: Call, request: Request) -> Response:
    """Take the bound away."""
    await _reserve(call, request, None)
    return None


async def _reserve(call: Call, request: Request, reserved: int | None) -> None:
    name = target(call, request)
    refuse_qualifier(name)

    async def reserve(transaction: Transaction) -> None:
        function = await load_to_change(transaction, call, name)
        renewed = renew(call, function, reserved_concurrency=reserved)
        await store.save(transaction, call.house.sealer, renewed)

    await call.house.db.write(reserve)
    await call.house.functions.refresh(name.region, name.name)
