"""SMS_MFA and EMAIL_OTP as second factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import World, make_world
from mfa_world import PHONE, again, mfa_world, prefer, respond
from refusals import refused
from server import Server
from sign_in_world import add_client, invite
from token_reading import unverified

WRONG = "Invalid code or auth state for the user."
INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
EXPIRED = "Invalid session for the user, session is expired."
ON = {"Enabled": True}


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return mfa_world(server, "OPTIONAL", "SMS", "EMAIL", "TOTP")


def with_sms(world: World, username: str, number: str) -> Any:
    """A member with SMS as their factor, at the challenge."""
    world.member(username, phone_number=number)
    prefer(world, username, SMS=ON)
    return world.sign_in(username)


def with_email(world: World, username: str) -> Any:
    world.member(username, email=f"{username}@mast.test")
    prefer(world, username, EMAIL=ON)
    return world.sign_in(username)


def test_a_code_by_sms_signs_in_and_verifies_the_number(world: World) -> None:
    answer = with_sms(world, "ines", PHONE)
    assert answer["ChallengeName"] == "SMS_MFA"
    assert answer["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*********5678",
        "USER_ID_FOR_SRP": "ines",
    }
    (message,) = world.mail(PHONE)
    assert message["body"] == f"Your authentication code is {message['code']}. "
    assert len(message["code"]) == 6
    assert world.profile("ines")["phone_number_verified"] == "false"
    tokens = respond(world, "SMS_MFA", answer["Session"], "ines", SMS_MFA_CODE=message["code"])[
        "AuthenticationResult"
    ]
    assert unverified(tokens["AccessToken"])["username"] == "ines"
    assert world.profile("ines")["phone_number_verified"] == "true"


def test_a_code_by_email_signs_in_and_verifies_the_address(world: World) -> None:
    answer = with_email(world, "olaf")
    assert answer["ChallengeName"] == "EMAIL_OTP"
    assert answer["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
        "CODE_DELIVERY_DESTINATION": "o***@m***",
        "USER_ID_FOR_SRP": "olaf",
    }
    code = world.code("olaf@mast.test")
    assert "AuthenticationResult" in respond(
        world, "EMAIL_OTP", answer["Session"], "olaf", EMAIL_OTP_CODE=code
    )
    assert world.profile("olaf")["email_verified"] == "true"


def test_the_pools_words_are_used(server: Server) -> None:
    world = make_world(server)
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={
            "SmsAuthenticationMessage": "Ahoy {####}",
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
        },
        EmailMfaConfiguration={"Message": "<b>{####}</b>", "Subject": "Ahoy"},
    )
    with_sms(world, "ines", "+4917600000001")
    with_email(world, "olaf")
    by_sms, by_email = world.mail("+4917600000001")[0], world.mail("olaf@mast.test")[0]
    assert by_sms["body"] == f"Ahoy {by_sms['code']}"
    assert (by_email["subject"], by_email["body"]) == ("Ahoy", f"<b>{by_email['code']}</b>")


def test_a_wrong_code_leaves_the_session_and_a_right_one_spends_it(world: World) -> None:
    session = with_email(world, "wrong")["Session"]
    wrong = world.wrong_code("wrong@mast.test")
    for _ in range(6):
        with refused("CodeMismatchException", WRONG):
            respond(world, "EMAIL_OTP", session, "wrong", EMAIL_OTP_CODE=wrong)
    assert world.profile("wrong")["email_verified"] == "false"
    code = world.code("wrong@mast.test")
    respond(world, "EMAIL_OTP", session, "wrong", EMAIL_OTP_CODE=code)
    with refused("NotAuthorizedException", USED):
        respond(world, "EMAIL_OTP", session, "wrong", EMAIL_OTP_CODE=code)


def test_a_code_is_of_its_session_and_its_user(world: World) -> None:
    first = with_email(world, "twice")["Session"]
    old = world.code("twice@mast.test")
    second = again(world, "twice")
    with refused("CodeMismatchException", WRONG):
        respond(world, "EMAIL_OTP", second, "twice", EMAIL_OTP_CODE=old)
    with_email(world, "other")
    others = world.code("other@mast.test")
    with refused("CodeMismatchException", WRONG):
        respond(world, "EMAIL_OTP", first, "twice", EMAIL_OTP_CODE=others)
    with refused("NotAuthorizedException", INVALID):
        respond(world, "EMAIL_OTP", first, "other", EMAIL_OTP_CODE=others)
    client = add_client(world, "USER_PASSWORD_AUTH")
    with refused("NotAuthorizedException", INVALID):
        respond(world, "EMAIL_OTP", first, "twice", client.id, EMAIL_OTP_CODE=old)
    assert "AuthenticationResult" in respond(world, "EMAIL_OTP", first, "twice", EMAIL_OTP_CODE=old)


def test_codes_and_parameters_that_are_missing(world: World) -> None:
    session = with_sms(world, "mute", "+4917600000002")["Session"]
    with refused("InvalidParameterException", "Missing required parameter SMS_MFA_CODE"):
        respond(world, "SMS_MFA", session, "mute")
    with refused("InvalidParameterException", "Missing required parameter USERNAME"):
        world.idp.respond_to_auth_challenge(
            ClientId=world.client_id,
            ChallengeName="SMS_MFA",
            Session=session,
            ChallengeResponses={"SMS_MFA_CODE": "123456"},
        )


def test_a_code_dies_with_its_session(start_server: Callable[..., Server]) -> None:
    world = mfa_world(start_server(), "OPTIONAL", "EMAIL")
    session = with_email(world, "late")["Session"]
    world.server.clock.advance(seconds=179.999)
    with refused("CodeMismatchException", WRONG):
        respond(
            world,
            "EMAIL_OTP",
            session,
            "late",
            EMAIL_OTP_CODE=world.wrong_code("late@mast.test"),
        )
    world.server.clock.advance(seconds=0.001)
    with refused("NotAuthorizedException", EXPIRED):
        respond(world, "EMAIL_OTP", session, "late", EMAIL_OTP_CODE=world.code("late@mast.test"))


def test_an_address_that_changed_meanwhile_is_not_verified(world: World) -> None:
    session = with_email(world, "moved")["Session"]
    code = world.code("moved@mast.test")
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="moved",
        UserAttributes=[{"Name": "email", "Value": "new@mast.test"}],
    )
    respond(world, "EMAIL_OTP", session, "moved", EMAIL_OTP_CODE=code)
    assert world.profile("moved")["email_verified"] == "false"


def test_an_alias_of_somebody_else_stays_theirs(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "EMAIL", AliasAttributes=["email"])
    world.member("owner", email="shared@mast.test", email_verified="true")
    world.member("late", email="shared@mast.test")
    prefer(world, "late", EMAIL=ON)
    session = again(world, "late")
    code = world.code("shared@mast.test")
    assert "AuthenticationResult" in respond(
        world, "EMAIL_OTP", session, "late", EMAIL_OTP_CODE=code
    )
    assert world.profile("late")["email_verified"] == "false"
    assert world.get("shared@mast.test")["Username"] == "owner"


def test_a_new_password_comes_before_the_code(world: World) -> None:
    invite(world, "invited", email="invited@mast.test")
    prefer(world, "invited", EMAIL=ON)
    answer = world.sign_in("invited", "Tide-1-Baltrum")
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = respond(
        world,
        "NEW_PASSWORD_REQUIRED",
        answer["Session"],
        "invited",
        NEW_PASSWORD="Ferry-2-Norderney",
    )
    assert answer["ChallengeName"] == "EMAIL_OTP"
    code = world.code("invited@mast.test")
    assert "AuthenticationResult" in respond(
        world, "EMAIL_OTP", answer["Session"], "invited", EMAIL_OTP_CODE=code
    )


def test_in_production_without_a_sender_the_sign_in_says_so(
    start_server: Callable[..., Server],
) -> None:
    world = mfa_world(start_server(inbox=False), "OPTIONAL", "EMAIL")
    world.member("ines", email="ines@mast.test")
    prefer(world, "ines", EMAIL=ON)
    with refused("InvalidParameterException", "This server has no way to send messages."):
        world.sign_in("ines")


def test_whom_a_code_reaches_by_sms_recovers_by_email(world: World) -> None:
    both = {
        "phone_number": "+4917600000003",
        "phone_number_verified": "true",
        "email": "recovers@mast.test",
        "email_verified": "true",
    }
    world.member("recovers", **both)

    def recovery() -> dict[str, str]:
        sent: dict[str, str] = world.idp.forgot_password(
            ClientId=world.client_id, Username="recovers"
        )["CodeDeliveryDetails"]
        return sent

    assert recovery()["DeliveryMedium"] == "SMS"
    prefer(world, "recovers", SMS=ON)
    assert recovery()["DeliveryMedium"] == "EMAIL"
    prefer(world, "recovers", EMAIL=ON)
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    ):
        recovery()


def test_so_many_codes_are_sent_an_hour(start_server: Callable[..., Server]) -> None:
    """Whoever knows a password can have codes sent, but not without end."""
    world = mfa_world(start_server(), "OPTIONAL", "SMS")
    asked = with_sms(world, "uma", PHONE)
    for _ in range(29):
        world.sign_in("uma")
    with refused("TooManyRequestsException", "Attempt limit exceeded, please try after some time."):
        world.sign_in("uma")
    assert len(world.mail(PHONE)) == 30
    # A code that was sent stays good, and so does the password.
    world.server.clock.advance(seconds=60)
    first = world.mail(PHONE)[-1]["code"]
    respond(world, "SMS_MFA", asked["Session"], "uma", SMS_MFA_CODE=first)
    world.server.clock.advance(seconds=3600)
    assert world.sign_in("uma")["ChallengeName"] == "SMS_MFA"
