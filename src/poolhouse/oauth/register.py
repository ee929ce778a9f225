"""POST /oauth2/register: applications that register their own app clients.

Source: RFC 7591; Amazon Cognito developer guide, "Dynamic client registration". There is no
management of registrations afterwards (RFC 7592): administrators have the API.
"""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from poolhouse import app_clients
from poolhouse.bodies import read_body
from poolhouse.domain import client_registration
from poolhouse.domain.client_registration import Registration, RegistrationRefused
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.domain.scopes import CLIENT_REGISTRATION
from poolhouse.errors import (
    LimitExceededException,
    NotAuthorizedException,
    ServiceError,
    UserNotFoundException,
)
from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.oauth.errors import OAuthError
from poolhouse.store import attempts
from poolhouse.tokens import verify

_MOST_BODY_BYTES = 65_536
# ``open-registrations``. A pool has room for a thousand app clients, its administrators' included.
_OPEN_PER_HOUR = 60
_HOUR_MS = 3_600_000


async def register(house: House, pool: UserPool, request: Request, request_id: str) -> Response:
    """The new client's credentials and metadata, 201. Raises :class:`OAuthError`."""
    configuration = pool.settings.get("DcrConfiguration", {})
    if not client_registration.is_on(pool.tier, configuration):
        return responses.not_found("Not Found")
    authenticated = await _is_authenticated(house, pool, request.headers.get("authorization", ""))
    if not authenticated and not configuration.get("OpenDcrEnabled"):
        raise OAuthError("invalid_token", "An initial access token is required.", status=401)
    document = _document(await read_body(request, _MOST_BODY_BYTES))
    try:
        registration = client_registration.read(
            document, configuration, authenticated=authenticated
        )
        if not authenticated:
            await _count(house, pool)
        client = await app_clients.create(
            house, pool, registration.settings_request(), registered=True
        )
    except RegistrationRefused as error:
        raise OAuthError(error.error, error.description) from error
    except LimitExceededException as error:
        raise OAuthError("invalid_request", error.message) from error
    except ServiceError as error:
        raise OAuthError("invalid_client_metadata", error.message) from error
    return responses.private_json(_answer(client, registration), request_id, status=201)


async def _count(house: House, pool: UserPool) -> None:
    """Raises :class:`OAuthError` when strangers have registered enough for now."""
    counted = await house.db.write(
        attempts.record,
        pool.id,
        "anybody",
        "open_registration",
        limit=_OPEN_PER_HOUR,
        now_ms=house.clock.now_ms(),
        window_ms=_HOUR_MS,
    )
    if not counted:
        raise OAuthError(
            "temporarily_unavailable", "Too many applications were registered.", status=429
        )


async def _is_authenticated(house: House, pool: UserPool, authorization: str) -> bool:
    """Whether a live access token of this pool with the registration scope came along.

    A token that is no good is refused even where none is needed: its owner should know.
    """
    scheme, _, token = authorization.partition(" ")
    if not authorization:
        return False
    if scheme.lower() != "bearer":
        raise OAuthError("invalid_token", "The initial access token is a bearer token.", status=401)
    try:
        claims = await verify.access_claims(house, token.strip())
    except (NotAuthorizedException, UserNotFoundException) as error:
        raise OAuthError("invalid_token", error.message, status=401) from error
    if verify.is_in_other_hands(claims) or not str(claims.get("iss", "")).endswith(f"/{pool.id}"):
        raise OAuthError("invalid_token", "The token is not for this.", status=401)
    if CLIENT_REGISTRATION not in str(claims.get("scope", "")).split():
        raise OAuthError(
            "insufficient_scope", f"The scope {CLIENT_REGISTRATION} is needed.", status=403
        )
    return True


def _document(body: bytes) -> dict[str, object]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise OAuthError("invalid_client_metadata", "The body is not JSON.") from error
    if not isinstance(document, dict):
        raise OAuthError("invalid_client_metadata", "The body is not a JSON object.")
    return document


def _answer(client: AppClient, registration: Registration) -> dict[str, object]:
    """RFC 7591 section 3.2.1; a secret that never expires says so with a zero."""
    secret: dict[str, object] = {}
    if client.secrets:
        secret = {"client_secret": client.secrets[0], "client_secret_expires_at": 0}
    return {
        "client_id": client.id,
        "client_id_issued_at": client.created_ms // 1000,
        **secret,
        **registration.metadata(),
    }
