"""The environment of a worker process, made from nothing.

Only what is listed here gets in: Lambda's documented variables (AWS Lambda developer guide, "Using
Lambda environment variables"), those set for all functions by the operator, the function's own.
The server's environment holds its secrets and stays out, but for what starting a program needs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from poolhouse.functions.runtime import FunctionCode

_FROM_THE_SERVER = ("PATH", "LD_LIBRARY_PATH")

RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Names a function's own variables cannot set (documented)."""

_DUMMY_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ASIAPOOLHOUSEFUNCTION",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_SESSION_TOKEN": "not-a-session",
}
"""SDKs refuse to start without credentials; stand-ins take any. An operator may set real ones."""


def startup_variables() -> dict[str, str]:
    """What an interpreter needs of the server's environment to start at all."""
    found = {name: os.environ[name] for name in _FROM_THE_SERVER if name in os.environ}
    found.setdefault("PATH", os.defpath)
    return found


def region_of(arn: str) -> str:
    """The region part of an ARN, or us-east-1 when there is none."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 and parts[3] else "us-east-1"


def worker_environment(
    code: FunctionCode, *, extra: Mapping[str, str], log_stream: str, home: str
) -> dict[str, str]:
    """Everything a worker of ``code`` finds in its environment.

    ``extra`` (the operator's, for all functions) may replace the dummy credentials; the function's
    own variables win over it elsewhere, but never over a reserved name. ``home`` is an empty
    directory, so that no SDK finds the server user's ``~/.aws``.
    """
    region = region_of(code.arn)
    environment = startup_variables()
    environment |= {"LANG": "C.UTF-8", "TZ": ":UTC", "HOME": home}
    environment |= _DUMMY_CREDENTIALS
    environment |= extra
    environment |= {k: v for k, v in code.environment.items() if k not in RESERVED}
    environment |= {
        "_HANDLER": code.handler,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{code.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(code.memory_mib),
        "AWS_LAMBDA_FUNCTION_NAME": code.name,
        "AWS_LAMBDA_FUNCTION_VERSION": code.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{code.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_REGION": region,
        "LAMBDA_TASK_ROOT": str(code.directory),
    }
    return environment
