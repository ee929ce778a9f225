"""The certificate a pool signs its SAML requests with."""

from __future__ import annotations

import base64

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.store import pools
from poolhouse.tokens.certificates import certificate_of


@operation
async def get_signing_certificate(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    stored = await certificate_of(call.house, pool, "signing")
    return {"Certificate": base64.b64encode(stored.certificate_der).decode()}
