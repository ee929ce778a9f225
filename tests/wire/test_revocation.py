"""Ending sign-ins: RevokeToken, GlobalSignOut and what they leave alive."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import World, make_world
from lambda_world import on_server
from oauth_world import machine_client, sign_in_by_oauth
from poolhouse.tokens.keys import SigningKey
from poolhouse.tokens.signing import sign_claims
from refusals import refused
from server import Server
from sign_in_world import add_client, exchange, refresh, sign_in
from token_reading import unverified

REVOKED = "Refresh Token has been revoked"
ACCESS_REVOKED = "Access Token has been revoked"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    made.member("olaf")
    return made


def signed_in(world: World, username: str = "ines") -> dict[str, Any]:
    result: dict[str, Any] = world.sign_in(username)["AuthenticationResult"]
    return result


def is_alive(world: World, result: dict[str, Any]) -> bool:
    """Whether the tokens of a sign-in work; what refreshes and what opens must agree."""
    outcomes = (
        _outcome(lambda: refresh(world, result["RefreshToken"])),
        _outcome(lambda: world.idp.get_user(AccessToken=result["AccessToken"])),
    )
    assert outcomes in [("", ""), (REVOKED, ACCESS_REVOKED)]
    return outcomes == ("", "")


def _outcome(call: Callable[[], object]) -> str:
    """The message of the refusal, empty when there is none."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return ""


class TestRevokeToken:
    def test_it_ends_the_sign_in_and_no_other(self, world: World) -> None:
        mine, later, other = signed_in(world), signed_in(world), signed_in(world, "olaf")
        refreshed = refresh(world, mine["RefreshToken"])
        answer = world.idp.revoke_token(Token=mine["RefreshToken"], ClientId=world.client_id)
        assert answer.keys() == {"ResponseMetadata"}
        assert not is_alive(world, mine)
        with refused("NotAuthorizedException", ACCESS_REVOKED):
            world.idp.get_user(AccessToken=refreshed["AccessToken"])
        assert is_alive(world, later)
        assert is_alive(world, other)

    def test_again_or_for_nothing_it_succeeds_too(self, world: World) -> None:
        mine = signed_in(world)
        for token in (mine["RefreshToken"], mine["RefreshToken"], "no-such-token", "a.b.c.d.e"):
            world.idp.revoke_token(Token=token, ClientId=world.client_id)

    def test_a_token_of_another_client_is_left_alone(self, world: World) -> None:
        mine = signed_in(world)
        other = add_client(world, "USER_PASSWORD_AUTH")
        world.idp.revoke_token(Token=mine["RefreshToken"], ClientId=other.id)
        assert is_alive(world, mine)

    @pytest.mark.parametrize("member", ["AccessToken", "IdToken"])
    def test_only_refresh_tokens(self, world: World, member: str) -> None:
        with refused("UnsupportedTokenTypeException"):
            world.idp.revoke_token(Token=signed_in(world)[member], ClientId=world.client_id)

    def test_a_client_without_revocation(self, world: World) -> None:
        client = add_client(
            world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", EnableTokenRevocation=False
        )
        token = sign_in(world, "ines", client)["RefreshToken"]
        with refused("UnsupportedOperationException"):
            world.idp.revoke_token(Token=token, ClientId=client.id)
        assert "AccessToken" in refresh(world, token, client)

    def test_switching_revocation_off_revives_nothing(self, world: World) -> None:
        client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")
        token = sign_in(world, "ines", client)["RefreshToken"]
        world.idp.revoke_token(Token=token, ClientId=client.id)
        world.idp.update_user_pool_client(
            UserPoolId=world.pool_id,
            ClientId=client.id,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            EnableTokenRevocation=False,
        )
        with refused("NotAuthorizedException", REVOKED):
            refresh(world, token, client)

    @pytest.mark.parametrize("given", [{}, {"ClientSecret": "x" * 51}])
    def test_a_client_with_a_secret_proves_it(self, world: World, given: dict[str, str]) -> None:
        client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", GenerateSecret=True)
        token = sign_in(world, "ines", client)["RefreshToken"]
        with refused("UnauthorizedException"):
            world.idp.revoke_token(Token=token, ClientId=client.id, **given)
        world.idp.revoke_token(Token=token, ClientId=client.id, ClientSecret=client.secret)
        with refused("NotAuthorizedException", REVOKED):
            exchange(world, token, client, ClientSecret=client.secret)

    def test_an_unknown_client(self, world: World) -> None:
        with refused("UnauthorizedException"):
            world.idp.revoke_token(Token="x", ClientId="nobody")


