"""Passwords that are known to be stolen: found when they are used or chosen, and refused.

Source: Amazon Cognito developer guide, "Working with compromised-credentials detection".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import structlog

from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidPasswordException
from poolhouse.house import House
from poolhouse.threat_protection import breached, configuration, events

log = structlog.get_logger("poolhouse.threat_protection")

Occasion = Literal["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"]
Finding = Literal["clean", "noted", "blocked"]

# ``compromised-sentence``
REFUSED = "Provided password cannot be used for security reasons."


async def look_up(
    house: House, pool: UserPool, client_id: str | None, password: str, occasion: Occasion
) -> Finding:
    """Whether a password is stolen, and whether that blocks here."""
    if not events.is_on(pool) or not house.settings.breached_passwords:
        return "clean"
    blocks = await configuration.effective(house, pool.id, client_id or "")
    block: Mapping[str, Any] = blocks.get(configuration.COMPROMISED) or {}
    occasions = block.get("EventFilter") or ("SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE")
    if not block or occasion not in occasions:
        return "clean"
    try:
        listed = await asyncio.to_thread(
            breached.is_listed, Path(house.settings.breached_passwords), password
        )
    except OSError as error:
        log.error("the list of breached passwords cannot be read", reason=type(error).__name__)
        return "clean"
    if not listed:
        return "clean"
    blocks_here = block["Actions"]["EventAction"] == "BLOCK" and events.is_enforced(pool)
    return "blocked" if blocks_here else "noted"


async def check_chosen(
    house: House, pool: UserPool, client_id: str | None, password: str | None, occasion: Occasion
) -> None:
    """Refuse a new password that is stolen. Raises :class:`InvalidPasswordException`."""
    if password and await look_up(house, pool, client_id, password, occasion) == "blocked":
        raise InvalidPasswordException(REFUSED)
