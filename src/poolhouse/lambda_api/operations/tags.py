"""Tags of functions, by the function's ARN."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from poolhouse.domain.function_names import FunctionName
from poolhouse.errors import InvalidParameterValueException
from poolhouse.lambda_api.configuration_rules import check_tags
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import in_reach, load, load_to_change, renew
from poolhouse.store import functions as store
from poolhouse.store.database import Transaction

Tags = Mapping[str, str]


@operation
async def tag_resource(call: Call, request: Request) -> Response:
    """Add tags; a tag that is there gets the new value."""
    await _change(call, request, lambda before: {**before, **request["Tags"]})
    return None


@operation
async def untag_resource(call: Call, request: Request) -> Response:
    """Remove tags; one that is not there is no error."""
    gone = set(request["TagKeys"])
    await _change(call, request, lambda before: {k: v for k, v in before.items() if k not in gone})
    return None


@operation
async def list_tags(call: Call, request: Request) -> Response:
    function = await load(call, _function(call, request))
    return {"Tags": dict(function.tags)}


def _function(call: Call, request: Request) -> FunctionName:
    name = in_reach(call, request["Resource"])
    if name.qualifier is not None:
        raise InvalidParameterValueException(
            "Tags on function aliases and versions are not supported. Please specify a function "
            "ARN."
        )
    return name


async def _change(call: Call, request: Request, edit: Callable[[Tags], Tags]) -> None:
    name = _function(call, request)

    async def change(transaction: Transaction) -> None:
        function = await load_to_change(transaction, call, name)
        tags = edit(function.tags)
        check_tags(tags)
        await store.save(transaction, call.house.sealer, renew(call, function, tags=tags))

    await call.house.db.write(change)
