"""What became of every wish of a function: the side of customization that Cognito keeps silent."""

from __future__ import annotations

from typing import Literal, NamedTuple

Action = Literal["add", "override", "suppress"]
Outcome = Literal["applied", "replaced", "no effect", "ignored"]


class Change(NamedTuple):
    """One wish and its outcome.

    ``applied``: the token has something new, or no longer has it. ``replaced``: another value
    took the place of the one it had. ``no effect``: a proper wish that left the token as it was.
    ``ignored``: a wish that cannot be granted. ``rule`` names the row of
    :data:`poolhouse.domain.choices.CHOICES` that decided. Group overrides concern ``both`` tokens;
    their ``name`` is ``cognito:groups``, roles and preferred role included.
    """

    token: Literal["id", "access", "both"]
    kind: Literal["claim", "scope", "group"]
    name: str
    action: Action
    outcome: Outcome
    rule: str
