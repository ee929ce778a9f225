"""Features that no function has here: the answers of the service for one that does not use them.

Infrastructure tools ask about them whenever they read a function back.
"""

from __future__ import annotations

from poolhouse.errors import ResourceNotFoundException
from poolhouse.lambda_api import wire
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import load, target


@operation
async def get_function_code_signing_config(call: Call, request: Request) -> Response:
    """No code signing: the members of the answer are absent (observed)."""
    await load(call, target(call, request))
    return {}


@operation
async def get_function_recursion_config(call: Call, request: Request) -> Response:
    """The default, ``Terminate``."""
    await load(call, target(call, request))
    return {"RecursiveLoop": "Terminate"}


@operation
async def get_runtime_management_config(call: Call, request: Request) -> Response:
    """The default, ``Auto``."""
    name = target(call, request)
    function = await load(call, name)
    arn = wire.arn(call, function, name.qualifier)
    return {"UpdateRuntimeOn": "Auto", "FunctionArn": arn}


@operation
async def get_function_event_invoke_config(call: Call, request: Request) -> Response:
    """Always absent: asynchronous invocations are not configurable here."""
    name = target(call, request)
    function = await load(call, name)
    arn = wire.arn(call, function, name.qualifier or "$LATEST")
    raise ResourceNotFoundException(f"The function {arn} doesn't have an EventInvokeConfig")


@operation
async def get_function_url_config(call: Call, request: Request) -> Response:
    """Always absent: functions have no URLs here."""
    await load(call, target(call, request))
    raise ResourceNotFoundException("The resource you requested does not exist.")


@operation
async def list_function_url_configs(call: Call, request: Request) -> Response:
    await load(call, target(call, request))
    return {"FunctionUrlConfigs": []}


@operation
async def list_provisioned_concurrency_configs(call: Call, request: Request) -> Response:
    await load(call, target(call, request))
    return {"ProvisionedConcurrencyConfigs": []}


@operation
async def list_event_source_mappings(call: Call, request: Request) -> Response:
    return {"EventSourceMappings": []}
