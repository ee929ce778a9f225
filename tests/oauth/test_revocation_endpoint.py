"""/oauth2/revoke: the sign-in of a refresh token ends, and nothing is told about others."""

from __future__ import annotations

import pytest

from account_world import World, make_world
from oauth_world import OAuthClient, error_of, post_revoke
from refusals import refused
from server import Server
from sign_in_world import add_client, refresh, sign_in


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    return made


def test_it_ends_the_sign_in(world: World) -> None:
    mine = world.sign_in("ines")["AuthenticationResult"]
    later = world.sign_in("ines")["AuthenticationResult"]
    form = {"token": mine["RefreshToken"], "client_id": world.client_id}
    for _ in range(2):
        answer = post_revoke(world, form)
        assert (answer.status, answer.body) == (200, b"")
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(world, mine["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        world.idp.get_user(AccessToken=mine["AccessToken"])
    assert "AccessToken" in refresh(world, later["RefreshToken"])


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "a.b.c.d.e", "*", "\N{ANCHOR}"])
def test_what_is_no_token_is_no_error(world: World, token: str) -> None:
    answer = post_revoke(world, {"token": token, "client_id": world.client_id})
    assert (answer.status, answer.body) == (200, b"")


def test_a_token_of_another_client_is_left_alone(world: World) -> None:
    mine = world.sign_in("ines")["AuthenticationResult"]["RefreshToken"]
    other = add_client(world, "USER_PASSWORD_AUTH")
    assert post_revoke(world, {"token": mine, "client_id": other.id}).status == 200
    assert "AccessToken" in refresh(world, mine)


@pytest.mark.parametrize("member", ["AccessToken", "IdToken"])
def test_only_refresh_tokens(world: World, member: str) -> None:
    token = world.sign_in("ines")["AuthenticationResult"][member]
    answer = post_revoke(world, {"token": token, "client_id": world.client_id})
    assert error_of(answer) == (400, "unsupported_token_type", None)


def test_no_token(world: World) -> None:
    for form in ({}, {"token": ""}):
        answer = post_revoke(world, {"client_id": world.client_id, **form})
        assert error_of(answer) == (400, "invalid_request", None)


def test_a_client_without_revocation(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", EnableTokenRevocation=False)
    token = sign_in(world, "ines", client)["RefreshToken"]
    answer = post_revoke(world, {"token": token, "client_id": client.id})
    assert error_of(answer) == (400, "invalid_request", None)


def test_a_confidential_client_proves_itself(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", GenerateSecret=True)
    token = sign_in(world, "ines", client)["RefreshToken"]
    for form in (
        {"token": token},
        {"token": token, "client_id": "nobody"},
        {"token": token, "client_id": client.id},
        {"token": token, "client_id": client.id, "client_secret": "no"},
    ):
        assert error_of(post_revoke(world, form))[:2] == (401, "invalid_client")
    wrong = post_revoke(world, {"token": token}, OAuthClient(client.id, "no"))
    assert error_of(wrong)[:2] == (401, "invalid_client")
    right = OAuthClient(client.id, client.secret)
    assert post_revoke(world, {"token": token}, right).status == 200
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refresh(world, token, client, SECRET_HASH=client.hash("ines"))


def test_two_names_of_a_client(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", GenerateSecret=True)
    answer = post_revoke(
        world,
        {"token": "x", "client_id": world.client_id},
        OAuthClient(client.id, client.secret),
    )
    assert error_of(answer) == (400, "invalid_request", None)
