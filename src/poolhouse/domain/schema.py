"""A pool's schema: the standard attributes it always has, and the custom ones it is given.

Schemas are kept in their wire form (``SchemaAttributes`` of DescribeUserPool); ``definitions``
turns one into records. Source: Amazon Cognito developer guide, "Working with user attributes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from poolhouse.domain import attribute_constraints
from poolhouse.domain.records import AttributeDefinition
from poolhouse.errors import InvalidParameterException

SchemaEntry = dict[str, Any]

MAXIMUM_CUSTOM_ATTRIBUTES = 50
CUSTOM_PREFIX = "custom:"
DEVELOPER_PREFIX = "dev:"

# ``custom-attribute-mutable``
CUSTOM_MUTABLE_BY_DEFAULT = True
# ``quota-sentences``
TOO_MANY_CUSTOM_ATTRIBUTES = (
    f"A user pool schema cannot have more than {MAXIMUM_CUSTOM_ATTRIBUTES} custom attributes."
)


def _standard(
    name: str,
    data_type: str = "String",
    *,
    constraints: dict[str, str] | None = None,
    mutable: bool = True,
    required: bool = False,
) -> SchemaEntry:
    entry: SchemaEntry = {
        "Name": name,
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": False,
        "Mutable": mutable,
        "Required": required,
    }
    if data_type in attribute_constraints.MEMBER:
        free_text = {"MinLength": "0", "MaxLength": "2048"}
        entry[attribute_constraints.MEMBER[data_type]] = (
            free_text if constraints is None else constraints
        )
    return entry


_STANDARD: tuple[SchemaEntry, ...] = (
    _standard(
        "sub", constraints={"MinLength": "1", "MaxLength": "2048"}, mutable=False, required=True
    ),
    _standard("name"),
    _standard("given_name"),
    _standard("family_name"),
    _standard("middle_name"),
    _standard("nickname"),
    _standard("preferred_username"),
    _standard("profile"),
    _standard("picture"),
    _standard("website"),
    _standard("email"),
    _standard("email_verified", "Boolean"),
    _standard("gender"),
    _standard("birthdate", constraints={"MinLength": "10", "MaxLength": "10"}),
    _standard("zoneinfo"),
    _standard("locale"),
    _standard("phone_number"),
    _standard("phone_number_verified", "Boolean"),
    _standard("address"),
    _standard("updated_at", "Number", constraints={"MinValue": "0"}),
    _standard("identities", constraints={}),
)

STANDARD_NAMES = tuple(entry["Name"] for entry in _STANDARD)
_STANDARD_BY_NAME = {entry["Name"]: entry for entry in _STANDARD}


def build(requested: Iterable[Mapping[str, Any]]) -> list[SchemaEntry]:
    """The schema of a new pool: ``Schema`` of CreateUserPool over the standard attributes.

    Raises InvalidParameterException for a custom attribute that is required, typeless, a
    duplicate or badly constrained, and for a standard one whose nature is changed.
    """
    overrides: dict[str, SchemaEntry] = {}
    custom: list[SchemaEntry] = []
    for entry in requested:
        name = _name(entry)
        if name in _STANDARD_BY_NAME:
            overrides[name] = _override(_STANDARD_BY_NAME[name], entry)
        else:
            custom.append(_custom(entry))
    standard = [overrides.get(name, _STANDARD_BY_NAME[name]) for name in STANDARD_NAMES]
    return [dict(entry) for entry in standard] + _without_duplicates(custom)


def with_custom_attributes(
    schema: Sequence[SchemaEntry], requested: Iterable[Mapping[str, Any]]
) -> list[SchemaEntry]:
    """``schema`` with the attributes of an AddCustomAttributes request at its end.

    Raises InvalidParameterException as ``build`` does, and for a name the pool already has.
    """
    added = _without_duplicates([_custom(entry) for entry in requested])
    present = {entry["Name"] for entry in schema}
    for entry in added:
        name = entry["Name"]
        if name in present:
            raise InvalidParameterException(f"{name}: Existing attribute already has name {name}.")
    customs = len(present - _STANDARD_BY_NAME.keys()) + len(added)
    if customs > MAXIMUM_CUSTOM_ATTRIBUTES:
        raise InvalidParameterException(TOO_MANY_CUSTOM_ATTRIBUTES)
    return [*schema, *added]


def definitions(schema: Iterable[Mapping[str, Any]]) -> dict[str, AttributeDefinition]:
    """The schema as records by full name, in schema order."""
    found: dict[str, AttributeDefinition] = {}
    for entry in schema:
        minimum, maximum = attribute_constraints.bounds(entry)
        found[entry["Name"]] = AttributeDefinition(
            name=entry["Name"],
            data_type=entry["AttributeDataType"],
            mutable=entry["Mutable"],
            required=entry["Required"],
            developer_only=entry["DeveloperOnlyAttribute"],
            minimum=minimum,
            maximum=maximum,
        )
    return found


def _name(entry: Mapping[str, Any]) -> str:
    name = entry.get("Name")
    if not isinstance(name, str):
        raise InvalidParameterException("A schema attribute needs a name.")
    return name


def _override(standard: SchemaEntry, entry: Mapping[str, Any]) -> SchemaEntry:
    name = standard["Name"]
    data_type = entry.get("AttributeDataType", standard["AttributeDataType"])
    if data_type != standard["AttributeDataType"] or entry.get("DeveloperOnlyAttribute"):
        raise InvalidParameterException(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            f"schema attribute {name}"
        )
    if name == "sub":
        return standard
    changed = dict(standard)
    for member in ("Mutable", "Required"):
        if entry.get(member) is not None:
            changed[member] = entry[member]
    constraint_member = attribute_constraints.MEMBER.get(data_type)
    if constraint_member is not None and entry.get(constraint_member):
        changed[constraint_member] = {
            **standard[constraint_member],
            **entry[constraint_member],
        }
        attribute_constraints.check(changed)
    return changed


def _custom(entry: Mapping[str, Any]) -> SchemaEntry:
    data_type = entry.get("AttributeDataType")
    if not data_type:
        raise InvalidParameterException(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        )
    if entry.get("Required"):
        raise InvalidParameterException("Required custom attributes are not supported currently.")
    developer_only = bool(entry.get("DeveloperOnlyAttribute"))
    prefix = DEVELOPER_PREFIX + CUSTOM_PREFIX if developer_only else CUSTOM_PREFIX
    mutable = entry.get("Mutable")
    custom: SchemaEntry = {
        "Name": prefix + _name(entry),
        "AttributeDataType": data_type,
        "DeveloperOnlyAttribute": developer_only,
        "Mutable": CUSTOM_MUTABLE_BY_DEFAULT if mutable is None else mutable,
        "Required": False,
    }
    constraint_member = attribute_constraints.MEMBER.get(data_type)
    if constraint_member is not None:
        custom[constraint_member] = dict(entry.get(constraint_member) or {})
        attribute_constraints.check(custom)
    return custom


def _without_duplicates(custom: list[SchemaEntry]) -> list[SchemaEntry]:
    seen: set[str] = set()
    for entry in custom:
        if entry["Name"] in seen:
            raise InvalidParameterException(
                f"Duplicate custom attribute names {entry['Name']} are not allowed in a user "
                "pool schema."
            )
        seen.add(entry["Name"])
    return custom
