"""Replacing and suppressing the groups of both tokens."""

from __future__ import annotations

from poolhouse.domain.claims import TokenDraft, group_claims
from poolhouse.domain.customization_report import Action, Change, Outcome
from poolhouse.domain.groups import NO_GROUPS, GroupConfiguration
from poolhouse.domain.protected_claims import GROUPS, Token
from poolhouse.domain.wishes import Wishes

TokenGroups = tuple[GroupConfiguration | None, GroupConfiguration | None]


def apply_groups(draft: TokenDraft, wishes: Wishes, report: list[Change]) -> TokenGroups:
    """The group configurations of ID and access token after ``wishes``.

    An override holds for both tokens; suppressing ``cognito:groups`` removes everything about
    groups from its one token, overrides included. Machines have no groups to override.
    """
    no_id = GROUPS in wishes.id_token.to_suppress
    no_access = GROUPS in wishes.access_token.to_suppress
    override = wishes.groups
    if override is not None:
        report.append(_override(draft, override, no_id=no_id, no_access=no_access))
    id_groups, access_groups = draft.id_groups, draft.access_groups
    if override is not None and access_groups is not None:
        id_groups = access_groups = override
    if no_id:
        report.append(_suppression("id", id_groups, issued=draft.id_claims is not None))
    if no_access:
        report.append(_suppression("access", access_groups, issued=True))
    return (
        NO_GROUPS if no_id and id_groups is not None else id_groups,
        NO_GROUPS if no_access and access_groups is not None else access_groups,
    )


def _override(
    draft: TokenDraft, override: GroupConfiguration, *, no_id: bool, no_access: bool
) -> Change:
    before = draft.access_groups
    action: Action = "add"
    if override == NO_GROUPS:
        action = "suppress"
    elif before is not None and before != NO_GROUPS:
        action = "override"
    outcome, rule = _outcome(draft, before, override, no_id=no_id, no_access=no_access)
    return Change("both", "group", GROUPS, action, outcome, rule)


def _outcome(
    draft: TokenDraft,
    before: GroupConfiguration | None,
    override: GroupConfiguration,
    *,
    no_id: bool,
    no_access: bool,
) -> tuple[Outcome, str]:
    if before is None:
        return "ignored", "token-not-issued"
    shown_in_id = draft.id_claims is not None and not no_id
    if no_access and not shown_in_id:
        return "no effect", "suppression-wins"
    rule = "groups-null" if override == NO_GROUPS else "groups-replaced"
    if shown_in_id:
        same = group_claims(before) == group_claims(override)
    else:
        same = before.groups == override.groups
    if same:
        return "no effect", rule
    return ("applied" if NO_GROUPS in (before, override) else "replaced"), rule


def _suppression(token: Token, groups: GroupConfiguration | None, *, issued: bool) -> Change:
    outcome: Outcome = "applied"
    rule = "groups-suppressed"
    if not issued:
        outcome, rule = "ignored", "token-not-issued"
    elif groups is None or not group_claims(groups):
        outcome, rule = "no effect", "claim-absent"
    return Change(token, "group", GROUPS, "suppress", outcome, rule)
