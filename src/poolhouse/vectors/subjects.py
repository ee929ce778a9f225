"""A case's subject as the ``Authentication`` it amounts to, with fixed ids and times."""

from __future__ import annotations

from typing import Final

from poolhouse.domain import claims
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication, TriggerSource
from poolhouse.domain.claims import TokenDraft, TokenIds
from poolhouse.domain.records import AppClient, Group, TriggerConfiguration, User, UserPool
from poolhouse.vectors.cases import Case, Flow

CLIENT_ID: Final = "4kq9v0c7e1t3m5p8r2s6u0w1x"

_POOL_ID: Final = "eu-west-1_Q7hYk2LmN"
_SUB: Final = "7d1f1c1e-50a1-70be-3a0c-2f6b8f0d9e11"
_NOW_SECONDS: Final = 1_790_000_000
_SOURCES: Final[dict[Flow, TriggerSource]] = {
    "api": "TokenGeneration_Authentication",
    "refresh": "TokenGeneration_RefreshTokens",
    "oauth": "TokenGeneration_HostedAuth",
    "client_credentials": "TokenGeneration_ClientCredentials",
}


def authentication(case: Case) -> Authentication:
    """The sign-in of ``case``, at a pool whose function is sent the case's event version."""
    subject = case.subject
    is_machine = subject.flow == "client_credentials"
    by_oauth = subject.flow in ("oauth", "client_credentials")
    pool = UserPool(
        id=_POOL_ID,
        region="eu-west-1",
        name="vectors",
        tier="ESSENTIALS",
        created_ms=0,
        modified_ms=0,
        settings={},
        attributes={},
        pre_token_generation=TriggerConfiguration("arn:aws:lambda:::function:answer", case.version),
    )
    client = AppClient(
        id=CLIENT_ID,
        pool_id=_POOL_ID,
        name="vectors",
        created_ms=0,
        modified_ms=0,
        settings={},
        read_attributes=subject.read,
    )
    user = User(
        pool_id=_POOL_ID,
        sub=_SUB,
        username=subject.username,
        status="CONFIRMED",
        enabled=True,
        created_ms=0,
        modified_ms=0,
        attributes={"sub": _SUB, **subject.attributes},
    )
    return Authentication(
        pool=pool,
        client=client,
        source=_SOURCES[subject.flow],
        user=None if is_machine else user,
        groups=tuple(
            Group(_POOL_ID, group.name, None, group.role, group.precedence, 0, 0)
            for group in subject.groups
        ),
        scopes=subject.scopes if by_oauth else (SELF_SERVICE_SCOPE,),
        auth_time=_NOW_SECONDS - (0 if subject.flow == "api" else 60),
        event_id=None if is_machine else "5b0e6d2c-3f7a-4a68-9a0e-1d2c3b4a5f60",
        origin_jti=None if is_machine else "0f5a7d52-9c4e-4d55-8a57-6b2f3a1e9c10",
        by_oauth=by_oauth,
        resource=subject.resource,
    )


def draft(of: Authentication) -> TokenDraft:
    """The tokens of a subject without any function."""
    return claims.draft(
        of,
        issuer=f"https://cognito-idp.eu-west-1.amazonaws.com/{_POOL_ID}",
        now_seconds=_NOW_SECONDS,
        token_ids=TokenIds(
            id_jti="c1d2e3f4-0a1b-4c2d-8e3f-9a8b7c6d5e4f",
            access_jti="6e5d4c3b-2a19-4087-b6c5-d4e3f2a1b0c9",
        ),
    )
