"""``state`` towards a provider: everything a sign-in there needs when it comes back.

It is sealed, so that nobody reads or forges it; bound to the browser by a cookie, so that nobody
is signed in as somebody else (RFC 6749 section 10.12); named by its provider, so that the answer of
one is not taken for another's (RFC 9700 section 4.4); and spent when it comes back.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.responses import Response

from poolhouse.house import House
from poolhouse.oauth.visits import Visit
from poolhouse.store import spent_states
from poolhouse.store.sealing import SealBroken, token_hash

COOKIE: Final = "csrf-state"
LIFE_SECONDS: Final = 300
LONGEST_QUERY: Final = 4096
"""Of the app's own request, which travels along: providers take URLs of some kilobytes."""
_COOKIE_VALUE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class NotOurs(Exception):
    """A ``state`` that is not (or no longer) good in this browser."""


@dataclass(frozen=True, slots=True)
class FederationState:
    """``query`` is the app's authorization request; ``redirect_uri`` where the provider answers."""

    provider_name: str
    query: str
    nonce: str
    verifier: str
    redirect_uri: str


def browser_value(house: House, visit: Visit) -> str:
    """What tells this browser from others: kept from one attempt to the next, so that two
    windows do not end each other's.
    """
    value = visit.cookies.get(COOKIE, "")
    return value if _COOKIE_VALUE.fullmatch(value) else house.ids.token()


def seal(house: House, visit: Visit, state: FederationState, browser: str) -> str:
    """The parameter to send along."""
    content = orjson.dumps(
        [
            state.provider_name,
            state.query,
            state.nonce,
            state.verifier,
            state.redirect_uri,
            token_hash(browser),
            house.clock.now_ms() + LIFE_SECONDS * 1000,
        ]
    )
    return urlsafe_b64encode(house.sealer.seal(content, _purpose(visit))).decode().rstrip("=")


async def take(house: House, visit: Visit) -> FederationState:
    """What the parameter says, once. Raises :class:`NotOurs`."""
    sealed, content = _opened(house, visit)
    *fields, browser_hash, expires_ms = content
    browser = visit.cookies.get(COOKIE, "")
    if expires_ms <= house.clock.now_ms() or token_hash(browser) != browser_hash:
        raise NotOurs
    # The hash of what was sealed, not of its text: base64 has more than one for the same bytes.
    spent = hashlib.sha256(sealed).hexdigest()
    if not await house.db.write(spent_states.spend, visit.pool_id, spent, expires_ms):
        raise NotOurs
    return FederationState(*fields)


def _opened(house: House, visit: Visit) -> tuple[bytes, list[Any]]:
    text = visit.parameters.get("state", "")
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return sealed, orjson.loads(house.sealer.unseal(sealed, _purpose(visit)))
    except (SealBroken, binascii.Error, ValueError) as error:
        raise NotOurs from error


def remember(visit: Visit, response: Response, browser: str) -> None:
    """The cookie, for as long as a state lasts."""
    visit.set_cookie(response, COOKIE, browser, LIFE_SECONDS)


def _purpose(visit: Visit) -> str:
    return f"federation state {visit.pool_id}"
