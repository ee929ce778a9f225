"""Machine tokens, at the token endpoint and by GetClientToken: who gets one, and which scopes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from account_world import World, make_world
from oauth_world import OAuthClient, error_of, machine_client, post_token
from refusals import refused
from server import Server
from sign_in_world import add_client
from token_reading import verified_by

DECLARED = {"tides": ["read", "publish"], "https://locks.test/v1": ["open"]}
OPEN = "https://locks.test/v1/open"
HELD = ["tides/read", OPEN]


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    for identifier, names in DECLARED.items():
        _declare(made, identifier, *names)
    return made


def _declare(world: World, identifier: str, *names: str) -> None:
    world.idp.create_resource_server(
        UserPoolId=world.pool_id,
        Identifier=identifier,
        Name="scopes",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in names],
    )


@pytest.fixture(scope="module")
def machine(world: World) -> OAuthClient:
    return machine_client(world, HELD)


@pytest.fixture(scope="module")
def token_client(world: World) -> OAuthClient:
    return machine_client(world, HELD, by_api=True)


def _request(world: World, client: OAuthClient, **form: str) -> Mapping[str, object]:
    answer = post_token(world, {"grant_type": "client_credentials", **form}, client)
    assert answer.status == 200, answer.body
    document: Mapping[str, object] = answer.json
    assert document.keys() == {"access_token", "expires_in", "token_type"}
    return document


def _scopes(world: World, client: OAuthClient, **form: str) -> str:
    token = str(_request(world, client, **form)["access_token"])
    scope: str = verified_by(world.server, world.pool_id, token)["scope"]
    return scope


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, f"tides/read {OPEN}"),
        ({"scope": ""}, f"tides/read {OPEN}"),
        ({"scope": "tides/read"}, "tides/read"),
        (
            {"scope": "https://locks.test/v1/open tides/read"},
            "https://locks.test/v1/open tides/read",
        ),
        ({"scope": "tides/read tides/read"}, "tides/read"),
        ({"scope": " tides/read  "}, "tides/read"),
    ],
)
def test_scopes(world: World, machine: OAuthClient, asked: dict[str, str], given: str) -> None:
    assert _scopes(world, machine, **asked) == given


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        ("tides/none", "invalid_scope"),
        ("nowhere/read", "invalid_scope"),
        ("tides", "invalid_scope"),
        ("/", "invalid_scope"),
        ("tides/read nowhere/read", "invalid_scope"),
        ("tides/publish", "invalid_grant"),
        ("tides/read tides/publish", "invalid_grant"),
        ("openid", "invalid_grant"),
        ("aws.cognito.signin.user.admin", "invalid_grant"),
    ],
)
def test_scopes_that_are_refused(
    world: World, machine: OAuthClient, token_client: OAuthClient, scope: str, error: str
) -> None:
    answer = post_token(world, {"grant_type": "client_credentials", "scope": scope}, machine)
    assert error_of(answer) == (400, error, None)
    named = scope.split()[-1]
    with refused("InvalidParameterException", f"Invalid scope requested: {named}"):
        world.idp.get_client_token(
            ClientId=token_client.id, Secret=token_client.secret, Scopes=scope.split()
        )


def test_a_scope_that_is_declared_no_more_is_left_out(world: World) -> None:
    _declare(world, "seals", "count", "feed")
    held = ["seals/count", "seals/feed"]
    machine, by_api = machine_client(world, held), machine_client(world, held, by_api=True)
    world.idp.update_resource_server(
        UserPoolId=world.pool_id,
        Identifier="seals",
        Name="seals",
        Scopes=[{"ScopeName": "count", "ScopeDescription": "count"}],
    )
    assert _scopes(world, machine) == "seals/count"
    token = world.idp.get_client_token(ClientId=by_api.id, Secret=by_api.secret)[
        "ClientAuthenticationResult"
    ]["AccessToken"]
    assert verified_by(world.server, world.pool_id, token)["scope"] == "seals/count"
    answer = post_token(world, {"grant_type": "client_credentials", "scope": "seals/feed"}, machine)
    assert error_of(answer) == (400, "invalid_scope", None)


def test_the_life_of_a_token_is_the_clients_choice(world: World) -> None:
    machine = machine_client(
        world, HELD, AccessTokenValidity=10, TokenValidityUnits={"AccessToken": "minutes"}
    )
    assert _request(world, machine)["expires_in"] == 600


def test_a_client_of_the_api_may_use_the_endpoint_too(
    world: World, token_client: OAuthClient
) -> None:
    assert _scopes(world, token_client) == f"tides/read {OPEN}"


def test_who_may_not_use_the_endpoint(world: World) -> None:
    form = {"grant_type": "client_credentials"}
    public = add_client(world, "USER_PASSWORD_AUTH")
    answer = post_token(world, {**form, "client_id": public.id})
    assert error_of(answer) == (400, "unauthorized_client", None)
    secretive = add_client(world, "USER_PASSWORD_AUTH", GenerateSecret=True)
    answer = post_token(world, form, OAuthClient(secretive.id, secretive.secret))
    assert error_of(answer) == (400, "unauthorized_client", None)


class TestGetClientToken:
    def test_its_answer(self, world: World, token_client: OAuthClient) -> None:
        answer = world.idp.get_client_token(
            ClientId=token_client.id, Secret=token_client.secret, Scopes=["tides/read"]
        )
        result = answer["ClientAuthenticationResult"]
        assert result.keys() == {"AccessToken", "ExpiresIn", "TokenType"}
        assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")

    def test_either_of_two_secrets(self, world: World, token_client: OAuthClient) -> None:
        added = world.idp.add_user_pool_client_secret(
            UserPoolId=world.pool_id, ClientId=token_client.id
        )["ClientSecretDescriptor"]
        for secret in (token_client.secret, added["ClientSecretValue"]):
            world.idp.get_client_token(ClientId=token_client.id, Secret=secret)
        world.idp.delete_user_pool_client_secret(
            UserPoolId=world.pool_id,
            ClientId=token_client.id,
            ClientSecretId=added["ClientSecretId"],
        )
        with refused("NotAuthorizedException"):
            world.idp.get_client_token(ClientId=token_client.id, Secret=added["ClientSecretValue"])

    def test_a_wrong_secret(self, world: World, token_client: OAuthClient) -> None:
        message = f"Unable to verify secret for client {token_client.id}"
        with refused("NotAuthorizedException", message):
            world.idp.get_client_token(ClientId=token_client.id, Secret="x" * 51)

    def test_a_client_without_the_flow(self, world: World, machine: OAuthClient) -> None:
        message = "ALLOW_CLIENT_TOKEN_AUTH is not enabled for this client."
        with refused("NotAuthorizedException", message):
            world.idp.get_client_token(ClientId=machine.id, Secret=machine.secret)

    def test_an_unknown_client(self, world: World) -> None:
        with refused("ResourceNotFoundException", "User pool client nobody does not exist."):
            world.idp.get_client_token(ClientId="nobody", Secret="x" * 51)

    def test_more_than_fifty_scopes(self, world: World, token_client: OAuthClient) -> None:
        with refused("InvalidParameterException"):
            world.idp.get_client_token(
                ClientId=token_client.id,
                Secret=token_client.secret,
                Scopes=[f"tides/{number}" for number in range(51)],
            )
