"""The names that lead to a user: usernames, sign-in attributes and aliases.

*Username attributes*: the user signs up with an email address or phone number, and the username
is the sub. *Alias attributes*: other names beside the username; email and phone number count
once verified. Source: Amazon Cognito developer guide, "Customizing sign-in attributes".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from poolhouse.domain.contact_formats import is_email, is_phone_number
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

Kind = Literal["username", "email", "phone_number"]

_EMAIL_ONLY = "Username should be an email."
# Ours, after the email sentence.
_PHONE_NUMBER_ONLY = "Username should be a phone number."
_EMAIL_OR_PHONE_NUMBER = "Username should be either an email or a phone number."
_LOOKS_LIKE_ALIAS: dict[Kind, str] = {
    "email": "Username cannot be of email format, since user pool is configured for email alias.",
    "phone_number": (
        "Username cannot be of phone number format, since user pool is configured for phone "
        "number alias."
    ),
}


@dataclass(frozen=True, slots=True)
class NewName:
    """The name a user is created under.

    ``username`` is None in pools with username attributes: there it is the user's sub, and the
    name given becomes ``attributes``.
    """

    username: str | None
    attributes: Mapping[str, str]


def kind(text: str) -> Kind:
    """What ``text`` looks like."""
    if is_email(text):
        return "email"
    if is_phone_number(text):
        return "phone_number"
    return "username"


def check_new(pool: UserPool, username: str) -> NewName:
    """Judge the ``Username`` of SignUp or AdminCreateUser. Raises InvalidParameterException."""
    found = kind(username)
    if not pool.username_attributes:
        if found in pool.alias_attributes and found in _LOOKS_LIKE_ALIAS:
            raise InvalidParameterException(_LOOKS_LIKE_ALIAS[found])
        return NewName(username=username, attributes={})
    if found not in pool.username_attributes:
        if len(pool.username_attributes) > 1:
            raise InvalidParameterException(_EMAIL_OR_PHONE_NUMBER)
        only_email = pool.username_attributes[0] == "email"
        raise InvalidParameterException(_EMAIL_ONLY if only_email else _PHONE_NUMBER_ONLY)
    return NewName(username=None, attributes={found: username})


def key(pool: UserPool, text: str) -> str:
    """``text`` as it is compared with other names of the pool (lower case if insensitive)."""
    return text if pool.case_sensitive else text.lower()


def alias_keys(pool: UserPool, attributes: Mapping[str, str]) -> dict[str, str]:
    """The names a user with these attributes holds beside the username: attribute -> key.

    Each key has one owner in the pool (``either-username-attribute``).
    """
    held: dict[str, str] = {}
    for attribute in (*pool.username_attributes, *pool.alias_attributes):
        value = attributes.get(attribute)
        needs_proof = attribute != "preferred_username" and attribute in pool.alias_attributes
        if value and not (needs_proof and attributes.get(f"{attribute}_verified") != "true"):
            held[attribute] = key(pool, value)
    return held


def alias_lookups(pool: UserPool, text: str) -> tuple[tuple[str, str], ...]:
    """The (attribute, key) pairs by which ``text`` may name a user, when it is not a username."""
    found = kind(text)
    wanted = ("preferred_username",) if found == "username" else (found, "preferred_username")
    available = (*pool.username_attributes, *pool.alias_attributes)
    return tuple((attribute, key(pool, text)) for attribute in wanted if attribute in available)
