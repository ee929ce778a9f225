"""Token exchange: a user's token in, a token for another service out (GetDerivedToken, and the
grant of that name).

The new token names the same sign-in: what revokes that, revokes this. Source: RFC 8693; Amazon
Cognito API reference, GetDerivedToken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from poolhouse.domain import feature_plans
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.domain.client_flows import ALLOW_DELEGATION, ALLOW_IMPERSONATION
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import FeatureUnavailableInTierException, NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import groups, resource_servers, sign_ins, users
from poolhouse.store.sign_ins import SignIn
from poolhouse.tokens import provider_subjects, verify
from poolhouse.tokens.issue import issue
from poolhouse.tokens.sign_in_record import DISABLED

TokenType = Literal["ACCESS_TOKEN", "ID_TOKEN", "SAML2"]
IssuedType = Literal["ACCESS_TOKEN", "ID_TOKEN"]

# ``exchange-sentences``
INVALID_SUBJECT: Final = "Invalid subject token"
INVALID_ACTOR: Final = "Invalid actor token"


class ExchangeNotAllowed(Exception):
    """The app client lacks the flow, or the pool the plan."""


class ForeignToken(Exception):
    """A token of an identity provider of a kind, or from one, that cannot be exchanged here."""


class UnknownTarget(Exception):
    """There is no resource server of that identifier."""


class NoScopeLeft(Exception):
    """None of the requested scopes is both the subject's and the app client's."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that is presented. ``provider_name`` is that of an identity provider."""

    token: str
    type: TokenType
    provider_name: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a client asks for. At most one of ``audience`` and ``resource`` is given."""

    pool: UserPool
    client: AppClient
    subject: Presented
    actor: Presented | None = None
    scopes: Sequence[str] = ()
    audience: str | None = None
    resource: str | None = None
    issued_type: IssuedType = "ACCESS_TOKEN"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The issued token, its life and, for an access token, its scopes."""

    token: str
    type: IssuedType
    expires_seconds: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    user: User
    sign_in: SignIn
    claims: Mapping[str, Any]
    scopes: tuple[str, ...]
    is_foreign: bool = False


async def exchange(house: House, asked: Exchange) -> Exchanged:
    """Issue a token about the subject for the client that asks.

    Without an actor the token looks like the user's own; with one, ``act`` names who acts, the
    latest first. Raises the exceptions of this file, :class:`NotAuthorizedException` for a token
    that is not (or no longer) good, and the three Lambda exceptions.
    """
    _check_allowed(asked)
    subject = await _subject(house, asked)
    actor = await _actor(house, asked, subject) if asked.actor is not None else None
    if asked.resource is not None:
        known = await resource_servers.find(house.db, asked.pool.id, asked.resource)
        if known is None:
            raise UnknownTarget(asked.resource)
    now_seconds = house.clock.now_ms() // 1000
    latest_exp = int(subject.claims["exp"])
    sign_in, for_id = subject.sign_in, asked.issued_type == "ID_TOKEN"
    tokens = await issue(
        house,
        Authentication(
            pool=asked.pool,
            client=asked.client,
            source="TokenGeneration_TokenExchange",
            user=subject.user,
            groups=await groups.of_user(house.db, asked.pool.id, subject.user.sub),
            scopes=_granted(asked, subject),
            auth_time=sign_in.auth_time,
            event_id=sign_in.event_id,
            origin_jti=sign_in.origin_jti,
            by_oauth=sign_in.by_oauth,
            resource=asked.audience or asked.resource,
            acr=sign_in.acr,
            amr=sign_in.amr,
            methods=sign_in.methods,
            actor=actor or _acting_before(subject),
            latest_exp=latest_exp,
            id_token_due=for_id,
        ),
        # A sign-in at a provider is none of ours until now; what comes of it can be revoked.
        new_sign_in=subject.is_foreign,
    )
    client = asked.client
    life = client.id_token_seconds if for_id else client.access_token_seconds
    expires_seconds = min(life, latest_exp - now_seconds)
    if for_id:
        return Exchanged(tokens.id_token or "", "ID_TOKEN", expires_seconds, ())
    return Exchanged(tokens.access_token, "ACCESS_TOKEN", expires_seconds, tokens.scopes)


