"""What a function may be configured with, beyond the shapes of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.function_records import FunctionVersion
from poolhouse.errors import InvalidParameterValueException
from poolhouse.functions.environment import RESERVED
from poolhouse.lambda_api.contract import runtimes
from poolhouse.lambda_api.registry import Request

_LARGEST_ENVIRONMENT_BYTES = 4096
_LARGEST_TAG_COUNT = 50

# Members of FunctionConfiguration that are kept and echoed, and mean nothing to a local process.
_ECHOED = (
    "Architectures",
    "DeadLetterConfig",
    "DurableConfig",
    "EphemeralStorage",
    "FileSystemConfigs",
    "KMSKeyArn",
    "Layers",
    "LoggingConfig",
    "SnapStart",
    "TracingConfig",
    "VpcConfig",
)


def configured(request: Request, before: FunctionVersion) -> dict[str, Any]:
    """The fields of :class:`FunctionVersion` that a request sets, checked.

    Raises :class:`InvalidParameterValueException`.
    """
    fields = {
        "runtime": request.get("Runtime", before.runtime),
        "handler": request.get("Handler", before.handler),
        "role": request.get("Role", before.role),
        "description": request.get("Description", before.description),
        "timeout_seconds": request.get("Timeout", before.timeout_seconds),
        "memory_mib": request.get("MemorySize", before.memory_mib),
        "environment": before.environment,
        "settings": {**before.settings, **{k: request[k] for k in _ECHOED if k in request}},
    }
    if "Environment" in request:
        fields["environment"] = request["Environment"].get("Variables", {})
    _check_runtime(fields["runtime"])
    _check_environment(fields["environment"])
    return fields


def _check_runtime(runtime: str) -> None:
    known = runtimes()
    if runtime not in known:
        raise InvalidParameterValueException(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(known)}] or be a valid ARN"
        )


def _check_environment(variables: Mapping[str, str]) -> None:
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in variables.items())
    if size > _LARGEST_ENVIRONMENT_BYTES:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit."
        )


def check_tags(tags: Mapping[str, str]) -> None:
    """Raises when a function would have more tags than the service allows."""
    if len(tags) > _LARGEST_TAG_COUNT:
        raise InvalidParameterValueException("Number of tags exceeds resource tag limit.")
