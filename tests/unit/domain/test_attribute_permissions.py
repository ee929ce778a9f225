from __future__ import annotations

import pytest

from poolhouse.domain import attribute_permissions
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from sample_records import app_client, pool

HARBOUR = pool(
    Schema=[
        {"Name": "email", "Required": True},
        {"Name": "berth", "AttributeDataType": "String"},
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
)


def test_without_lists_a_client_reads_everything_and_writes_standard_attributes() -> None:
    client = app_client(HARBOUR)
    assert attribute_permissions.readable(HARBOUR, client) == frozenset(HARBOUR.attributes)
    writable = attribute_permissions.writable(client)
    assert {"email", "name", "address", "updated_at"} <= writable
    assert writable.isdisjoint(
        {"sub", "identities", "email_verified", "phone_number_verified", "custom:berth"}
    )


def test_lists_are_taken_as_given_and_sub_is_always_readable() -> None:
    client = app_client(HARBOUR, ReadAttributes=["name"], WriteAttributes=["email"])
    assert attribute_permissions.readable(HARBOUR, client) == {"name", "sub"}
    assert attribute_permissions.writable(client) == {"email"}


def test_only_names_of_the_schema_are_judged_by_permission() -> None:
    client = app_client(HARBOUR)
    attribute_permissions.check_write(HARBOUR, client, ["email", "custom:nowhere"])
    with pytest.raises(NotAuthorizedException):
        attribute_permissions.check_write(HARBOUR, client, ["email", "custom:berth"])


@pytest.mark.parametrize("names", [["sub", "email_verified", "custom:berth"], ["identities"]])
def test_any_attribute_of_the_schema_can_be_read(names: list[str]) -> None:
    attribute_permissions.check_read_list(HARBOUR.attributes, names)


def test_unknown_attributes_cannot_be_read() -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        attribute_permissions.check_read_list(HARBOUR.attributes, ["email", "custom:nowhere"])
    assert refusal.value.message == "Invalid read attributes specified while creating a client"


@pytest.mark.parametrize(
    "names",
    [
        ["email", "custom:nowhere"],
        ["email", "sub"],
        ["email", "email_verified"],
        ["email", "identities"],
        ["email", "dev:custom:rank"],
        ["name"],
    ],
)
def test_impossible_write_lists(names: list[str]) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        attribute_permissions.check_write_list(HARBOUR.attributes, names)
    assert refusal.value.message == "Invalid write attributes specified while creating a client"


def test_a_write_list_with_all_required_attributes() -> None:
    attribute_permissions.check_write_list(HARBOUR.attributes, ["email", "custom:berth"])
