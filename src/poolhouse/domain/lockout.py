"""How long a user is locked out after failed password checks.

After five failures one second, then twice as long each time, up to about a quarter of an hour; a
quarter of an hour without a failure starts anew. Source: Amazon Cognito developer guide,
"Lockout behavior for failed sign-in attempts".
"""

from __future__ import annotations

FREE_FAILURES = 5
LONGEST_LOCK_SECONDS = 900
FORGET_AFTER_SECONDS = 900


def locked_seconds(failures: int) -> int:
    """The lock that ``failures`` in a row bring, counted from the last one."""
    if failures < FREE_FAILURES:
        return 0
    return min(1 << min(failures - FREE_FAILURES, 10), LONGEST_LOCK_SECONDS)


def is_locked(failures: int, last_failure_ms: int, now_ms: int) -> bool:
    return now_ms < last_failure_ms + locked_seconds(failures) * 1000
