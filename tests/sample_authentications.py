"""Sign-ins for tests of what tokens say: one user, one machine, fixed ids and times."""

from __future__ import annotations

import dataclasses
from typing import Any

from poolhouse.domain import claims
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.domain.claims import FinishedClaims, TokenDraft, TokenIds
from poolhouse.domain.records import (
    AppClient,
    EventVersion,
    Group,
    TriggerConfiguration,
    User,
    UserPool,
)

ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Q7hYk2LmN"
NOW_SECONDS = 1_790_000_060
AUTH_TIME = 1_790_000_000
SUB = "7d1f1c1e-50a1-70be-3a0c-2f6b8f0d9e11"
CLIENT_ID = "4kq9v0c7e1t3m5p8r2s6u0w1x"
PILOT = "arn:aws:iam::210987654321:role/pilot"
EVENT_ID = "5b0e6d2c-3f7a-4a68-9a0e-1d2c3b4a5f60"
ORIGIN_JTI = "0f5a7d52-9c4e-4d55-8a57-6b2f3a1e9c10"
TOKEN_IDS = TokenIds("id-jti", "access-jti")

POOL = UserPool(
    id="eu-west-1_Q7hYk2LmN",
    region="eu-west-1",
    name="harbour",
    tier="ESSENTIALS",
    created_ms=0,
    modified_ms=0,
    settings={},
    attributes={},
)
CLIENT = AppClient(
    id=CLIENT_ID, pool_id=POOL.id, name="portal", created_ms=0, modified_ms=0, settings={}
)
INES = User(
    pool_id=POOL.id,
    sub=SUB,
    username="ines",
    status="CONFIRMED",
    enabled=True,
    created_ms=0,
    modified_ms=0,
    attributes={
        "sub": SUB,
        "email": "ines@harbour.test",
        "email_verified": "true",
        "custom:berth": "C14",
    },
)


def group(name: str, role: str | None = None, precedence: int | None = None) -> Group:
    """A group of the sample pool."""
    return Group(POOL.id, name, None, role, precedence, 0, 0)


def triggered(version: EventVersion) -> UserPool:
    """The sample pool with a pre token generation trigger."""
    trigger = TriggerConfiguration("arn:aws:lambda:eu-west-1:210987654321:function:enrich", version)
    return dataclasses.replace(POOL, pre_token_generation=trigger)


def api_sign_in(**changes: Any) -> Authentication:
    """Ines by password over the user pool API; she is a pilot and stands night watch."""
    sign_in = Authentication(
        pool=POOL,
        client=CLIENT,
        source="TokenGeneration_Authentication",
        user=INES,
        groups=(group("pilots", PILOT, 1), group("night-watch")),
        scopes=(SELF_SERVICE_SCOPE,),
        auth_time=AUTH_TIME,
        event_id=EVENT_ID,
        origin_jti=ORIGIN_JTI,
    )
    return dataclasses.replace(sign_in, **changes)


def code_grant(*scopes: str, **changes: Any) -> Authentication:
    """Ines on the sign-in page."""
    given: dict[str, Any] = {
        "source": "TokenGeneration_HostedAuth",
        "by_oauth": True,
        "scopes": scopes,
        **changes,
    }
    return api_sign_in(**given)


def machine(**changes: Any) -> Authentication:
    """The app client on its own behalf."""
    given: dict[str, Any] = {
        "source": "TokenGeneration_ClientCredentials",
        "user": None,
        "groups": (),
        "scopes": ("tides/read", "tides/publish"),
        "event_id": None,
        "origin_jti": None,
        "by_oauth": True,
        **changes,
    }
    return api_sign_in(**given)


def with_attributes(**attributes: str) -> User:
    """Ines with other attributes; write ``custom__berth`` for ``custom:berth``."""
    named = {name.replace("__", ":"): value for name, value in attributes.items()}
    return dataclasses.replace(INES, attributes={"sub": SUB, **named})


def draft(of: Authentication) -> TokenDraft:
    """The tokens of a sign-in before any customization."""
    return claims.draft(of, issuer=ISSUER, now_seconds=NOW_SECONDS, token_ids=TOKEN_IDS)


def finished(of: Authentication) -> FinishedClaims:
    """The claim sets of a sign-in without any customization."""
    return claims.finish(draft(of))
