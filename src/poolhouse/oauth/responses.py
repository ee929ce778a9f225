"""Responses of the OAuth face, with the headers a user pool domain sends.

Source: Amazon Cognito developer guide, "userInfo endpoint" (headers) and "User pool endpoints".
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from poolhouse.oauth.errors import OAuthError

_JSON = "application/json;charset=UTF-8"
_PRIVATE = {
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "access-control-allow-origin": "*",
}
_PUBLIC = {"access-control-allow-origin": "*", "cache-control": "public, max-age=3600"}


def private_json(document: dict[str, Any], request_id: str, *, status: int = 200) -> Response:
    """A token response or an error: never cached."""
    headers = {**_PRIVATE, "x-amz-cognito-request-id": request_id, "content-type": _JSON}
    return Response(orjson.dumps(document), status_code=status, headers=headers)


def empty(request_id: str, *, status: int = 200) -> Response:
    return Response(
        b"", status_code=status, headers={**_PRIVATE, "x-amz-cognito-request-id": request_id}
    )


def public_json(body: bytes, *, status: int = 200) -> Response:
    """Discovery and keys: the same for everybody."""
    return Response(body, status_code=status, headers={**_PUBLIC, "content-type": _JSON})


def error(problem: OAuthError, request_id: str) -> Response:
    document = {"error": problem.error}
    if problem.description:
        document["error_description"] = problem.description
    return private_json(document, request_id, status=problem.status)


def preflight() -> Response:
    headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": "authorization, content-type, x-amz-user-agent",
        "access-control-max-age": "3600",
    }
    return Response(b"", headers=headers)
