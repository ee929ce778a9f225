"""An API's look at an access token: signature, issuer, expiry, and the scope it asks for."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Handler = Callable[[Request, dict[str, Any]], Awaitable[Response]]


class Guard:
    """Made once per issuer; fetches the key set when it meets a key it does not know."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._keys: KeySet | None = None

    def needs(self, scope: str) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
        """Let a request through that brings a live token with ``scope``; others get 401 or 403."""

        def decorated(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
            async def guarded(request: Request) -> Response:
                claims = await self.claims(request.headers.get("authorization", ""))
                if claims is None:
                    return _refused(401, "invalid_token")
                if scope not in claims.get("scope", "").split():
                    return _refused(403, "insufficient_scope", scope)
                return await handler(request, claims)

            return guarded

        return decorated

    async def claims(self, authorization: str) -> dict[str, Any] | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        for keys in (self._keys, await self._fetch()):
            if keys is None:
                continue
            try:
                claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue
            good = claims.get("iss") == self.issuer and claims.get("token_use") == "access"
            return claims if good and claims.get("exp", 0) > time.time() else None
        return None

    async def _fetch(self) -> KeySet:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{self.issuer}/.well-known/jwks.json")
        self._keys = KeySet.import_key_set(answer.json())
        return self._keys


def _refused(status: int, error: str, scope: str | None = None) -> Response:
    challenge = f'Bearer error="{error}"' + (f', scope="{scope}"' if scope else "")
    return JSONResponse({"error": error}, status, headers={"www-authenticate": challenge})
