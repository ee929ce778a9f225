"""Step-up: levels asked for at sign-in, what they demand, and what the tokens say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from account_world import PASSWORD, World, make_world
from choice_world import add_passkey, choose, make_choice_world, request_options, respond
from refusals import refused
from server import Server
from sign_in_world import add_client, refresh
from token_reading import unverified

LOA = [f"urn:cognito:loa:{level}" for level in range(5)]
BY_PASSWORD = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_choice_world(server)
    made.member("ines", email="ines@harbour.test")
    made.member("solo")
    return made


def said(answer: Any) -> tuple[str | None, list[str] | None]:
    """``acr`` and ``amr``, the same in both tokens."""
    access = unverified(answer["AuthenticationResult"]["AccessToken"])
    identity = unverified(answer["AuthenticationResult"]["IdToken"])
    assert (access.get("acr"), access.get("amr")) == (identity.get("acr"), identity.get("amr"))
    return access.get("acr"), access.get("amr")


def test_unasked_tokens_say_nothing(world: World) -> None:
    assert said(choose(world, "ines", **BY_PASSWORD)) == (None, None)


def test_always_said_where_the_settings_want_it(start_server: Callable[..., Server]) -> None:
    server = start_server(assurance_claims="always")
    world = make_world(server)
    world.member("ines")
    assert said(world.sign_in("ines")) == (LOA[1], ["pwd"])


def test_a_password_reaches_the_first_level(world: World) -> None:
    answer = choose(world, "ines", TARGET_ACR_VALUES=f"nonsense {LOA[1]}", **BY_PASSWORD)
    assert said(answer) == (LOA[1], ["pwd"])


def test_a_code_reaches_the_second(world: World) -> None:
    offered = choose(world, "ines", TARGET_ACR_VALUES=LOA[2])
    # A password is no way to the second level alone, but with a code to the third.
    assert offered["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]
    asked = respond(world, offered, "ines", ANSWER="EMAIL_OTP")
    done = respond(world, asked, "ines", EMAIL_OTP_CODE=world.code("ines@harbour.test"))
    assert said(done) == (LOA[2], ["email_otp"])


def test_a_password_and_a_code_reach_the_third(world: World) -> None:
    asked = choose(world, "ines", TARGET_ACR_VALUES=LOA[3], **BY_PASSWORD)
    assert asked["ChallengeName"] == "EMAIL_OTP"
    done = respond(world, asked, "ines", EMAIL_OTP_CODE=world.code("ines@harbour.test"))
    assert said(done) == (LOA[3], ["pwd", "email_otp", "mfa"])


def test_so_does_a_passkey(world: World) -> None:
    world.member("key-holder")
    key = add_passkey(world, "key-holder", attachment="cross-platform")
    asked = choose(world, "key-holder", TARGET_ACR_VALUES=LOA[3], PREFERRED_CHALLENGE="WEB_AUTHN")
    done = respond(world, asked, "key-holder", CREDENTIAL=key.sign(request_options(asked)))
    assert said(done) == (LOA[3], ["hwk"])
    world.member("laptop")
    key = add_passkey(world, "laptop")
    asked = choose(world, "laptop", TARGET_ACR_VALUES=LOA[3], PREFERRED_CHALLENGE="WEB_AUTHN")
    done = respond(world, asked, "laptop", CREDENTIAL=key.sign(request_options(asked)))
    assert said(done) == (LOA[3], ["swk"])


def test_an_authenticator_app_reaches_the_fourth(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_choice_world(server)
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    world.member("ines")
    token = world.token("ines")
    secret = world.idp.associate_software_token(AccessToken=token)["SecretCode"]
    app = pyotp.TOTP(secret)
    now = server.clock.now_ms() // 1000
    world.idp.verify_software_token(AccessToken=token, UserCode=app.at(now))
    server.clock.advance(seconds=60)
    asked = choose(world, "ines", TARGET_ACR_VALUES=LOA[4], **BY_PASSWORD)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    code = app.at(server.clock.now_ms() // 1000)
    done = respond(world, asked, "ines", SOFTWARE_TOKEN_MFA_CODE=code)
    assert said(done) == (LOA[4], ["pwd", "otp", "mfa"])
    # The token of a password is worth a password: only the app is asked for.
    server.clock.advance(seconds=60)
    asked = choose(world, "ines", TARGET_ACR_VALUES=LOA[4], ACCESS_TOKEN=token)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    code = app.at(server.clock.now_ms() // 1000)
    done = respond(world, asked, "ines", SOFTWARE_TOKEN_MFA_CODE=code)
    assert said(done) == (LOA[4], ["pwd", "otp", "mfa"])


def test_the_first_level_within_reach_is_enforced(world: World) -> None:
    answer = choose(world, "solo", TARGET_ACR_VALUES=f"{LOA[4]} {LOA[1]}", **BY_PASSWORD)
    assert said(answer) == (LOA[1], ["pwd"])
    with refused("NotAuthorizedException"):
        choose(world, "solo", TARGET_ACR_VALUES=f"{LOA[4]} {LOA[3]}", **BY_PASSWORD)


def test_levels_go_by_the_names_of_the_pool(server: Server) -> None:
    world = make_choice_world(server, AcrConfiguration={"Level1": {"AcrValue": "bronze"}})
    world.member("ines")
    answer = choose(world, "ines", TARGET_ACR_VALUES="bronze", **BY_PASSWORD)
    assert said(answer) == ("bronze", ["pwd"])
    with refused("InvalidParameterException"):
        choose(world, "ines", TARGET_ACR_VALUES=LOA[1], **BY_PASSWORD)


class TestToken:
    def test_counts_for_what_was_shown(self, world: World) -> None:
        token = world.token("ines")
        asked = choose(world, "ines", TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=token)
        assert asked["ChallengeName"] == "EMAIL_OTP"
        done = respond(world, asked, "ines", EMAIL_OTP_CODE=world.code("ines@harbour.test"))
        assert said(done) == (LOA[3], ["pwd", "email_otp", "mfa"])

    def test_that_is_enough_already_counts_for_nothing(self, world: World) -> None:
        token = world.token("ines")
        asked = choose(world, "ines", TARGET_ACR_VALUES=LOA[1], ACCESS_TOKEN=token)
        assert asked["ChallengeName"] == "SELECT_CHALLENGE"

    def test_that_is_too_old_counts_for_nothing(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_choice_world(server)
        world.member("ines", email="ines@harbour.test")
        token = world.token("ines")
        server.clock.advance(seconds=61)
        given = {"TARGET_ACR_VALUES": LOA[3], "ACCESS_TOKEN": token}
        fresh = choose(world, "ines", MAX_AGE="61", **given)
        assert fresh["ChallengeName"] == "EMAIL_OTP"
        stale = choose(world, "ines", MAX_AGE="60", **given)
        assert stale["ChallengeName"] == "SELECT_CHALLENGE"
        assert world.idp.get_user(AccessToken=token)

    def test_of_another_user_is_refused(self, world: World) -> None:
        with refused("NotAuthorizedException"):
            choose(world, "ines", TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=world.token("solo"))

    def test_of_a_delegate_is_refused(self, world: World) -> None:
        service = add_client(world, "TOKEN_EXCHANGE_DELEGATION")
        token = world.token("ines")
        issued = world.idp.get_derived_token(
            ClientId=service.id,
            SubjectToken=token,
            SubjectTokenType="ACCESS_TOKEN",
            ActorToken=world.token("solo"),
            ActorTokenType="ACCESS_TOKEN",
        )["IssuedToken"]
        with refused("NotAuthorizedException", "Invalid Access Token"):
            choose(world, "ines", TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=issued)

    def test_for_another_service_is_refused(self, world: World) -> None:
        service = add_client(world, "TOKEN_EXCHANGE_IMPERSONATION")
        issued = world.idp.get_derived_token(
            ClientId=service.id,
            SubjectToken=world.token("ines"),
            SubjectTokenType="ACCESS_TOKEN",
            Audiences=["billing"],
        )["IssuedToken"]
        with refused("NotAuthorizedException", "Invalid Access Token"):
            choose(world, "ines", TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN=issued)

    def test_that_is_no_token_is_refused(self, world: World) -> None:
        with refused("NotAuthorizedException", "Invalid Access Token"):
            choose(world, "ines", TARGET_ACR_VALUES=LOA[3], ACCESS_TOKEN="no.access.token")

    def test_needs_a_level(self, world: World) -> None:
        with refused("InvalidParameterException"):
            choose(world, "ines", ACCESS_TOKEN=world.token("ines"))


@pytest.mark.parametrize("max_age", ["soon", "-1", "1.5"])
def test_an_age_is_a_number_of_seconds(world: World, max_age: str) -> None:
    with refused("InvalidParameterException"):
        choose(world, "ines", TARGET_ACR_VALUES=LOA[1], MAX_AGE=max_age)


def test_unknown_levels_alone_are_refused(world: World) -> None:
    with refused("InvalidParameterException"):
        choose(world, "ines", TARGET_ACR_VALUES="gold silver")


def test_a_refresh_says_the_same(world: World) -> None:
    answer = choose(world, "ines", TARGET_ACR_VALUES=LOA[1], **BY_PASSWORD)
    refreshed = refresh(world, answer["AuthenticationResult"]["RefreshToken"])
    claims = unverified(refreshed["AccessToken"])
    assert (claims["acr"], claims["amr"]) == (LOA[1], ["pwd"])
