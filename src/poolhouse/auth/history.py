"""Passwords of late, which a user may not choose again where the pool's policy says so.

Source: Amazon Cognito developer guide, "Adding user pool password requirements".
"""

from __future__ import annotations

from poolhouse.domain.records import User, UserPool
from poolhouse.errors import NotAuthorizedException, PasswordHistoryPolicyViolationException
from poolhouse.house import House
from poolhouse.store import password_history

# ``history-sentence``
PASSWORD_USED_BEFORE = "Password has already been used."


async def check_history(house: House, pool: UserPool, user: User, password: str) -> None:
    """Refuse one of the user's last passwords, the present one included.

    Only permanent passwords count (``temporary-not-remembered``). Raises
    :class:`PasswordHistoryPolicyViolationException`.
    """
    size = pool.password_policy.history_size
    if not size:
        return
    hashes = await password_history.latest(house.db, pool.id, user.sub, size)
    current = user.password_hash
    if current is not None and user.status != "FORCE_CHANGE_PASSWORD" and current not in hashes:
        hashes = [current, *hashes[: size - 1]]
    for stored in hashes:
        try:
            await house.passwords.check(stored, password)
        except NotAuthorizedException:
            continue
        raise PasswordHistoryPolicyViolationException(PASSWORD_USED_BEFORE)
