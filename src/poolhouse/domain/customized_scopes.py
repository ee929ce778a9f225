"""Adding and suppressing the scopes of the access token."""

from __future__ import annotations

from collections.abc import Collection

from poolhouse.domain.authentication import SELF_SERVICE_SCOPE
from poolhouse.domain.customization_report import Change, Outcome
from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.wishes import Wishes


def apply_scopes(scopes: tuple[str, ...], wishes: Wishes, report: list[Change]) -> tuple[str, ...]:
    """The scopes that stay, in their order, then those added in theirs.

    Raises :class:`~poolhouse.errors.InvalidLambdaResponseException` for an added scope with a blank
    in it: as one string among blank-separated scopes it would read as several.
    """
    if not wishes.scopes_to_add and not wishes.scopes_to_suppress:
        return scopes
    present = dict.fromkeys(scopes)
    suppressed = dict.fromkeys(wishes.scopes_to_suppress)
    additions = [_addition(scope, present, suppressed) for scope in wishes.scopes_to_add]
    report += additions
    cancelled = {change.name for change in additions if change.rule == "scope-suppression-wins"}
    report += [_suppression(scope, present, cancelled) for scope in suppressed]
    kept = [scope for scope in present if scope not in suppressed]
    return (*kept, *(change.name for change in additions if change.outcome == "applied"))


def _addition(scope: str, present: Collection[str], suppressed: Collection[str]) -> Change:
    outcome: Outcome = "applied"
    rule = "scope-added"
    if not scope:
        outcome, rule = "ignored", "scope-empty"
    elif scope.split() != [scope]:
        raise unrecognizable("a scope to add has a blank in it")
    elif scope in suppressed:
        outcome, rule = "no effect", "scope-suppression-wins"
    elif scope in present:
        outcome, rule = "no effect", "scope-present"
    elif scope == SELF_SERVICE_SCOPE:
        outcome, rule = "ignored", "self-service-scope"
    return Change("access", "scope", scope, "add", outcome, rule)


def _suppression(scope: str, present: Collection[str], cancelled: Collection[str]) -> Change:
    outcome: Outcome = "no effect"
    rule = "scope-absent"
    if scope in present:
        outcome, rule = "applied", "scope-suppressed"
    elif scope in cancelled:
        outcome, rule = "applied", "scope-suppression-wins"
    return Change("access", "scope", scope, "suppress", outcome, rule)
