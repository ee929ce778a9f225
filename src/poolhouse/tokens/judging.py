"""What stands between customized claims and the signature: strictness, names, and sizes.

All are off the wire unless somebody asks for them: a pool without a policy and budgets, on a
server that is not strict, issues exactly what Cognito would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from poolhouse.domain import size_budgets
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import TokenDraft
from poolhouse.domain.customization import Change
from poolhouse.domain.naming_policy import NamingPolicy
from poolhouse.domain.policy_judgement import Violation
from poolhouse.domain.size_budgets import Finding
from poolhouse.domain.token_sizes import Sizes
from poolhouse.errors import InvalidLambdaResponseException
from poolhouse.house import House
from poolhouse.settings import Settings
from poolhouse.tokens import sizes

_MOST_NAMED = 5
_LONGEST_NAME = 100


def told(change: Change) -> str:
    """One change in a few words, for a person."""
    return (
        f"{change.token} token: {change.action} {change.kind} {change.name[:_LONGEST_NAME]} "
        f"({change.rule})"
    )


def refuse_ignored(settings: Settings, changes: Iterable[Change]) -> None:
    """In strict mode an ignored wish fails the issuance (``strict-customization``).

    Raises :class:`InvalidLambdaResponseException`.
    """
    if not settings.strict_customization:
        return
    ignored = [change for change in changes if change.outcome == "ignored"]
    if not ignored:
        return
    named = "; ".join(map(told, ignored[:_MOST_NAMED]))
    more = f"; and {len(ignored) - _MOST_NAMED} more" if len(ignored) > _MOST_NAMED else ""
    raise InvalidLambdaResponseException(f"Wishes of the function were ignored: {named}{more}")


def refuse_violations(policy: NamingPolicy, violations: Sequence[Violation]) -> None:
    """A policy that fails issuances fails this one (``policy-fail``).

    Raises :class:`InvalidLambdaResponseException`.
    """
    if policy.action != "fail" or not violations:
        return
    named = "; ".join(map(violation_told, violations[:_MOST_NAMED]))
    more = f"; and {len(violations) - _MOST_NAMED} more" if len(violations) > _MOST_NAMED else ""
    raise InvalidLambdaResponseException(f"The naming policy refuses: {named}{more}")


def violation_told(violation: Violation) -> str:
    """One violation in a few words, for a person."""
    name = violation.name[:_LONGEST_NAME]
    return (
        f"{violation.token} token: {violation.kind} {name}: {violation.sentence} ({violation.rule})"
    )


async def budgets(
    house: House, authentication: Authentication, after: TokenDraft
) -> tuple[tuple[Finding, ...], Sizes | None]:
    """The budgets of the app client that the tokens exceed, and their sizes if that was asked.

    Raises :class:`InvalidLambdaResponseException` when one of them says ``fail`` (``size-budget``).
    """
    rules = await house.governance.of_pool(authentication.pool.id)
    if not rules.budgets:
        return (), None
    ours = size_budgets.of_client(rules.budgets, authentication.client.id)
    if not ours:
        return (), None
    measured = sizes.of_draft(authentication, after)
    over = size_budgets.judge(ours, measured)
    if over and over[0].budget.action == "fail":
        raise InvalidLambdaResponseException(f"The tokens are too large: {over[0]}")
    return over, measured
