"""Groups and memberships over boto3."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.api.operations import groups as group_operations
from refusals import refused

ROLE = "arn:aws:iam::123456789012:role/harbour"
EXISTS = "A group with the name already exists"
NOT_FOUND = "Group not found."
NO_USER = "User does not exist."
NO_POOL = "User pool us-east-1_absent000 does not exist."


@pytest.fixture
def users(idp: Any, fresh_pool_id: str) -> list[str]:
    names = ["aino", "bo", "cai"]
    for name in names:
        idp.admin_create_user(UserPoolId=fresh_pool_id, Username=name, MessageAction="SUPPRESS")
    return names


def _names(groups: list[dict[str, Any]]) -> list[str]:
    return [group["GroupName"] for group in groups]


class TestBookkeeping:
    def test_a_name_is_enough(self, idp: Any, fresh_pool_id: str) -> None:
        group = idp.create_group(UserPoolId=fresh_pool_id, GroupName="pilots")["Group"]
        assert set(group) == {"GroupName", "UserPoolId", "LastModifiedDate", "CreationDate"}
        found = idp.get_group(UserPoolId=fresh_pool_id, GroupName="pilots")["Group"]
        assert found == group

    def test_everything_is_kept(self, idp: Any, fresh_pool_id: str) -> None:
        asked = {"Description": "they steer", "RoleArn": ROLE, "Precedence": 0}
        group = idp.create_group(UserPoolId=fresh_pool_id, GroupName="pilots", **asked)["Group"]
        assert {name: group[name] for name in asked} == asked
        found = idp.get_group(UserPoolId=fresh_pool_id, GroupName="pilots")["Group"]
        assert found == group

    def test_none_twice(self, idp: Any, fresh_pool_id: str) -> None:
        idp.create_group(UserPoolId=fresh_pool_id, GroupName="pilots", Precedence=1)
        with refused("GroupExistsException", EXISTS):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName="pilots")
        found = idp.get_group(UserPoolId=fresh_pool_id, GroupName="pilots")["Group"]
        assert found["Precedence"] == 1

    def test_names_are_case_sensitive_and_per_pool(
        self, idp: Any, pool_id: str, fresh_pool_id: str
    ) -> None:
        for pool in (pool_id, fresh_pool_id):
            for name in ("Wardens", "wardens"):
                idp.create_group(UserPoolId=pool, GroupName=name)

    def test_an_update_clears_what_it_leaves_out(self, idp: Any, fresh_pool_id: str) -> None:
        named = {"UserPoolId": fresh_pool_id, "GroupName": "pilots"}
        idp.create_group(**named, Description="they steer", RoleArn=ROLE, Precedence=3)
        updated = idp.update_group(**named, Precedence=0)["Group"]
        assert updated["Precedence"] == 0
        assert "Description" not in updated
        assert "RoleArn" not in updated
        assert idp.get_group(**named)["Group"] == updated

    def test_a_deleted_group_takes_its_memberships(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        named = {"UserPoolId": fresh_pool_id, "GroupName": "pilots"}
        idp.create_group(**named)
        idp.admin_add_user_to_group(**named, Username=users[0])
        idp.delete_group(**named)
        idp.create_group(**named)
        assert idp.list_users_in_group(**named)["Users"] == []

    @pytest.mark.parametrize(
        ("operation", "more"),
        [
            ("get_group", {}),
            ("update_group", {}),
            ("delete_group", {}),
            ("list_users_in_group", {}),
        ],
    )
    def test_an_absent_group_is_not_found(
        self, idp: Any, pool_id: str, operation: str, more: dict[str, Any]
    ) -> None:
        call = getattr(idp, operation)
        with refused("ResourceNotFoundException", NOT_FOUND):
            call(UserPoolId=pool_id, GroupName="absent", **more)
        with refused("ResourceNotFoundException", NO_POOL):
            call(UserPoolId="us-east-1_absent000", GroupName="absent", **more)

    def test_a_pool_has_so_many_groups(
        self, idp: Any, fresh_pool_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(group_operations, "MAXIMUM_GROUPS_PER_POOL", 2)
        for name in ("a", "b"):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name)
        with refused("LimitExceededException"):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName="c")

    def test_pages_hold_every_group_once_by_name(self, idp: Any, fresh_pool_id: str) -> None:
        names = ["Z", "a", "b", "c", "d"]
        for name in reversed(names):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name)
        pages = list(idp.get_paginator("list_groups").paginate(UserPoolId=fresh_pool_id, Limit=2))
        assert [_names(page["Groups"]) for page in pages] == [["Z", "a"], ["b", "c"], ["d"]]
        assert "NextToken" not in pages[-1]

    def test_a_limit_of_zero_is_none(self, idp: Any, fresh_pool_id: str) -> None:
        for name in ("a", "b"):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name)
        assert len(idp.list_groups(UserPoolId=fresh_pool_id, Limit=0)["Groups"]) == 2


class TestMembers:
    def test_adding_and_removing_are_idempotent(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        named = {"UserPoolId": fresh_pool_id, "GroupName": "pilots"}
        idp.create_group(**named)
        for _ in range(2):
            idp.admin_add_user_to_group(**named, Username=users[0])
        (user,) = idp.list_users_in_group(**named)["Users"]
        shown = idp.admin_get_user(UserPoolId=fresh_pool_id, Username=users[0])
        assert user["Username"] == users[0]
        assert user["Attributes"] == shown["UserAttributes"]
        assert (user["Enabled"], user["UserStatus"]) == (True, "FORCE_CHANGE_PASSWORD")
        for _ in range(2):
            idp.admin_remove_user_from_group(**named, Username=users[0])
        assert idp.list_users_in_group(**named)["Users"] == []

    def test_pages_hold_every_member_once(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        named = {"UserPoolId": fresh_pool_id, "GroupName": "pilots"}
        idp.create_group(**named)
        for user in users:
            idp.admin_add_user_to_group(**named, Username=user)
        pages = idp.get_paginator("list_users_in_group").paginate(**named, Limit=2)
        seen = [user["Username"] for page in pages for user in page["Users"]]
        assert sorted(seen) == users

    def test_a_deleted_user_is_no_member(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        named = {"UserPoolId": fresh_pool_id, "GroupName": "pilots"}
        idp.create_group(**named)
        idp.admin_add_user_to_group(**named, Username=users[0])
        idp.admin_delete_user(UserPoolId=fresh_pool_id, Username=users[0])
        assert idp.list_users_in_group(**named)["Users"] == []

    def test_a_users_groups_come_strongest_first(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        order = [("late", None), ("b", 1), ("first", 0), ("a", 1), ("also-late", None)]
        for name, precedence in order:
            strength = {} if precedence is None else {"Precedence": precedence}
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name, **strength)
            idp.admin_add_user_to_group(UserPoolId=fresh_pool_id, GroupName=name, Username=users[1])
        named = {"UserPoolId": fresh_pool_id, "Username": users[1]}
        expected = ["first", "a", "b", "also-late", "late"]
        assert _names(idp.admin_list_groups_for_user(**named)["Groups"]) == expected
        for size in (1, 2, 3):
            pages = idp.get_paginator("admin_list_groups_for_user").paginate(**named, Limit=size)
            assert [name for page in pages for name in _names(page["Groups"])] == expected
        other = {**named, "Username": users[0]}
        assert idp.admin_list_groups_for_user(**other)["Groups"] == []

    def test_a_token_of_another_user_is_refused(
        self, idp: Any, fresh_pool_id: str, users: list[str]
    ) -> None:
        for name in ("a", "b"):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name)
            idp.admin_add_user_to_group(UserPoolId=fresh_pool_id, GroupName=name, Username=users[0])
        token = idp.admin_list_groups_for_user(
            UserPoolId=fresh_pool_id, Username=users[0], Limit=1
        )["NextToken"]
        with refused("InvalidParameterException", "Invalid pagination token."):
            idp.admin_list_groups_for_user(
                UserPoolId=fresh_pool_id, Username=users[1], Limit=1, NextToken=token
            )

    def test_a_user_is_in_so_many_groups(
        self, idp: Any, fresh_pool_id: str, users: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(group_operations, "MAXIMUM_GROUPS_PER_USER", 1)
        for name in ("a", "b"):
            idp.create_group(UserPoolId=fresh_pool_id, GroupName=name)
        named = {"UserPoolId": fresh_pool_id, "Username": users[0]}
        for _ in range(2):
            idp.admin_add_user_to_group(**named, GroupName="a")
        with refused("LimitExceededException"):
            idp.admin_add_user_to_group(**named, GroupName="b")

    @pytest.mark.parametrize(
        "operation", ["admin_add_user_to_group", "admin_remove_user_from_group"]
    )
    def test_group_and_user_must_exist(
        self, idp: Any, fresh_pool_id: str, users: list[str], operation: str
    ) -> None:
        call = getattr(idp, operation)
        idp.create_group(UserPoolId=fresh_pool_id, GroupName="pilots")
        with refused("UserNotFoundException", NO_USER):
            call(UserPoolId=fresh_pool_id, GroupName="pilots", Username="nobody")
        with refused("ResourceNotFoundException", NOT_FOUND):
            call(UserPoolId=fresh_pool_id, GroupName="absent", Username=users[0])
        with refused("ResourceNotFoundException", NO_POOL):
            call(UserPoolId="us-east-1_absent000", GroupName="pilots", Username=users[0])

    def test_groups_of_nobody(self, idp: Any, pool_id: str) -> None:
        with refused("UserNotFoundException", NO_USER):
            idp.admin_list_groups_for_user(UserPoolId=pool_id, Username="nobody")
