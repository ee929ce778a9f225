"""Every trigger attached to one pool: which call runs which functions, in order, each once.

The rows are those of the developer guide's "Lambda triggers by operation", as far as it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, attributes, refusal
from browser_world import CALLBACK, Browser, outcome
from lambda_world import eventually
from mfa_world import prefer, respond, set_mfa
from server import Server
from sign_in_world import TEMPORARY, add_client, admin_start, exchange, invite, refresh, start
from triggers_world import Recorder, make_recorder, make_triggered_world, with_pre_token_generation

ALL = (
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "UserMigration",
    "CustomMessage",
)
ANSWERS = """def answer(event, source, request, response):
    if source.startswith("Define"):
        response["challengeName"] = "CUSTOM_CHALLENGE"
        response["issueTokens"] = bool(request["session"])
    elif source == "PreSignUp_SignUp" and event["userName"].startswith("quick"):
        response["autoConfirmUser"] = True
    elif source.startswith("UserMigration") and event["userName"].startswith("moved"):
        response.update(
            userAttributes={"email": "moved@quay.test", "email_verified": "true"},
            finalUserStatus="CONFIRMED",
            messageAction="SUPPRESS",
        )
"""
KEY = "arn:aws:kms:us-east-1:123456789012:key/1d1c7ad4-5f7d-4a7b-9b7e-0d2f6f3a9c11"
BEGIN = "PreAuthentication_Authentication"
END = ["PostAuthentication_Authentication", "TokenGeneration_Authentication"]
MAIL = "ines@quay.test"

Do = Callable[[World], Any]


@pytest.fixture
def recorder(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    made = make_recorder(server, tmp_path_factory.mktemp("events"))
    made.answers(ANSWERS)
    return made


@pytest.fixture
def world(recorder: Recorder) -> World:
    """ines is confirmed, and has a verified address; ben has signed up and not confirmed."""
    made = make_triggered_world(recorder, LambdaConfig=with_pre_token_generation(recorder, *ALL))
    made.member("ines", email=MAIL, email_verified="true")
    made.sign_up("ben", email="ben@quay.test")
    recorder.forget()
    return made


def _sign_up(name: str) -> Do:
    return lambda world: world.sign_up(name, email="new@quay.test")


def _of_client(operation: str, **members: Any) -> Do:
    return lambda world: getattr(world.idp, operation)(ClientId=world.client_id, **members)


def _of_pool(operation: str, **members: Any) -> Do:
    return lambda world: getattr(world.idp, operation)(UserPoolId=world.pool_id, **members)


def _admin_sign_in(world: World) -> None:
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    given = {"USERNAME": "ines", "PASSWORD": PASSWORD}
    admin_start(world, "ADMIN_USER_PASSWORD_AUTH", client, **given)


def _custom(world: World) -> None:
    client = add_client(world, "CUSTOM_AUTH")
    session = start(world, "CUSTOM_AUTH", client, USERNAME="ines")["Session"]
    respond(world, "CUSTOM_CHALLENGE", session, "ines", client.id, ANSWER="any")


def _second_factor(world: World) -> None:
    set_mfa(world, "OPTIONAL", "SMS")
    world.member("ida", phone_number="+4915100000008")
    prefer(world, "ida", SMS={"Enabled": True, "PreferredMfa": True})
    session = world.sign_in("ida")["Session"]
    code = world.code("+4915100000008")
    respond(world, "SMS_MFA", session, "ida", SMS_MFA_CODE=code)


def _first_password(world: World) -> None:
    invite(world, "guest")
    session = world.sign_in("guest", TEMPORARY)["Session"]
    respond(world, "NEW_PASSWORD_REQUIRED", session, "guest", NEW_PASSWORD=PASSWORD)


def _one_time_code(world: World) -> None:
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        AutoVerifiedAttributes=["email"],
        LambdaConfig=world.idp.describe_user_pool(UserPoolId=world.pool_id)["UserPool"][
            "LambdaConfig"
        ],
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    client = add_client(world, "USER_AUTH")
    challenge = start(world, "USER_AUTH", client, USERNAME="ines", PREFERRED_CHALLENGE="EMAIL_OTP")
    code = world.code(MAIL)
    respond(world, "EMAIL_OTP", challenge["Session"], "ines", client.id, EMAIL_OTP_CODE=code)


def _update(world: World) -> None:
    world.idp.update_user_attributes(
        AccessToken=world.token("ines"), UserAttributes=attributes(email="other@quay.test")
    )


def _verification_code(world: World) -> None:
    world.idp.get_user_attribute_verification_code(
        AccessToken=world.token("ines"), AttributeName="email"
    )


def _reset(world: World) -> None:
    world.idp.forgot_password(ClientId=world.client_id, Username="ines")
    world.idp.confirm_forgot_password(
        ClientId=world.client_id,
        Username="ines",
        ConfirmationCode=world.code(MAIL),
        Password=OTHER_PASSWORD,
    )


def _pages(world: World) -> None:
    client = add_client(
        world,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
    )
    world.client_id = client.id
    outcome(Browser(world).sign_in("ines"))


def _refresh(world: World) -> None:
    refresh(world, world.sign_in("ines")["AuthenticationResult"]["RefreshToken"])


def _exchange(world: World) -> None:
    exchange(world, world.sign_in("ines")["AuthenticationResult"]["RefreshToken"])


SIGN_IN = [BEGIN, *END]
ROWS: dict[str, tuple[Do, list[str]]] = {
    "SignUp": (_sign_up("new"), ["PreSignUp_SignUp", "CustomMessage_SignUp"]),
    "SignUp, confirmed at once": (
        _sign_up("quick"),
        ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"],
    ),
    "ConfirmSignUp": (
        lambda world: world.confirm("ben", world.code("ben@quay.test")),
        ["PostConfirmation_ConfirmSignUp"],
    ),
    "AdminConfirmSignUp": (
        _of_pool("admin_confirm_sign_up", Username="ben"),
        ["PostConfirmation_ConfirmSignUp"],
    ),
    "ResendConfirmationCode": (
        _of_client("resend_confirmation_code", Username="ben"),
        ["CustomMessage_ResendCode"],
    ),
    "AdminCreateUser": (
        _of_pool(
            "admin_create_user",
            Username="new",
            UserAttributes=attributes(email="new@quay.test"),
            DesiredDeliveryMediums=["EMAIL"],
        ),
        ["PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser"],
    ),
    "AdminCreateUser, SUPPRESS": (
        _of_pool("admin_create_user", Username="new", MessageAction="SUPPRESS"),
        ["PreSignUp_AdminCreateUser"],
    ),
    "InitiateAuth": (lambda world: world.sign_in("ines"), SIGN_IN),
    "InitiateAuth, migrated": (
        lambda world: world.sign_in("moved"),
        ["UserMigration_Authentication", *SIGN_IN],
    ),
    "InitiateAuth, unknown": (
        lambda world: refusal(world.sign_in, username="nobody"),
        ["UserMigration_Authentication"],
    ),
    "AdminInitiateAuth": (_admin_sign_in, SIGN_IN),
    "CUSTOM_AUTH": (
        _custom,
        [
            BEGIN,
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication",
            "VerifyAuthChallengeResponse_Authentication",
            "DefineAuthChallenge_Authentication",
            *END,
        ],
    ),
    "RespondToAuthChallenge, SMS_MFA": (
        _second_factor,
        ["PreSignUp_AdminCreateUser", BEGIN, "CustomMessage_Authentication", *END],
    ),
    "RespondToAuthChallenge, NEW_PASSWORD_REQUIRED": (
        _first_password,
        [
            "PreSignUp_AdminCreateUser",
            BEGIN,
            "PostAuthentication_Authentication",
            "TokenGeneration_NewPasswordChallenge",
        ],
    ),
    "RespondToAuthChallenge, EMAIL_OTP": (
        _one_time_code,
        [BEGIN, "CustomMessage_Authentication", *END],
    ),
    "ForgotPassword": (
        _of_client("forgot_password", Username="ines"),
        ["CustomMessage_ForgotPassword"],
    ),
    "ForgotPassword, migrated": (
        _of_client("forgot_password", Username="moved"),
        ["UserMigration_ForgotPassword", "CustomMessage_ForgotPassword"],
    ),
    "AdminResetUserPassword": (
        _of_pool("admin_reset_user_password", Username="ines"),
        ["CustomMessage_ForgotPassword"],
    ),
    "ConfirmForgotPassword": (
        _reset,
        ["CustomMessage_ForgotPassword", "PostConfirmation_ConfirmForgotPassword"],
    ),
    "UpdateUserAttributes": (_update, [*SIGN_IN, "CustomMessage_UpdateUserAttribute"]),
    "AdminUpdateUserAttributes": (
        _of_pool(
            "admin_update_user_attributes",
            Username="ines",
            UserAttributes=attributes(email="other@quay.test"),
        ),
        ["CustomMessage_UpdateUserAttribute"],
    ),
    "AdminUpdateUserAttributes, no code": (
        _of_pool(
            "admin_update_user_attributes",
            Username="ines",
            UserAttributes=attributes(email="other@quay.test", email_verified="true"),
        ),
        [],
    ),
    "GetUserAttributeVerificationCode": (
        _verification_code,
        [*SIGN_IN, "CustomMessage_VerifyUserAttribute"],
    ),
    "REFRESH_TOKEN_AUTH": (_refresh, [*SIGN_IN, "TokenGeneration_RefreshTokens"]),
    "GetTokensFromRefreshToken": (_exchange, [*SIGN_IN, "TokenGeneration_Authentication"]),
    "hosted /login": (
        _pages,
        [BEGIN, "PostAuthentication_Authentication", "TokenGeneration_HostedAuth"],
    ),
    "AdminSetUserPassword": (
        _of_pool("admin_set_user_password", Username="ben", Password=PASSWORD, Permanent=True),
        [],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_call_runs_these(recorder: Recorder, world: World, row: str) -> None:
    do, sources = ROWS[row]
    do(world)
    assert recorder.sources() == sources


SENDER_ROWS = (
    "SignUp",
    "ResendConfirmationCode",
    "AdminCreateUser",
    "ForgotPassword",
    "AdminResetUserPassword",
    "UpdateUserAttributes",
    "GetUserAttributeVerificationCode",
)


@pytest.mark.parametrize("row", SENDER_ROWS)
def test_a_sender_takes_the_place_of_words(recorder: Recorder, world: World, row: str) -> None:
    sender = {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        AutoVerifiedAttributes=["email"],
        LambdaConfig={
            **with_pre_token_generation(recorder, *ALL),
            "CustomEmailSender": sender,
            "KMSKeyID": KEY,
        },
    )
    do, sources = ROWS[row]
    do(world)
    expected = sorted(each.replace("CustomMessage_", "CustomEmailSender_") for each in sources)
    eventually(lambda: len(recorder.sources()) == len(expected))
    assert sorted(recorder.sources()) == expected
