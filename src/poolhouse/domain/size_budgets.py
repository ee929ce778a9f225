"""Budgets for the size of tokens: named limits of what tokens pass through, and who is over one.

AWS promises no largest token; what refuses large ones stands elsewhere, and says so far from the
cause. Each profile names where its number comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from poolhouse.domain.token_sizes import Sizes

Measure = Literal["access", "id", "authorization", "cookie", "cookies"]
Action = Literal["warn", "fail"]


class Profile(NamedTuple):
    """``measure`` is what counts against ``limit_bytes``; ``source`` says who set the limit."""

    limit_bytes: int
    measure: Measure
    source: str


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "browser-cookie": Profile(
            4096, "cookie", "RFC 6265 section 6.1: browsers keep at least 4,096 bytes a cookie"
        ),
        "safari-cookies": Profile(
            5120, "cookies", "observed: about 5 KB of cookies per domain (amplify-js issue 1545)"
        ),
        "cloudfront-s3": Profile(
            8192, "cookies", "S3 refuses request headers of more than 8,192 bytes in all"
        ),
        "nginx": Profile(
            8192, "authorization", "nginx: large_client_header_buffers, 4 of 8k; one line fits one"
        ),
        "api-gateway": Profile(
            10240, "authorization", "API Gateway quotas: 10,240 bytes for all header lines"
        ),
        "node": Profile(
            16384, "authorization", "Node.js: --max-http-header-size, 16 KiB for all headers"
        ),
        "verified-permissions": Profile(
            131_072, "access", "Amazon Verified Permissions quotas: 131,072 characters a token"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit. ``client_id`` None is every app client of the pool; ``name`` is for messages."""

    name: str
    limit_bytes: int
    measure: Measure
    action: Action = "warn"
    client_id: str | None = None


class Finding(NamedTuple):
    """A budget that an issuance is over, and what it would take."""

    budget: Budget
    size_bytes: int

    def __str__(self) -> str:
        budget = self.budget
        return (
            f"{budget.measure} takes {self.size_bytes} bytes, "
            f"over the budget {budget.name} of {budget.limit_bytes}"
        )


def measured(sizes: Sizes, measure: Measure) -> int:
    """What of ``sizes`` counts against a budget; an ID token that is not issued counts nothing."""
    if measure == "access":
        return sizes.access.token_bytes
    if measure == "id":
        return sizes.id.token_bytes if sizes.id is not None else 0
    if measure == "authorization":
        return sizes.authorization_bytes
    return sizes.largest_cookie_bytes if measure == "cookie" else sizes.cookies_bytes


def of_client(budgets: Iterable[Budget], client_id: str) -> tuple[Budget, ...]:
    return tuple(budget for budget in budgets if budget.client_id in (None, client_id))


def judge(budgets: Iterable[Budget], sizes: Sizes) -> tuple[Finding, ...]:
    """The budgets that are exceeded, those that fail an issuance first."""
    found = [Finding(budget, measured(sizes, budget.measure)) for budget in budgets]
    over = [finding for finding in found if finding.size_bytes > finding.budget.limit_bytes]
    return tuple(sorted(over, key=lambda finding: finding.budget.action != "fail"))