def _check_allowed(asked: Exchange) -> None:
    flow = ALLOW_IMPERSONATION if asked.actor is None else ALLOW_DELEGATION
    if flow not in asked.client.auth_flows:
        raise ExchangeNotAllowed(flow)
    try:
        feature_plans.check(asked.pool.tier, [feature_plans.TOKEN_EXCHANGE])
    except FeatureUnavailableInTierException as error:
        raise ExchangeNotAllowed(flow) from error


async def _subject(house: House, asked: Exchange) -> _Subject:
    """The person a token is about. A machine's token is nobody's."""
    if asked.subject.provider_name is not None:
        return await _foreign_subject(house, asked, asked.subject.provider_name)
    claims = await _claims(house, asked.pool, asked.subject, INVALID_SUBJECT)
    pool_id, event_id = asked.pool.id, claims.get("event_id")
    sign_in = await sign_ins.find(house.db, pool_id, str(event_id)) if event_id else None
    user = await users.find_by_sub(house.db, pool_id, str(claims["sub"]))
    if sign_in is None or sign_in.revoked_ms is not None or user is None:
        raise NotAuthorizedException(INVALID_SUBJECT)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    if asked.subject.type == "ACCESS_TOKEN":
        scopes = tuple(str(claims.get("scope", "")).split())
    else:
        scopes = _of_identity(sign_in)
    return _Subject(user, sign_in, claims, scopes)


async def _foreign_subject(house: House, asked: Exchange, provider_name: str) -> _Subject:
    if asked.subject.type != "ID_TOKEN":
        raise ForeignToken(provider_name)
    try:
        found = await provider_subjects.find(
            house, asked.pool, asked.client, provider_name, asked.subject.token
        )
    except provider_subjects.NoSuchProvider as error:
        raise ForeignToken(provider_name) from error
    if not found.user.enabled:
        raise NotAuthorizedException(DISABLED)
    sign_in, claims = found.sign_in, {"exp": found.latest_exp}
    return _Subject(found.user, sign_in, claims, _of_identity(sign_in), is_foreign=True)


def _of_identity(sign_in: SignIn) -> tuple[str, ...]:
    """What an ID token is exchanged for (``identity-opens-nothing``)."""
    return tuple(each for each in sign_in.scopes if each != SELF_SERVICE_SCOPE)


async def _actor(house: House, asked: Exchange, subject: _Subject) -> dict[str, Any]:
    """Who acts: a service by its own token, or a person. Who acted before follows (section 4.1)."""
    actor = asked.actor
    if actor is None:
        raise LookupError("nobody acts")
    claims = await _claims(house, asked.pool, actor, INVALID_ACTOR)
    event_id = claims.get("event_id")
    if event_id and not await sign_ins.is_live(house.db, asked.pool.id, str(event_id)):
        raise NotAuthorizedException(INVALID_ACTOR)
    before = _acting_before(subject)
    return {"sub": str(claims["sub"]), **({"act": before} if before else {})}


def _acting_before(subject: _Subject) -> Mapping[str, Any] | None:
    acting = subject.claims.get("act")
    return acting if isinstance(acting, dict) else None


async def _claims(
    house: House, pool: UserPool, presented: Presented, refusal: str
) -> Mapping[str, Any]:
    """The claims of an unexpired token of this pool, of the kind that was said."""
    if presented.type == "SAML2" or presented.provider_name is not None:
        raise ForeignToken(presented.provider_name or presented.type)
    try:
        claims = await verify.signed_claims(house, presented.token)
    except NotAuthorizedException as error:
        raise NotAuthorizedException(refusal) from error
    use = "id" if presented.type == "ID_TOKEN" else "access"
    of_pool = str(claims.get("iss", "")).rpartition("/")[2] == pool.id
    expired = int(claims.get("exp", 0)) <= house.clock.now_ms() // 1000
    if claims.get("token_use") != use or not of_pool or expired:
        raise NotAuthorizedException(refusal)
    return claims


def _granted(asked: Exchange, subject: _Subject) -> tuple[str, ...]:
    """Requested, of those the subject has and the client may have; none requested: the subject's.

    Source: API reference, ``Scopes``.
    """
    if not asked.scopes:
        return subject.scopes
    allowed = set(asked.client.oauth_scopes).intersection(subject.scopes)
    granted = tuple(scope for scope in dict.fromkeys(asked.scopes) if scope in allowed)
    if not granted:
        raise NoScopeLeft(" ".join(asked.scopes))
    return granted
