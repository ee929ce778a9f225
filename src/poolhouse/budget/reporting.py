"""The report over a user base: every user's tokens drafted, customized and measured; none signed.

It runs the pool's function once for every user. What grows with the users is a few numbers each.
"""

from __future__ import annotations

import heapq
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from poolhouse.domain import claims, size_budgets
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.records import User
from poolhouse.domain.size_budgets import Budget
from poolhouse.domain.token_sizes import Sizes
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.store import groups, user_search
from poolhouse.tokens import sizes
from poolhouse.tokens.customize import Trace, customize
from poolhouse.triggers.batches import mapped

AT_RISK_SHARE: Final = 0.9
"""Users whose tokens take this share of a budget or more are told before they are over it."""

_LARGEST_KEPT: Final = 20
_PAGE: Final = 60
_TELL_SECONDS: Final = 0.2
_PERCENTILES: Final = (50, 90, 99, 100)


@dataclass(frozen=True, slots=True)
class Measured:
    """One user's tokens; ``error`` is the exception that their issuance would end in."""

    username: str
    sub: str
    sizes: Sizes | None
    error: str | None = None


@dataclass(slots=True)
class _Account:
    """One budget: who is over it, and by how much the largest are."""

    budget: Budget
    over: int = 0
    at_risk: int = 0
    values: array[int] = field(default_factory=lambda: array("Q"))
    largest: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)

    def add(self, number: int, measured: Measured, found: Sizes) -> None:
        size_bytes = size_budgets.measured(found, self.budget.measure)
        self.values.append(size_bytes)
        if size_bytes > self.budget.limit_bytes:
            self.over += 1
        elif size_bytes >= AT_RISK_SHARE * self.budget.limit_bytes:
            self.at_risk += 1
        else:
            return
        user = {"user": measured.username, "sub": measured.sub, "size_bytes": size_bytes}
        entry = (size_bytes, number, user)
        if len(self.largest) < _LARGEST_KEPT:
            heapq.heappush(self.largest, entry)
        else:
            heapq.heappushpop(self.largest, entry)

    def told(self) -> dict[str, Any]:
        budget = self.budget
        return {
            "budget": budget.name,
            "measure": budget.measure,
            "limit_bytes": budget.limit_bytes,
            "action": budget.action,
            "over": self.over,
            "at_risk": self.at_risk,
            "size_bytes": _percentiles(self.values),
            "users": [user for _, _, user in sorted(self.largest, reverse=True)],
        }


class BudgetReport:
    """Adds up one user after the other; :meth:`told` is the result so far."""

    def __init__(self, budgets: Sequence[Budget]) -> None:
        self.users = 0
        self._accounts = [_Account(budget) for budget in budgets]
        self._claims: dict[str, Counter[str]] = {"access": Counter(), "id": Counter()}
        self._failures: Counter[str] = Counter()

    def add(self, measured: Measured) -> None:
        self.users += 1
        if measured.sizes is None:
            self._failures[measured.error or ""] += 1
            return
        for account in self._accounts:
            account.add(self.users, measured, measured.sizes)
        self._claims["access"].update(measured.sizes.access.claim_bytes)
        if measured.sizes.id is not None:
            self._claims["id"].update(measured.sizes.id.claim_bytes)

    def told(self) -> dict[str, Any]:
        """The report as JSON; ``claims`` are mean bytes over all users, the costliest first."""
        measured = max(1, self.users - self._failures.total())
        return {
            "users": self.users,
            "failures": dict(self._failures),
            "budgets": [account.told() for account in self._accounts],
            "claims": {
                token: {name: round(total / measured, 1) for name, total in found.most_common(25)}
                for token, found in self._claims.items()
            },
        }


async def report(
    house: House, like: Authentication, budgets: Sequence[Budget]
) -> AsyncIterator[int | BudgetReport]:
    """Sign every user of ``like``'s pool in as ``like`` says, without effects: the number of users
    seen so far now and then, and the report at the end.
    """
    result = BudgetReport(budgets)
    told = time.monotonic()
    at_once = 2 * house.settings.function_concurrency

    async def measure(user: User) -> Measured:
        return await _measure(house, like, user)

    async for measured in mapped(_users(house, like.pool.id), measure, at_once=at_once):
        result.add(measured)
        if time.monotonic() - told >= _TELL_SECONDS:
            yield result.users
            told = time.monotonic()
    yield result.users
    yield result


async def _users(house: House, pool_id: str) -> AsyncIterator[User]:
    after: tuple[str | int, ...] | None = None
    while True:
        page = await user_search.list_page(house.db, pool_id, None, after=after, size=_PAGE)
        for user in page.items:
            yield user
        if page.next_key is None:
            return
        after = page.next_key


async def _measure(house: House, like: Authentication, user: User) -> Measured:
    members = await groups.of_user(house.db, user.pool_id, user.sub)
    authentication = replace(like, user=user, groups=members)
    trace = Trace()
    now_seconds = house.clock.now_ms() // 1000
    try:
        customized = await customize(
            house, authentication, now_seconds=now_seconds, trace=trace, judged=False
        )
    except ServiceError as error:
        return Measured(user.username, user.sub, None, error.code)
    finished = claims.finish(customized.after)
    return Measured(user.username, user.sub, sizes.by_claim(authentication, finished))


def _percentiles(values: array[int]) -> dict[str, int] | None:
    if not values:
        return None
    ordered = sorted(values)
    return {
        "max" if percent == 100 else f"p{percent}": ordered[
            max(1, -(-len(ordered) * percent // 100)) - 1
        ]
        for percent in _PERCENTILES
    }
