"""The browser's session with a pool: one cookie, an hour from the last sign-in by a person.

Source: Amazon Cognito developer guide, "User pool managed login" (the session cookie is not
prolonged by silent use).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from poolhouse.domain import assurance, session_tracking
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.house import House
from poolhouse.oauth.visits import Visit
from poolhouse.store import (
    browser_sessions,
    client_session_configurations,
    user_sessions,
    users,
)
from poolhouse.store.browser_sessions import BrowserSession
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.store.user_sessions import UserSession

COOKIE: Final = "cognito"
LIFE_SECONDS: Final = 3600

_MUST_CHOOSE_PASSWORD: Final = frozenset({"RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"})


@dataclass(frozen=True, slots=True)
class Known:
    """Who is signed in, and since when (seconds since the epoch), having shown which factors.

    ``session_id`` is the SSO session that the user sees of it, where the pool tracks them.
    """

    user: User
    auth_time: int
    methods: tuple[str, ...]
    session_id: str | None


@dataclass(frozen=True, slots=True)
class Started:
    """A sign-in on the pages: who, through which app client, having shown what."""

    user: User
    client_id: str
    methods: tuple[str, ...]
    session_id: str | None


async def find(house: House, visit: Visit) -> Known | None:
    """Who is signed in; not a user who is disabled or deleted, or who must choose a password first.

    Whoever may know their password may have signed in with it before it was reset; a provider
    that vouched for them has never asked for it.
    """
    value = visit.cookies.get(COOKIE)
    if not value:
        return None
    session = await browser_sessions.find(house.db, visit.pool_id, token_hash(value))
    if session is None or session.expires_ms <= house.clock.now_ms():
        return None
    user = await users.find_by_sub(house.db, visit.pool_id, session.sub)
    if user is None or not user.enabled:
        return None
    if user.status in _MUST_CHOOSE_PASSWORD and assurance.FEDERATED not in session.methods:
        return None
    return Known(user, session.auth_time, session.methods, session.session_id)


async def begin(
    house: House,
    visit: Visit,
    started: Started,
    response: Response,
) -> None:
    """A new session under a new name: one that was planted or seen before is worth nothing.

    Where the pool tracks user sessions it lasts as long as any app client may reuse it; each
    judges for itself whether it still does.
    """
    now_ms = house.clock.now_ms()
    value = house.ids.token()
    life_seconds = LIFE_SECONDS
    if started.session_id is not None:
        life_seconds = session_tracking.LONGEST_SSO_MINUTES * 60
    session = BrowserSession(
        visit.pool_id,
        token_hash(value),
        started.user.sub,
        now_ms // 1000,
        now_ms + life_seconds * 1000,
        started.methods,
        started.session_id,
    )
    await house.db.write(_replace, session, _old_hash(visit), _sso_session(visit, started, session))
    visit.set_cookie(response, COOKIE, value, life_seconds)


def new_session_id(house: House, pool: UserPool) -> str | None:
    """The id of an SSO session to come; None where the pool does not track them."""
    if not session_tracking.is_on(pool):
        return None
    return house.ids.user_session_id(session_tracking.SSO_PREFIX)


async def lasts(house: House, pool: UserPool, client: AppClient, known: Known) -> bool:
    """Whether an app client may still reuse a session without a person. Raises nothing."""
    if not session_tracking.is_on(pool):
        return house.clock.now_ms() // 1000 < known.auth_time + LIFE_SECONDS
    minutes = await client_session_configurations.find(house.db, pool.id, client.id)
    if minutes is None:
        minutes = session_tracking.DEFAULT_SSO_MINUTES
    return house.clock.now_ms() // 1000 < known.auth_time + minutes * 60


async def end(house: House, visit: Visit, response: Response) -> None:
    """Forget the session here and in the browser."""
    old = _old_hash(visit)
    if old is not None:
        await house.db.write(browser_sessions.delete, visit.pool_id, old)
    visit.set_cookie(response, COOKIE, "", 0)


async def _replace(
    transaction: Transaction,
    session: BrowserSession,
    old: str | None,
    sso_session: UserSession | None,
) -> None:
    if old is not None:
        await browser_sessions.delete(transaction, session.pool_id, old)
    await browser_sessions.insert(transaction, session)
    if sso_session is not None:
        await user_sessions.insert(transaction, sso_session)


def _sso_session(visit: Visit, started: Started, session: BrowserSession) -> UserSession | None:
    if session.session_id is None:
        return None
    created_ms = session.auth_time * 1000
    return UserSession(
        pool_id=session.pool_id,
        session_id=session.session_id,
        sub=session.sub,
        client_id=started.client_id,
        event_id=None,
        browser_hash=session.session_hash,
        origin_session_id=None,
        address=visit.client_address,
        user_agent=visit.user_agent,
        created_ms=created_ms,
        active_ms=created_ms,
        expires_ms=session.expires_ms,
    )


def _old_hash(visit: Visit) -> str | None:
    value = visit.cookies.get(COOKIE)
    return token_hash(value) if value else None
