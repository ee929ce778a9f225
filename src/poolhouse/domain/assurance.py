"""How strong a sign-in was: methods shown (``amr``), and the level they reach (``acr``).

Source: Amazon Cognito developer guide, "Step-up authentication with ACR and AMR"; RFC 8176. Methods
are ``amr`` values: ``pwd``, ``otp`` (TOTP), ``sms``, ``email_otp``, ``swk`` (platform passkey),
``hwk`` (roaming passkey), ``mfa``, ``fed``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from poolhouse.domain.feature_plans import DEFAULT_ACR_NAMES
from poolhouse.domain.records import UserPool

MULTI_FACTOR: Final = "mfa"
FEDERATED: Final = "fed"
PASSKEYS: Final = frozenset({"swk", "hwk"})

_VOUCHED: Final = "fed:"
_WAYS: Final[Mapping[int, tuple[frozenset[str], ...]]] = {
    1: (frozenset({"pwd"}),),
    2: (frozenset({"sms"}), frozenset({"email_otp"})),
    3: (
        frozenset({"swk"}),
        frozenset({"hwk"}),
        frozenset({"pwd", "sms"}),
        frozenset({"pwd", "email_otp"}),
    ),
    4: (frozenset({"pwd", "otp"}),),
}


def federated(level: int | None) -> tuple[str, ...]:
    """The methods of a sign-in at another provider, with the level that it vouches for, if any.

    The level is kept among the methods and shows in ``acr`` only.
    """
    return (FEDERATED,) if level is None else (FEDERATED, f"{_VOUCHED}{level}")


def level_of(mapping: Mapping[str, str], acr: object) -> int | None:
    """The level that a provider's ``acr`` stands for: the lowest for one that its ``AcrMapping``
    does not have; None where there is no mapping or no ``acr``.
    """
    if not mapping or acr is None:
        return None
    levels = {value: int(key.removeprefix("Level")) for key, value in mapping.items()}
    return levels.get(str(acr), min(_WAYS))


def reached(methods: Collection[str]) -> int | None:
    """The highest level that ``methods`` reach; None when none (a federated sign-in that nobody
    vouches for).
    """
    shown = frozenset(methods)
    levels = [level for level, ways in _WAYS.items() if any(way <= shown for way in ways)]
    levels += [int(each.removeprefix(_VOUCHED)) for each in shown if each.startswith(_VOUCHED)]
    return max(levels, default=None)


def ways_on(level: int, shown: Collection[str], able: Collection[str]) -> list[frozenset[str]]:
    """What is still to be shown to reach ``level`` or a higher one, in every way that a user who
    is ``able`` to show these methods has. An empty set among them: nothing is.
    """
    within = frozenset(able) | frozenset(shown)
    return [
        way - frozenset(shown)
        for reaching, ways in _WAYS.items()
        if reaching >= level
        for way in ways
        if way <= within
    ]


def levels_named(pool: UserPool, names: str) -> list[int]:
    """The levels of a blank-separated list of ``acr`` values, in order; unknown ones are ignored.

    A level goes by the name that the pool gave it (``AcrConfiguration``).
    """
    by_name = {name: level for level, name in _names(pool).items()}
    return [by_name[name] for name in names.split() if name in by_name]


def target(levels: Sequence[int], shown: Collection[str], able: Collection[str]) -> int | None:
    """The first of ``levels`` that the user can reach."""
    return next((level for level in levels if ways_on(level, shown, able)), None)


def acr(pool: UserPool, methods: Collection[str]) -> str | None:
    """The ``acr`` claim: the name of the level reached."""
    level = reached(methods)
    return None if level is None else _names(pool)[level]


def amr(methods: Sequence[str]) -> tuple[str, ...]:
    """The ``amr`` claim: each method once, and ``mfa`` when there were two factors or more."""
    shown = tuple(each for each in dict.fromkeys(methods) if not each.startswith(_VOUCHED))
    if len(shown) > 1 and MULTI_FACTOR not in shown:
        return (*shown, MULTI_FACTOR)
    return shown


def _names(pool: UserPool) -> dict[int, str]:
    given: Mapping[str, Any] = pool.settings.get("AcrConfiguration", {})
    names = {**DEFAULT_ACR_NAMES, **{key: each["AcrValue"] for key, each in given.items()}}
    return {int(key.removeprefix("Level")): name for key, name in names.items()}
