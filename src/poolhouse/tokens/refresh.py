"""Refreshing: a refresh token in, new tokens out, through the same mint and the same function.

Source: RFC 6749 section 6; RFC 9700 section 4.14 (rotation and re-use); Amazon Cognito developer
guide, "Refresh tokens".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poolhouse.domain import attribute_claims, devices, session_tracking
from poolhouse.domain.authentication import Authentication, TriggerSource, Visitor
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import NotAuthorizedException, RefreshTokenReuseException
from poolhouse.house import House
from poolhouse.store import groups, sign_ins, users
from poolhouse.store.database import Transaction, read_committed
from poolhouse.store.sealing import token_hash
from poolhouse.store.sign_ins import RefreshToken, SignIn
from poolhouse.tokens import user_sessions
from poolhouse.tokens.issue import TokenSet, issue
from poolhouse.tokens.sign_in_record import DISABLED

INVALID = "Invalid Refresh Token"
REVOKED = "Refresh Token has been revoked"
EXPIRED = "Refresh Token has expired"
# Ours: the exception is documented, its sentence is not.
REUSED = "The refresh token was used before."
# Ours as well, for the log of a face that answers invalid_grant.
UNREADABLE = "The client may not read every attribute that a granted scope covers."


async def refresh(
    house: House,
    pool: UserPool,
    client: AppClient,
    token: str,
    *,
    source: TriggerSource = "TokenGeneration_RefreshTokens",
    client_metadata: Mapping[str, str] | None = None,
    device_key: str | None = None,
    invalid: str = INVALID,
    visitor: Visitor | None = None,
) -> TokenSet:
    """New access and ID tokens; with rotation also a new refresh token, with the old one's expiry.

    ``device_key`` is the device that asks. Raises :class:`NotAuthorizedException` for a token
    that is unknown or bound to another device (with the sentence ``invalid``), expired, revoked
    or of another client, :class:`RefreshTokenReuseException` for a rotated one past its grace
    period, and the Lambda exceptions; a refresh that the function fails leaves the token as it
    was.
    """
    found = await sign_ins.find_refresh_token(house.db, pool.id, token_hash(token))
    if found is None or found[1].client_id != client.id:
        raise NotAuthorizedException(invalid)
    refresh_token, sign_in = found
    user = await users.find_by_sub(house.db, pool.id, sign_in.sub)
    if user is None:
        raise NotAuthorizedException(invalid)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    if _lacks_device(pool, sign_in, device_key):
        raise NotAuthorizedException(invalid)
    await _check(house, client, refresh_token, sign_in)
    if sign_in.by_oauth:
        _check_readable(client, sign_in)
    tokens = await issue(
        house,
        Authentication(
            pool=pool,
            client=client,
            source=source,
            user=user,
            groups=await groups.of_user(house.db, pool.id, user.sub),
            scopes=sign_in.scopes,
            auth_time=sign_in.auth_time,
            event_id=sign_in.event_id,
            origin_jti=sign_in.origin_jti,
            by_oauth=sign_in.by_oauth,
            device_key=sign_in.device_key,
            resource=sign_in.resource,
            client_metadata=client_metadata,
            acr=sign_in.acr,
            amr=sign_in.amr,
            methods=sign_in.methods,
        ),
    )
    if session_tracking.is_on(pool):
        now_ms = house.clock.now_ms()
        await house.db.write(user_sessions.note_refresh, pool.id, sign_in.event_id, visitor, now_ms)
    if client.refresh_rotation is None:
        return tokens
    return replace(tokens, refresh_token=await _rotate(house, client, refresh_token))


async def _check(house: House, client: AppClient, token: RefreshToken, sign_in: SignIn) -> None:
    now_ms = house.clock.now_ms()
    if sign_in.revoked_ms is not None:
        raise NotAuthorizedException(REVOKED)
    if token.expires_ms <= now_ms:
        raise NotAuthorizedException(EXPIRED)
    if not _is_spent(token, client, now_ms):
        return
    if house.settings.revoke_reused_family:
        await house.db.write(sign_ins.revoke, sign_in.pool_id, sign_in.event_id, now_ms)
    raise RefreshTokenReuseException(REUSED)


def _lacks_device(pool: UserPool, sign_in: SignIn, device_key: str | None) -> bool:
    """A token that was given to a device is good on that device only, while devices are tracked."""
    bound = devices.tracking(pool) is not None and sign_in.device_key is not None
    return bound and device_key != sign_in.device_key


def _is_spent(token: RefreshToken, client: AppClient, now_ms: int) -> bool:
    """Whether a token was rotated, and its grace period is over."""
    if token.superseded_ms is None:
        return False
    grace_ms = client.refresh_rotation.grace_seconds * 1000 if client.refresh_rotation else 0
    # Without grace no clock is asked: of two who rotate at once, the loser may have read its own
    # before the winner did, or on a machine that is behind, and would seem to be in time.
    return not grace_ms or now_ms >= token.superseded_ms + grace_ms


def _check_readable(client: AppClient, sign_in: SignIn) -> None:
    """An app client that lost the right to read what its scopes cover gets no tokens for them."""
    if attribute_claims.unreadable_scopes(client.read_attributes, sign_in.scopes):
        raise NotAuthorizedException(UNREADABLE)


async def _rotate(house: House, client: AppClient, token: RefreshToken) -> str:
    """The successor of ``token``. Of many who rotate it at once one gets there first, and only a
    grace period saves the others. Raises what ``_check`` raises.
    """
    successor = house.ids.token()
    rotated = await house.db.write(_store_successor, house, client, token, token_hash(successor))
    if not rotated:
        raise RefreshTokenReuseException(REUSED)
    return successor


@read_committed
async def _store_successor(
    transaction: Transaction, house: House, client: AppClient, token: RefreshToken, hashed: str
) -> bool:
    # Right however it interleaves: one statement decides who supersedes, and a sign-in that is
    # revoked meanwhile makes the successor worthless, for it is asked at every use.
    now_ms = house.clock.now_ms()
    if not await sign_ins.is_live(transaction, token.pool_id, token.event_id):
        raise NotAuthorizedException(REVOKED)
    if not await sign_ins.supersede(transaction, token, now_ms):
        found = await sign_ins.find_refresh_token(transaction, token.pool_id, token.token_hash)
        if found is None or _is_spent(found[0], client, now_ms):
            # Two parties hold the token, and nobody can tell which is the thief.
            if house.settings.revoke_reused_family:
                await sign_ins.revoke(transaction, token.pool_id, token.event_id, now_ms)
            return False
    await sign_ins.insert_refresh_token(
        transaction, replace(token, token_hash=hashed, superseded_ms=None)
    )
    return True
