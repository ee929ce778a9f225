"""Refresh tokens: what they are good for, who may use them, and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from account_world import World, make_world
from lambda_world import on_server
from poolhouse.store import expiry
from poolhouse.store.schema import metadata
from refusals import refused
from server import Server
from sign_in_world import Client, add_client, admin_start, exchange, refresh, sign_in, start

INVALID = "Invalid Refresh Token"
REVOKED = "Refresh Token has been revoked"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    return made


def refresh_token(world: World, username: str = "ines") -> str:
    token: str = world.sign_in(username)["AuthenticationResult"]["RefreshToken"]
    return token


@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
@pytest.mark.parametrize("begin", [start, admin_start])
def test_both_names_of_the_flow_in_both_operations(world: World, flow: str, begin: Any) -> None:
    token = refresh_token(world)
    for _ in range(2):
        result = begin(world, flow, REFRESH_TOKEN=token)["AuthenticationResult"]
        assert result.keys() == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}


def test_the_operation_of_its_own(world: World) -> None:
    token = refresh_token(world)
    for _ in range(2):
        result = exchange(world, token)
        assert result.keys() == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}


def test_an_unknown_token(world: World) -> None:
    with refused("NotAuthorizedException", INVALID):
        refresh(world, "no-such-token")
    with refused("NotAuthorizedException", INVALID + "."):
        exchange(world, "no-such-token")


@pytest.mark.parametrize("member", ["AccessToken", "IdToken"])
def test_another_kind_of_token(world: World, member: str) -> None:
    token = world.sign_in("ines")["AuthenticationResult"][member]
    with refused("NotAuthorizedException", INVALID):
        refresh(world, token)


def test_a_token_of_another_client(world: World) -> None:
    token = refresh_token(world)
    other = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")
    with refused("NotAuthorizedException", INVALID):
        refresh(world, token, other)
    with refused("NotAuthorizedException", INVALID + "."):
        exchange(world, token, other)
    assert "AccessToken" in refresh(world, token)


def test_a_token_of_another_pool(world: World, server: Server) -> None:
    with refused("NotAuthorizedException", INVALID):
        refresh(make_world(server), refresh_token(world))


@pytest.mark.parametrize(
    ("settings", "life_seconds"),
    [
        ({}, 30 * 86_400),
        ({"RefreshTokenValidity": 0}, 30 * 86_400),
        ({"RefreshTokenValidity": 3650}, 3650 * 86_400),
        (
            {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}},
            3600,
        ),
    ],
)
def test_it_lives_as_long_as_the_client_says(
    start_server: Callable[..., Server], settings: dict[str, Any], life_seconds: int
) -> None:
    server = start_server()
    world = make_world(server)
    world.member("ines")
    client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", **settings)
    token = sign_in(world, "ines", client)["RefreshToken"]
    server.clock.advance(seconds=life_seconds - 0.001)
    assert "AccessToken" in refresh(world, token, client)
    server.clock.advance(seconds=0.001)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refresh(world, token, client)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        exchange(world, token, client)


def test_an_access_token_of_the_last_moment_outlives_it(
    start_server: Callable[..., Server],
) -> None:
    """What an access token is judged by must be there as long as the access token."""
    server = start_server()
    world = make_world(server)
    world.member("ines")
    client = add_client(
        world,
        "USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
        RefreshTokenValidity=60,
        TokenValidityUnits={"RefreshToken": "minutes"},
        AccessTokenValidity=24,
    )
    first = sign_in(world, "ines", client)
    server.clock.advance(seconds=3599)
    late = refresh(world, first["RefreshToken"], client)["AccessToken"]
    server.clock.advance(seconds=86_399)
    _sweep(server)
    assert world.idp.get_user(AccessToken=late)["Username"] == "ines"


def _sweep(server: Server) -> None:
    house = server.house
    on_server(server, house.db.write(expiry.delete_expired, house.clock.now_ms()))


class TestUser:
    """The owner of a token may have changed since."""

    def test_disabled(self, world: World) -> None:
        world.member("otto")
        token = refresh_token(world, "otto")
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="otto")
        for use in (refresh, exchange):
            with refused("NotAuthorizedException", "User is disabled."):
                use(world, token)
        world.idp.admin_enable_user(UserPoolId=world.pool_id, Username="otto")
        for use in (refresh, exchange):
            with refused("NotAuthorizedException", REVOKED):
                use(world, token)

    def test_deleted(self, world: World) -> None:
        world.member("dora")
        token = refresh_token(world, "dora")
        world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="dora")
        with refused("NotAuthorizedException", INVALID):
            refresh(world, token)
        world.member("dora")
        with refused("NotAuthorizedException", INVALID):
            refresh(world, token)

    def test_with_another_password(self, world: World) -> None:
        """A password change ends no session (ours: it is not documented to)."""
        world.member("petra")
        token = refresh_token(world, "petra")
        world.idp.admin_set_user_password(
            UserPoolId=world.pool_id, Username="petra", Password="Ferry-9-Amrum", Permanent=True
        )
        assert "AccessToken" in refresh(world, token)


class TestSecret:
    """GetTokensFromRefreshToken takes the secret itself."""

    @pytest.fixture
    def client(self, world: World) -> Client:
        return add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", GenerateSecret=True)

    def test_right(self, world: World, client: Client) -> None:
        token = sign_in(world, "ines", client)["RefreshToken"]
        assert "AccessToken" in exchange(world, token, client, ClientSecret=client.secret)

    @pytest.mark.parametrize("given", [{}, {"ClientSecret": "x" * 51}])
    def test_missing_or_wrong(self, world: World, client: Client, given: dict[str, str]) -> None:
        token = sign_in(world, "ines", client)["RefreshToken"]
        with refused("NotAuthorizedException", f"Unable to verify secret for client {client.id}"):
            exchange(world, token, client, **given)

    def test_unknown_client(self, world: World) -> None:
        with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
            exchange(world, "x", Client("nobody"))


def test_neither_tokens_nor_sessions_are_kept_in_the_clear(world: World) -> None:
    token = refresh_token(world)
    tables = metadata.sorted_tables
    dump = str([row for table in tables for row in world.server.rows(select(table))])
    assert world.pool_id in dump
    assert token not in dump
