"""Authenticator apps: registering one, and signing in with its codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from account_world import OTHER_PASSWORD, PASSWORD, World, make_world
from mfa_world import (
    again,
    asked_for_app,
    mfa_world,
    prefer,
    respond,
    set_mfa,
    totp,
    with_app,
    wrong_totp,
)
from poolhouse.store.schema import software_tokens
from refusals import refused
from server import Server
from sign_in_world import add_client

INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
EXPIRED = "Invalid session for the user, session is expired."
WRONG = "Invalid code received for user"
REPLAYED = "Your software token has already been used once."
MISMATCH = "Code mismatch and fail enable Software Token MFA"
APP = "SOFTWARE_TOKEN_MFA"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return mfa_world(server, "OPTIONAL", "TOTP")


@pytest.fixture
def moving(start_server: Callable[..., Server]) -> World:
    """A pool whose clock the test may move."""
    return mfa_world(start_server(), "OPTIONAL", "TOTP")


def test_an_app_is_asked_for_once_it_is_preferred(world: World) -> None:
    secret = with_app(world, "ines")
    assert "AuthenticationResult" in world.sign_in("ines")
    prefer(world, "ines", TOTP={"Enabled": True, "PreferredMfa": True})
    answer = world.sign_in("ines")
    assert "AuthenticationResult" not in answer
    assert answer["ChallengeName"] == APP
    assert answer["ChallengeParameters"] == {
        "FRIENDLY_DEVICE_NAME": "the phone",
        "USER_ID_FOR_SRP": "ines",
    }
    code = totp(world, secret)
    signed_in = respond(world, APP, answer["Session"], "ines", SOFTWARE_TOKEN_MFA_CODE=code)
    token = signed_in["AuthenticationResult"]["AccessToken"]
    shown = world.idp.get_user(AccessToken=token)
    assert shown["UserMFASettingList"] == [APP]
    assert shown["PreferredMfaSetting"] == APP
    assert "MFAOptions" not in shown
    assert world.get("ines")["UserMFASettingList"] == [APP]


def test_the_secret_fits_an_app_and_is_stored_sealed(world: World) -> None:
    world.member("olaf")
    secret = world.idp.associate_software_token(AccessToken=world.token("olaf"))["SecretCode"]
    assert len(secret) == 52
    assert set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    rows = world.server.rows(select(software_tokens))
    assert rows
    assert secret.encode() not in b"".join(
        bytes(row[3] or b"") + bytes(row[2] or b"") for row in rows
    )


def test_a_code_counts_once_and_so_does_the_verifying_one(world: World) -> None:
    secret, session = asked_for_app(world, "once")
    with refused("ExpiredCodeException", REPLAYED):
        respond(world, APP, session, "once", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret, -1))
    code = totp(world, secret)
    respond(world, APP, session, "once", SOFTWARE_TOKEN_MFA_CODE=code)
    with refused("ExpiredCodeException", REPLAYED):
        respond(world, APP, again(world, "once"), "once", SOFTWARE_TOKEN_MFA_CODE=code)


def test_clocks_may_differ_by_one_step(moving: World) -> None:
    secret, session = asked_for_app(moving, "ines")
    moving.server.clock.advance(seconds=90)
    for step in (-2, 2):
        with refused("CodeMismatchException", WRONG):
            respond(
                moving, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=totp(moving, secret, step)
            )
    for step in (-1, 0, 1):
        code = totp(moving, secret, step)
        answer = respond(moving, APP, again(moving, "ines"), "ines", SOFTWARE_TOKEN_MFA_CODE=code)
        assert "AuthenticationResult" in answer


def test_a_wrong_code_leaves_the_session_and_a_right_one_spends_it(world: World) -> None:
    secret, session = asked_for_app(world, "wrong")
    wrong = wrong_totp(world, secret)
    for _ in range(3):
        with refused("CodeMismatchException", WRONG):
            respond(world, APP, session, "wrong", SOFTWARE_TOKEN_MFA_CODE=wrong)
    code = totp(world, secret)
    assert "AuthenticationResult" in respond(
        world, APP, session, "wrong", SOFTWARE_TOKEN_MFA_CODE=code
    )
    with refused("NotAuthorizedException", USED):
        respond(world, APP, session, "wrong", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret, 1))


def test_the_code_of_another_user_is_wrong(world: World) -> None:
    _, session = asked_for_app(world, "hers")
    other, _ = asked_for_app(world, "his")
    with refused("CodeMismatchException", WRONG):
        respond(world, APP, session, "hers", SOFTWARE_TOKEN_MFA_CODE=totp(world, other))


def test_a_session_is_its_users_its_clients_and_its_steps(world: World) -> None:
    secret, session = asked_for_app(world, "bound")
    asked_for_app(world, "unbound")
    other_client = add_client(world, "USER_PASSWORD_AUTH")
    code = {"SOFTWARE_TOKEN_MFA_CODE": totp(world, secret)}
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, session, "unbound", **code)
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, session, "bound", other_client.id, **code)
    with refused("NotAuthorizedException", INVALID):
        respond(world, "SMS_MFA", session, "bound", SMS_MFA_CODE="123456")
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, "x" * 64, "bound", **code)
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, None, "bound", **code)
    with refused("InvalidParameterException", "Missing required parameter SOFTWARE_TOKEN_MFA_CODE"):
        respond(world, APP, session, "bound")
    assert "AuthenticationResult" in respond(world, APP, session, "bound", **code)


def test_a_session_lives_for_three_minutes(moving: World) -> None:
    secret, session = asked_for_app(moving, "ines")
    moving.server.clock.advance(seconds=180)
    with refused("NotAuthorizedException", EXPIRED):
        respond(moving, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=totp(moving, secret))


def test_what_happens_between_the_steps_counts(world: World) -> None:
    place = {"UserPoolId": world.pool_id}
    secret, session = asked_for_app(world, "between")
    code = {"SOFTWARE_TOKEN_MFA_CODE": totp(world, secret)}
    world.idp.admin_disable_user(Username="between", **place)
    with refused("NotAuthorizedException", "User is disabled."):
        respond(world, APP, session, "between", **code)
    world.idp.admin_enable_user(Username="between", **place)
    world.idp.admin_set_user_password(
        Username="between", Password=OTHER_PASSWORD, Permanent=True, **place
    )
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, session, "between", **code)
    session = again(world, "between", OTHER_PASSWORD)
    world.idp.admin_delete_software_token(Username="between", **place)
    with refused("SoftwareTokenMFANotFoundException"):
        respond(world, APP, session, "between", **code)
    world.idp.admin_delete_user(Username="between", **place)
    with refused("NotAuthorizedException", INVALID):
        respond(world, APP, session, "between", **code)


def test_an_administrator_answers_for_a_user(world: World) -> None:
    secret, _ = asked_for_app(world, "helped")
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    session = world.idp.admin_initiate_auth(
        UserPoolId=world.pool_id,
        ClientId=client.id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "helped", "PASSWORD": PASSWORD},
    )["Session"]
    answer = world.idp.admin_respond_to_auth_challenge(
        UserPoolId=world.pool_id,
        ClientId=client.id,
        ChallengeName=APP,
        Session=session,
        ChallengeResponses={"USERNAME": "helped", "SOFTWARE_TOKEN_MFA_CODE": totp(world, secret)},
    )
    assert "AccessToken" in answer["AuthenticationResult"]


def test_the_old_app_is_good_until_the_new_one_has_proven_itself(world: World) -> None:
    secret, session = asked_for_app(world, "newer")
    answer = respond(world, APP, session, "newer", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret))
    token = answer["AuthenticationResult"]["AccessToken"]
    new_secret = world.idp.associate_software_token(AccessToken=token)["SecretCode"]
    with refused("CodeMismatchException", WRONG):
        respond(
            world,
            APP,
            again(world, "newer"),
            "newer",
            SOFTWARE_TOKEN_MFA_CODE=totp(world, new_secret),
        )
    session = again(world, "newer")
    respond(world, APP, session, "newer", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret, 1))
    world.idp.verify_software_token(AccessToken=token, UserCode=totp(world, new_secret, -1))
    session = again(world, "newer")
    with refused("CodeMismatchException", WRONG):
        respond(world, APP, session, "newer", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret, 1))
    respond(world, APP, session, "newer", SOFTWARE_TOKEN_MFA_CODE=totp(world, new_secret))


def test_verifying_needs_the_right_code_of_a_waiting_secret(world: World) -> None:
    world.member("unsure")
    token = world.token("unsure")
    with refused("EnableSoftwareTokenMFAException", MISMATCH):
        world.idp.verify_software_token(AccessToken=token, UserCode="123456")
    secret = world.idp.associate_software_token(AccessToken=token)["SecretCode"]
    with refused("EnableSoftwareTokenMFAException", MISMATCH):
        world.idp.verify_software_token(AccessToken=token, UserCode=wrong_totp(world, secret))
    answer = world.idp.verify_software_token(AccessToken=token, UserCode=totp(world, secret))
    assert answer["Status"] == "SUCCESS"
    assert "Session" not in answer
    with refused("EnableSoftwareTokenMFAException", MISMATCH):
        world.idp.verify_software_token(AccessToken=token, UserCode=totp(world, secret, 1))


def test_either_a_token_or_a_session_is_needed(world: World) -> None:
    world.member("both")
    token = world.token("both")
    with refused("InvalidParameterException"):
        world.idp.associate_software_token()
    with refused("InvalidParameterException"):
        world.idp.verify_software_token(AccessToken=token, Session="x" * 64, UserCode="123456")
    with refused("NotAuthorizedException", INVALID):
        world.idp.associate_software_token(Session="x" * 64)


def test_a_pool_without_the_factor_registers_no_app(server: Server) -> None:
    world = make_world(server)
    world.member("ines")
    with refused(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool",
    ):
        world.idp.associate_software_token(AccessToken=world.token("ines"))


def test_who_has_an_app_keeps_it_when_the_pool_drops_the_factor(server: Server) -> None:
    world = mfa_world(server, "OPTIONAL", "TOTP")
    secret, _ = asked_for_app(world, "ines")
    set_mfa(world, "OPTIONAL", "EMAIL")
    session = again(world, "ines")
    assert "AuthenticationResult" in respond(
        world, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret)
    )
    set_mfa(world, "OFF")
    assert "AuthenticationResult" in world.sign_in("ines")


def test_an_administrator_takes_an_app_away(world: World) -> None:
    asked_for_app(world, "lost")
    place = {"UserPoolId": world.pool_id, "Username": "lost"}
    world.idp.admin_delete_software_token(**place)
    assert "UserMFASettingList" not in world.get("lost")
    assert "PreferredMfaSetting" not in world.get("lost")
    assert "AuthenticationResult" in world.sign_in("lost")
    with refused("ResourceNotFoundException"):
        world.idp.admin_delete_software_token(**place)


def test_nothing_of_a_deleted_users_app_is_left_for_the_next_one(world: World) -> None:
    asked_for_app(world, "gone")
    world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="gone")
    world.member("gone")
    assert "AuthenticationResult" in world.sign_in("gone")
