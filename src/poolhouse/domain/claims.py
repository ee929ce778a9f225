"""What both tokens of one sign-in would say: the draft, and the claim sets made of it.

Amazon Cognito developer guide, "Understanding the identity (ID) token" and "Understanding the
access token". Between :func:`draft` and :func:`finish` a pre token generation function may have its
say (:mod:`poolhouse.domain.customization`); signing comes after, elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from poolhouse.domain import attribute_claims, groups
from poolhouse.domain.authentication import Authentication, is_traceable
from poolhouse.domain.groups import GroupConfiguration
from poolhouse.domain.protected_claims import GROUPS, PREFERRED_ROLE, ROLES
from poolhouse.domain.records import User

Claims = Mapping[str, Any]

_OAUTH_VERSION: Final = 2
_EXCHANGE: Final = "TokenGeneration_TokenExchange"
_REFRESH: Final = "TokenGeneration_RefreshTokens"


class TokenIds(NamedTuple):
    """Fresh ``jti`` values, UUID strings, for the two tokens of one issuance."""

    id_jti: str
    access_jti: str


@dataclass(frozen=True, slots=True)
class TokenDraft:
    """Both tokens before rendering: claims without groups and scope, which are kept apart.

    ``id_claims`` is None when no ID token is due. The group configurations are None for machines;
    they differ only after a function suppressed the groups of one token. ``at_hash`` is no part of
    a draft: it can be computed only over the signed access token.
    """

    id_claims: Claims | None
    access_claims: Claims
    scopes: tuple[str, ...]
    id_groups: GroupConfiguration | None
    access_groups: GroupConfiguration | None


class FinishedClaims(NamedTuple):
    """The claim sets to sign. ``id_claims`` is None when no ID token is due."""

    id_claims: dict[str, Any] | None
    access_claims: dict[str, Any]


def draft(
    authentication: Authentication, *, issuer: str, now_seconds: int, token_ids: TokenIds
) -> TokenDraft:
    """The tokens of ``authentication`` as they are without any customization.

    What varies by flow is told by rows of :mod:`poolhouse.domain.choices`: ``token-version``,
    ``nonce``, ``acr-amr``, ``id-token-event-id``, ``refreshed-event-id``, ``machine-event-id``.
    ``issuer`` is the pool's ``iss``; ``now_seconds`` (since the epoch) becomes ``iat``.
    """
    user = authentication.user
    if user is None:
        return _machine(authentication, issuer, now_seconds, token_ids)
    configuration = groups.configuration(authentication.groups)
    id_claims = None
    if authentication.wants_id_token:
        id_claims = _id_claims(authentication, user, issuer, now_seconds, token_ids)
    return TokenDraft(
        id_claims=id_claims,
        access_claims=_access_claims(authentication, user, issuer, now_seconds, token_ids),
        scopes=authentication.scopes,
        id_groups=configuration,
        access_groups=configuration,
    )


def finish(draft: TokenDraft) -> FinishedClaims:
    """Render groups, roles and the blank-separated ``scope`` into the claims of ``draft``.

    Empty ones are left out (``no-scope-left``, ``groups-null`` in :mod:`poolhouse.domain.choices`).
    """
    access_claims = dict(draft.access_claims)
    if draft.access_groups is not None and draft.access_groups.groups:
        access_claims[GROUPS] = list(draft.access_groups.groups)
    if draft.scopes:
        access_claims["scope"] = " ".join(draft.scopes)
    if draft.id_claims is None:
        return FinishedClaims(None, access_claims)
    id_claims = dict(draft.id_claims)
    if draft.id_groups is not None:
        id_claims.update(group_claims(draft.id_groups))
    return FinishedClaims(id_claims, access_claims)


def group_claims(configuration: GroupConfiguration) -> dict[str, Any]:
    """The ID token's claims of a group configuration; empty members have none."""
    claims: dict[str, Any] = {}
    if configuration.groups:
        claims[GROUPS] = list(configuration.groups)
    if configuration.roles:
        claims[ROLES] = list(configuration.roles)
    if configuration.preferred_role:
        claims[PREFERRED_ROLE] = configuration.preferred_role
    return claims


