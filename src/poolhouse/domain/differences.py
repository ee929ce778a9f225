"""In what two issuances differ: the same sign-in, minted with two functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from poolhouse.domain.claims import FinishedClaims

OF_THE_ISSUANCE: Final = frozenset(
    {"at_hash", "auth_time", "event_id", "exp", "iat", "jti", "origin_jti"}
)
"""Claims that differ between any two issuances, whatever a function says."""

_LISTS: Final = {"scope": "scope", "cognito:groups": "group"}


class Difference(NamedTuple):
    """One difference: a kind of it can be counted over many sign-ins.

    ``what`` is ``added``, ``removed`` or ``changed``; ``kind`` is ``claim``, ``scope`` or
    ``group``; scopes and groups are told one by one.
    """

    token: str
    kind: str
    what: str
    name: str


def between(before: FinishedClaims, after: FinishedClaims) -> tuple[Difference, ...]:
    """What ``after`` says differently; values of the issuance itself do not count."""
    found = list(_of_token("access", before.access_claims, after.access_claims))
    if before.id_claims is not None and after.id_claims is not None:
        found += _of_token("id", before.id_claims, after.id_claims)
    return tuple(found)


def _of_token(token: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    for name in sorted({**before, **after}.keys() - OF_THE_ISSUANCE):
        kind = _LISTS.get(name)
        if kind is not None:
            old, new = _members(before.get(name)), _members(after.get(name))
            found += [Difference(token, kind, "removed", one) for one in sorted(old - new)]
            found += [Difference(token, kind, "added", one) for one in sorted(new - old)]
        elif name not in after:
            found.append(Difference(token, "claim", "removed", name))
        elif name not in before:
            found.append(Difference(token, "claim", "added", name))
        elif not _same(before[name], after[name]):
            found.append(Difference(token, "claim", "changed", name))
    return found


def _members(value: Any) -> set[str]:
    if value is None:
        return set()
    return set(value.split() if isinstance(value, str) else map(str, value))


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1 is not 1.0."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return type(one) is type(other) and bool(one == other)
