"""The refresh_token grant: the same refresh as by the API, in OAuth's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from account_world import World, make_world
from oauth_world import OAuthClient, error_of, post_token, sign_in_by_oauth
from raw_http import Answer
from server import Server
from sign_in_world import Client, add_client, exchange, sign_in
from token_reading import unverified, verified_by

GRANT_REFUSED = (400, "invalid_grant", None)


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines", email="ines@harbour.test", email_verified="true")
    return made


def _refresh(world: World, token: str, client: OAuthClient | None = None, **form: str) -> Answer:
    named = {} if client else {"client_id": world.client_id}
    fields = {"grant_type": "refresh_token", "refresh_token": token, **named, **form}
    return post_token(world, fields, client)


def _token(world: World, username: str = "ines") -> str:
    token: str = world.sign_in(username)["AuthenticationResult"]["RefreshToken"]
    return token


def test_its_answer(world: World) -> None:
    answer = _refresh(world, _token(world))
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "id_token", "expires_in", "token_type"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 3600)


def test_scope_and_metadata_are_accepted_and_change_nothing(world: World) -> None:
    answer = _refresh(world, _token(world), scope="openid nowhere/read", aws_client_metadata="{no")
    assert answer.status == 200
    claims = unverified(answer.json["access_token"])
    assert claims["scope"] == "aws.cognito.signin.user.admin"


def test_a_confidential_client(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", GenerateSecret=True)
    token = sign_in(world, "ines", client)["RefreshToken"]
    assert _refresh(world, token, OAuthClient(client.id, client.secret)).status == 200
    assert error_of(_refresh(world, token, client_id=client.id))[:2] == (400, "invalid_client")


def test_no_token(world: World) -> None:
    form = {"grant_type": "refresh_token", "client_id": world.client_id}
    for given in (form, {**form, "refresh_token": ""}):
        assert error_of(post_token(world, given)) == (400, "invalid_request", None)


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "*", "\N{ANCHOR}"])
def test_what_is_no_token(world: World, token: str) -> None:
    assert error_of(_refresh(world, token)) == GRANT_REFUSED


def test_a_token_of_another_client(world: World) -> None:
    other = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")
    assert error_of(_refresh(world, _token(world), client_id=other.id)) == GRANT_REFUSED


def test_a_revoked_one(world: World) -> None:
    token = _token(world)
    world.idp.revoke_token(Token=token, ClientId=world.client_id)
    assert error_of(_refresh(world, token)) == GRANT_REFUSED


@pytest.mark.parametrize("ending", ["admin_disable_user", "admin_delete_user"])
def test_of_a_user_who_is_no_more(world: World, ending: str) -> None:
    world.member(ending)
    token = _token(world, ending)
    getattr(world.idp, ending)(UserPoolId=world.pool_id, Username=ending)
    assert error_of(_refresh(world, token)) == GRANT_REFUSED


def test_an_expired_one(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_world(server)
    world.member("ines")
    token = _token(world)
    server.clock.advance(seconds=30 * 86_400)
    assert error_of(_refresh(world, token)) == GRANT_REFUSED


class TestRotation:
    @pytest.fixture
    def client(self, world: World) -> Client:
        return add_client(
            world,
            "USER_PASSWORD_AUTH",
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )

    def test_a_successor_comes_along(self, world: World, client: Client) -> None:
        token = sign_in(world, "ines", client)["RefreshToken"]
        for _ in range(3):
            answer = _refresh(world, token, client_id=client.id)
            assert answer.json.keys() == {
                "access_token",
                "id_token",
                "refresh_token",
                "expires_in",
                "token_type",
            }
            assert answer.json["refresh_token"] != token
            token = answer.json["refresh_token"]
        assert "RefreshToken" in exchange(world, token, client)

    def test_a_second_use(self, world: World, client: Client) -> None:
        token = sign_in(world, "ines", client)["RefreshToken"]
        successor = _refresh(world, token, client_id=client.id).json["refresh_token"]
        assert error_of(_refresh(world, token, client_id=client.id)) == GRANT_REFUSED
        assert error_of(_refresh(world, successor, client_id=client.id)) == GRANT_REFUSED


class TestBrowserSignIns:
    def test_scopes_are_those_of_the_sign_in(self, world: World) -> None:
        tokens = sign_in_by_oauth(world, "ines", world.client_id, ["openid", "email"])
        answer = _refresh(world, str(tokens.refresh_token))
        access = verified_by(world.server, world.pool_id, answer.json["access_token"])
        assert (access["scope"], access["version"]) == ("openid email", 2)

    def test_without_openid_there_is_no_id_token(self, world: World) -> None:
        tokens = sign_in_by_oauth(world, "ines", world.client_id, ["tides/read"])
        answer = _refresh(world, str(tokens.refresh_token))
        assert answer.json.keys() == {"access_token", "expires_in", "token_type"}

    @pytest.mark.parametrize(
        ("scope", "readable", "status"),
        [
            ("email", ["email", "email_verified"], 200),
            ("email", ["email", "name"], 400),
            ("phone", ["phone_number_verified", "name"], 400),
            ("profile", ["email"], 200),
        ],
    )
    def test_a_client_must_read_all_that_a_scope_covers(
        self, world: World, scope: str, readable: list[str], status: int
    ) -> None:
        client = add_client(world, "REFRESH_TOKEN_AUTH", ReadAttributes=readable)
        tokens = sign_in_by_oauth(world, "ines", client.id, ["openid", scope])
        answer = _refresh(world, str(tokens.refresh_token), client_id=client.id)
        assert answer.status == status
        assert status == 200 or error_of(answer) == GRANT_REFUSED
