"""``Wishes``: what a pre token generation function asks for, read but not yet judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from poolhouse.domain.groups import GroupConfiguration
from poolhouse.domain.records import EventVersion


@dataclass(frozen=True, slots=True)
class TokenWishes:
    """The claims of one token. ``to_set`` holds parsed JSON values, null and protected ones too."""

    to_set: Mapping[str, Any]
    to_suppress: tuple[str, ...]


NOTHING: Final = TokenWishes(MappingProxyType({}), ())


@dataclass(frozen=True, slots=True)
class Wishes:
    """One answer. Lists have no repetitions.

    ``groups`` is None to keep the groups, and empty to remove them. ``ignored_members`` names
    members of ``response`` that belong to another event version and were not read.
    """

    version: EventVersion
    id_token: TokenWishes = NOTHING
    access_token: TokenWishes = NOTHING
    scopes_to_add: tuple[str, ...] = ()
    scopes_to_suppress: tuple[str, ...] = ()
    groups: GroupConfiguration | None = None
    ignored_members: tuple[str, ...] = ()

    @property
    def are_none(self) -> bool:
        """Whether there is nothing to do and nothing to report."""
        return not (
            self.groups is not None
            or self.scopes_to_add
            or self.scopes_to_suppress
            or self.ignored_members
            or self.id_token.to_set
            or self.id_token.to_suppress
            or self.access_token.to_set
            or self.access_token.to_suppress
        )


UNCUSTOMIZED: Final[Mapping[EventVersion, Wishes]] = MappingProxyType(
    {"V1_0": Wishes("V1_0"), "V2_0": Wishes("V2_0"), "V3_0": Wishes("V3_0")}
)
"""The wishes of a function that returns the event as it came."""
