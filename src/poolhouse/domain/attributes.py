"""What a user's attributes may be and become: at creation, by update, by deletion.

Each function takes the whole request and returns values to store, or raises before anything is
stored. ``client`` is the app client a user acts through, and None when an administrator acts:
only users need write permission, only administrators set ``*_verified`` and ``dev:`` attributes.
A blank value counts as no value. Permission is judged first (``permission-first``). Source: Amazon
Cognito developer guide, "Working with user attributes"; sentences as observed unless marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from poolhouse.domain import attribute_values
from poolhouse.domain.attribute_permissions import check_write
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import InvalidParameterException

CONTACTS = ("email", "phone_number")
_VERIFIED_FLAGS = tuple(f"{contact}_verified" for contact in CONTACTS)

# Ours: documented as impossible, without a sentence.
PREFERRED_USERNAME_AT_SIGN_UP = (
    "The preferred_username attribute can only be set after a user has been confirmed."
)


@dataclass(frozen=True, slots=True)
class AttributeUpdate:
    """The outcome of an update.

    ``attributes`` is the whole new profile. ``pending`` holds contacts that keep their old value
    until their owner has proven the new one. ``changed_contacts`` names the contacts with a new
    value (pending ones included) that nobody has vouched for: those to send a code to.
    """

    attributes: dict[str, str]
    pending: dict[str, str]
    changed_contacts: tuple[str, ...]


def check_new_user(
    pool: UserPool,
    attributes: Mapping[str, str],
    *,
    client: AppClient | None = None,
    from_username: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The attributes of a new user (without ``sub``), each contact with its ``*_verified``
    (``unverified-flag``).

    ``from_username`` is what the username itself supplies in pools with username attributes; it
    needs no write permission. Required attributes are asked of users who sign up, not of
    administrators. Raises InvalidParameterException, NotAuthorizedException.
    """
    if client is not None:
        check_write(pool, client, attributes)
    for name in attributes:
        if name not in pool.attributes:
            raise InvalidParameterException(
                "Attributes did not conform to the schema: Type for attribute "
                f"{{{name}}} could not be determined"
            )
        if name in ("sub", "identities"):
            raise InvalidParameterException(f"Cannot modify the non-mutable attribute {name}")
    given = {**attributes, **(from_username or {})}
    profile = {name: _checked(pool, name, value) for name, value in given.items() if value}
    if client is not None:
        _check_nothing_missing(missing_required(pool, profile))
        if "preferred_username" in profile and "preferred_username" in pool.alias_attributes:
            raise InvalidParameterException(PREFERRED_USERNAME_AT_SIGN_UP)
    _add_verified_flags(profile)
    return profile


def check_update(
    pool: UserPool,
    current: Mapping[str, str],
    changes: Mapping[str, str],
    *,
    client: AppClient | None = None,
) -> AttributeUpdate:
    """The profile ``current`` with ``changes``; a blank value removes its attribute.

    A contact whose value changes is no longer verified, unless an administrator says so in the
    same call. Raises InvalidParameterException, NotAuthorizedException.
    """
    if client is not None:
        check_write(pool, client, changes)
    problems = _unknown(pool, changes) + [
        f"user.{name}: Attribute cannot be updated."
        for name in changes
        if name in pool.attributes and _is_fixed(pool, name)
    ]
    if problems:
        raise InvalidParameterException(_lines(problems))
    _check_nothing_missing(
        [name for name, value in changes.items() if not value and pool.attributes[name].required]
    )
    checked = {name: _checked(pool, name, value) for name, value in changes.items() if value}
    pending = {
        name: value
        for name, value in checked.items()
        if client is not None
        and name in _verified_before_update(pool)
        and current.get(name) != value
    }
    profile = dict(current)
    for name, value in changes.items():
        if not value:
            profile.pop(name, None)
    profile.update({name: value for name, value in checked.items() if name not in pending})
    for contact in CONTACTS:
        flag = f"{contact}_verified"
        if contact not in profile:
            if contact in changes and contact not in pending:
                profile.pop(flag, None)
        elif profile[contact] != current.get(contact) and flag not in checked:
            profile[flag] = "false"
    changed = tuple(
        contact
        for contact in CONTACTS
        if contact in checked
        and checked[contact] != current.get(contact)
        and checked.get(f"{contact}_verified") != "true"
    )
    return AttributeUpdate(attributes=profile, pending=pending, changed_contacts=changed)


