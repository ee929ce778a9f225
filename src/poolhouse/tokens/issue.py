"""The mint: ``Authentication`` in, ``TokenSet`` out. Every token of the house is made here.

    draft -> trigger -> apply   (``customize``: pure but for the call; what a preview shows)
    -> sign -> store            (``issue``: only then do tokens exist)

A failing trigger fails the issuance: no token is signed, no row is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from poolhouse.domain import claims, customization, trigger_answers
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import TokenDraft, TokenIds
from poolhouse.domain.customization import Change
from poolhouse.house import House
from poolhouse.store import sign_ins
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.store.sign_ins import RefreshToken, SignIn
from poolhouse.tokens.issuer import issuer, pool_arn
from poolhouse.tokens.signing import access_token_hash, sign_claims
from poolhouse.triggers import invoke, pre_token_generation

log = structlog.get_logger("poolhouse.tokens")


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a client receives. ``expires_seconds`` is the access token's life."""

    access_token: str
    id_token: str | None
    refresh_token: str | None
    expires_seconds: int


@dataclass(frozen=True, slots=True)
class Customization:
    """The draft before and after the function, and one line for each change it asked for."""

    before: TokenDraft
    after: TokenDraft
    changes: tuple[Change, ...] = ()
    event: Mapping[str, Any] | None = None
    answer: bytes | None = None


async def issue(
    house: House, authentication: Authentication, *, with_refresh_token: bool = False
) -> TokenSet:
    """Make the tokens of one sign-in, refresh or machine grant.

    With ``with_refresh_token`` the sign-in is new: it gets its event id and a stored refresh
    token, durable before this returns. Raises the three Lambda exceptions of the service.
    """
    now_ms = house.clock.now_ms()
    if with_refresh_token:
        authentication = _with_ids(house, authentication)
    customized = await customize(house, authentication, now_seconds=now_ms // 1000)
    if with_refresh_token:
        refresh_token = house.ids.token()
        storing = asyncio.ensure_future(
            house.db.write(_store, authentication, refresh_token, now_ms)
        )
        try:
            access_token, id_token = await _sign(house, authentication, customized.after)
        finally:
            await storing
    else:
        refresh_token = None
        access_token, id_token = await _sign(house, authentication, customized.after)
    _warn_of(house, authentication, customized, access_token, id_token)
    return TokenSet(
        access_token, id_token, refresh_token, authentication.client.access_token_seconds
    )


async def customize(
    house: House, authentication: Authentication, *, now_seconds: int
) -> Customization:
    """Draft the tokens, and let the pool's function change them. Nothing is stored or signed."""
    pool = authentication.pool
    draft = claims.draft(
        authentication,
        issuer=issuer(house.settings, pool),
        now_seconds=now_seconds,
        token_ids=TokenIds(id_jti=house.ids.uuid(), access_jti=house.ids.uuid()),
    )
    trigger = pool.pre_token_generation
    if trigger is None or not pre_token_generation.applies(authentication):
        return Customization(draft, draft)
    event = pre_token_generation.event(draft, authentication)
    answer = await invoke.call(
        house,
        trigger=pre_token_generation.TRIGGER,
        function_arn=trigger.function_arn,
        source_arn=pool_arn(house.settings, pool),
        event=event,
    )
    wishes = trigger_answers.read(trigger_answers.parse(answer), event, trigger.version)
    customized = customization.apply(
        draft, wishes, client_id=authentication.client.id, quota=house.settings.token_quota
    )
    return Customization(draft, customized.draft, customized.report, event, answer)


def _with_ids(house: House, authentication: Authentication) -> Authentication:
    client = authentication.client
    revocable = client.token_revocation or client.refresh_rotation is not None
    return replace(
        authentication,
        event_id=house.ids.uuid(),
        origin_jti=house.ids.uuid() if revocable else None,
    )


async def _sign(
    house: House, authentication: Authentication, draft: TokenDraft
) -> tuple[str, str | None]:
    keys = await house.keys.of_pool(house.db, authentication.pool.id)
    finished = claims.finish(draft)
    access_token = await sign_claims(house.signer, keys.signing["access"], finished.access_claims)
    if finished.id_claims is None:
        return access_token, None
    id_claims = finished.id_claims
    if authentication.by_oauth:
        id_claims = {**id_claims, "at_hash": access_token_hash(access_token)}
    return access_token, await sign_claims(house.signer, keys.signing["id"], id_claims)


async def _store(
    transaction: Transaction, authentication: Authentication, refresh_token: str, now_ms: int
) -> None:
    client = authentication.client
    if authentication.event_id is None or authentication.user is None:
        raise ValueError("only a user's sign-in has a refresh token")
    expires_ms = now_ms + client.refresh_token_seconds * 1000
    pool_id, event_id = authentication.pool.id, authentication.event_id
    await sign_ins.insert(
        transaction,
        SignIn(
            pool_id=pool_id,
            event_id=event_id,
            origin_jti=authentication.origin_jti,
            client_id=client.id,
            sub=authentication.user.sub,
            auth_time=authentication.auth_time,
            revoked_ms=None,
            # An access token may outlive the refresh token, and is judged by this row.
            expires_ms=max(expires_ms, now_ms + client.access_token_seconds * 1000),
            scopes=authentication.scopes,
            by_oauth=authentication.by_oauth,
            device_key=authentication.device_key,
            resource=authentication.resource,
        ),
    )
    await sign_ins.insert_refresh_token(
        transaction, RefreshToken(pool_id, token_hash(refresh_token), event_id, expires_ms)
    )


def _warn_of(
    house: House,
    authentication: Authentication,
    customized: Customization,
    access_token: str,
    id_token: str | None,
) -> None:
    """Say aloud what the wire keeps quiet about: ignored wishes and oversized tokens."""
    ignored = [change for change in customized.changes if change.outcome == "ignored"]
    for change in ignored:
        log.warning(
            "a wish of the function was ignored",
            pool_id=authentication.pool.id,
            kind=change.kind,
            name=change.name,
            token_use=change.token,
            rule=change.rule,
        )
    limit = house.settings.token_size_warning_bytes
    for use, token in (("access", access_token), ("id", id_token)):
        if token is not None and len(token) > limit:
            log.warning(
                "a token is large",
                pool_id=authentication.pool.id,
                token_use=use,
                size_bytes=len(token),
                limit_bytes=limit,
            )
