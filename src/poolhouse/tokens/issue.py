"""The mint: ``Authentication`` in, ``TokenSet`` out. Every token of the house is made here.

    draft -> trigger -> apply -> judge   (``customize``: what a preview shows)
    -> sign -> store -> account          (``issue``: only then do tokens exist)

A failing trigger fails the issuance: no token is signed, no row is written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from poolhouse import tracing
from poolhouse.domain import claims, session_tracking
from poolhouse.domain.authentication import Authentication, is_traceable
from poolhouse.domain.claims import TokenDraft
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.store.database import Transaction
from poolhouse.tokens import accounting, sign_in_record
from poolhouse.tokens.customize import Answered, Customization, Trace, customize, redeem
from poolhouse.tokens.signing import access_token_hash, sign_claims


@dataclass(frozen=True, slots=True)
class NewDevice:
    """``NewDeviceMetadata``: the keys under which a device may be confirmed."""

    key: str
    group_key: str


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a client receives. ``expires_seconds`` is the access token's life, ``scopes`` are those
    it carries. ``new_device`` is set at a sign-in without a device, where devices are tracked.
    ``issued_type`` is the URI of an exchanged token's kind (RFC 8693 section 3).
    """

    access_token: str
    id_token: str | None
    refresh_token: str | None
    expires_seconds: int
    scopes: tuple[str, ...] = ()
    new_device: NewDevice | None = None
    issued_type: str | None = None


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
    begun = time.perf_counter()
    now_ms = house.clock.now_ms()
    new_sign_in = new_sign_in or with_refresh_token
    refresh_token = house.ids.token() if with_refresh_token else None
    if new_sign_in:
        authentication = _as_new_sign_in(house, authentication)
    customized = await decide(house, authentication, now_ms=now_ms, redemption=redemption)
    signing = _sign(house, authentication, customized.after)
    if not new_sign_in:
        access_token, id_token = await signing
    else:
        # The disk's time and the signatures' overlap. Signed tokens of a sign-in that could not
        # be stored reach nobody.
        spend = redemption.spend if redemption else None
        storing = _store(house, authentication, refresh_token, now_ms, spend)
        _, (access_token, id_token) = await asyncio.gather(storing, signing)
    await accounting.issued(
        house, authentication, customized, access_token, id_token, begun=begun, at_ms=now_ms
    )
    return TokenSet(
        access_token,
        id_token,
        refresh_token,
        authentication.client.access_token_seconds,
        tuple(customized.after.scopes),
    )


async def decide(
    house: House,
    authentication: Authentication,
    *,
    now_ms: int,
    redemption: Redemption | None = None,
) -> Customization:
    """``customize`` for an issuance that is meant: a refusal is entered in the books."""
    trace = Trace()
    now_seconds = now_ms // 1000
    try:
        if redemption is None:
            return await customize(house, authentication, now_seconds=now_seconds, trace=trace)
        return await redeem(
            house,
            authentication,
            now_seconds=now_seconds,
            answered=redemption.answered,
            trace=trace,
        )
    except ServiceError as error:
        await accounting.refused(house, authentication, trace, error, at_ms=now_ms)
        raise


async def decide_for_code(
    house: House, authentication: Authentication, *, now_ms: int
) -> Customization:
    """The first half of an issuance that a code will finish (see :class:`Redemption`).

    Decided with ids as the tokens will have them: a size budget judges what will be issued.
    """
    return await decide(house, _as_new_sign_in(house, authentication), now_ms=now_ms)


def _as_new_sign_in(house: House, authentication: Authentication) -> Authentication:
    return replace(
        authentication,
        event_id=authentication.event_id or house.ids.uuid(),
        origin_jti=house.ids.uuid() if is_traceable(authentication.client) else None,
    )


async def _store(
    house: House,
    authentication: Authentication,
    refresh_token: str | None,
    now_ms: int,
    spend: Callable[[Transaction], Awaitable[None]] | None,
) -> None:
    tracked = session_tracking.is_on(authentication.pool)
    session_id = house.ids.user_session_id(session_tracking.TOKEN_PREFIX) if tracked else None
    with tracing.span("store"):
        await house.db.write(
            sign_in_record.store,
            authentication,
            refresh_token,
            session_id,
            now_ms,
            spend=spend,
        )


async def _sign(
    house: House, authentication: Authentication, draft: TokenDraft
) -> tuple[str, str | None]:
    if not tracing.is_on():
        return await _signed(house, authentication, draft)
    with tracing.span("sign"):
        return await _signed(house, authentication, draft)


async def _signed(
    house: House, authentication: Authentication, draft: TokenDraft
) -> tuple[str, str | None]:
    keys = await house.keys.of_pool(house.db, authentication.pool.id)
    finished = claims.finish(draft)
    signing = sign_claims(house.signer, keys.signing["access"], finished.access_claims)
    if finished.id_claims is None:
        return await signing, None
    if authentication.by_oauth and authentication.id_token_due is None:
        access_token = await signing
        hashed = {**finished.id_claims, "at_hash": access_token_hash(access_token)}
        return access_token, await sign_claims(house.signer, keys.signing["id"], hashed)
    signing_id = sign_claims(house.signer, keys.signing["id"], finished.id_claims)
    return await signing, await signing_id