def check_deletion(
    pool: UserPool, names: Iterable[str], *, client: AppClient | None = None
) -> frozenset[str]:
    """The attributes to take from a profile: ``names``, and the flag of each contact among them
    (``contact-deleted``).

    Raises InvalidParameterException (required, immutable or unknown attributes) and
    NotAuthorizedException. All or nothing.
    """
    wanted = list(names)
    if client is not None:
        check_write(pool, client, wanted)
    problems = _unknown(pool, wanted)
    if problems:
        raise InvalidParameterException("Invalid user attributes: " + _lines(problems))
    fixed = [
        f"user.{name}: Attribute cannot be updated." for name in wanted if _is_fixed(pool, name)
    ]
    if fixed:
        raise InvalidParameterException(_lines(fixed))
    _check_nothing_missing([name for name in wanted if pool.attributes[name].required])
    return frozenset(wanted) | {f"{name}_verified" for name in wanted if name in CONTACTS}


def check_new_password_answer(
    pool: UserPool, current: Mapping[str, str], given: Mapping[str, str], client: AppClient
) -> dict[str, str]:
    """The attributes to add to ``current`` by an answer to NEW_PASSWORD_REQUIRED.

    The challenge asks for required attributes without a value. One that has a value already, and
    a ``*_verified`` flag, are refused: clients that echo the challenge's ``userAttributes`` see
    the same from Amazon Cognito (``missing-at-new-password``).
    Raises InvalidParameterException, NotAuthorizedException.
    """
    for name in given:
        if name in _VERIFIED_FLAGS or name in ("sub", "identities"):
            raise InvalidParameterException(f"Cannot modify the non-mutable attribute {name}")
        definition = pool.attributes.get(name)
        if definition is not None and definition.required and current.get(name):
            raise InvalidParameterException(f"Cannot modify an already provided {name}")
    # An immutable attribute that was never set is set for the first time here, as at creation.
    first_values = {name: value for name, value in given.items() if not current.get(name)}
    later_values = {name: value for name, value in given.items() if current.get(name)}
    check_write(pool, client, given)
    update = check_update(pool, current, later_values)
    problems = _unknown(pool, first_values)
    if problems:
        raise InvalidParameterException(_lines(problems))
    added = {name: _checked(pool, name, value) for name, value in first_values.items() if value}
    for name in missing_required(pool, {**current, **added}):
        raise InvalidParameterException(f"Invalid attributes given, {name} is missing")
    changed = {
        name: value for name, value in update.attributes.items() if current.get(name) != value
    }
    _add_verified_flags(added)
    return {**changed, **added}


def missing_required(pool: UserPool, profile: Mapping[str, str]) -> list[str]:
    """The required attributes (``sub`` aside) that ``profile`` has no value for."""
    return [
        name
        for name, definition in pool.attributes.items()
        if definition.required and name != "sub" and not profile.get(name)
    ]


def _add_verified_flags(profile: dict[str, str]) -> None:
    for contact in CONTACTS:
        if contact in profile:
            profile.setdefault(f"{contact}_verified", "false")


def _checked(pool: UserPool, name: str, value: str) -> str:
    return attribute_values.check(pool.attributes[name], value)


def _unknown(pool: UserPool, names: Iterable[str]) -> list[str]:
    return [
        f"user.{name}: Attribute does not exist in the schema."
        for name in names
        if name not in pool.attributes
    ]


def _is_fixed(pool: UserPool, name: str) -> bool:
    """``identities`` is mutable in the schema, but only federation writes it."""
    return name == "identities" or not pool.attributes[name].mutable


def _verified_before_update(pool: UserPool) -> tuple[str, ...]:
    settings = pool.settings.get("UserAttributeUpdateSettings") or {}
    return tuple(settings.get("AttributesRequireVerificationBeforeUpdate") or ())


def _check_nothing_missing(names: Iterable[str]) -> None:
    problems = [f"{name}: The attribute is required" for name in names]
    if problems:
        raise InvalidParameterException(
            "Attributes did not conform to the schema: " + "\n".join(problems)
        )


def _lines(problems: Iterable[str]) -> str:
    return "".join(f"{problem}\n" for problem in problems)
