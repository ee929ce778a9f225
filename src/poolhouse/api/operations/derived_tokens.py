"""GetDerivedToken: token exchange by API."""

from __future__ import annotations

from typing import Final

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import secret_hash
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from poolhouse.store import clients, pools
from poolhouse.tokens import exchange
from poolhouse.tokens.exchange import Exchange, Presented

# ``exchange-sentences``
NOT_ENABLED: Final = "{flow} is not enabled for the client."
WRONG_SECRET: Final = "Unable to verify secret for client {client_id}"
BOTH_TARGETS: Final = "Audiences and Resources cannot be requested together."
ACTOR_WITHOUT_TYPE: Final = "ActorToken and ActorTokenType must be provided together."
FOREIGN_TOKEN: Final = "Tokens of identity providers cannot be exchanged."
UNKNOWN_RESOURCE: Final = "Resource server {identifier} does not exist."
NO_SCOPE: Final = "Invalid scope requested: {scopes}"


@operation
async def get_derived_token(call: Call, request: Request) -> Response:
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    secret = request.get("ClientSecret")
    # An administrator's signature was checked on the way here, and stands for the secret.
    signed = "authorization" in call.headers
    if client.secrets and (secret or not signed) and not secret_hash.is_secret(client, secret):
        raise NotAuthorizedException(WRONG_SECRET.format(client_id=client.id))
    audiences, resources = request.get("Audiences") or [], request.get("Resources") or []
    if audiences and resources:
        raise InvalidParameterException(BOTH_TARGETS)
    asked = Exchange(
        pool=await pools.get(house.db, client.pool_id),
        client=client,
        subject=Presented(
            request["SubjectToken"],
            request["SubjectTokenType"],
            request.get("SubjectTokenProviderName"),
        ),
        actor=_actor(request),
        scopes=request.get("Scopes") or (),
        audience=audiences[0] if audiences else None,
        resource=resources[0] if resources else None,
        issued_type=request.get("RequestedTokenType", "ACCESS_TOKEN"),
    )
    try:
        made = await exchange.exchange(house, asked)
    except exchange.ExchangeNotAllowed as error:
        raise InvalidParameterException(NOT_ENABLED.format(flow=error)) from error
    except exchange.ForeignToken as error:
        raise InvalidParameterException(FOREIGN_TOKEN) from error
    except exchange.UnknownTarget as error:
        raise InvalidParameterException(UNKNOWN_RESOURCE.format(identifier=error)) from error
    except exchange.NoScopeLeft as error:
        raise InvalidParameterException(NO_SCOPE.format(scopes=error)) from error
    return {
        "IssuedToken": made.token,
        "IssuedTokenType": made.type,
        "TokenType": "Bearer" if made.type == "ACCESS_TOKEN" else "N_A",
        "ExpiresIn": made.expires_seconds,
        "Scopes": list(made.scopes) or None,
    }


def _actor(request: Request) -> Presented | None:
    token, kind = request.get("ActorToken"), request.get("ActorTokenType")
    if bool(token) != bool(kind):
        raise InvalidParameterException(ACTOR_WITHOUT_TYPE)
    if not token or not kind:
        return None
    return Presented(token, kind, request.get("ActorTokenProviderName"))
