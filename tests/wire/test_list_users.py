"""ListUsers over a real socket: filters, pages, tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import World, make_world, refusal
from server import Server

INVALID_TOKEN = ("InvalidParameterException", "Invalid pagination token.")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    world = make_world(server)
    for number in range(12):
        world.member(
            f"Rower{number:02}",
            name=f"Ann {number % 3}",
            email=f"rower{11 - number:02}@Regatta.test",
            email_verified="true",
        )
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="Rower03")
    world.sign_up("cox", name='The "Cox"', family_name="O\\Hara")
    return world


def found(world: World, **parameters: Any) -> list[str]:
    """Usernames on the first page."""
    answer = world.idp.list_users(UserPoolId=world.pool_id, **parameters)
    return [user["Username"] for user in answer["Users"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('username = "Rower01"', ["Rower01"]),
        ('username = "rower01"', []),
        ('username ^= "Rower1"', ["Rower10", "Rower11"]),
        ('username^="Rower1"', ["Rower10", "Rower11"]),
        ('email = "ROWER11@regatta.test"', ["Rower00"]),
        ('email ^= "rower1"', ["Rower01", "Rower00"]),
        ('cognito:user_status = "unconfirmed"', ["cox"]),
        ('cognito:user_status ^= "UN"', ["cox"]),
        ('status = "Disabled"', ["Rower03"]),
        ('status = "disabled"', []),
        ('name = "the \\"cox\\""', ["cox"]),
        ('family_name = "o\\\\hara"', ["cox"]),
        ('name = ""', []),
        ('given_name ^= ""', []),
        ('phone_number = "+49"', []),
    ],
)
def test_filters(world: World, text: str, names: list[str]) -> None:
    assert found(world, Filter=text) == names


def test_results_are_sorted_by_the_searched_attribute(world: World) -> None:
    answer = world.idp.list_users(UserPoolId=world.pool_id, Filter='email ^= "r"')
    emails = [
        each["Value"]
        for user in answer["Users"]
        for each in user["Attributes"]
        if each["Name"] == "email"
    ]
    assert emails == sorted(emails)
    assert len(emails) == 12


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_filter_finds_everybody(world: World, text: str) -> None:
    assert len(found(world, Filter=text)) == 13


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("username = Rower01", "Error while parsing filter"),
        ('username = "Rower01', "Error while parsing filter"),
        ('username != "Rower01"', "Error while parsing filter"),
        ('name = "a" and name = "b"', "Error while parsing filter"),
        ('custom:foo = "1"', "Invalid search attribute: custom:foo"),
        ('gender = "f"', "Invalid search attribute: gender"),
    ],
)
def test_refused_filters(world: World, text: str, message: str) -> None:
    assert refusal(world.idp.list_users, UserPoolId=world.pool_id, Filter=text) == (
        "InvalidParameterException",
        message,
    )


@pytest.mark.parametrize("text", ["", 'name ^= "ann"', 'status = "Enabled"', 'sub ^= ""'])
@pytest.mark.parametrize("limit", [1, 5, 12])
def test_pages_cover_everybody_once(world: World, text: str, limit: int) -> None:
    paginator = world.idp.get_paginator("list_users")
    pages = list(paginator.paginate(UserPoolId=world.pool_id, Filter=text, Limit=limit))
    names = [user["Username"] for page in pages for user in page["Users"]]
    assert sorted(names) == sorted(found(world, Filter=text))
    assert len(set(names)) == len(names)
    assert all(len(page["Users"]) == limit for page in pages[:-1])
    assert "PaginationToken" not in pages[-1]


def test_only_wanted_attributes_are_shown(world: World) -> None:
    answer = world.idp.list_users(
        UserPoolId=world.pool_id,
        Filter='username = "Rower00"',
        AttributesToGet=["email", "nickname", "custom:foo"],
    )
    assert answer["Users"][0]["Attributes"] == [{"Name": "email", "Value": "rower11@Regatta.test"}]


def test_a_user_looks_as_from_admin_get_user(world: World) -> None:
    listed = world.idp.list_users(UserPoolId=world.pool_id, Filter='username = "cox"')["Users"][0]
    got = world.get("cox")
    for member in ("Username", "UserStatus", "Enabled", "UserCreateDate", "UserLastModifiedDate"):
        assert listed[member] == got[member]
    assert listed["Attributes"] == got["UserAttributes"]


def test_a_token_opens_only_its_own_list(world: World, server: Server) -> None:
    def listing(pool_id: str, text: str, token: str) -> Any:
        return world.idp.list_users(UserPoolId=pool_id, Filter=text, PaginationToken=token)

    token = world.idp.list_users(UserPoolId=world.pool_id, Limit=1)["PaginationToken"]
    assert refusal(listing, pool_id=world.pool_id, text='name ^= "A"', token=token) == (
        INVALID_TOKEN
    )
    other = make_world(server).pool_id
    assert refusal(listing, pool_id=other, text="", token=token) == INVALID_TOKEN
    assert refusal(listing, pool_id=world.pool_id, text="", token="forged") == INVALID_TOKEN
    assert len(listing(world.pool_id, "", token)["Users"]) == 12


def test_a_token_lives_an_hour(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_world(server)
    world.sign_up("ann")
    world.sign_up("ben")
    first = world.idp.list_users(UserPoolId=world.pool_id, Limit=1)
    server.clock.advance(seconds=3599)
    again = {"UserPoolId": world.pool_id, "PaginationToken": first["PaginationToken"]}
    assert len(world.idp.list_users(**again)["Users"]) == 1
    server.clock.advance(seconds=1)
    assert refusal(world.idp.list_users, **again) == INVALID_TOKEN


def test_search_follows_every_change(server: Server) -> None:
    world = make_world(server)
    world.member("dora", name="Dora", email="dora@regatta.test")
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="dora",
        UserAttributes=[{"Name": "name", "Value": "Dorothea"}, {"Name": "email", "Value": ""}],
    )
    assert found(world, Filter='name = "dora"') == []
    assert found(world, Filter='name = "dorothea"') == ["dora"]
    assert found(world, Filter='email ^= ""') == []
    assert found(world, Filter='cognito:user_status = "CONFIRMED"') == ["dora"]
    world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="dora")
    assert found(world) == []


def test_an_unknown_pool(world: World) -> None:
    assert refusal(world.idp.list_users, UserPoolId="us-east-1_Nowhere00") == (
        "ResourceNotFoundException",
        "User pool us-east-1_Nowhere00 does not exist.",
    )
