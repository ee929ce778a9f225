"""How many users a large pool has, from the first of them in the order of their subs."""

from __future__ import annotations

SAMPLE = 1000
"""Users that are counted; where there are more, these say how many."""

_DIGITS = 8  # of a random UUID (RFC 9562, version 4) these are all random


def estimate(sub_behind: str) -> int:
    """From the sub that follows on the first :data:`SAMPLE`.

    A thousand subs in the first tenth of all that there could be belong to ten thousand users.
    """
    try:
        share: float = (int(sub_behind[:_DIGITS], 16) + 1) / 16**_DIGITS
    except ValueError:  # not one of ours
        return SAMPLE + 1
    return max(SAMPLE + 1, round(SAMPLE / share))
