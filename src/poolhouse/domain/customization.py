"""Acting on a function's wishes: a token draft and wishes in, a new draft and a report out.

The only place where a draft is edited. What may not be touched is data
(:mod:`poolhouse.domain.protected_claims`); why something is so is data as well
(:mod:`poolhouse.domain.choices`). Amazon Cognito developer guide, "Pre token generation Lambda
trigger".
"""

from __future__ import annotations

from typing import Final, NamedTuple

from poolhouse.domain.claims import TokenDraft, group_claims
from poolhouse.domain.customization_report import Change
from poolhouse.domain.customized_claims import apply_access_claims, apply_id_claims
from poolhouse.domain.customized_groups import apply_groups
from poolhouse.domain.customized_scopes import apply_scopes
from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.wishes import Wishes

__all__ = ["QUOTA", "Change", "Customized", "apply"]

QUOTA: Final = 5000
"""Claims and scopes of both tokens of one issuance, at most (developer guide, "Quotas")."""


class Customized(NamedTuple):
    """The customized ``draft``, and what became of each wish."""

    draft: TokenDraft
    report: tuple[Change, ...]


def apply(draft: TokenDraft, wishes: Wishes, *, client_id: str, quota: int = QUOTA) -> Customized:
    """Grant what can be granted of ``wishes``; the report names every one of them once.

    ``client_id`` is the app client's, the only audience an access token may be given. Raises
    :class:`~poolhouse.errors.InvalidLambdaResponseException` for a value that a claim or scope
    cannot take, and when both tokens together hold more than ``quota`` claims and scopes.
    """
    if wishes.are_none:
        return Customized(draft, ())
    report = [
        Change("both", "claim", member, "override", "ignored", "other-version")
        for member in wishes.ignored_members
    ]
    id_claims = apply_id_claims(draft.id_claims, wishes, report)
    access_claims = apply_access_claims(draft.access_claims, wishes, client_id, report)
    id_groups, access_groups = apply_groups(draft, wishes, report)
    scopes = apply_scopes(draft.scopes, wishes, report)
    customized = TokenDraft(id_claims, access_claims, scopes, id_groups, access_groups)
    if _size(customized) > quota:
        raise unrecognizable(f"the tokens would hold more than {quota} claims and scopes")
    return Customized(customized, tuple(report))


def _size(draft: TokenDraft) -> int:
    """Claims of both tokens plus scopes; the ``scope`` claim counts by its scopes."""
    size = len(draft.access_claims) + len(draft.scopes)
    if draft.access_groups is not None and draft.access_groups.groups:
        size += 1
    if draft.id_claims is not None:
        size += len(draft.id_claims)
        if draft.id_groups is not None:
            size += len(group_claims(draft.id_groups))
    return size
