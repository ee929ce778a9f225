"""``GET /poolhouse/v1/inbox``: the messages of the development inbox, newest first.

Query: ``address`` and ``pool``, each optional. Development mode only; in production there is no
inbox, and the path does not exist.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from poolhouse.house import House
from poolhouse.store import inbox

PATH = "/poolhouse/v1/inbox"

_MOST_MESSAGES = 100


async def answer(house: House, request: Request) -> Response:
    """The newest messages as ``{"messages": [{address, code, body, ...}]}``."""
    if house.settings.mode != "development":
        return JSONResponse({"message": "Not Found"}, status_code=404)
    messages = await inbox.list_newest(
        house.db,
        address=request.query_params.get("address"),
        pool_id=request.query_params.get("pool"),
        size=_MOST_MESSAGES,
    )
    return JSONResponse(
        {
            "messages": [
                {
                    "id": message.message_id,
                    "pool": message.pool_id,
                    "address": message.address,
                    "created_ms": message.created_ms,
                    **message.content,
                }
                for message in messages
            ]
        },
        # Codes are for whoever asks now, not for a cache on the way.
        headers={"cache-control": "no-store"},
    )
