"""Responses of the OAuth face, with the headers a user pool domain sends.

Source: Amazon Cognito developer guide, "userInfo endpoint" (headers) and "User pool endpoints".
"""

from __future__ import annotations

from typing import Any, Final

import orjson
from starlette.responses import Response

from poolhouse.answers import EncodedResponse, encoded
from poolhouse.oauth.errors import OAuthError

_JSON: Final = "application/json;charset=UTF-8"
_CORS: Final = {"access-control-allow-origin": "*"}
_PRIVATE: Final = {
    **_CORS,
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-xss-protection": "1; mode=block",
}
_PRIVATE_JSON: Final = encoded({**_PRIVATE, "content-type": _JSON})
# Ours: how long discovery and keys may be kept, and the details of a preflight.
_PUBLIC: Final = {**_CORS, "cache-control": "public, max-age=3600"}
_PREFLIGHT: Final = {
    **_CORS,
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, x-amz-user-agent",
    "access-control-max-age": "3600",
}


def private_json(document: dict[str, Any], request_id: str, *, status: int = 200) -> Response:
    """A token response or an error: never cached."""
    request = (b"x-amz-cognito-request-id", request_id.encode("ascii"))
    return EncodedResponse(orjson.dumps(document), _PRIVATE_JSON, request, status=status)


def empty(request_id: str, *, status: int = 200) -> Response:
    """A revocation that succeeded, or a request that is not even looked at."""
    headers = {**_PRIVATE, "x-amz-cognito-request-id": request_id}
    return Response(b"", status_code=status, headers=headers)


def public_json(body: bytes) -> Response:
    """Discovery and keys: the same for everybody."""
    return Response(body, headers={**_PUBLIC, "content-type": _JSON})


def not_found(message: str) -> Response:
    """No such pool, or nothing at this path; not to be kept, for it may come to be."""
    return Response(
        orjson.dumps({"message": message}),
        status_code=404,
        headers={**_CORS, "cache-control": "no-store", "content-type": _JSON},
    )


def error(problem: OAuthError, request_id: str) -> Response:
    """RFC 6749 section 5.2."""
    document = {"error": problem.error}
    if problem.description:
        document["error_description"] = problem.description
    return private_json(document, request_id, status=problem.status)


def preflight() -> Response:
    """What a browser asks before a page may post to an endpoint."""
    return Response(b"", headers=_PREFLIGHT)