class TestGlobalSignOut:
    def test_a_user_ends_every_sign_in(self, world: World) -> None:
        world.member("petra")
        sign_ins = [signed_in(world, "petra") for _ in range(3)]
        other = signed_in(world, "olaf")
        answer = world.idp.global_sign_out(AccessToken=sign_ins[0]["AccessToken"])
        assert answer.keys() == {"ResponseMetadata"}
        assert not any(is_alive(world, each) for each in sign_ins)
        assert is_alive(world, other)
        assert is_alive(world, signed_in(world, "petra"))

    def test_its_token_is_spent_with_the_others(self, world: World) -> None:
        world.member("berta")
        token = signed_in(world, "berta")["AccessToken"]
        world.idp.global_sign_out(AccessToken=token)
        with refused("NotAuthorizedException", ACCESS_REVOKED):
            world.idp.global_sign_out(AccessToken=token)

    def test_an_administrator_does_it_for_a_user(self, world: World) -> None:
        world.member("carla")
        mine = signed_in(world, "carla")
        for _ in range(2):
            world.idp.admin_user_global_sign_out(UserPoolId=world.pool_id, Username="carla")
        assert not is_alive(world, mine)

    def test_of_an_unknown_user(self, world: World) -> None:
        with refused("UserNotFoundException", "User does not exist."):
            world.idp.admin_user_global_sign_out(UserPoolId=world.pool_id, Username="nobody")

    def test_clients_without_revocation_take_part(self, world: World) -> None:
        world.member("dora")
        client = add_client(
            world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", EnableTokenRevocation=False
        )
        result = sign_in(world, "dora", client)
        world.idp.admin_user_global_sign_out(UserPoolId=world.pool_id, Username="dora")
        with refused("NotAuthorizedException", REVOKED):
            refresh(world, result["RefreshToken"], client)
        with refused("NotAuthorizedException", ACCESS_REVOKED):
            world.idp.get_user(AccessToken=result["AccessToken"])


