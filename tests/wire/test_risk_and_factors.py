"""Actions that answer a risk with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import PASSWORD, World, refusal
from device_world import TRACKS, with_device
from mfa_world import PHONE as NUMBER
from mfa_world import respond, set_mfa
from server import Server
from threat_world import AWAY, PHONE, arrive, context, events, guarded_world, takeover

BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    """Devices are tracked; a new address is a low risk."""
    world = guarded_world(start_server(), DeviceConfiguration=TRACKS)
    set_mfa(world, "OPTIONAL", "SMS", "EMAIL")
    return world


def answer_risks(world: World, action: str, **notice: Any) -> None:
    configuration = takeover(low=action, **notice)
    world.idp.set_risk_configuration(
        UserPoolId=world.pool_id, AccountTakeoverRiskConfiguration=configuration
    )


def at_home(world: World, username: str) -> None:
    """A first sign-in, which makes the place a habit."""
    assert "AuthenticationResult" in arrive(world, username)
    world.server.clock.advance(seconds=1)


def answered(world: World, username: str, asked: dict[str, Any], code: str) -> dict[str, Any]:
    name = asked["ChallengeName"]
    answer: dict[str, Any] = respond(
        world, name, asked["Session"], username, **{f"{name}_CODE": code}
    )
    return answer


@pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
def test_a_risk_asks_who_turned_nothing_on(world: World, action: str) -> None:
    world.member("ann", phone_number=NUMBER)
    at_home(world, "ann")
    answer_risks(world, action)
    asked = arrive(world, "ann", AWAY)
    assert asked["ChallengeName"] == "SMS_MFA"
    assert "AuthenticationResult" in answered(world, "ann", asked, world.code(NUMBER))
    event = events(world, "ann")[0]
    assert (event["EventResponse"], event["EventRisk"]["RiskLevel"]) == ("Pass", "Low")
    assert {each["ChallengeName"] for each in event["ChallengeResponses"]} == {"Password", "Mfa"}
    # Home is no risk, and nothing was turned on.
    world.server.clock.advance(seconds=1)
    assert "AuthenticationResult" in arrive(world, "ann")


def test_several_are_offered_to_choose_from(world: World) -> None:
    world.member("ben", phone_number=NUMBER, email="ben@mast.test")
    at_home(world, "ben")
    answer_risks(world, "MFA_REQUIRED")
    asked = arrive(world, "ben", AWAY)
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["SMS_MFA","EMAIL_OTP"]'
    wanted = respond(world, "SELECT_MFA_TYPE", asked["Session"], "ben", ANSWER="EMAIL_OTP")
    assert "AuthenticationResult" in answered(world, "ben", wanted, world.code("ben@mast.test"))


@pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
def test_whoever_can_show_none_is_blocked_or_not(world: World, mode: str) -> None:
    world.member("cleo")
    at_home(world, "cleo")
    set_mfa(world, mode, "SMS")
    answer_risks(world, "MFA_REQUIRED")
    # A thief with the password must not set up a factor of their own.
    assert refusal(arrive, world=world, username="cleo", address=AWAY) == BLOCKED
    answer_risks(world, "MFA_IF_CONFIGURED")
    world.server.clock.advance(seconds=1)
    let_in = arrive(world, "cleo", AWAY)
    assert ("AuthenticationResult" in let_in) == (mode == "OPTIONAL")
    assert let_in.get("ChallengeName") == (None if mode == "OPTIONAL" else "MFA_SETUP")


def test_a_pool_without_factors_asks_for_none(world: World) -> None:
    world.member("dan", phone_number=NUMBER)
    at_home(world, "dan")
    world.idp.set_user_pool_mfa_config(UserPoolId=world.pool_id, MfaConfiguration="OFF")
    answer_risks(world, "MFA_IF_CONFIGURED")
    assert "AuthenticationResult" in arrive(world, "dan", AWAY)


def from_device(world: World, username: str, device_key: str, address: str) -> Any:
    return world.idp.admin_initiate_auth(
        UserPoolId=world.pool_id,
        ClientId=world.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD, "DEVICE_KEY": device_key},
        ContextData=context(address, PHONE),
    )


@pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
def test_a_remembered_device_does_not_stand_in(world: World, action: str) -> None:
    device = with_device(world, "eve", phone_number=NUMBER)
    world.server.clock.advance(seconds=7200)
    at_home(world, "eve")
    world.idp.admin_set_user_mfa_preference(
        UserPoolId=world.pool_id,
        Username="eve",
        SMSMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    answer_risks(world, action)
    assert from_device(world, "eve", device.key, "192.0.2.1")["ChallengeName"] == "DEVICE_SRP_AUTH"
    world.server.clock.advance(seconds=1)
    asked = from_device(world, "eve", device.key, AWAY)
    assert asked["ChallengeName"] == "SMS_MFA"
    # The factor comes on top of the device, which vouches for itself as ever.
    then = answered(world, "eve", asked, world.code(NUMBER))
    assert then["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_the_notice_tells_what_was_done(world: World) -> None:
    world.member("finn", phone_number=NUMBER, email="finn@mast.test")
    at_home(world, "finn")
    words = {
        "MfaEmail": {"Subject": "Asked", "TextBody": "We asked."},
        "NoActionEmail": {"Subject": "Seen", "TextBody": "We saw."},
    }
    subjects = []
    for action in ("MFA_REQUIRED", "NO_ACTION"):
        answer_risks(world, action, notify=True, **words)
        arrive(world, "finn", AWAY)
        world.server.clock.advance(seconds=1)
        subjects.append(world.mail("finn@mast.test")[0]["subject"])
    assert subjects == ["Asked", "Seen"]
