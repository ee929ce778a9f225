"""GetAccountSettings: limits and usage, which some clients print before they deploy."""

from __future__ import annotations

from poolhouse.domain.function_names import LATEST
from poolhouse.lambda_api.registry import Call, Request, Response, operation

# The defaults of a new account (documented, "Lambda quotas").
_LIMITS = {
    "TotalCodeSize": 80_530_636_800,
    "CodeSizeUnzipped": 262_144_000,
    "CodeSizeZipped": 52_428_800,
    "ConcurrentExecutions": 1000,
}


@operation
async def get_account_settings(call: Call, request: Request) -> Response:
    """The service's default limits, and what the region's functions use of them."""
    functions = call.house.functions
    names = [name for name, version in await functions.index(call.region) if version == LATEST]
    size = reserved = 0
    for name in names:
        function = await functions.find(call.region, name)
        if function is not None:
            versions = (function.latest, *function.versions.values())
            size += sum(version.code_size_bytes for version in versions)
            reserved += function.reserved_concurrency or 0
    unreserved = max(0, _LIMITS["ConcurrentExecutions"] - reserved)
    return {
        "AccountLimit": {**_LIMITS, "UnreservedConcurrentExecutions": unreserved},
        "AccountUsage": {"TotalCodeSize": size, "FunctionCount": len(names)},
    }