class TestAccessTokens:
    """In which order an access token is judged, and what each look finds."""

    def test_no_token_at_all(self, world: World) -> None:
        for text in ("x", "a.b", "a.b.c", "e30.e30.e30", "....", "=", "-_-"):
            with refused("NotAuthorizedException", "Invalid Access Token"):
                world.idp.global_sign_out(AccessToken=text)

    def test_an_id_token(self, world: World) -> None:
        with refused("NotAuthorizedException", "Invalid Access Token"):
            world.idp.global_sign_out(AccessToken=signed_in(world)["IdToken"])

    def test_a_machine_token(self, world: World) -> None:
        client = machine_client(world, _resource(world), by_api=True)
        token = world.idp.get_client_token(ClientId=client.id, Secret=client.secret)[
            "ClientAuthenticationResult"
        ]["AccessToken"]
        with refused("NotAuthorizedException", "Invalid Access Token"):
            world.idp.global_sign_out(AccessToken=token)

    def test_a_broken_signature(self, world: World) -> None:
        head, payload, signature = signed_in(world)["AccessToken"].split(".")
        broken = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
        for forged in (broken, "", "AAAA"):
            with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
                world.idp.global_sign_out(AccessToken=f"{head}.{payload}.{forged}")

    @pytest.mark.parametrize("change", [{"sub": "somebody-else"}, {"exp": 9_999_999_999}])
    def test_changed_claims(self, world: World, change: dict[str, Any]) -> None:
        token = signed_in(world)["AccessToken"]
        head, _, signature = token.split(".")
        payload = _segment({**unverified(token), **change})
        with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
            world.idp.global_sign_out(AccessToken=f"{head}.{payload}.{signature}")

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "RS384", "PS256"])
    def test_an_algorithm_of_the_attackers_choice(self, world: World, algorithm: str) -> None:
        token = signed_in(world)["AccessToken"]
        head, payload, signature = token.split(".")
        kid = json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]
        forged = _segment({"kid": kid, "alg": algorithm})
        for end in ("", signature):
            with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
                world.idp.global_sign_out(AccessToken=f"{forged}.{payload}.{end}")

    def test_a_key_of_another_pool(self, world: World, server: Server) -> None:
        other = make_world(server)
        forged = _signed_by(other, {**unverified(signed_in(world)["AccessToken"])})
        with refused("NotAuthorizedException", "Could not verify signature for Access Token"):
            world.idp.global_sign_out(AccessToken=forged)

    def test_an_old_one(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server)
        world.member("ines")
        result = signed_in(world)
        server.clock.advance(seconds=3599.999)
        world.idp.get_user(AccessToken=result["AccessToken"])
        server.clock.advance(seconds=0.001)
        world.idp.revoke_token(Token=result["RefreshToken"], ClientId=world.client_id)
        with refused("NotAuthorizedException", "Access Token has expired"):
            world.idp.get_user(AccessToken=result["AccessToken"])

    def test_without_the_scope(self, world: World) -> None:
        token = sign_in_by_oauth(world, "ines", world.client_id, ["openid"]).access_token
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            world.idp.get_user(AccessToken=token)

    def test_of_a_disabled_user(self, world: World) -> None:
        world.member("otto")
        token = signed_in(world, "otto")["AccessToken"]
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="otto")
        with refused("NotAuthorizedException", ACCESS_REVOKED):
            world.idp.get_user(AccessToken=token)
        world.idp.admin_enable_user(UserPoolId=world.pool_id, Username="otto")
        with refused("NotAuthorizedException", ACCESS_REVOKED):
            world.idp.get_user(AccessToken=token)

    def test_of_a_deleted_user(self, world: World) -> None:
        world.member("emil")
        token = signed_in(world, "emil")["AccessToken"]
        world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="emil")
        with refused("UserNotFoundException", "User does not exist."):
            world.idp.get_user(AccessToken=token)

    def test_of_a_deleted_client(self, world: World) -> None:
        client = add_client(world, "USER_PASSWORD_AUTH")
        token = sign_in(world, "ines", client)["AccessToken"]
        world.idp.delete_user_pool_client(UserPoolId=world.pool_id, ClientId=client.id)
        with refused("NotAuthorizedException", "Invalid Access Token"):
            world.idp.get_user(AccessToken=token)

    def test_of_a_deleted_pool(self, server: Server) -> None:
        world = make_world(server)
        world.member("ines")
        token = signed_in(world)["AccessToken"]
        world.idp.delete_user_pool(UserPoolId=world.pool_id)
        with refused("NotAuthorizedException", "Invalid Access Token"):
            world.idp.get_user(AccessToken=token)


def _resource(world: World) -> list[str]:
    world.idp.create_resource_server(
        UserPoolId=world.pool_id,
        Identifier="locks",
        Name="locks",
        Scopes=[{"ScopeName": "open", "ScopeDescription": "open"}],
    )
    return ["locks/open"]


def _segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _signed_by(world: World, claims: dict[str, Any]) -> str:
    """Claims of one pool, signed with the key of another."""
    house = world.server.house

    async def sign() -> str:
        keys = await house.keys.of_pool(house.db, world.pool_id)
        key: SigningKey = keys.signing["access"]
        return await sign_claims(house.signer, key, claims)

    return on_server(world.server, sign())
