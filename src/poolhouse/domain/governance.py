"""What a pool's owner asks to be watched: budgets, recording, a shadow, values the audit may show.

A document that no Cognito operation knows; it is read and written through our own API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from poolhouse.domain import naming_policy
from poolhouse.domain.naming_policy import NamingPolicy
from poolhouse.domain.size_budgets import PROFILES, Action, Budget, Measure
from poolhouse.errors import InvalidParameterException

LONGEST_RETENTION_DAYS: Final = 400
_MEMBERS: Final = ("budgets", "recording", "shadow", "audit_values", "naming_policy")


@dataclass(frozen=True, slots=True)
class Recording:
    """``rate`` is the share of calls of the function that are kept, 0 for none.

    ``redact`` are patterns (``*`` and ``?``) of attribute names, ``clientMetadata.NAME`` and
    ``userName``, whose values are replaced before anything is written.
    """

    rate: float = 0.0
    redact: tuple[str, ...] = ()
    retention_days: int = 7


@dataclass(frozen=True, slots=True)
class Shadow:
    """Another function that is run beside the pool's own, for a ``rate`` of the issuances."""

    function_arn: str
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Governance:
    """The whole document of one pool, read."""

    budgets: tuple[Budget, ...] = ()
    recording: Recording = Recording()
    shadow: Shadow | None = None
    audit_values: frozenset[str] = frozenset()
    naming_policy: NamingPolicy | None = None


NOTHING: Final = Governance()


def read(document: Mapping[str, Any]) -> Governance:
    """The document as a value. Raises :class:`InvalidParameterException` naming what is wrong."""
    _members("governance", document, {*_MEMBERS})
    shadow = document.get("shadow")
    return Governance(
        budgets=tuple(map(_budget, _list(document, "budgets"))),
        recording=_recording(_object(document, "recording")),
        shadow=None if shadow is None else _shadow(_object(document, "shadow")),
        audit_values=frozenset(_strings(document, "audit_values")),
        naming_policy=(
            naming_policy.read(document["naming_policy"])
            if document.get("naming_policy") is not None
            else None
        ),
    )


def _budget(entry: Any) -> Budget:
    if not isinstance(entry, dict):
        raise InvalidParameterException("A budget must be an object.")
    _members("A budget", entry, {"profile", "limit_bytes", "measure", "action", "client", "name"})
    action = entry.get("action", "warn")
    if action not in get_args(Action):
        raise InvalidParameterException("The action of a budget must be warn or fail.")
    profile = PROFILES.get(str(entry.get("profile")))
    if "profile" in entry and profile is None:
        raise InvalidParameterException(f"A budget's profile must be one of {', '.join(PROFILES)}.")
    limit_bytes = entry.get("limit_bytes", profile.limit_bytes if profile else None)
    if not isinstance(limit_bytes, int) or isinstance(limit_bytes, bool) or limit_bytes < 1:
        raise InvalidParameterException("A budget needs a profile, or a positive limit_bytes.")
    measure = entry.get("measure", profile.measure if profile else "access")
    if measure not in get_args(Measure):
        raise InvalidParameterException(
            f"The measure of a budget must be one of {', '.join(get_args(Measure))}."
        )
    client = entry.get("client")
    if client is not None and not isinstance(client, str):
        raise InvalidParameterException("The client of a budget must be a string.")
    name = entry.get("name", entry.get("profile", f"{measure}-{limit_bytes}"))
    return Budget(str(name), limit_bytes, cast("Measure", measure), cast("Action", action), client)


def _recording(entry: Mapping[str, Any]) -> Recording:
    _members("recording", entry, {"rate", "redact", "retention_days"})
    days = entry.get("retention_days", 7)
    known = isinstance(days, int) and not isinstance(days, bool)
    if not known or not 1 <= days <= LONGEST_RETENTION_DAYS:
        raise InvalidParameterException(
            f"retention_days must be between 1 and {LONGEST_RETENTION_DAYS}."
        )
    return Recording(_rate(entry, 0.0), _strings(entry, "redact"), days)


def _shadow(entry: Mapping[str, Any]) -> Shadow:
    _members("shadow", entry, {"function", "rate"})
    function = entry.get("function")
    if not function or not isinstance(function, str):
        raise InvalidParameterException("shadow needs a function, by name or ARN.")
    return Shadow(function, _rate(entry, 1.0))


def _rate(entry: Mapping[str, Any], default: float) -> float:
    rate = entry.get("rate", default)
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate <= 1:
        raise InvalidParameterException("rate must be a number from 0 to 1.")
    return float(rate)


def _members(what: str, entry: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(entry.keys() - known)
    if unknown:
        raise InvalidParameterException(f"{what} has no member {unknown[0]}.")


def _object(parent: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    value = parent.get(member)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidParameterException(f"{member} must be an object.")
    return value


def _list(parent: Mapping[str, Any], member: str) -> list[Any]:
    value = parent.get(member)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidParameterException(f"{member} must be a list.")
    return value


def _strings(parent: Mapping[str, Any], member: str) -> tuple[str, ...]:
    values = _list(parent, member)
    if not all(isinstance(value, str) for value in values):
        raise InvalidParameterException(f"{member} must hold strings only.")
    return tuple(values)
