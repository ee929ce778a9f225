"""How often an hour something may be tried, in one table.

Source: Amazon Cognito developer guide, "Quotas in Amazon Cognito". Where the guide gives a range,
the number is ours; what is not in the table is not limited (``first-code-uncounted``).
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from poolhouse.errors import LimitExceededException, ServiceError
from poolhouse.store import attempts
from poolhouse.store.database import Transaction

T = TypeVar("T")

_HOUR_MS = 3_600_000
_EXCEEDED = "Attempt limit exceeded, please try after some time."


class Limit(NamedTuple):
    """``kind`` names the attempt in the store."""

    kind: str
    per_hour: int


CONFIRM_SIGN_UP = Limit("confirm_sign_up", 15)
RESEND_CONFIRMATION = Limit("resend_confirmation", 5)
SEND_VERIFICATION = Limit("send_verification", 5)
VERIFY_ATTRIBUTE = Limit("verify_attribute", 15)
CHANGE_PASSWORD = Limit("change_password", 5)
# ``recovery-attempts``
FORGOT_PASSWORD = Limit("forgot_password", 10)
CONFIRM_FORGOT_PASSWORD = Limit("confirm_forgot_password", 10)


async def count(
    transaction: Transaction, limit: Limit, pool_id: str, subject: str, now_ms: int
) -> LimitExceededException | None:
    """Count an attempt, or return the refusal. Returned, not raised, so that counts stand."""
    counted = await attempts.record(
        transaction,
        pool_id,
        subject,
        limit.kind,
        limit=limit.per_hour,
        now_ms=now_ms,
        window_ms=_HOUR_MS,
    )
    return None if counted else LimitExceededException(_EXCEEDED)


def accepted(outcome: T | ServiceError) -> T:
    """What a transaction returned; the refusal it committed is raised here, after the commit."""
    if isinstance(outcome, ServiceError):
        raise outcome
    return outcome
