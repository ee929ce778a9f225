"""Failed password checks lock a user out, a little longer each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from account_world import World, make_world
from refusals import refused
from server import Server
from sign_in_world import add_client, admin_start

WRONG = "Incorrect username or password."
LOCKED = "Password attempts exceeded"
GUESS = "Not-the-1st-guess"


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    made = make_world(start_server())
    made.member("ines")
    made.member("olaf")
    return made


def fail(world: World, times: int) -> None:
    """So many wrong passwords, each refused for being wrong."""
    for _ in range(times):
        with refused("NotAuthorizedException", WRONG):
            world.sign_in("ines", GUESS)


def test_five_failures_are_free_and_the_fifth_locks_for_a_second(world: World) -> None:
    fail(world, 5)
    with refused("NotAuthorizedException", LOCKED):
        world.sign_in("ines")
    world.server.clock.advance(seconds=0.999)
    with refused("NotAuthorizedException", LOCKED):
        world.sign_in("ines")
    world.server.clock.advance(seconds=0.001)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_each_lock_is_twice_as_long_up_to_a_quarter_of_an_hour(world: World) -> None:
    fail(world, 4)
    for lock_seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]:
        fail(world, 1)
        world.server.clock.advance(seconds=lock_seconds - 0.001)
        with refused("NotAuthorizedException", LOCKED):
            world.sign_in("ines")
        world.server.clock.advance(seconds=0.001)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_a_try_during_the_lock_does_not_count(world: World) -> None:
    fail(world, 5)
    for _ in range(20):
        with refused("NotAuthorizedException", LOCKED):
            world.sign_in("ines", GUESS)
    world.server.clock.advance(seconds=1)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_a_success_starts_anew(world: World) -> None:
    fail(world, 4)
    world.sign_in("ines")
    fail(world, 5)
    world.server.clock.advance(seconds=1)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_a_quiet_quarter_of_an_hour_starts_anew(world: World) -> None:
    fail(world, 4)
    world.server.clock.advance(seconds=900)
    fail(world, 4)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_another_user_is_not_locked(world: World) -> None:
    fail(world, 5)
    assert "AuthenticationResult" in world.sign_in("olaf")


def test_the_lock_holds_for_every_flow(world: World) -> None:
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    fail(world, 5)
    with refused("NotAuthorizedException", LOCKED):
        admin_start(world, "ADMIN_USER_PASSWORD_AUTH", client, USERNAME="ines", PASSWORD=GUESS)


def test_it_survives_a_restart_because_it_is_kept(
    world: World, start_server: Callable[..., Server]
) -> None:
    fail(world, 5)
    again = start_server(world.server.house.settings.data)
    with refused("NotAuthorizedException", LOCKED):
        again.client().initiate_auth(
            ClientId=world.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": GUESS},
        )


def test_guesses_sent_at_once_are_counted_like_guesses_in_turn(world: World) -> None:
    """Forty at once would all pass a look that is taken before the check only."""

    def guess(number: int) -> str:
        try:
            world.sign_in("ines", f"{GUESS}-{number}")
        except ClientError as error:
            return str(error.response["Error"]["Message"])
        return "in"

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(guess, range(40)))
    assert answers == {WRONG: 5, LOCKED: 35}


def test_it_can_be_switched_off(start_server: Callable[..., Server]) -> None:
    world = make_world(start_server(lockout=False))
    world.member("ines")
    fail(world, 8)
    assert "AuthenticationResult" in world.sign_in("ines")


def test_a_name_that_nobody_has_locks_like_a_users(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", PreventUserExistenceErrors="ENABLED")

    def guess(name: str) -> None:
        world.idp.initiate_auth(
            ClientId=client.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": GUESS},
        )

    for name in ("ines", "nobody"):
        for _ in range(5):
            with refused("NotAuthorizedException", WRONG):
                guess(name)
        with refused("NotAuthorizedException", LOCKED):
            guess(name)
        world.server.clock.advance(seconds=1)
        with refused("NotAuthorizedException", WRONG):
            guess(name)
    with refused("NotAuthorizedException", WRONG):
        guess("somebody else")
