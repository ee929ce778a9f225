"""The endpoint: a checked request to a preview, and the preview as JSON."""

from __future__ import annotations

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse import administrators
from poolhouse.api import json11
from poolhouse.bodies import read_body
from poolhouse.domain.claims import FinishedClaims
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.preview_api import subjects
from poolhouse.tokens.preview import Preview, TokenSize, preview
from poolhouse.tokens.signing import encode

log = structlog.get_logger("poolhouse.preview")

PATH = "/poolhouse/v1/preview"

_SERVICE = "cognito-idp"


async def answer(house: House, http: Request) -> Response:
    """The preview as JSON. A refused issuance is a preview too; a bad request is an error."""
    request_id = house.ids.uuid()
    try:
        body = await read_body(http, house.settings.max_body_bytes)
        signature = administrators.authenticate(house, http, body, service=_SERVICE)
        request = subjects.parse(body)
        subject = await subjects.authentication(house, request)
        function = subjects.function(subject, request)
        log.info(
            "a preview runs a function",
            access_key=signature.access_key,
            pool_id=subject.pool.id,
            function=function.function_arn if function else None,
        )
        result = await preview(house, subject, function=function)
    except ServiceError as error:
        return json11.render_error(error, request_id)
    except Exception:
        log.exception("the preview failed", request_id=request_id)
        return json11.render_error(json11.internal_error(), request_id)
    return Response(encode(_wire(result)), media_type="application/json")


def _wire(result: Preview) -> dict[str, Any]:
    error = result.error
    return {
        "event": result.event,
        "answer": result.answer.decode("utf-8", "replace") if result.answer is not None else None,
        "before": _tokens(result.before),
        "after": _tokens(result.after) if result.after else None,
        "changes": [change._asdict() for change in result.changes],
        "error": {"type": error.code, "message": error.message, "detail": error.detail}
        if error
        else None,
        "function_ms": round(result.function_ms, 3),
        "sizes": {"access": _size(result.access_size), "id": _size(result.id_size)},
    }


def _tokens(claims: FinishedClaims) -> dict[str, Any]:
    return {"access": claims.access_claims, "id": claims.id_claims}


def _size(size: TokenSize | None) -> dict[str, Any] | None:
    if size is None:
        return None
    return {"token_bytes": size.token_bytes, "claim_bytes": dict(size.claim_bytes)}
