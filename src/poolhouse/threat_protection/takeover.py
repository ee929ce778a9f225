"""Judging a sign-in whose first factor was right: who else could know it, and what is done then.

Source: Amazon Cognito developer guide, "Working with adaptive authentication".
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from poolhouse.domain import risk
from poolhouse.domain.auth_events import AuthEvent, EventResponse, Risk
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import auth_events
from poolhouse.threat_protection import configuration, events, notices

_ASKING = ("MFA_IF_CONFIGURED", "MFA_REQUIRED")
BLOCKED = "Unable to login because of security reasons."


class _Verdict(NamedTuple):
    """``action`` is the configured one of that risk, where it is enforced."""

    risk: Risk
    action: Mapping[str, Any]


async def weigh(
    house: House, pool: UserPool, user: User, event: AuthEvent, *, has_second_factor: bool
) -> bool:
    """Record the sign-in ``event`` with its risk, and act on it.

    True when the user must be asked for a second factor: MFA_IF_CONFIGURED and MFA_REQUIRED want
    one of whoever can show one (``has_second_factor``), and of the others the latter blocks.
    Raises :class:`NotAuthorizedException`.
    """
    blocks = await configuration.effective(house, pool.id, event.client_id or "")
    exceptions = blocks.get(configuration.EXCEPTIONS) or {}
    if is_within(event.address, exceptions.get("BlockedIPRangeList") or ()):
        verdict = _Verdict(Risk("Block", "High"), {})
    elif is_within(event.address, exceptions.get("SkippedIPRangeList") or ()):
        verdict = _Verdict(Risk(), {})
    else:
        verdict = await _score(house, event, blocks)
    blocked = events.is_enforced(pool) and (
        verdict.risk.decision == "Block" or _wants_block(verdict.action, has_second_factor)
    )
    by_mfa = (
        events.is_enforced(pool)
        and has_second_factor
        and verdict.action.get("EventAction") in _ASKING
    )
    found = Risk("Block", verdict.risk.level) if blocked else verdict.risk
    await events.record(
        house, pool, user, _with(event, found, response="Fail" if blocked else "InProgress")
    )
    if events.is_enforced(pool) and verdict.action.get("Notify"):
        takeover = blocks.get(configuration.TAKEOVER) or {}
        await notices.send(house, pool, user, event, takeover, blocked=blocked, by_mfa=by_mfa)
    if blocked:
        raise NotAuthorizedException(BLOCKED)
    return by_mfa


def is_within(address: str, ranges: Sequence[str]) -> bool:
    """Whether an IP address is in one of the ranges (CIDR notation)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(each, strict=False) for each in ranges)


async def _score(house: House, event: AuthEvent, blocks: Mapping[str, Any]) -> _Verdict:
    page = await auth_events.list_page(
        house.db, event.pool_id, event.sub, size=risk.LOOK_BACK_EVENTS
    )
    history = [each for each in page.items if each.event_id != event.event_id]
    level = risk.level(history, event.address, event.device, event.created_ms)
    if level is None:
        return _Verdict(Risk(), {})
    actions = (blocks.get(configuration.TAKEOVER) or {}).get("Actions") or {}
    return _Verdict(Risk("AccountTakeover", level), actions.get(f"{level}Action") or {})


def _wants_block(action: Mapping[str, Any], has_second_factor: bool) -> bool:
    wanted = action.get("EventAction")
    return wanted == "BLOCK" or (wanted == "MFA_REQUIRED" and not has_second_factor)


def _with(event: AuthEvent, found: Risk, *, response: EventResponse) -> AuthEvent:
    return replace(event, risk=found, response=response)
