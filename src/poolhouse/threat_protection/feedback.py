"""What a user or an administrator says of an event: theirs, or somebody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from poolhouse.domain.auth_events import AuthEvent, Feedback
from poolhouse.house import House
from poolhouse.store import auth_events
from poolhouse.store.database import Transaction

Value = Literal["Valid", "Invalid"]


async def give(house: House, event: AuthEvent, value: Value, provider: str) -> None:
    """Keep the feedback with the event; the last one counts."""
    given = Feedback(value, provider, house.clock.now_ms())
    await house.db.write(_give, event, given)


async def _give(transaction: Transaction, event: AuthEvent, given: Feedback) -> None:
    current = await auth_events.find(transaction, event.pool_id, event.event_id)
    if current is not None:
        await auth_events.put(transaction, replace(current, feedback=given))
