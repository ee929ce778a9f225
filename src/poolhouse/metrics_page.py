"""``GET /metrics``: counts and times for Prometheus.

Names of functions, versions and ignored claims are in it, so in production it asks for the bearer
token of the setting ``metrics_token``, and without that setting the path does not exist.
"""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from poolhouse import origins
from poolhouse.errors import AccessDeniedException
from poolhouse.house import House

PATH = "/metrics"


def answer(house: House, request: Request) -> Response:
    """The metrics in the text format, of all server processes."""
    refusal = _refusal(house, request)
    if refusal is not None:
        return refusal
    content, media_type = house.metrics.exposition()
    return Response(content, media_type=media_type)


def _refusal(house: House, request: Request) -> Response | None:
    settings = house.settings
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode()):
            return None
        headers = {"www-authenticate": "Bearer"}
        return JSONResponse({"message": "Unauthorized"}, status_code=401, headers=headers)
    if settings.mode == "production":
        return JSONResponse({"message": "Not Found"}, status_code=404)
    try:
        origins.check(settings, request.headers)
    except AccessDeniedException as error:
        return JSONResponse({"message": error.message}, status_code=403)
    return None
