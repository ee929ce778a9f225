"""Turning second factors on and off, preferring one, and choosing between several."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account_world import World, make_world
from mfa_world import again, mfa_world, prefer, respond, totp, with_app
from refusals import refused
from server import Server

ON, OFF = {"Enabled": True}, {"Enabled": False}
FIRST = {"Enabled": True, "PreferredMfa": True}
INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
CONTACTS = {"email": "all@mast.test", "phone_number": "+4917600000007"}


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return mfa_world(server, "OPTIONAL", "SMS", "EMAIL", "TOTP")


def shown(world: World, username: str) -> tuple[list[str], str | None]:
    found = world.get(username)
    return found.get("UserMFASettingList", []), found.get("PreferredMfaSetting")


def test_several_factors_are_a_choice(world: World) -> None:
    secret = with_app(world, "ines", **CONTACTS)
    prefer(world, "ines", SMS=ON, TOTP=ON, EMAIL=ON)
    answer = world.sign_in("ines")
    assert answer["ChallengeName"] == "SELECT_MFA_TYPE"
    assert json.loads(answer["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == [
        "SMS_MFA",
        "SOFTWARE_TOKEN_MFA",
        "EMAIL_OTP",
    ]
    for wrong in ("WEB_AUTHN", "SMS", ""):
        with refused("InvalidParameterException"):
            respond(world, "SELECT_MFA_TYPE", answer["Session"], "ines", ANSWER=wrong)
    chosen = respond(
        world, "SELECT_MFA_TYPE", answer["Session"], "ines", ANSWER="SOFTWARE_TOKEN_MFA"
    )
    assert chosen["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with refused("NotAuthorizedException", USED):
        respond(world, "SELECT_MFA_TYPE", answer["Session"], "ines", ANSWER="SMS_MFA")
    code = totp(world, secret)
    assert "AuthenticationResult" in respond(
        world, "SOFTWARE_TOKEN_MFA", chosen["Session"], "ines", SOFTWARE_TOKEN_MFA_CODE=code
    )


@pytest.mark.parametrize(
    ("name", "challenge"),
    [("SMS_MFA", "SMS_MFA"), ("EMAIL_OTP", "EMAIL_OTP"), ("EMAIL_MFA", "EMAIL_OTP")],
)
def test_a_code_is_sent_once_it_is_chosen(server: Server, name: str, challenge: str) -> None:
    world = mfa_world(server, "OPTIONAL", "SMS", "EMAIL")
    world.member("olaf", **CONTACTS)
    prefer(world, "olaf", SMS=ON, EMAIL=ON)
    session = again(world, "olaf")
    assert world.mail(CONTACTS["email"]) == []
    assert world.mail(CONTACTS["phone_number"]) == []
    answer = respond(world, "SELECT_MFA_TYPE", session, "olaf", ANSWER=name)
    assert answer["ChallengeName"] == challenge
    address = CONTACTS["phone_number" if challenge == "SMS_MFA" else "email"]
    response = {f"{challenge}_CODE": world.code(address)}
    assert "AuthenticationResult" in respond(
        world, challenge, answer["Session"], "olaf", **response
    )


def test_the_preferred_factor_is_asked_for(world: World) -> None:
    world.member("prefers", **CONTACTS)
    prefer(world, "prefers", SMS=FIRST, EMAIL=ON)
    assert shown(world, "prefers") == (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")
    assert world.sign_in("prefers")["ChallengeName"] == "SMS_MFA"
    prefer(world, "prefers", EMAIL=FIRST)
    assert shown(world, "prefers") == (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP")
    assert world.sign_in("prefers")["ChallengeName"] == "EMAIL_OTP"
    prefer(world, "prefers", EMAIL={"Enabled": True, "PreferredMfa": False})
    assert shown(world, "prefers") == (["SMS_MFA", "EMAIL_OTP"], None)
    prefer(world, "prefers", EMAIL=FIRST)
    prefer(world, "prefers", EMAIL=OFF)
    assert shown(world, "prefers") == (["SMS_MFA"], None)
    prefer(world, "prefers", SMS=OFF)
    assert shown(world, "prefers") == ([], None)
    assert "AuthenticationResult" in world.sign_in("prefers")


def test_users_set_their_own(world: World) -> None:
    world.member("herself", **CONTACTS)
    token = world.token("herself")
    world.idp.set_user_mfa_preference(AccessToken=token, EmailMfaSettings=FIRST)
    found = world.idp.get_user(AccessToken=token)
    assert (found["UserMFASettingList"], found["PreferredMfaSetting"]) == (
        ["EMAIL_OTP"],
        "EMAIL_OTP",
    )
    assert world.sign_in("herself")["ChallengeName"] == "EMAIL_OTP"
    with refused("InvalidParameterException", "User has not verified software token mfa"):
        world.idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=ON)
    assert world.idp.get_user(AccessToken=token)["PreferredMfaSetting"] == "EMAIL_OTP"


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ({"TOTP": ON}, "User has not verified software token mfa"),
        ({"SMS": ON}, "User does not have delivery config set to turn on SMS_MFA"),
        ({"EMAIL": ON}, "User does not have delivery config set to turn on EMAIL_OTP"),
        ({"SMS": FIRST, "EMAIL": FIRST}, "Only one MFA type can be preferred."),
        (
            {"SMS": {"Enabled": False, "PreferredMfa": True}},
            "SMS_MFA must be enabled to be preferred.",
        ),
        ({"WEB_AUTHN": ON}, "The user pool does not take passkeys as a second factor."),
    ],
)
def test_preferences_that_cannot_be(
    world: World, request: pytest.FixtureRequest, blocks: dict[str, Any], message: str
) -> None:
    username = f"p{abs(hash(request.node.name))}"
    world.member(username)
    with refused("InvalidParameterException", message):
        prefer(world, username, **blocks)
    assert shown(world, username) == ([], None)


def test_a_factor_that_the_pool_lacks_is_not_turned_on(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "TOTP")
    world.member("ines", **CONTACTS)
    for blocks in ({"SMS": ON}, {"EMAIL": ON}):
        with refused("InvalidParameterException"):
            prefer(world, "ines", **blocks)


def test_a_passkey_is_a_second_factor_beside_another_only(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "SMS")
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
        },
        WebAuthnConfiguration={
            "RelyingPartyId": "mast.test",
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
        },
    )
    world.member("ines", **CONTACTS)
    with refused(
        "InvalidParameterException", "Another MFA type must be enabled along with WEB_AUTHN."
    ):
        prefer(world, "ines", WEB_AUTHN=ON)
    prefer(world, "ines", WEB_AUTHN=ON, SMS=ON)
    assert shown(world, "ines") == (["SMS_MFA", "WEB_AUTHN"], None)
    assert world.sign_in("ines")["ChallengeName"] == "SMS_MFA"


def test_the_legacy_setting_is_sms_alone(world: World) -> None:
    world.member("legacy", **CONTACTS)
    token = world.token("legacy")
    sms = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    world.idp.set_user_settings(AccessToken=token, MFAOptions=sms)
    found = world.idp.get_user(AccessToken=token)
    assert found["MFAOptions"] == sms
    assert "UserMFASettingList" not in found
    assert world.sign_in("legacy")["ChallengeName"] == "SMS_MFA"
    with refused("InvalidParameterException", "MFAOptions takes SMS for phone_number only."):
        world.idp.set_user_settings(
            AccessToken=token, MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]
        )
    world.idp.set_user_settings(AccessToken=token, MFAOptions=[])
    assert "MFAOptions" not in world.get("legacy")
    assert "AuthenticationResult" in world.sign_in("legacy")
    place = {"UserPoolId": world.pool_id, "Username": "legacy"}
    world.idp.admin_set_user_settings(MFAOptions=sms, **place)
    assert world.get("legacy")["MFAOptions"] == sms
    with refused("InvalidParameterException", "MFAOptions takes SMS for phone_number only."):
        world.idp.admin_set_user_settings(
            MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}], **place
        )
    prefer(world, "legacy", SMS=OFF)
    assert "MFAOptions" not in world.get("legacy")
    assert "AuthenticationResult" in world.sign_in("legacy")


def test_where_mfa_is_off_nobody_is_asked(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "EMAIL")
    world.member("ines", **CONTACTS)
    prefer(world, "ines", EMAIL=FIRST)
    assert world.sign_in("ines")["ChallengeName"] == "EMAIL_OTP"
    world.idp.set_user_pool_mfa_config(UserPoolId=world.pool_id, MfaConfiguration="OFF")
    assert "AuthenticationResult" in world.sign_in("ines")


def test_email_as_a_factor_needs_a_plan(server: Server) -> None:
    world = make_world(server, UserPoolTier="LITE")
    with refused("FeatureUnavailableInTierException"):
        world.idp.set_user_pool_mfa_config(
            UserPoolId=world.pool_id, MfaConfiguration="OPTIONAL", EmailMfaConfiguration={}
        )


def test_auth_factors_are_what_a_user_can_use_now(server: Server) -> None:
    world = mfa_world(
        server,
        "OPTIONAL",
        "TOTP",
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    with_app(world, "ines", email="ines@mast.test", phone_number="+4917600000008")
    prefer(world, "ines", TOTP=FIRST)
    place = {"UserPoolId": world.pool_id, "Username": "ines"}
    found = world.idp.admin_get_user_auth_factors(**place)
    assert found["Username"] == "ines"
    assert found["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert found["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    assert found["ConfiguredUserAuthFactors"] == ["PASSWORD", "SOFTWARE_TOKEN"]
    world.idp.admin_update_user_attributes(
        UserAttributes=[
            {"Name": "email_verified", "Value": "true"},
            {"Name": "phone_number_verified", "Value": "true"},
        ],
        **place,
    )
    prefer(world, "ines", TOTP=OFF)
    own = world.idp.get_user_auth_factors(AccessToken=world.token("ines"))
    assert own["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SOFTWARE_TOKEN"]
    assert "UserMFASettingList" not in own
    with refused("UserNotFoundException", "User does not exist."):
        world.idp.admin_get_user_auth_factors(UserPoolId=world.pool_id, Username="nobody")
    with refused("NotAuthorizedException", "Invalid Access Token"):
        world.idp.get_user_auth_factors(AccessToken="x.y.z")
