"""Resource servers over boto3."""

from __future__ import annotations

from typing import Any

import pytest

from refusals import refused

SCOPES = [
    {"ScopeName": "write", "ScopeDescription": "change berths"},
    {"ScopeName": "read", "ScopeDescription": "see berths"},
]
ABSENT = "Resource server absent does not exist."
NO_POOL = "User pool us-east-1_absent000 does not exist."


def test_scopes_keep_their_order(idp: Any, fresh_pool_id: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Identifier": "https://api.test/v1"}
    made = idp.create_resource_server(**named, Name="berths", Scopes=SCOPES)["ResourceServer"]
    assert made == {**named, "Name": "berths", "Scopes": SCOPES}
    assert idp.describe_resource_server(**named)["ResourceServer"] == made


def test_without_scopes_there_is_no_such_member(idp: Any, fresh_pool_id: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Identifier": "api"}
    made = idp.create_resource_server(**named, Name="berths", Scopes=[])["ResourceServer"]
    assert made == {**named, "Name": "berths"}


def test_none_twice(idp: Any, fresh_pool_id: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Identifier": "api"}
    idp.create_resource_server(**named, Name="berths")
    with refused("InvalidParameterException", f"api already exists in user pool {fresh_pool_id}."):
        idp.create_resource_server(**named, Name="other")
    assert idp.describe_resource_server(**named)["ResourceServer"]["Name"] == "berths"


def test_a_scope_name_once_only(idp: Any, pool_id: str) -> None:
    with refused("InvalidParameterException"):
        idp.create_resource_server(
            UserPoolId=pool_id, Identifier="twice", Name="n", Scopes=[SCOPES[0], SCOPES[0]]
        )


def test_an_update_replaces_name_and_scopes(idp: Any, fresh_pool_id: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Identifier": "api"}
    idp.create_resource_server(**named, Name="berths", Scopes=SCOPES)
    updated = idp.update_resource_server(**named, Name="quays")["ResourceServer"]
    assert updated == {**named, "Name": "quays"}
    assert idp.describe_resource_server(**named)["ResourceServer"] == updated


def test_a_deleted_one_is_gone(idp: Any, fresh_pool_id: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Identifier": "absent"}
    idp.create_resource_server(**named, Name="berths")
    idp.delete_resource_server(**named)
    with refused("ResourceNotFoundException", ABSENT):
        idp.describe_resource_server(**named)


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("describe_resource_server", {}),
        ("update_resource_server", {"Name": "n"}),
        ("delete_resource_server", {}),
    ],
)
def test_an_absent_one_is_not_found(
    idp: Any, pool_id: str, operation: str, more: dict[str, str]
) -> None:
    call = getattr(idp, operation)
    with refused("ResourceNotFoundException", ABSENT):
        call(UserPoolId=pool_id, Identifier="absent", **more)
    with refused("ResourceNotFoundException", NO_POOL):
        call(UserPoolId="us-east-1_absent000", Identifier="absent", **more)


def test_pages_hold_every_one_once_and_the_pool_is_full_at_25(idp: Any, fresh_pool_id: str) -> None:
    made = {f"api-{number}" for number in range(25)}
    for identifier in made:
        idp.create_resource_server(UserPoolId=fresh_pool_id, Identifier=identifier, Name="n")
    pages = list(
        idp.get_paginator("list_resource_servers").paginate(UserPoolId=fresh_pool_id, MaxResults=10)
    )
    seen = [server["Identifier"] for page in pages for server in page["ResourceServers"]]
    assert [len(page["ResourceServers"]) for page in pages] == [10, 10, 5]
    assert len(seen) == 25
    assert set(seen) == made
    with refused("LimitExceededException"):
        idp.create_resource_server(UserPoolId=fresh_pool_id, Identifier="one-more", Name="n")


def test_a_page_is_at_most_50(idp: Any, pool_id: str) -> None:
    with refused(
        "InvalidParameterException",
        "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 50",
    ):
        idp.list_resource_servers(UserPoolId=pool_id, MaxResults=51)


def test_a_forged_token_is_refused(idp: Any, pool_id: str) -> None:
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_resource_servers(UserPoolId=pool_id, NextToken="abc")
