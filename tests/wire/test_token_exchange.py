"""GetDerivedToken: whose token, for whom, for how long, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from account_world import World, make_world
from refusals import refused
from server import Server
from sign_in_world import Client, add_client
from token_reading import unverified

API = "https://api.harbour.test"
FLOWS = ["TOKEN_EXCHANGE_IMPERSONATION", "TOKEN_EXCHANGE_DELEGATION"]
SELF_SERVICE = "aws.cognito.signin.user.admin"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return furnished(make_world(server))


def furnished(world: World) -> World:
    world.member("ines", email="ines@harbour.test")
    world.idp.create_resource_server(
        UserPoolId=world.pool_id,
        Identifier=API,
        Name="api",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    return world


@pytest.fixture(scope="module")
def service(world: World) -> Client:
    return add_client(
        world,
        *FLOWS,
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=[f"{API}/read"],
    )


def derive(world: World, client: Client, subject: str, **more: Any) -> Any:
    given = {"SubjectToken": subject, "SubjectTokenType": "ACCESS_TOKEN", **more}
    if client.secret:
        given["ClientSecret"] = client.secret
    return world.idp.get_derived_token(ClientId=client.id, **given)


def machine_token(world: World) -> tuple[Client, str]:
    client = add_client(world, "CLIENT_TOKEN_AUTH", GenerateSecret=True)
    answer = world.idp.get_client_token(ClientId=client.id, Secret=client.secret)
    return client, answer["ClientAuthenticationResult"]["AccessToken"]


class TestImpersonation:
    def test_a_token_for_another_service(self, world: World, service: Client) -> None:
        subject = unverified(token := world.token("ines"))
        answer = derive(world, service, token, Audiences=["billing"])
        assert (answer["IssuedTokenType"], answer["TokenType"]) == ("ACCESS_TOKEN", "Bearer")
        assert answer["ExpiresIn"] == 3600
        assert answer["Scopes"] == [SELF_SERVICE]
        claims = unverified(answer["IssuedToken"])
        assert claims["aud"] == "billing"
        assert claims["client_id"] == service.id
        assert "act" not in claims
        for kept in ("sub", "username", "auth_time", "origin_jti", "event_id", "iss", "scope"):
            assert claims[kept] == subject[kept]
        assert claims["jti"] != subject["jti"]

    def test_a_resource_must_be_known(self, world: World, service: Client) -> None:
        token = world.token("ines")
        claims = unverified(derive(world, service, token, Resources=[API])["IssuedToken"])
        assert claims["aud"] == API
        with refused("InvalidParameterException"):
            derive(world, service, token, Resources=["https://nobody.test"])
        with refused("InvalidParameterException"):
            derive(world, service, token, Resources=[API], Audiences=["billing"])

    def test_an_id_token(self, world: World, service: Client) -> None:
        signed_in = world.sign_in("ines")["AuthenticationResult"]
        answer = derive(
            world,
            service,
            signed_in["IdToken"],
            SubjectTokenType="ID_TOKEN",
            RequestedTokenType="ID_TOKEN",
            Audiences=["billing"],
        )
        assert (answer["IssuedTokenType"], answer["TokenType"]) == ("ID_TOKEN", "N_A")
        assert "Scopes" not in answer
        claims = unverified(answer["IssuedToken"])
        assert (claims["token_use"], claims["aud"]) == ("id", "billing")
        assert claims["email"] == "ines@harbour.test"
        plain = derive(
            world,
            service,
            signed_in["AccessToken"],
            RequestedTokenType="ID_TOKEN",
        )
        assert unverified(plain["IssuedToken"])["aud"] == service.id

    def test_an_id_token_becomes_no_key_to_the_account(self, world: World, service: Client) -> None:
        signed_in = world.sign_in("ines")["AuthenticationResult"]
        answer = derive(world, service, signed_in["IdToken"], SubjectTokenType="ID_TOKEN")
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            world.idp.get_user(AccessToken=answer["IssuedToken"])

    def test_a_token_for_another_service_changes_no_account(
        self, world: World, service: Client
    ) -> None:
        token = world.token("ines")
        bound = derive(world, service, token, Audiences=["billing"])["IssuedToken"]
        assert SELF_SERVICE in unverified(bound)["scope"].split()
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            world.idp.update_user_attributes(
                AccessToken=bound, UserAttributes=[{"Name": "name", "Value": "Billing"}]
            )
        free = derive(world, service, token)["IssuedToken"]
        assert world.idp.get_user(AccessToken=free)["Username"] == "ines"

    def test_it_does_not_outlive_the_subject(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = furnished(make_world(server))
        client = add_client(world, *FLOWS)
        token = world.token("ines")
        server.clock.advance(seconds=3000)
        answer = world.idp.get_derived_token(
            ClientId=client.id, SubjectToken=token, SubjectTokenType="ACCESS_TOKEN"
        )
        assert answer["ExpiresIn"] == 600
        assert unverified(answer["IssuedToken"])["exp"] == unverified(token)["exp"]
        server.clock.advance(seconds=600)
        with refused("NotAuthorizedException", "Invalid subject token"):
            derive(world, client, token)

    def test_what_ends_the_sign_in_ends_it(self, world: World, service: Client) -> None:
        signed_in = world.sign_in("ines")["AuthenticationResult"]
        issued = derive(world, service, signed_in["AccessToken"])["IssuedToken"]
        assert world.idp.get_user(AccessToken=issued)["Username"] == "ines"
        world.idp.revoke_token(ClientId=world.client_id, Token=signed_in["RefreshToken"])
        with refused("NotAuthorizedException", "Access Token has been revoked"):
            world.idp.get_user(AccessToken=issued)
        with refused("NotAuthorizedException", "Invalid subject token"):
            derive(world, service, signed_in["AccessToken"])

    def test_scopes_are_an_intersection(self, world: World) -> None:
        client = add_client(
            world,
            *FLOWS,
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            CallbackURLs=["https://app.test"],
            AllowedOAuthScopes=[SELF_SERVICE, "openid"],
        )
        token = world.token("ines")
        answer = derive(world, client, token, Scopes=[SELF_SERVICE, "openid", f"{API}/read"])
        assert answer["Scopes"] == [SELF_SERVICE]
        with refused("InvalidParameterException"):
            derive(world, client, token, Scopes=["openid"])


class TestDelegation:
    def test_act_names_who_acts(self, world: World, service: Client) -> None:
        first, first_token = machine_token(world)
        second, second_token = machine_token(world)
        answer = derive(
            world,
            service,
            world.token("ines"),
            ActorToken=first_token,
            ActorTokenType="ACCESS_TOKEN",
        )
        assert unverified(answer["IssuedToken"])["act"] == {"sub": first.id}
        chained = derive(
            world,
            service,
            answer["IssuedToken"],
            ActorToken=second_token,
            ActorTokenType="ACCESS_TOKEN",
        )
        assert unverified(chained["IssuedToken"])["act"] == {
            "sub": second.id,
            "act": {"sub": first.id},
        }
        # Impersonating does not wash off who acted before.
        washed = derive(world, service, answer["IssuedToken"])
        assert unverified(washed["IssuedToken"])["act"] == {"sub": first.id}

    def test_a_person_may_act(self, world: World, service: Client) -> None:
        sub = world.member("clerk")
        answer = derive(
            world,
            service,
            world.token("ines"),
            ActorToken=world.token("clerk"),
            ActorTokenType="ACCESS_TOKEN",
        )
        assert unverified(answer["IssuedToken"])["act"] == {"sub": sub}
        assert unverified(answer["IssuedToken"])["username"] == "ines"

    def test_who_acts_for_a_user_is_not_the_user(self, world: World, service: Client) -> None:
        issued = derive(
            world,
            service,
            world.token("ines"),
            ActorToken=machine_token(world)[1],
            ActorTokenType="ACCESS_TOKEN",
        )["IssuedToken"]
        assert SELF_SERVICE in unverified(issued)["scope"].split()
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            world.idp.get_user(AccessToken=issued)
        with refused("NotAuthorizedException", "Access Token does not have required scopes"):
            world.idp.start_web_authn_registration(AccessToken=issued)

    def test_an_actor_must_be_good(self, world: World, service: Client) -> None:
        token = world.token("ines")
        with refused("NotAuthorizedException", "Invalid actor token"):
            derive(world, service, token, ActorToken="a.b.c", ActorTokenType="ACCESS_TOKEN")
        with refused("InvalidParameterException"):
            derive(world, service, token, ActorToken=token)
        world.member("clerk-too")
        signed_out = world.token("clerk-too")
        world.idp.admin_user_global_sign_out(UserPoolId=world.pool_id, Username="clerk-too")
        with refused("NotAuthorizedException", "Invalid actor token"):
            derive(world, service, token, ActorToken=signed_out, ActorTokenType="ACCESS_TOKEN")


class TestRefusals:
    def test_each_way_needs_its_flow(self, world: World) -> None:
        token = world.token("ines")
        only = [add_client(world, flow) for flow in FLOWS]
        actor = {"ActorToken": token, "ActorTokenType": "ACCESS_TOKEN"}
        assert world.idp.get_derived_token(
            ClientId=only[0].id, SubjectToken=token, SubjectTokenType="ACCESS_TOKEN"
        )
        with refused("InvalidParameterException"):
            derive(world, only[0], token, **actor)
        with refused("InvalidParameterException"):
            derive(world, only[1], token)

    def test_the_secret_must_be_right(self, world: World, service: Client) -> None:
        with refused("NotAuthorizedException"):
            derive(world, Client(service.id, "x" * 30), world.token("ines"))

    def test_unsigned_callers_need_the_secret(self, world: World, service: Client) -> None:
        stranger = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=world.server.url,
            config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}),
        )
        given = {"SubjectToken": world.token("ines"), "SubjectTokenType": "ACCESS_TOKEN"}
        with refused("NotAuthorizedException"):
            stranger.get_derived_token(ClientId=service.id, **given)
        assert stranger.get_derived_token(
            ClientId=service.id, ClientSecret=service.secret, **given
        )["IssuedToken"]

    def test_a_subject_must_be_a_person_of_this_pool(
        self, server: Server, world: World, service: Client
    ) -> None:
        other = make_world(server)
        other.member("ines")
        for subject in (other.token("ines"), machine_token(world)[1], "a.b.c"):
            with refused("NotAuthorizedException", "Invalid subject token"):
                derive(world, service, subject)

    def test_a_token_must_be_of_the_kind_that_is_said(self, world: World, service: Client) -> None:
        signed_in = world.sign_in("ines")["AuthenticationResult"]
        with refused("NotAuthorizedException", "Invalid subject token"):
            derive(world, service, signed_in["IdToken"])
        with refused("NotAuthorizedException", "Invalid subject token"):
            derive(world, service, signed_in["AccessToken"], SubjectTokenType="ID_TOKEN")

    def test_a_disabled_user_is_nobody(self, world: World, service: Client) -> None:
        world.member("gone")
        token = world.token("gone")
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
        with refused("NotAuthorizedException"):
            derive(world, service, token)

    def test_assertions_are_not_taken(self, world: World, service: Client) -> None:
        with refused("InvalidParameterException"):
            derive(world, service, "a.b.c", SubjectTokenType="SAML2", SubjectTokenProviderName="x")

    def test_the_plan_must_have_it(self, server: Server) -> None:
        lite = make_world(server, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            add_client(lite, *FLOWS)
        world = furnished(make_world(server))
        client = add_client(world, *FLOWS)
        token = world.token("ines")
        world.idp.update_user_pool(UserPoolId=world.pool_id, UserPoolTier="LITE")
        with refused("InvalidParameterException"):
            derive(world, client, token)
