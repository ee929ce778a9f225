"""Setting and suppressing the claims of one token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from poolhouse.domain import claim_values
from poolhouse.domain.claims import Claims
from poolhouse.domain.customization_report import Action, Change, Outcome
from poolhouse.domain.protected_claims import AUDIENCE, GROUPS, PROTECTION, Protection, Token
from poolhouse.domain.wishes import TokenWishes, Wishes

ValueRule = Callable[[str, Any], tuple[Any, str]]
"""Claim name and wished value to the value it gets and the deciding rule; may raise."""


def apply_id_claims(claims: Claims | None, wishes: Wishes, report: list[Change]) -> Claims | None:
    """The ID token's claims after ``wishes``; None, and all ignored, when none is issued."""
    if claims is None:
        _ignore(wishes.id_token, report)
        return None

    def value_rule(name: str, value: Any) -> tuple[Any, str]:
        return claim_values.for_id_token(name, value, wishes.version)

    protection = PROTECTION["id", wishes.version]
    return _apply("id", claims, wishes.id_token, protection, value_rule, report)


def apply_access_claims(
    claims: Claims, wishes: Wishes, client_id: str, report: list[Change]
) -> Claims:
    """The access token's claims after ``wishes``."""

    def value_rule(name: str, value: Any) -> tuple[Any, str]:
        return claim_values.for_access_token(name, value, client_id)

    protection = PROTECTION["access", wishes.version]
    return _apply("access", claims, wishes.access_token, protection, value_rule, report)


def _apply(
    token: Token,
    claims: Claims,
    wishes: TokenWishes,
    protection: Protection,
    value_rule: ValueRule,
    report: list[Change],
) -> Claims:
    if not wishes.to_set and not wishes.to_suppress:
        return claims
    suppressed = set(wishes.to_suppress)
    result = dict(claims)
    cancelled = set()
    for name, wished in wishes.to_set.items():
        action: Action = "override" if name in claims else "add"
        ignored = _why_not_set(name, wished, claims, protection)
        if ignored is not None:
            report.append(Change(token, "claim", name, action, "ignored", ignored))
            continue
        value, rule = value_rule(name, wished)
        if name in suppressed:
            cancelled.add(name)
            report.append(Change(token, "claim", name, action, "no effect", "suppression-wins"))
        elif action == "add":
            result[name] = value
            report.append(Change(token, "claim", name, action, "applied", rule))
        else:
            same = type(value) is type(claims[name]) and value == claims[name]
            outcome: Outcome = "no effect" if same else "replaced"
            result[name] = value
            report.append(Change(token, "claim", name, action, outcome, rule))
    report += [
        _suppress(token, name, claims, result, cancelled, protection)
        for name in wishes.to_suppress
        if name != GROUPS
    ]
    return result


def _suppress(
    token: Token,
    name: str,
    claims: Claims,
    result: dict[str, Any],
    cancelled: set[str],
    protection: Protection,
) -> Change:
    ignored = _why_not_suppressed(name, claims, protection)
    if ignored is not None:
        return Change(token, "claim", name, "suppress", "ignored", ignored)
    if result.pop(name, None) is not None:
        return Change(token, "claim", name, "suppress", "applied", "claim-suppressed")
    if name in cancelled:
        return Change(token, "claim", name, "suppress", "applied", "suppression-wins")
    return Change(token, "claim", name, "suppress", "no effect", "claim-absent")


def _why_not_set(name: str, value: Any, claims: Claims, protection: Protection) -> str | None:
    if not name:
        return "empty-name"
    if name == AUDIENCE and AUDIENCE in claims and AUDIENCE not in protection.names:
        return "bound-audience"
    ignored = protection.against_setting(name)
    if ignored is None and value is None:
        return "null-claim"
    return ignored


def _why_not_suppressed(name: str, claims: Claims, protection: Protection) -> str | None:
    if not name:
        return "empty-name"
    if name == AUDIENCE and AUDIENCE in claims and AUDIENCE not in protection.names:
        return "bound-audience"
    return protection.against_suppressing(name)


def _ignore(wishes: TokenWishes, report: list[Change]) -> None:
    rule = "token-not-issued"
    report += [Change("id", "claim", name, "add", "ignored", rule) for name in wishes.to_set]
    report += [
        Change("id", "claim", name, "suppress", "ignored", rule)
        for name in wishes.to_suppress
        if name != GROUPS
    ]
