"""What a sign-in leaves behind: the row its tokens are judged by, and its first refresh token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from poolhouse.domain.authentication import Authentication
from poolhouse.errors import NotAuthorizedException
from poolhouse.store import sign_ins, users
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.store.sign_ins import RefreshToken, SignIn
from poolhouse.tokens import user_sessions

DISABLED = "User is disabled."

_LONGEST_ACCESS_TOKEN_MS = 86_400_000
"""An access token lives a day at most, whatever the app client's setting becomes."""


async def store(
    transaction: Transaction,
    authentication: Authentication,
    refresh_token: str | None,
    session_id: str | None,
    now_ms: int,
    *,
    spend: Callable[[Transaction], Awaitable[None]] | None = None,
) -> None:
    """Keep a sign-in and its refresh token, if it has one; ``spend`` uses up what paid for it.

    ``session_id`` names its user session; None where the pool tracks none.

    The user is looked at once more: a function may have run for seconds since. Raises
    :class:`NotAuthorizedException` and :class:`UserNotFoundException`.
    """
    if authentication.event_id is None or authentication.user is None:
        raise ValueError("only a user's sign-in is kept")
    if spend is not None:
        await spend(transaction)
    pool_id, event_id = authentication.pool.id, authentication.event_id
    user = await users.get_by_sub(transaction, pool_id, authentication.user.sub)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    expires_ms = now_ms + authentication.client.refresh_token_seconds * 1000
    await sign_ins.insert(
        transaction,
        SignIn(
            pool_id=pool_id,
            event_id=event_id,
            origin_jti=authentication.origin_jti,
            client_id=authentication.client.id,
            sub=user.sub,
            auth_time=authentication.auth_time,
            revoked_ms=None,
            # The last refresh may be in the last second, and its access token is judged by this.
            expires_ms=expires_ms + _LONGEST_ACCESS_TOKEN_MS,
            scopes=authentication.scopes,
            by_oauth=authentication.by_oauth,
            device_key=authentication.device_key,
            resource=authentication.resource,
            acr=authentication.acr,
            amr=authentication.amr,
            methods=authentication.methods,
        ),
    )
    lasts_seconds = authentication.client.access_token_seconds
    if session_id is not None:
        await user_sessions.open_token_session(
            transaction,
            authentication,
            session_id,
            expires_ms=expires_ms if refresh_token else now_ms + lasts_seconds * 1000,
            now_ms=now_ms,
        )
    if refresh_token is None:
        return
    await sign_ins.insert_refresh_token(
        transaction, RefreshToken(pool_id, token_hash(refresh_token), event_id, expires_ms)
    )
