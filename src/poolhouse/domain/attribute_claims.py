"""Which of a user's attributes an app client may see, and as what JSON types.

Amazon Cognito developer guide, "Understanding the identity (ID) token" and "Scopes, M2M, and
resource servers". User attributes are strings in a profile; some are not in an ID token
(``address-object``, ``unreadable-number`` in :mod:`poolhouse.domain.choices`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Final

AttributeClaim = str | int | float | bool | dict[str, str] | list[dict[str, str | None]]

_CUSTOM_PREFIXES: Final = ("custom:", "dev:")
_NOT_ATTRIBUTE_CLAIMS: Final = frozenset({"sub", "identities"})
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)

_RELEASED_BY: Final[Mapping[str, frozenset[str]]] = {
    "email": frozenset({"email", "email_verified"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
    # Only granted where the standards are followed to the letter.
    "address": frozenset({"address"}),
    "profile": frozenset(
        {
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
            "address",
            "custom:",
        }
    ),
}
"""Scope to attributes; ``custom:`` stands for all custom ones (``profile-scope``)."""


def draft(
    attributes: Mapping[str, str],
    *,
    readable: Collection[str] | None,
    scopes: Collection[str] | None,
) -> dict[str, AttributeClaim]:
    """The claims that a user's ``attributes`` become.

    ``readable`` is the app client's ReadAttributes, None for all. ``scopes`` are those of an OAuth
    grant; None (a user pool API sign-in) releases everything readable. ``sub`` and ``identities``
    are not attribute claims.
    """
    released = None if scopes is None else _released(frozenset(scopes))
    claims: dict[str, AttributeClaim] = {}
    for name, value in attributes.items():
        if name in _NOT_ATTRIBUTE_CLAIMS or (readable is not None and name not in readable):
            continue
        if released is not None and _released_name(name) not in released:
            continue
        typed = _TYPES.get(name)
        claims[name] = value if typed is None else typed(value)
    return claims


def unreadable_scopes(readable: Collection[str] | None, scopes: Collection[str]) -> tuple[str, ...]:
    """``email`` and ``phone`` among ``scopes``, if a client that may read ``readable`` (None for
    all) cannot see both attributes they cover. Documented: no tokens for such a grant.
    """
    if readable is None:
        return ()
    return tuple(
        scope
        for scope in ("email", "phone")
        if scope in scopes and not _RELEASED_BY[scope].issubset(readable)
    )


def identities(text: str | None) -> list[dict[str, str | None]] | None:
    """The ``identities`` claim of a federated or linked user, from the attribute's JSON text.

    Every value is a string or null in the token, ``primary`` and ``dateCreated`` included
    (``identities-text``). None when there is no readable list.
    """
    if text is None:
        return None
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list):
        return None
    return [
        {name: _as_text(value) for name, value in identity.items()}
        for identity in listed
        if isinstance(identity, dict)
    ]


@lru_cache(maxsize=1024)
def _released(scopes: frozenset[str]) -> frozenset[str] | None:
    """Names that ``scopes`` release; None for everything (``openid-alone``)."""
    groups = [_RELEASED_BY[scope] for scope in _RELEASED_BY if scope in scopes]
    if not groups:
        return None
    return frozenset().union(*groups)


def _released_name(name: str) -> str:
    return "custom:" if name.startswith(_CUSTOM_PREFIXES) else name


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _boolean(text: str) -> bool:
    return text.lower() == "true"


def _number(text: str) -> str | int | float:
    if _NUMBER.fullmatch(text) is None:
        return text
    return float(text) if "." in text else int(text)


def _address(text: str) -> dict[str, str]:
    return {"formatted": text}


_TYPES: Final[Mapping[str, Callable[[str], AttributeClaim]]] = {
    "email_verified": _boolean,
    "phone_number_verified": _boolean,
    "updated_at": _number,
    "address": _address,
}
