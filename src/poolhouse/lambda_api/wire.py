"""How functions look on the wire: the one place that spells FunctionConfiguration and its like."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from poolhouse.domain.function_names import FunctionName
from poolhouse.domain.function_records import Function, FunctionAlias, FunctionVersion
from poolhouse.lambda_api.registry import Call

# Of ``FunctionVersion.settings``: what the answer says in another way than the request.
_RESHAPED = frozenset({"SnapStart", "VpcConfig", "Layers"})


def arn(call: Call, function: Function, qualifier: str | None = None) -> str:
    account = call.house.settings.account_id
    return FunctionName(function.region, account, function.name, qualifier).arn


def configuration(
    call: Call, function: Function, version: FunctionVersion, qualifier: str | None = None
) -> dict[str, Any]:
    """A FunctionConfiguration; ``qualifier`` is what the ARN ends in."""
    settings = version.settings
    result = {
        "FunctionName": function.name,
        "FunctionArn": arn(call, function, qualifier),
        "Runtime": version.runtime,
        "Role": version.role,
        "Handler": version.handler,
        "CodeSize": version.code_size_bytes,
        "Description": version.description,
        "Timeout": version.timeout_seconds,
        "MemorySize": version.memory_mib,
        "LastModified": timestamp(version.modified_ms),
        "CodeSha256": code_sha256(version),
        "Version": version.version,
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": version.revision_id,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {
            "ApplyOn": settings.get("SnapStart", {}).get("ApplyOn", "None"),
            "OptimizationStatus": "Off",
        },
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.name}"},
        **{name: value for name, value in settings.items() if name not in _RESHAPED},
    }
    if version.environment:
        result["Environment"] = {"Variables": dict(version.environment)}
    if "VpcConfig" in settings:
        result["VpcConfig"] = {"VpcId": "", **settings["VpcConfig"]}
    if settings.get("Layers"):
        result["Layers"] = [{"Arn": each, "CodeSize": 0} for each in settings["Layers"]]
    return result


def alias_configuration(call: Call, function: Function, alias: FunctionAlias) -> dict[str, Any]:
    """An AliasConfiguration."""
    weights = dict(alias.additional_weights)
    return {
        "AliasArn": arn(call, function, alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RoutingConfig": {"AdditionalVersionWeights": weights} if weights else None,
        "RevisionId": alias.revision_id,
    }


def code_sha256(version: FunctionVersion) -> str:
    """The digest of the package, in base64 as the API has it."""
    return base64.b64encode(bytes.fromhex(version.code_sha256)).decode("ascii")


def timestamp(at_ms: int) -> str:
    """ISO 8601 with milliseconds and a zone without colon, as the service writes it."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}+0000"
