"""How long a user is locked out after failed password checks, and after wrong codes.

After five failures one second, then twice as long each time, up to about a quarter of an hour; a
quarter of an hour without a failure starts anew. Source: Amazon Cognito developer guide,
"Lockout behavior for failed sign-in attempts".
"""

from __future__ import annotations

FREE_FAILURES = 5
LONGEST_LOCK_SECONDS = 900
FORGET_AFTER_SECONDS = 900

FREE_CODES = 10
CODES_PER_SESSION = 10
LONGEST_CODE_LOCK_SECONDS = 86_400


def locked_seconds(failures: int) -> int:
    """The lock that ``failures`` in a row bring, counted from the last one."""
    if failures < FREE_FAILURES:
        return 0
    return min(1 << min(failures - FREE_FAILURES, 10), LONGEST_LOCK_SECONDS)


def is_locked(failures: int, last_failure_ms: int, now_ms: int) -> bool:
    return now_ms < last_failure_ms + locked_seconds(failures) * 1000


def second_factor_locked_seconds(failures: int) -> int:
    """The lock that so many wrong codes bring, over all sign-ins since the last right one.

    There are a million codes, and an authenticator app's last three at a time: after ten free
    tries the lock doubles up to a day, and no quiet time makes it shorter. Who has the password
    and guesses for a year is right once in a thousand (``wrong-codes``).
    """
    if failures < FREE_CODES:
        return 0
    return min(1 << min(failures - FREE_CODES, 17), LONGEST_CODE_LOCK_SECONDS)
