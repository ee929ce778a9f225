"""Refreshing: a refresh token in, new tokens out, through the same mint and the same function.

Source: RFC 6749 section 6; RFC 9700 section 4.14 (rotation and re-use); Amazon Cognito developer
guide, "Refresh tokens".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poolhouse.domain.authentication import Authentication, TriggerSource
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import NotAuthorizedException, RefreshTokenReuseException
from poolhouse.house import House
from poolhouse.store import groups, sign_ins, users
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.store.sign_ins import RefreshToken, SignIn
from poolhouse.tokens.issue import TokenSet, issue

INVALID = "Invalid Refresh Token"
REVOKED = "Refresh Token has been revoked"
EXPIRED = "Refresh Token has expired"
REUSED = "The refresh token was used before."


async def refresh(
    house: House,
    pool: UserPool,
    client: AppClient,
    token: str,
    *,
    source: TriggerSource = "TokenGeneration_RefreshTokens",
    client_metadata: Mapping[str, str] | None = None,
) -> TokenSet:
    """New access and ID tokens; with rotation also a new refresh token, with the old one's expiry.

    Raises :class:`NotAuthorizedException` for a token that is unknown, expired, revoked or of
    another client, :class:`RefreshTokenReuseException` for a rotated one past its grace period,
    and the Lambda exceptions; a failed refresh leaves the token as it was.
    """
    now_ms = house.clock.now_ms()
    found = await sign_ins.find_refresh_token(house.db, pool.id, token_hash(token))
    if found is None or found[1].client_id != client.id:
        raise NotAuthorizedException(INVALID)
    refresh_token, sign_in = found
    await _check(house, client, refresh_token, sign_in, now_ms)
    authentication = await _authentication(
        house, pool, client, sign_in, source=source, client_metadata=client_metadata
    )
    tokens = await issue(house, authentication)
    if client.refresh_rotation is None:
        return tokens
    successor = house.ids.token()
    await house.db.write(
        _rotate, refresh_token, successor, now_ms, client.refresh_rotation.grace_seconds * 1000
    )
    return replace(tokens, refresh_token=successor)


async def _check(
    house: House, client: AppClient, token: RefreshToken, sign_in: SignIn, now_ms: int
) -> None:
    if sign_in.revoked_ms is not None:
        raise NotAuthorizedException(REVOKED)
    if token.expires_ms <= now_ms:
        raise NotAuthorizedException(EXPIRED)
    if token.superseded_ms is None:
        return
    grace_ms = client.refresh_rotation.grace_seconds * 1000 if client.refresh_rotation else 0
    if now_ms < token.superseded_ms + grace_ms:
        return
    # Two parties hold the token and nobody can tell which is the thief: end the whole family.
    if house.settings.revoke_reused_family:
        await house.db.write(sign_ins.revoke, sign_in.pool_id, sign_in.event_id, now_ms)
    raise RefreshTokenReuseException(REUSED)


async def _authentication(
    house: House,
    pool: UserPool,
    client: AppClient,
    sign_in: SignIn,
    *,
    source: TriggerSource,
    client_metadata: Mapping[str, str] | None,
) -> Authentication:
    user = await users.find_by_sub(house.db, pool.id, sign_in.sub)
    if user is None:
        raise NotAuthorizedException(INVALID)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return Authentication(
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
    )


async def _rotate(
    transaction: Transaction, token: RefreshToken, successor: str, now_ms: int, grace_ms: int
) -> None:
    if not await sign_ins.is_live(transaction, token.pool_id, token.event_id):
        raise NotAuthorizedException(REVOKED)
    # Whoever marks the token first wins; the others are late, and only a grace period saves them.
    if not await sign_ins.supersede(transaction, token, now_ms):
        found = await sign_ins.find_refresh_token(transaction, token.pool_id, token.token_hash)
        superseded_ms = found[0].superseded_ms if found else None
        if superseded_ms is None or now_ms >= superseded_ms + grace_ms:
            raise RefreshTokenReuseException(REUSED)
    await sign_ins.insert_refresh_token(
        transaction,
        replace(token, token_hash=token_hash(successor), superseded_ms=None),
    )
