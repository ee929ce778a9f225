"""Revoking: one sign-in by its refresh token, or all of a user's.

Source: RFC 7009; Amazon Cognito developer guide, "Revoking tokens".
"""

from __future__ import annotations

import base64

import orjson

from poolhouse.domain.records import AppClient
from poolhouse.errors import UnsupportedOperationException, UnsupportedTokenTypeException
from poolhouse.house import House
from poolhouse.store import sign_ins
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.tokens import user_sessions


async def revoke_token(
    house: House, client: AppClient, token: str, *, linked: bool = False
) -> None:
    """End the sign-in behind a refresh token of ``client``; an unknown token is no error.

    With ``linked`` the SSO session that it came through ends as well. Raises
    :class:`UnsupportedOperationException` when the client has revocation switched off, and
    :class:`UnsupportedTokenTypeException` for an access or ID token.
    """
    if not client.token_revocation:
        raise UnsupportedOperationException("Token revocation is not enabled for this client.")
    if _is_jwt(token):
        raise UnsupportedTokenTypeException("Only refresh tokens can be revoked.")
    found = await sign_ins.find_refresh_token(house.db, client.pool_id, token_hash(token))
    if found is None or found[1].client_id != client.id:
        return
    sign_in = found[1]
    await house.db.write(
        user_sessions.end_with_sign_in,
        sign_in.pool_id,
        sign_in.event_id,
        linked=linked,
        now_ms=house.clock.now_ms(),
    )


async def revoke_user(transaction: Transaction, pool_id: str, sub: str, now_ms: int) -> None:
    """End every sign-in of a user: global sign-out, disabling, deleting."""
    await sign_ins.revoke_of_user(transaction, pool_id, sub, now_ms)


def _is_jwt(token: str) -> bool:
    first, _, rest = token.partition(".")
    if rest.count(".") != 1:
        return False
    try:
        header = orjson.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header
