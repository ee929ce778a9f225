"""Refresh token rotation: one successor for each token, and no second life for a spent one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import World, make_world
from refusals import refused
from server import Server
from sign_in_world import Client, add_client, exchange, refresh, sign_in, start
from token_reading import verified_by

REUSED = "RefreshTokenReuseException"
REVOKED = "Refresh Token has been revoked"
DAYS_30 = 30 * 86_400


def rotating(world: World, grace_seconds: int = 0, **settings: Any) -> Client:
    return add_client(
        world,
        "USER_PASSWORD_AUTH",
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": grace_seconds},
        **settings,
    )


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    return made


@pytest.fixture
def own_world(start_server: Callable[..., Server]) -> World:
    """With a clock that may be moved."""
    made = make_world(start_server())
    made.member("ines")
    return made


def test_each_use_gives_a_successor_of_the_same_sign_in(world: World) -> None:
    client = rotating(world)
    result = sign_in(world, "ines", client)
    first = verified_by(world.server, world.pool_id, result["AccessToken"])
    seen = {result["RefreshToken"]}
    for _ in range(5):
        result = exchange(world, result["RefreshToken"], client)
        assert result.keys() == {
            "AccessToken",
            "IdToken",
            "RefreshToken",
            "ExpiresIn",
            "TokenType",
        }
        seen.add(result["RefreshToken"])
        claims = verified_by(world.server, world.pool_id, result["AccessToken"])
        for name in ("origin_jti", "event_id", "auth_time"):
            assert claims[name] == first[name]
    assert len(seen) == 6


def test_the_sign_in_operations_do_not_refresh_here(world: World) -> None:
    client = rotating(world)
    token = sign_in(world, "ines", client)["RefreshToken"]
    message = (
        "REFRESH_TOKEN_AUTH is not available with refresh token rotation; "
        "use GetTokensFromRefreshToken."
    )
    for flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
        with refused("UnsupportedOperationException", message):
            start(world, flow, client, REFRESH_TOKEN=token)
    assert "RefreshToken" in exchange(world, token, client)


def test_a_second_use_is_refused_and_ends_the_family(world: World) -> None:
    """Two parties hold the token, and nobody can tell which is the thief."""
    client = rotating(world)
    result = sign_in(world, "ines", client)
    other = sign_in(world, "ines", client)
    successor = exchange(world, result["RefreshToken"], client)
    with refused(REUSED, "The refresh token was used before."):
        exchange(world, result["RefreshToken"], client)
    with refused("NotAuthorizedException", REVOKED):
        exchange(world, successor["RefreshToken"], client)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        world.idp.get_user(AccessToken=successor["AccessToken"])
    assert "RefreshToken" in exchange(world, other["RefreshToken"], client)


def test_an_ancestor_of_any_age_ends_the_family(world: World) -> None:
    client = rotating(world)
    tokens = [sign_in(world, "ines", client)["RefreshToken"]]
    for _ in range(4):
        tokens.append(exchange(world, tokens[-1], client)["RefreshToken"])
    with refused(REUSED):
        exchange(world, tokens[0], client)
    with refused("NotAuthorizedException", REVOKED):
        exchange(world, tokens[-1], client)


def test_a_clock_that_is_behind_gives_no_grace(own_world: World) -> None:
    """Another server's, or a caller's that looked at it before the token was rotated."""
    client = rotating(own_world)
    token = sign_in(own_world, "ines", client)["RefreshToken"]
    exchange(own_world, token, client)
    own_world.server.clock.advance(seconds=-0.001)
    with refused(REUSED):
        exchange(own_world, token, client)


def test_the_family_may_be_spared(start_server: Callable[..., Server]) -> None:
    world = make_world(start_server(revoke_reused_family=False))
    world.member("ines")
    client = rotating(world)
    token = sign_in(world, "ines", client)["RefreshToken"]
    successor = exchange(world, token, client)["RefreshToken"]
    for _ in range(2):
        with refused(REUSED):
            exchange(world, token, client)
    assert "RefreshToken" in exchange(world, successor, client)


def test_within_the_grace_period_the_old_token_still_works(own_world: World) -> None:
    world, clock = own_world, own_world.server.clock
    client = rotating(world, grace_seconds=60)
    token = sign_in(world, "ines", client)["RefreshToken"]
    successors = [exchange(world, token, client)["RefreshToken"]]
    clock.advance(seconds=59.999)
    successors.append(exchange(world, token, client)["RefreshToken"])
    assert len({token, *successors}) == 3
    for successor in successors:
        assert "RefreshToken" in exchange(world, successor, client)
    clock.advance(seconds=0.001)
    with refused(REUSED):
        exchange(world, token, client)


def test_the_grace_period_begins_with_the_first_use(own_world: World) -> None:
    world, clock = own_world, own_world.server.clock
    client = rotating(world, grace_seconds=10)
    token = sign_in(world, "ines", client)["RefreshToken"]
    clock.advance(seconds=3600)
    exchange(world, token, client)
    clock.advance(seconds=9.999)
    exchange(world, token, client)
    clock.advance(seconds=0.001)
    with refused(REUSED):
        exchange(world, token, client)


def test_a_successor_lives_no_longer_than_the_first(own_world: World) -> None:
    world, clock = own_world, own_world.server.clock
    client = rotating(world)
    token = sign_in(world, "ines", client)["RefreshToken"]
    for _ in range(3):
        clock.advance(seconds=DAYS_30 / 3 - 1)
        token = exchange(world, token, client)["RefreshToken"]
    clock.advance(seconds=2.999)
    token = exchange(world, token, client)["RefreshToken"]
    clock.advance(seconds=0.001)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        exchange(world, token, client)


def test_when_rotation_is_switched_off_spent_tokens_stay_spent(world: World) -> None:
    client = rotating(world)
    token = sign_in(world, "ines", client)["RefreshToken"]
    successor = exchange(world, token, client)["RefreshToken"]
    world.idp.update_user_pool_client(
        UserPoolId=world.pool_id,
        ClientId=client.id,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    assert "RefreshToken" not in refresh(world, successor, client)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refresh(world, token, client)
    with refused("NotAuthorizedException", REVOKED):
        refresh(world, successor, client)


def test_a_revoked_successor_ends_the_family(world: World) -> None:
    client = rotating(world)
    first = sign_in(world, "ines", client)
    second = exchange(world, first["RefreshToken"], client)
    world.idp.revoke_token(Token=second["RefreshToken"], ClientId=client.id)
    with refused("NotAuthorizedException", REVOKED):
        exchange(world, second["RefreshToken"], client)
    for each in (first, second):
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            world.idp.get_user(AccessToken=each["AccessToken"])


def test_a_spent_token_still_revokes_its_family(world: World) -> None:
    """Signing out with an old token must not leave the newer ones alive."""
    client = rotating(world)
    first = sign_in(world, "ines", client)
    second = exchange(world, first["RefreshToken"], client)
    world.idp.revoke_token(Token=first["RefreshToken"], ClientId=client.id)
    with refused("NotAuthorizedException", REVOKED):
        exchange(world, second["RefreshToken"], client)


class TestDuels:
    """Parallel uses of one token: the database decides, exactly once."""

    def _duel(self, worlds: list[World], client: Client, token: str, rivals: int) -> list[str]:
        """What each of so many rivals gets: the successor, or the code of the refusal."""

        def use(number: int) -> str:
            try:
                result = exchange(worlds[number % len(worlds)], token, client)
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return str(result["RefreshToken"])

        with ThreadPoolExecutor(rivals) as pool:
            return list(pool.map(use, range(rivals)))

    def _won(self, results: list[str]) -> list[str]:
        return [each for each in results if not each.endswith("Exception")]

    def test_of_two_one_wins_every_time(self, start_server: Callable[..., Server]) -> None:
        world = make_world(start_server(revoke_reused_family=False))
        world.member("ines")
        client = rotating(world)
        token = sign_in(world, "ines", client)["RefreshToken"]
        for _ in range(200):
            results = self._duel([world], client, token, 2)
            (token,) = self._won(results)
            assert REUSED in results

    def test_of_many_at_two_servers_one_wins(self, start_server: Callable[..., Server]) -> None:
        """Two processes of one database have nothing but the database in common."""
        world = make_world(start_server(revoke_reused_family=False))
        other = start_server(revoke_reused_family=False)
        worlds = [world, replace(world, server=other, idp=other.client())]
        world.member("ines")
        client = rotating(world)
        for _ in range(20):
            token = sign_in(world, "ines", client)["RefreshToken"]
            results = self._duel(worlds, client, token, 16)
            assert len(self._won(results)) == 1
            assert results.count(REUSED) == 15

    def test_a_duel_ends_the_family_as_a_second_use_does(self, world: World) -> None:
        client = rotating(world)
        for _ in range(10):
            token = sign_in(world, "ines", client)["RefreshToken"]
            results = self._duel([world], client, token, 4)
            (successor,) = self._won(results)
            assert {*results} <= {successor, REUSED, "NotAuthorizedException"}
            with refused("NotAuthorizedException", REVOKED):
                exchange(world, successor, client)

    def test_within_the_grace_period_all_win(self, world: World) -> None:
        client = rotating(world, grace_seconds=60)
        token = sign_in(world, "ines", client)["RefreshToken"]
        assert len({*self._won(self._duel([world], client, token, 16))}) == 16
