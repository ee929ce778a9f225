"""What a user's groups say in a token: names, roles, and the preferred role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from poolhouse.domain.records import Group

_WEAKEST = float("inf")


@dataclass(frozen=True, slots=True)
class GroupConfiguration:
    """The groups of one token. ``roles`` are IAM role ARNs.

    Rendered as ``cognito:groups`` in both tokens, and as ``cognito:roles`` and
    ``cognito:preferred_role`` in the ID token; an empty member is left out.
    """

    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    preferred_role: str | None = None


NO_GROUPS = GroupConfiguration()


def configuration(groups: Iterable[Group]) -> GroupConfiguration:
    """The configuration that follows from a user's groups, strongest first, then by name.

    The preferred role is the one of the group with the lowest precedence; when several share that
    precedence and their roles differ there is none (Amazon Cognito developer guide, "Adding groups
    to a user pool"). Groups without a role have no say in it, and each role is named once
    (``group-order``, ``roleless-groups`` in :mod:`poolhouse.domain.choices`).
    """
    ordered = sorted(groups, key=lambda group: (_strength(group), group.name))
    if not ordered:
        return NO_GROUPS
    with_role = [group for group in ordered if group.role_arn]
    strongest = {
        group.role_arn for group in with_role if _strength(group) == _strength(with_role[0])
    }
    return GroupConfiguration(
        groups=tuple(group.name for group in ordered),
        roles=tuple(dict.fromkeys(group.role_arn for group in with_role if group.role_arn)),
        preferred_role=strongest.pop() if len(strongest) == 1 else None,
    )


def _strength(group: Group) -> float:
    return _WEAKEST if group.precedence is None else group.precedence
