"""InitiateAuth and AdminInitiateAuth with a password: who gets in, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from account_world import PASSWORD, World, make_world
from poolhouse.store.schema import users
from refusals import refused
from server import START_MS, Server, running
from sign_in_world import (
    TEMPORARY,
    Client,
    add_client,
    admin_start,
    invite,
    refresh,
    sign_in,
    start,
)
from token_reading import unverified

WRONG = "Incorrect username or password."


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    return made


@pytest.fixture(scope="module")
def secretive(world: World) -> Client:
    """A client with a secret and every password flow."""
    return add_client(
        world,
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
        GenerateSecret=True,
    )


@pytest.fixture(scope="module")
def hiding(world: World) -> Client:
    """A client that keeps it secret who exists."""
    return add_client(world, "USER_PASSWORD_AUTH", PreventUserExistenceErrors="ENABLED")


def test_a_password_gives_three_tokens(world: World) -> None:
    answer = world.sign_in("ines")
    result = answer["AuthenticationResult"]
    assert answer["ChallengeParameters"] == {}
    assert "ChallengeName" not in answer
    assert "Session" not in answer
    assert result.keys() == {"AccessToken", "ExpiresIn", "TokenType", "RefreshToken", "IdToken"}
    assert (result["TokenType"], result["ExpiresIn"]) == ("Bearer", 3600)
    assert unverified(result["AccessToken"])["auth_time"] == START_MS // 1000


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_an_administrator_signs_a_user_in(world: World, flow: str) -> None:
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    answer = admin_start(world, flow, client, USERNAME="ines", PASSWORD=PASSWORD)
    assert answer["AuthenticationResult"].keys() >= {"AccessToken", "IdToken", "RefreshToken"}


def test_the_legacy_name_of_a_flow_allows_it(world: World) -> None:
    legacy = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id, ClientName="old", ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"]
    )["UserPoolClient"]["ClientId"]
    answer = admin_start(
        world, "ADMIN_NO_SRP_AUTH", Client(legacy), USERNAME="ines", PASSWORD=PASSWORD
    )
    assert "AuthenticationResult" in answer


class TestFlows:
    """Which flow a client may use, and by whose operation."""

    @pytest.mark.parametrize(
        ("flow", "message"),
        [
            ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
            ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
            ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
            ("USER_AUTH", "USER_AUTH flow not enabled for this client"),
            ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH flow not enabled for this client"),
            ("REFRESH_TOKEN", "REFRESH_TOKEN_AUTH flow not enabled for this client"),
        ],
    )
    def test_a_flow_that_is_off(self, world: World, flow: str, message: str) -> None:
        client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
        with refused("InvalidParameterException", message):
            start(world, flow, client, USERNAME="ines", PASSWORD=PASSWORD, REFRESH_TOKEN="x")

    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_the_administrators_flow_that_is_off(self, world: World, flow: str) -> None:
        with refused("InvalidParameterException", "Auth flow not enabled for this client"):
            admin_start(world, flow, USERNAME="ines", PASSWORD=PASSWORD)

    @pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
    def test_users_have_no_flow_of_administrators(self, world: World, flow: str) -> None:
        client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
        with refused("InvalidParameterException", "Initiate Auth method not supported"):
            start(world, flow, client, USERNAME="ines", PASSWORD=PASSWORD)

    def test_administrators_have_no_flow_of_users(self, world: World) -> None:
        with refused("InvalidParameterException", "Initiate Auth method not supported"):
            admin_start(world, "USER_PASSWORD_AUTH", USERNAME="ines", PASSWORD=PASSWORD)

    def test_administrators_need_a_live_step_too(self, world: World) -> None:
        with refused("NotAuthorizedException", "Invalid session for the user."):
            world.idp.admin_respond_to_auth_challenge(
                UserPoolId=world.pool_id,
                ClientId=world.client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session="x" * 20,
                ChallengeResponses={"USERNAME": "ines", "NEW_PASSWORD": PASSWORD},
            )

    def test_one_factor_does_not_pass_for_two(self, server: Server) -> None:
        world = make_world(server)
        world.member("ines")
        world.idp.set_user_pool_mfa_config(
            UserPoolId=world.pool_id,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration="ON",
        )
        answer = start(world, "USER_PASSWORD_AUTH", USERNAME="ines", PASSWORD=PASSWORD)
        assert answer["ChallengeName"] == "MFA_SETUP"
        assert "AuthenticationResult" not in answer


class TestParameters:
    @pytest.mark.parametrize(
        ("given", "missing"),
        [
            ({"PASSWORD": PASSWORD}, "USERNAME"),
            ({"USERNAME": "ines"}, "PASSWORD"),
            ({"USERNAME": "", "PASSWORD": PASSWORD}, "USERNAME"),
            ({}, "USERNAME"),
        ],
    )
    def test_a_missing_one(self, world: World, given: dict[str, str], missing: str) -> None:
        with refused("InvalidParameterException", f"Missing required parameter {missing}"):
            start(world, "USER_PASSWORD_AUTH", None, **given)

    def test_a_missing_refresh_token(self, world: World) -> None:
        with refused("InvalidParameterException", "Missing required parameter REFRESH_TOKEN"):
            start(world, "REFRESH_TOKEN_AUTH", USERNAME="ines")

    def test_no_parameters_at_all(self, world: World) -> None:
        with refused("InvalidParameterException", "Missing required parameter USERNAME"):
            world.idp.initiate_auth(ClientId=world.client_id, AuthFlow="USER_PASSWORD_AUTH")

    def test_an_unknown_client(self, world: World) -> None:
        message = "User pool client 1nosuchclient does not exist."
        with refused("ResourceNotFoundException", message):
            sign_in(world, "ines", Client("1nosuchclient"))

    def test_an_unknown_pool(self, world: World) -> None:
        with refused("ResourceNotFoundException", "User pool us-east-1_nosuchpoo does not exist."):
            world.idp.admin_initiate_auth(
                UserPoolId="us-east-1_nosuchpoo",
                ClientId=world.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            )

    def test_a_client_of_another_pool(self, world: World, server: Server) -> None:
        other = make_world(server).client_id
        with refused("ResourceNotFoundException", f"User pool client {other} does not exist."):
            admin_start(world, "ADMIN_USER_PASSWORD_AUTH", Client(other), USERNAME="ines")


def _missing_hash(client: Client) -> str:
    return f"Client {client.id} is configured with secret but SECRET_HASH was not received"


class TestSecretHash:
    """A client with a secret proves it before anything about the flow or the user is said."""

    @pytest.mark.parametrize("username", ["ines", "nobody"])
    def test_missing(self, world: World, secretive: Client, username: str) -> None:
        message = (
            f"Client {secretive.id} is configured with secret but SECRET_HASH was not received"
        )
        with refused("NotAuthorizedException", message):
            start(world, "USER_PASSWORD_AUTH", secretive, USERNAME=username, PASSWORD=PASSWORD)

    @pytest.mark.parametrize("username", ["ines", "nobody"])
    def test_wrong(self, world: World, secretive: Client, username: str) -> None:
        with refused(
            "NotAuthorizedException", f"Unable to verify secret hash for client {secretive.id}"
        ):
            start(
                world,
                "USER_PASSWORD_AUTH",
                secretive,
                USERNAME=username,
                PASSWORD=PASSWORD,
                SECRET_HASH=secretive.hash("olaf"),
            )

    def test_it_is_judged_before_the_flow(self, world: World) -> None:
        client = add_client(world, "REFRESH_TOKEN_AUTH", GenerateSecret=True)
        with refused("NotAuthorizedException", _missing_hash(client)):
            start(world, "USER_PASSWORD_AUTH", client, USERNAME="ines", PASSWORD=PASSWORD)

    def test_right(self, world: World, secretive: Client) -> None:
        assert "AccessToken" in sign_in(world, "ines", secretive)
        answer = admin_start(
            world,
            "ADMIN_USER_PASSWORD_AUTH",
            secretive,
            USERNAME="ines",
            PASSWORD=PASSWORD,
            SECRET_HASH=secretive.hash("ines"),
        )
        assert "AuthenticationResult" in answer

    def test_of_the_second_secret(self, world: World, secretive: Client) -> None:
        added = world.idp.add_user_pool_client_secret(
            UserPoolId=world.pool_id, ClientId=secretive.id
        )["ClientSecretDescriptor"]
        second = Client(secretive.id, added["ClientSecretValue"])
        assert "AccessToken" in sign_in(world, "ines", second)
        assert "AccessToken" in sign_in(world, "ines", secretive)
        world.idp.delete_user_pool_client_secret(
            UserPoolId=world.pool_id,
            ClientId=secretive.id,
            ClientSecretId=added["ClientSecretId"],
        )
        with refused("NotAuthorizedException"):
            sign_in(world, "ines", second)

    def test_over_the_sub_or_the_internal_name(self, server: Server) -> None:
        world = make_world(server, UsernameAttributes=["email"])
        sub = world.member("ines@harbour.test")
        client = add_client(world, "USER_PASSWORD_AUTH", GenerateSecret=True)
        for name in ("ines@harbour.test", sub):
            answer = start(
                world,
                "USER_PASSWORD_AUTH",
                client,
                USERNAME="ines@harbour.test",
                PASSWORD=PASSWORD,
                SECRET_HASH=client.hash(name),
            )
            assert "AuthenticationResult" in answer

    def test_a_client_without_a_secret_is_asked_for_none(self, world: World) -> None:
        answer = start(
            world, "USER_PASSWORD_AUTH", USERNAME="ines", PASSWORD=PASSWORD, SECRET_HASH="x"
        )
        assert "AuthenticationResult" in answer

    @pytest.mark.parametrize("name", ["username", "sub", "email"])
    def test_of_a_refresh_is_over_a_name_of_the_owner(
        self, world: World, secretive: Client, name: str
    ) -> None:
        username = f"fritz-{name}"
        sub = world.member(username, email=f"{username}@harbour.test")
        names = {"username": username, "sub": sub, "email": f"{username}@harbour.test"}
        token = sign_in(world, username, secretive)["RefreshToken"]
        hashed = secretive.hash(names[name])
        assert "AccessToken" in refresh(world, token, secretive, SECRET_HASH=hashed)
        with refused(
            "NotAuthorizedException", f"Unable to verify secret hash for client {secretive.id}"
        ):
            refresh(world, token, secretive, SECRET_HASH=secretive.hash("olaf"))
        with refused("NotAuthorizedException", _missing_hash(secretive)):
            refresh(world, token, secretive)

    def test_of_a_refresh_with_an_unknown_token(self, world: World, secretive: Client) -> None:
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            refresh(world, "unknown", secretive, SECRET_HASH=secretive.hash("ines"))
        with refused("NotAuthorizedException", _missing_hash(secretive)):
            refresh(world, "unknown", secretive)


class TestUsers:
    """What a user's state makes of a sign-in."""

    def test_a_wrong_password(self, world: World) -> None:
        with refused("NotAuthorizedException", WRONG):
            world.sign_in("ines", "Not-the-1st-guess")

    def test_an_unknown_user(self, world: World, hiding: Client) -> None:
        with refused("UserNotFoundException", "User does not exist."):
            world.sign_in("nobody")
        with refused("NotAuthorizedException", WRONG):
            sign_in(world, "nobody", hiding)

    def test_a_disabled_user(self, world: World) -> None:
        world.member("otto")
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="otto")
        with refused("NotAuthorizedException", "User is disabled."):
            world.sign_in("otto")

    def test_an_unconfirmed_user_needs_the_right_password_to_be_told(self, world: World) -> None:
        world.sign_up("berta", email="berta@harbour.test")
        with refused("NotAuthorizedException", WRONG):
            world.sign_in("berta", "Not-the-1st-guess")
        with refused("UserNotConfirmedException", "User is not confirmed."):
            world.sign_in("berta")

    def test_a_reset_is_asked_for_once_the_password_is_right(self, world: World) -> None:
        world.member("carla", email="carla@harbour.test", email_verified="true")
        world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username="carla")
        with refused("PasswordResetRequiredException", "Password reset required for the user"):
            world.sign_in("carla")

    def test_a_temporary_password_ends(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server)
        invite(world, "dora")
        server.clock.advance(seconds=7 * 86_400 - 1)
        assert world.sign_in("dora", TEMPORARY)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        server.clock.advance(seconds=1)
        with refused(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        ):
            world.sign_in("dora", TEMPORARY)

    @pytest.mark.parametrize("name", ["ines@harbour.test", "INES@harbour.test", "sub"])
    def test_any_name_of_a_user_signs_in(self, server: Server, name: str) -> None:
        world = make_world(
            server,
            AliasAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
        )
        sub = world.member("ines", email="ines@harbour.test", email_verified="true")
        answer = world.sign_in(sub if name == "sub" else name)
        assert unverified(answer["AuthenticationResult"]["AccessToken"])["username"] == "ines"

    def test_an_unverified_alias_does_not(self, server: Server) -> None:
        world = make_world(server, AliasAttributes=["email"])
        world.member("ines", email="ines@harbour.test")
        with refused("UserNotFoundException", "User does not exist."):
            world.sign_in("ines@harbour.test")


def test_a_password_hash_of_old_parameters_is_replaced(tmp_path: Path) -> None:
    with running(tmp_path, hash_memory_kib=8) as server:
        world = make_world(server)
        sub = world.member("ines")
        weak = _stored_hash(server, world.pool_id, sub)
    with running(tmp_path, hash_memory_kib=16) as server:
        again = replace(world, server=server, idp=server.client())
        again.sign_in("ines")
        strong = _stored_hash(server, world.pool_id, sub)
        again.sign_in("ines")
        assert _stored_hash(server, world.pool_id, sub) == strong
    assert "m=8," in weak
    assert "m=16," in strong


def _stored_hash(server: Server, pool_id: str, sub: str) -> str:
    ((found,),) = server.rows(
        select(users.c.password_hash).where(users.c.pool_id == pool_id, users.c.sub == sub)
    )
    return str(found)
