"""Throttling: a token bucket per API category and region, and per user. Off unless switched on.

Each server process has buckets of its own, with its part of the rate: exact for one process, and
about right for several, where connections spread over them. A bucket holds one second's worth, as
a burst. A service of one file: every face that is called often asks it.
"""

from __future__ import annotations

from poolhouse.clock import Clock
from poolhouse.domain import quotas
from poolhouse.domain.quotas import CATEGORIES, CATEGORY_OF, CHALLENGE_ANSWERS, PER_USER_RATE
from poolhouse.errors import TooManyRequestsException
from poolhouse.settings import Settings
from poolhouse.store import provisioned_limits
from poolhouse.store.database import Reader

_MOST_BUCKETS = 20_000


class Throttle:
    """The buckets of one server process."""

    def __init__(self, settings: Settings, clock: Clock, reader: Reader) -> None:
        self._on = settings.throttle
        self._own_rates = quotas.parse_rates(settings.throttle_rates)
        self._processes = max(1, settings.workers)
        self._clock = clock
        self._reader = reader
        self._buckets: dict[tuple[str, ...], tuple[float, int]] = {}

    def free_rate(self, category: str) -> int:
        """The default rate of a category: the service's, or the one in the settings."""
        return self._own_rates.get(category, CATEGORIES[category].rate)

    async def rate(self, region: str, category: str) -> int:
        """What is in force: provisioned, or else the default."""
        provisioned = await provisioned_limits.find(self._reader, region, category)
        return self.free_rate(category) if provisioned is None else provisioned

    async def admit(self, operation: str, region: str) -> None:
        """Count a request to an operation. Raises :class:`TooManyRequestsException`."""
        if not self._on:
            return
        category = CATEGORY_OF[operation]
        await self.admit_to(category, region, answers_challenge=operation in CHALLENGE_ANSWERS)

    async def admit_to(
        self, category: str, region: str, *, answers_challenge: bool = False
    ) -> None:
        """Count a request of a category that is no operation (a page, an OAuth endpoint).

        Raises :class:`TooManyRequestsException`.
        """
        if not self._on:
            return
        rate = await self.rate(region, category)
        if answers_challenge:
            self._take((region, category, "answers"), rate * quotas.CHALLENGE_FACTOR)
        else:
            self._take((region, category), rate)

    def admit_user(self, operation: str, *names: str) -> None:
        """Count a request for one user: reads and writes apart.

        ``names`` say which user, by pool or client and name, or by sub. Raises
        :class:`TooManyRequestsException`.
        """
        if not self._on:
            return
        kind = CATEGORIES[CATEGORY_OF[operation]].per_user
        if kind is not None:
            self._take((kind, *names), PER_USER_RATE)

    def _take(self, key: tuple[str, ...], rate: int) -> None:
        now_ms = self._clock.now_ms()
        share = max(1.0, rate / self._processes)
        tokens, at_ms = self._buckets.pop(key, (share, now_ms))
        tokens = min(share, tokens + max(0, now_ms - at_ms) * share / 1000)
        admitted = tokens >= 1.0
        self._buckets[key] = (tokens - 1.0 if admitted else tokens, now_ms)
        if len(self._buckets) > _MOST_BUCKETS:
            # The one that was asked for longest ago: most likely full, and the same when made anew.
            del self._buckets[next(iter(self._buckets))]
        if not admitted:
            raise TooManyRequestsException("Rate exceeded")
