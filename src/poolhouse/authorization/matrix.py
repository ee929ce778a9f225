"""The matrix: personas down, actions across, what is decided against what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poolhouse.authorization import cedar
from poolhouse.domain import cedar_requests, scope_authorizers
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.authorization_tables import (
    AuthorizationTable,
    CedarRule,
    Decision,
    ScopeRule,
)
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Change
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.house import House
from poolhouse.tokens.preview import Preview, preview


@dataclass(frozen=True, slots=True)
class Cell:
    """One decision. ``because`` is for a person: scopes, policies, or why there are no tokens."""

    persona: str
    action: str
    expected: Decision
    decided: Decision
    because: str

    @property
    def fails(self) -> bool:
        return self.expected != self.decided


@dataclass(frozen=True, slots=True)
class Matrix:
    """``unread_*`` are what the function added for somebody and no rule of the table looks at."""

    cells: tuple[Cell, ...]
    previews: Mapping[str, Preview]
    unread_claims: tuple[str, ...]
    unread_scopes: tuple[str, ...]

    @property
    def failures(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.fails)


async def evaluate(
    house: House,
    table: AuthorizationTable,
    subjects: Mapping[str, Authentication],
    *,
    function: TriggerConfiguration | None = None,
) -> Matrix:
    """Mint for each persona of ``subjects``, decide each action. Issues nothing.

    Raises :class:`~poolhouse.errors.InvalidParameterException` for policies that Cedar cannot read.
    """
    policies = cedar.parsed(table.store.policies) if table.store else {}
    previews = {
        persona.name: await preview(house, subjects[persona.name], function=function)
        for persona in table.personas
    }
    cells = [
        _cell(table, persona.name, action, subjects[persona.name].pool.id, previews[persona.name])
        for persona in table.personas
        for action in table.actions
    ]
    claims_read, texts = cedar_requests.names_read(policies)
    scopes_read = {
        scope
        for rule in table.actions.values()
        if isinstance(rule, ScopeRule)
        for scope in rule.scopes
    }
    changes = [change for each in previews.values() for change in each.changes]
    return Matrix(
        cells=tuple(cells),
        previews=previews,
        unread_claims=_added(changes, "claim", claims_read),
        unread_scopes=_added(changes, "scope", scopes_read | texts),
    )


def _cell(
    table: AuthorizationTable, persona: str, action: str, pool_id: str, minted: Preview
) -> Cell:
    expected = table.expected[persona, action]
    if minted.after is None:
        because = f"no tokens: {minted.error.code if minted.error else ''}"
        return Cell(persona, action, expected, "deny", because)
    rule = table.actions[action]
    if isinstance(rule, ScopeRule):
        decided, because = _by_scope(rule, minted.after)
    else:
        decided, because = _by_cedar(rule, table, pool_id, minted.after)
    return Cell(persona, action, expected, decided, because)


def _by_scope(rule: ScopeRule, tokens: FinishedClaims) -> tuple[Decision, str]:
    decided = scope_authorizers.decide(rule, tokens.access_claims, tokens.id_claims)
    held = str(tokens.access_claims.get("scope", ""))
    wanted = " or ".join(rule.scopes) or "any token"
    return decided, f"the route asks for {wanted}; the token has {held or 'no scope'}"


def _by_cedar(
    rule: CedarRule, table: AuthorizationTable, pool_id: str, tokens: FinishedClaims
) -> tuple[Decision, str]:
    if table.store is None:
        raise LookupError("a table with Cedar rules has policies")
    asked = cedar_requests.build(rule, table.store, pool_id, tokens.access_claims, tokens.id_claims)
    found = cedar.decide(asked, table.store.policies)
    said = ", ".join(found.reasons) or "no policy applies"
    return found.decision, "; ".join([said, *found.errors])


def _added(changes: Sequence[Change], kind: str, read: Any) -> tuple[str, ...]:
    """Names that the function really put into a token, and that nobody in ``read`` looks at."""
    added = {
        change.name
        for change in changes
        if change.kind == kind
        and change.action in ("add", "override")
        and change.outcome in ("applied", "replaced")
    }
    return tuple(sorted(added - set(read)))
