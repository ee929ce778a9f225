from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import schema
from poolhouse.errors import InvalidParameterException

EXPECTED_ORDER = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "identities",
]


def by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["Name"]: entry for entry in entries}


def test_a_plain_pool_has_the_standard_attributes_in_order() -> None:
    built = schema.build([])
    assert [entry["Name"] for entry in built] == EXPECTED_ORDER
    entries = by_name(built)
    assert entries["sub"] == {
        "Name": "sub",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": True,
        "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
    }
    assert entries["birthdate"]["StringAttributeConstraints"] == {
        "MinLength": "10",
        "MaxLength": "10",
    }
    assert entries["email"]["StringAttributeConstraints"] == {
        "MinLength": "0",
        "MaxLength": "2048",
    }
    assert entries["updated_at"]["NumberAttributeConstraints"] == {"MinValue": "0"}
    assert entries["identities"]["StringAttributeConstraints"] == {}
    assert "StringAttributeConstraints" not in entries["email_verified"]
    assert entries["email_verified"]["AttributeDataType"] == "Boolean"
    assert all(entry["Mutable"] and not entry["Required"] for entry in built[1:])


def test_a_request_overrides_standard_attributes_but_not_sub() -> None:
    entries = by_name(
        schema.build(
            [
                {"Name": "email", "Required": True, "Mutable": False},
                {"Name": "name", "StringAttributeConstraints": {"MinLength": "3"}},
                {"Name": "sub", "Mutable": True, "Required": False},
            ]
        )
    )
    assert (entries["email"]["Required"], entries["email"]["Mutable"]) == (True, False)
    assert entries["name"]["StringAttributeConstraints"] == {
        "MinLength": "3",
        "MaxLength": "2048",
    }
    assert (entries["sub"]["Mutable"], entries["sub"]["Required"]) == (False, True)
    assert by_name(schema.build([]))["name"]["StringAttributeConstraints"]["MinLength"] == "0"


def test_a_described_schema_without_custom_attributes_can_be_sent_back() -> None:
    described = schema.build([{"Name": "email", "Required": True, "Mutable": True}])
    assert schema.build(described) == described


def test_custom_attributes_come_last_with_their_prefix() -> None:
    built = schema.build(
        [
            {"Name": "berth", "AttributeDataType": "String"},
            {"Name": "pier", "AttributeDataType": "Number", "Mutable": False},
            {"Name": "seen", "AttributeDataType": "DateTime"},
            {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        ]
    )[len(EXPECTED_ORDER) :]
    assert [entry["Name"] for entry in built] == [
        "custom:berth",
        "custom:pier",
        "custom:seen",
        "dev:custom:rank",
    ]
    assert built[0]["StringAttributeConstraints"] == {}
    assert built[0]["Mutable"] is True
    assert built[1]["NumberAttributeConstraints"] == {}
    assert built[1]["Mutable"] is False
    assert not any(member.endswith("Constraints") for member in built[2])
    assert built[3]["DeveloperOnlyAttribute"] is True


def string(name: str = "x", **constraints: str) -> dict[str, Any]:
    return {
        "Name": name,
        "AttributeDataType": "String",
        "StringAttributeConstraints": constraints,
    }


def number(**constraints: str) -> dict[str, Any]:
    return {
        "Name": "x",
        "AttributeDataType": "Number",
        "NumberAttributeConstraints": constraints,
    }


NOT_STANDARD = (
    "You can not change AttributeDataType or set developerOnlyAttribute for standard schema "
    "attribute email"
)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            [{"Name": "x"}],
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            [{"Name": "x", "AttributeDataType": "String", "Required": True}],
            "Required custom attributes are not supported currently.",
        ),
        ([{"Name": "email", "AttributeDataType": "Number"}], NOT_STANDARD),
        ([{"Name": "email", "DeveloperOnlyAttribute": True}], NOT_STANDARD),
        (
            [string(MinLength="few")],
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            [string(MaxLength="-1")],
            "Invalid StringAttributeConstraints for schema attribute custom:x",
        ),
        (
            [number(MaxValue="many")],
            "Invalid NumberAttributeConstraints for schema attribute custom:x",
        ),
        (
            [number(MinValue="NaN")],
            "Invalid NumberAttributeConstraints for schema attribute custom:x",
        ),
        (
            [string("name", MaxLength="2049")],
            "user.name: String attributes cannot have a length of more than 2048",
        ),
        (
            [string(MaxLength="9" * 50)],
            "user.custom:x: String attributes cannot have a length of more than 2048",
        ),
        (
            [string(MinLength="9", MaxLength="8")],
            "user.custom:x: Max length cannot be less than min length.",
        ),
        (
            [number(MinValue="1.5", MaxValue="1")],
            "user.custom:x: Max value cannot be less than min value.",
        ),
        (
            [string(), number()],
            "Duplicate custom attribute names custom:x are not allowed in a user pool schema.",
        ),
        ([{"AttributeDataType": "String"}], "A schema attribute needs a name."),
    ],
)
def test_refused_schemas(entries: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        schema.build(entries)
    assert refusal.value.message == message


def test_attributes_are_added_after_the_present_ones() -> None:
    before = schema.build([string("berth")])
    after = schema.with_custom_attributes(before, [number(), string("pier")])
    assert after[: len(before)] == before
    assert [entry["Name"] for entry in after[len(before) :]] == ["custom:x", "custom:pier"]


def test_a_name_the_pool_has_is_not_added_again() -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        schema.with_custom_attributes(schema.build([string()]), [number()])
    assert refusal.value.message == ("custom:x: Existing attribute already has name custom:x.")


def test_fifty_custom_attributes_are_the_most() -> None:
    full = schema.build([string(f"x{index}") for index in range(49)])
    full = schema.with_custom_attributes(full, [string("last")])
    with pytest.raises(InvalidParameterException):
        schema.with_custom_attributes(full, [string("more")])


def test_definitions_carry_bounds_and_flags() -> None:
    found = schema.definitions(schema.build([number(MinValue="-2", MaxValue="7.5")]))
    assert list(found)[:2] == ["sub", "name"]
    assert (found["custom:x"].minimum, found["custom:x"].maximum) == ("-2", "7.5")
    assert (found["sub"].mutable, found["sub"].required) == (False, True)
    assert (found["email_verified"].minimum, found["email_verified"].data_type) == (None, "Boolean")
