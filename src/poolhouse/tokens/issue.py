"""The mint: ``Authentication`` in, ``TokenSet`` out. Every token of the house is made here.

    draft -> trigger -> apply   (``customize``: pure but for the call; what a preview shows)
    -> sign -> store            (``issue``: only then do tokens exist)

A failing trigger fails the issuance: no token is signed, no row is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from poolhouse.domain import claims, customization, trigger_answers
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import TokenDraft, TokenIds
from poolhouse.domain.customization import Change
from poolhouse.domain.records import EventVersion
from poolhouse.house import House
from poolhouse.store.database import Transaction
from poolhouse.tokens import notices, sign_in_record
from poolhouse.tokens.issuer import issuer
from poolhouse.tokens.signing import access_token_hash, sign_claims
from poolhouse.triggers import invoke, pre_token_generation


@dataclass(frozen=True, slots=True)
class NewDevice:
    """``NewDeviceMetadata``: the keys under which a device may be confirmed."""

    key: str
    group_key: str


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a client receives. ``expires_seconds`` is the access token's life, ``scopes`` are those
    it carries. ``new_device`` is set at a sign-in without a device, where devices are tracked.
    """

    access_token: str
    id_token: str | None
    refresh_token: str | None
    expires_seconds: int
    scopes: tuple[str, ...] = ()
    new_device: NewDevice | None = None


@dataclass(frozen=True, slots=True)
class Customization:
    """The draft before and after the function, and one line for each change it asked for.

    ``event`` is what the function was sent and ``answer`` what it sent back; None when the pool
    has no function for these tokens.
    """

    before: TokenDraft
    after: TokenDraft
    changes: tuple[Change, ...] = ()
    event: Mapping[str, Any] | None = None
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A function's answer that was had before: a code was given out on the strength of it."""

    event: Mapping[str, Any]
    answer: bytes
    version: EventVersion


@dataclass(frozen=True, slots=True)
class Redemption:
    """The second half of an issuance whose first half was an authorization code.

    ``answered`` is None where the pool had no function. ``spend`` runs in the transaction that
    stores the sign-in, so that a code is used up exactly when its tokens exist.
    """

    answered: Answered | None
    spend: Callable[[Transaction], Awaitable[None]]


async def issue(
    house: House,
    authentication: Authentication,
    *,
    with_refresh_token: bool = False,
    new_sign_in: bool = False,
    redemption: Redemption | None = None,
) -> TokenSet:
    """Make the tokens of one sign-in, refresh or machine grant.

    With ``new_sign_in`` or ``with_refresh_token`` the sign-in is new: it gets its event id and,
    with the latter, a stored refresh token, durable before this returns. Raises the three Lambda
    exceptions of the service, for a user who was disabled or deleted while the function ran
    :class:`NotAuthorizedException` and :class:`UserNotFoundException`, and what a ``redemption``
    raises.
    """
    now_ms = house.clock.now_ms()
    new_sign_in = new_sign_in or with_refresh_token
    refresh_token = house.ids.token() if with_refresh_token else None
    if new_sign_in:
        authentication = _as_new_sign_in(house, authentication)
    now_seconds = now_ms // 1000
    if redemption is None:
        customized = await customize(house, authentication, now_seconds=now_seconds)
    else:
        customized = _customize_as_answered(house, authentication, redemption, now_seconds)
    signing = _sign(house, authentication, customized.after)
    if not new_sign_in:
        access_token, id_token = await signing
    else:
        # The disk's time and the signatures' overlap. Signed tokens of a sign-in that could not
        # be stored reach nobody.
        spend = redemption.spend if redemption else None
        storing = house.db.write(
            sign_in_record.store, authentication, refresh_token, now_ms, spend=spend
        )
        _, (access_token, id_token) = await asyncio.gather(storing, signing)
    notices.report_ignored(authentication.pool.id, customized.changes)
    notices.report_large(house.settings, authentication.pool.id, access_token, id_token)
    return TokenSet(
        access_token,
        id_token,
        refresh_token,
        authentication.client.access_token_seconds,
        tuple(customized.after.scopes),
    )


@dataclass(slots=True)
class Trace:
    """How far ``customize`` came: what a preview still shows when a step fails."""

    draft: TokenDraft | None = None
    event: Mapping[str, Any] | None = None
    answer: bytes | None = None


async def customize(
    house: House,
    authentication: Authentication,
    *,
    now_seconds: int,
    trace: Trace | None = None,
) -> Customization:
    """Draft the tokens, and let the pool's function change them. Nothing is stored or signed."""
    trace = trace if trace is not None else Trace()
    pool = authentication.pool
    trace.draft = draft = _draft(house, authentication, now_seconds)
    trigger = pool.pre_token_generation
    if trigger is None or not pre_token_generation.applies(authentication):
        return Customization(draft, draft)
    trace.event = event = pre_token_generation.event(draft, authentication)
    trace.answer = answer = await invoke.call(
        house, pool, pre_token_generation.TRIGGER, trigger.function_arn, event
    )
    return _apply(house, authentication, draft, Answered(event, answer, trigger.version))


def _customize_as_answered(
    house: House, authentication: Authentication, redemption: Redemption, now_seconds: int
) -> Customization:
    """The same without a call: the function was asked before the code was given out."""
    draft = _draft(house, authentication, now_seconds)
    if redemption.answered is None:
        return Customization(draft, draft)
    return _apply(house, authentication, draft, redemption.answered)


def _draft(house: House, authentication: Authentication, now_seconds: int) -> TokenDraft:
    return claims.draft(
        authentication,
        issuer=issuer(house.settings, authentication.pool),
        now_seconds=now_seconds,
        token_ids=TokenIds(id_jti=house.ids.uuid(), access_jti=house.ids.uuid()),
    )


def _apply(
    house: House, authentication: Authentication, draft: TokenDraft, answered: Answered
) -> Customization:
    wishes = trigger_answers.read(
        trigger_answers.parse(answered.answer), answered.event, answered.version
    )
    customized = customization.apply(
        draft, wishes, client_id=authentication.client.id, quota=house.settings.token_quota
    )
    return Customization(
        draft, customized.draft, customized.report, answered.event, answered.answer
    )


def _as_new_sign_in(house: House, authentication: Authentication) -> Authentication:
    client = authentication.client
    revocable = client.token_revocation or client.refresh_rotation is not None
    return replace(
        authentication,
        event_id=authentication.event_id or house.ids.uuid(),
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
