"""How risky a sign-in looks: a score of our own, simple enough to foresee (``risk-score``).

One point each for an address and for a device that no good sign-in of the user came from, for
three or more failures within the last hour, and for three or more addresses within it. One point
is a low risk, two are a medium one, more are high. Who never signed in before has no habits to
differ from, and no risk.
"""

from __future__ import annotations

from collections.abc import Sequence

from poolhouse.domain.auth_events import AuthEvent, RiskLevel

LOOK_BACK_EVENTS = 50
"""How many of a user's newest events the score is made from."""

_HOUR_MS = 3_600_000
_MANY = 3
_LEVELS: tuple[RiskLevel, ...] = ("Low", "Medium", "High")


def level(history: Sequence[AuthEvent], address: str, device: str, now_ms: int) -> RiskLevel | None:
    """The risk of a sign-in from there, now; None for none.

    What somebody called invalid is no habit, and what was called valid is one.
    """
    good = [event for event in history if _is_good(event)]
    if not good:
        return None
    lately = [event for event in history if event.created_ms > now_ms - _HOUR_MS]
    failures = sum(event.response == "Fail" for event in lately)
    addresses = {event.address for event in lately if event.address} | {address}
    points = (
        _is_new(address, {event.address for event in good})
        + _is_new(device, {event.device for event in good})
        + (failures >= _MANY)
        + (len(addresses) >= _MANY)
    )
    return _LEVELS[min(points, len(_LEVELS)) - 1] if points else None


def _is_good(event: AuthEvent) -> bool:
    if event.event_type != "SignIn":
        return False
    if event.feedback is not None:
        return event.feedback.value == "Valid"
    return event.response == "Pass"


def _is_new(value: str, known: set[str]) -> bool:
    """What was not told, now or ever, is not new."""
    return bool(value) and any(known) and value not in known
