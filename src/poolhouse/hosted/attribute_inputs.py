"""From a pool's schema to the inputs of a form: which are asked for, and how a browser helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from poolhouse.accounts import verified_contacts
from poolhouse.domain.attribute_permissions import writable
from poolhouse.domain.attributes import missing_required
from poolhouse.domain.records import AppClient, AttributeDefinition, UserPool
from poolhouse.hosted import refusals
from poolhouse.hosted.translations import Language

# WCAG 2.2, 1.3.5: a purpose that a browser knows, for every attribute that has one.
_TYPES: Final[Mapping[str, str]] = {
    "email": "email",
    "phone_number": "tel",
    "birthdate": "date",
    "website": "url",
    "profile": "url",
    "picture": "url",
}
_AUTOCOMPLETE: Final[Mapping[str, str]] = {
    "address": "street-address",
    "birthdate": "bday",
    "email": "email",
    "family_name": "family-name",
    "gender": "sex",
    "given_name": "given-name",
    "locale": "language",
    "middle_name": "additional-name",
    "name": "name",
    "nickname": "nickname",
    "phone_number": "tel",
    "picture": "photo",
    "preferred_username": "nickname",
    "website": "url",
}
_BY_DATA_TYPE: Final[Mapping[str, str]] = {"Number": "number", "String": "text"}


@dataclass(frozen=True, slots=True)
class AttributeInput:
    """One input. ``hint`` is the key of a text, empty for none.

    Where people sign up with either of two contacts, neither is ``required`` on its own.
    """

    name: str
    label: str
    type: str
    autocomplete: str
    hint: str
    longest: int | None
    required: bool


def asked_at_sign_up(pool: UserPool, client: AppClient) -> list[str]:
    """The required attributes, and the contact that the pool confirms people by.

    Without the latter nobody could be confirmed (``sign-up-contact``). What the username already
    is need not be asked for again.
    """
    asked = missing_required(pool, {})
    contacts = verified_contacts.in_order(pool)
    if not pool.username_attributes and contacts and set(asked).isdisjoint(contacts):
        preferred = "email" if "email" in contacts else contacts[0]
        if preferred in writable(client):
            asked.append(preferred)
    known = pool.username_attributes if len(pool.username_attributes) == 1 else ()
    return [name for name in asked if name not in known]


def inputs(language: Language, pool: UserPool, names: Iterable[str]) -> list[AttributeInput]:
    """The inputs for these attributes."""
    return [
        _input(language, pool.attributes[name], required=name not in pool.username_attributes)
        for name in names
        if name in pool.attributes
    ]


def _input(
    language: Language, definition: AttributeDefinition, *, required: bool
) -> AttributeInput:
    name = definition.name
    hint = f"hint.{name}"
    is_text = definition.data_type == "String"
    return AttributeInput(
        name=name,
        label=refusals.label(language, name),
        type=_TYPES.get(name) or _BY_DATA_TYPE.get(definition.data_type, "text"),
        autocomplete=_AUTOCOMPLETE.get(name, "off"),
        hint=hint if language.has(hint) else "",
        longest=int(definition.maximum) if is_text and definition.maximum else None,
        required=required,
    )