def _id_claims(
    authentication: Authentication,
    user: User,
    issuer: str,
    now_seconds: int,
    token_ids: TokenIds,
) -> dict[str, Any]:
    client = authentication.client
    # Attributes first: whatever a profile holds, the claims below have the last word.
    claims: dict[str, Any] = attribute_claims.draft(
        user.attributes,
        readable=client.read_attributes,
        scopes=authentication.scopes if authentication.by_oauth else None,
    )
    claims["sub"] = user.sub
    claims["iss"] = issuer
    claims["cognito:username"] = user.username
    identities = attribute_claims.identities(user.attributes.get("identities"))
    if identities is not None:
        claims["identities"] = identities
    if authentication.origin_jti is not None:
        claims["origin_jti"] = authentication.origin_jti
    claims["aud"] = client.id
    if authentication.source == _EXCHANGE and authentication.resource is not None:
        claims["aud"] = authentication.resource
    if authentication.event_id is not None:
        claims["event_id"] = authentication.event_id
    claims["token_use"] = "id"
    claims["auth_time"] = authentication.auth_time
    if (
        authentication.nonce is not None
        and authentication.by_oauth
        and authentication.source != _REFRESH
    ):
        claims["nonce"] = authentication.nonce
    _add_levels(claims, authentication)
    claims["exp"] = _exp(authentication, now_seconds + client.id_token_seconds)
    claims["iat"] = now_seconds
    if is_traceable(client):
        claims["jti"] = token_ids.id_jti
    return claims


def _access_claims(
    authentication: Authentication,
    user: User,
    issuer: str,
    now_seconds: int,
    token_ids: TokenIds,
) -> dict[str, Any]:
    client = authentication.client
    claims: dict[str, Any] = {"sub": user.sub}
    if authentication.device_key is not None:
        claims["device_key"] = authentication.device_key
    claims["iss"] = issuer
    if authentication.by_oauth:
        claims["version"] = _OAUTH_VERSION
    claims["client_id"] = client.id
    if authentication.origin_jti is not None:
        claims["origin_jti"] = authentication.origin_jti
    if authentication.event_id is not None:
        claims["event_id"] = authentication.event_id
    claims["token_use"] = "access"
    claims["auth_time"] = authentication.auth_time
    _add_levels(claims, authentication)
    if authentication.resource is not None:
        claims["aud"] = authentication.resource
    claims["exp"] = _exp(authentication, now_seconds + client.access_token_seconds)
    claims["iat"] = now_seconds
    claims["jti"] = token_ids.access_jti
    claims["username"] = user.username
    return claims


def _machine(
    authentication: Authentication, issuer: str, now_seconds: int, token_ids: TokenIds
) -> TokenDraft:
    client = authentication.client
    return TokenDraft(
        id_claims=None,
        access_claims={
            "sub": client.id,
            "token_use": "access",
            "auth_time": now_seconds,
            "iss": issuer,
            "exp": now_seconds + client.access_token_seconds,
            "iat": now_seconds,
            "version": _OAUTH_VERSION,
            "jti": token_ids.access_jti,
            "client_id": client.id,
        },
        scopes=authentication.scopes,
        id_groups=None,
        access_groups=None,
    )


def _exp(authentication: Authentication, exp: int) -> int:
    """An exchanged token does not outlive the one it was exchanged for."""
    latest = authentication.latest_exp
    return exp if latest is None else min(exp, latest)


def _add_levels(claims: dict[str, Any], authentication: Authentication) -> None:
    if authentication.actor is not None:
        claims["act"] = dict(authentication.actor)
    if authentication.acr is not None:
        claims["acr"] = authentication.acr
    if authentication.amr:
        claims["amr"] = list(authentication.amr)
