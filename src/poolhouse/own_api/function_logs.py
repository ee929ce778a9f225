"""``GET functions/{function}/log``: the end of what a function printed."""

from __future__ import annotations

from typing import Any

from poolhouse.own_api.requests import OwnRequest

_MOST_BYTES = 1024 * 1024


async def show(request: OwnRequest) -> dict[str, Any]:
    """The last ``bytes`` (64 KiB) of the log, from the beginning of a line.

    A function that never ran, or that nobody knows, has an empty one.
    """
    request.only("bytes")
    last_bytes = request.size("bytes", 64 * 1024, _MOST_BYTES)
    log = await request.house.functions.log_of(request.path["function"], last_bytes=last_bytes)
    return {"log": log.decode("utf-8", "replace")}
