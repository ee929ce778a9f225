"""MFA_SETUP: pools that require a second factor, and users who have none yet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account_world import World
from mfa_world import again, mfa_world, respond, totp, with_app, wrong_totp
from refusals import refused
from server import Server

INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
MISMATCH = "Code mismatch and fail enable Software Token MFA"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return mfa_world(server, "ON", "TOTP")


def associate(world: World, session: str) -> tuple[str, str]:
    answer = world.idp.associate_software_token(Session=session)
    return answer["SecretCode"], answer["Session"]


def verify(world: World, session: str, code: str) -> str:
    answer = world.idp.verify_software_token(
        Session=session, UserCode=code, FriendlyDeviceName="the watch"
    )
    assert answer["Status"] == "SUCCESS"
    following: str = answer["Session"]
    return following


def set_up(world: World, username: str) -> tuple[str, Any]:
    """A member who sets an app up and is signed in by it: the secret and the tokens."""
    world.member(username)
    secret, session = associate(world, again(world, username))
    session = verify(world, session, totp(world, secret, -1))
    answer = respond(world, "MFA_SETUP", session, username)
    return secret, answer["AuthenticationResult"]


def test_the_challenge_lists_the_pools_factors(server: Server) -> None:
    world = mfa_world(server, "ON", "SMS", "TOTP", "EMAIL")
    world.member("ines")
    answer = world.sign_in("ines")
    assert answer["ChallengeName"] == "MFA_SETUP"
    assert json.loads(answer["ChallengeParameters"]["MFAS_CAN_SETUP"]) == [
        "SMS_MFA",
        "SOFTWARE_TOKEN_MFA",
        "EMAIL_OTP",
    ]


def test_an_app_is_set_up_and_asked_for_from_then_on(world: World) -> None:
    secret, tokens = set_up(world, "ines")
    shown = world.idp.get_user(AccessToken=tokens["AccessToken"])
    assert shown["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    answer = world.sign_in("ines")
    assert answer["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert answer["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "the watch"
    code = totp(world, secret)
    assert "AuthenticationResult" in respond(
        world, "SOFTWARE_TOKEN_MFA", answer["Session"], "ines", SOFTWARE_TOKEN_MFA_CODE=code
    )


def test_a_session_that_has_verified_nothing_gives_no_tokens(world: World) -> None:
    world.member("hasty")
    session = again(world, "hasty")
    with refused("NotAuthorizedException", INVALID):
        respond(world, "MFA_SETUP", session, "hasty")
    _, session = associate(world, session)
    with refused("NotAuthorizedException", INVALID):
        respond(world, "MFA_SETUP", session, "hasty")
    assert world.sign_in("hasty")["ChallengeName"] == "MFA_SETUP"


def test_each_session_of_the_set_up_is_used_once(world: World) -> None:
    world.member("stepwise")
    first = again(world, "stepwise")
    secret, second = associate(world, first)
    with refused("NotAuthorizedException", USED):
        world.idp.associate_software_token(Session=first)
    with refused("EnableSoftwareTokenMFAException", MISMATCH):
        world.idp.verify_software_token(Session=second, UserCode=wrong_totp(world, secret))
    third = verify(world, second, totp(world, secret))
    with refused("NotAuthorizedException", USED):
        world.idp.verify_software_token(Session=second, UserCode=totp(world, secret, 1))
    respond(world, "MFA_SETUP", third, "stepwise")
    with refused("NotAuthorizedException", USED):
        respond(world, "MFA_SETUP", third, "stepwise")


def test_a_code_without_a_secret_enables_nothing(world: World) -> None:
    world.member("early")
    with refused("EnableSoftwareTokenMFAException", MISMATCH):
        world.idp.verify_software_token(Session=again(world, "early"), UserCode="123456")


def test_an_old_session_replaces_no_app(world: World) -> None:
    """Who stole a password keeps a session of the set-up, and comes after its owner."""
    world.member("robbed")
    stolen, late = again(world, "robbed"), again(world, "robbed")
    thief_secret, stolen = associate(world, stolen)
    secret, session = associate(world, again(world, "robbed"))
    verify(world, session, totp(world, secret, -1))
    with refused("NotAuthorizedException", INVALID):
        world.idp.verify_software_token(Session=stolen, UserCode=totp(world, thief_secret))
    with refused("NotAuthorizedException", INVALID):
        world.idp.associate_software_token(Session=late)
    with refused("CodeMismatchException"):
        respond(
            world,
            "SOFTWARE_TOKEN_MFA",
            again(world, "robbed"),
            "robbed",
            SOFTWARE_TOKEN_MFA_CODE=totp(world, thief_secret),
        )


def test_the_session_of_a_code_sets_nothing_up(world: World) -> None:
    set_up(world, "settled")
    session = again(world, "settled")
    with refused("NotAuthorizedException", INVALID):
        world.idp.associate_software_token(Session=session)
    with refused("NotAuthorizedException", INVALID):
        respond(world, "MFA_SETUP", session, "settled")


def test_what_happens_between_the_steps_counts(world: World) -> None:
    place = {"UserPoolId": world.pool_id, "Username": "between"}
    world.member("between")
    secret, session = associate(world, again(world, "between"))
    code = totp(world, secret)
    world.idp.admin_disable_user(**place)
    with refused("NotAuthorizedException", "User is disabled."):
        world.idp.verify_software_token(Session=session, UserCode=code)
    world.idp.admin_enable_user(**place)
    session = verify(world, session, code)
    world.idp.admin_delete_software_token(**place)
    with refused("NotAuthorizedException", INVALID):
        respond(world, "MFA_SETUP", session, "between")
    world.idp.admin_delete_user(**place)
    with refused("NotAuthorizedException", INVALID):
        world.idp.associate_software_token(Session=session)


def test_a_telephone_number_is_factor_enough_where_sms_is_one(server: Server) -> None:
    world = mfa_world(server, "ON", "SMS", "TOTP")
    world.member("ines", phone_number="+4917600000009")
    assert world.sign_in("ines")["ChallengeName"] == "SMS_MFA"
    world.member("olaf")
    assert world.sign_in("olaf")["ChallengeName"] == "MFA_SETUP"


def test_an_app_that_was_verified_before_is_factor_enough(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "TOTP")
    with_app(world, "ines")
    assert "AuthenticationResult" in world.sign_in("ines")
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    assert world.sign_in("ines")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_an_address_is_set_up_by_its_code(server: Server) -> None:
    world = mfa_world(server, "ON", "EMAIL")
    world.member("ines")
    session = again(world, "ines")
    answer = respond(world, "MFA_SETUP", session, "ines", EMAIL="ines@mast.test")
    assert answer["ChallengeName"] == "EMAIL_OTP"
    assert "email" not in world.profile("ines")
    wrong = world.wrong_code("ines@mast.test")
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        respond(world, "EMAIL_OTP", answer["Session"], "ines", EMAIL_OTP_CODE=wrong)
    code = world.code("ines@mast.test")
    signed_in = respond(world, "EMAIL_OTP", answer["Session"], "ines", EMAIL_OTP_CODE=code)
    assert "AuthenticationResult" in signed_in
    assert world.profile("ines") == {"email": "ines@mast.test", "email_verified": "true"}
    assert world.get("ines")["UserMFASettingList"] == ["EMAIL_OTP"]
    assert world.sign_in("ines")["ChallengeName"] == "EMAIL_OTP"


def test_only_an_address_of_ones_own_is_set_up(server: Server) -> None:
    world = mfa_world(server, "ON", "EMAIL", UsernameAttributes=["email"])
    world.member("ines@mast.test")
    session = again(world, "ines@mast.test")
    with refused("InvalidParameterException", "The user has another email address."):
        respond(world, "MFA_SETUP", session, "ines@mast.test", EMAIL="thief@mast.test")
    with refused("InvalidParameterException", "Invalid email address format."):
        respond(world, "MFA_SETUP", session, "ines@mast.test", EMAIL="nowhere")
    answer = respond(world, "MFA_SETUP", session, "ines@mast.test", EMAIL="ines@mast.test")
    assert answer["ChallengeName"] == "EMAIL_OTP"


def test_email_is_set_up_where_the_pool_offers_it(world: World) -> None:
    world.member("mailer")
    with refused("InvalidParameterException"):
        respond(world, "MFA_SETUP", again(world, "mailer"), "mailer", EMAIL="m@mast.test")


def test_a_late_address_replaces_no_factor(server: Server) -> None:
    world = mfa_world(server, "ON", "TOTP", "EMAIL")
    world.member("robbed")
    answer = respond(world, "MFA_SETUP", again(world, "robbed"), "robbed", EMAIL="thief@mast.test")
    secret, session = associate(world, again(world, "robbed"))
    verify(world, session, totp(world, secret))
    with refused("NotAuthorizedException", INVALID):
        respond(
            world,
            "EMAIL_OTP",
            answer["Session"],
            "robbed",
            EMAIL_OTP_CODE=world.code("thief@mast.test"),
        )
    assert "email" not in world.profile("robbed")
