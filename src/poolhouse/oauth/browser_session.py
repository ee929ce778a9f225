"""The browser's session with a pool: one cookie, an hour from the last sign-in by a person.

Source: Amazon Cognito developer guide, "User pool managed login" (the session cookie is not
prolonged by silent use).
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from poolhouse.domain.records import User
from poolhouse.house import House
from poolhouse.oauth.visits import Visit
from poolhouse.store import browser_sessions, users
from poolhouse.store.browser_sessions import BrowserSession
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash

COOKIE: Final = "cognito"
LIFE_SECONDS: Final = 3600


async def find(house: House, visit: Visit) -> tuple[User, int] | None:
    """Who is signed in, and since when (seconds); a disabled or deleted user is not."""
    value = visit.cookies.get(COOKIE)
    if not value:
        return None
    session = await browser_sessions.find(house.db, visit.pool_id, token_hash(value))
    if session is None or session.expires_ms <= house.clock.now_ms():
        return None
    user = await users.find_by_sub(house.db, visit.pool_id, session.sub)
    return (user, session.auth_time) if user is not None and user.enabled else None


async def begin(house: House, visit: Visit, user: User, response: Response) -> None:
    """A new session under a new name: one that was planted or seen before is worth nothing."""
    now_ms = house.clock.now_ms()
    value = house.ids.token()
    session = BrowserSession(
        visit.pool_id, token_hash(value), user.sub, now_ms // 1000, now_ms + LIFE_SECONDS * 1000
    )
    await house.db.write(_replace, session, _old_hash(visit))
    _set_cookie(visit, response, value, LIFE_SECONDS)


async def end(house: House, visit: Visit, response: Response) -> None:
    """Forget the session here and in the browser."""
    old = _old_hash(visit)
    if old is not None:
        await house.db.write(browser_sessions.delete, visit.pool_id, old)
    _set_cookie(visit, response, "", 0)


async def _replace(transaction: Transaction, session: BrowserSession, old: str | None) -> None:
    if old is not None:
        await browser_sessions.delete(transaction, session.pool_id, old)
    await browser_sessions.insert(transaction, session)


def _old_hash(visit: Visit) -> str | None:
    value = visit.cookies.get(COOKIE)
    return token_hash(value) if value else None


def _set_cookie(visit: Visit, response: Response, value: str, max_age_seconds: int) -> None:
    response.set_cookie(
        COOKIE,
        value,
        max_age=max_age_seconds,
        path=visit.cookie_path,
        secure=visit.secure,
        httponly=True,
        samesite="lax",
    )
