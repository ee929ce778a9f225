"""Six digits are not guessed: not on one session, not over many, not all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from account_world import OTHER_PASSWORD, World
from mfa_world import again, asked_for_app, mfa_world, prefer, respond, totp, wrong_totp
from refusals import refused
from server import Server

APP = "SOFTWARE_TOKEN_MFA"
WRONG = "Invalid code received for user"
USED = "Invalid session for the user, session can only be used once."
LOCKED = "Password attempts exceeded"


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    return mfa_world(start_server(), "OPTIONAL", "TOTP", "EMAIL")


def guess(world: World, session: str, secret: str, times: int = 1) -> None:
    """So many wrong codes, each refused for being wrong."""
    for _ in range(times):
        with refused("CodeMismatchException", WRONG):
            respond(world, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=wrong_totp(world, secret))


def right(world: World, session: str, secret: str) -> None:
    answer = respond(world, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=totp(world, secret))
    assert "AuthenticationResult" in answer


def test_ten_wrong_codes_end_a_session(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 10)
    world.server.clock.advance(seconds=60)
    with refused("NotAuthorizedException", USED):
        right(world, session, secret)
    right(world, again(world, "ines"), secret)


def test_wrong_codes_count_over_sessions_and_lock_longer_each_time(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 5)
    guess(world, again(world, "ines"), secret, 5)
    for lock_seconds in [1 << n for n in range(17)] + [86_400]:
        world.server.clock.advance(seconds=lock_seconds - 0.001)
        session = again(world, "ines")
        with refused("NotAuthorizedException", LOCKED):
            right(world, session, secret)
        world.server.clock.advance(seconds=0.001)
        guess(world, session, secret)
    world.server.clock.advance(seconds=30 * 86_400)
    session = again(world, "ines")
    right(world, session, secret)
    # A right code forgets them all.
    guess(world, again(world, "ines"), secret, 9)
    world.server.clock.advance(seconds=60)
    right(world, again(world, "ines"), secret)


def test_a_used_code_counts_as_wrong(world: World) -> None:
    secret, session = asked_for_app(world, "ines", step=0)
    for _ in range(10):
        with refused("ExpiredCodeException"):
            right(world, session, secret)
    world.server.clock.advance(seconds=0.5)
    with refused("NotAuthorizedException", LOCKED):
        right(world, again(world, "ines"), secret)


def test_guesses_that_arrive_together_count_one_by_one(world: World) -> None:
    secret, _ = asked_for_app(world, "ines")
    sessions = [again(world, "ines") for _ in range(40)]
    wrong = wrong_totp(world, secret)

    def outcome(session: str) -> str:
        try:
            respond(world, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=wrong)
        except ClientError as error:
            return str(error.response["Error"]["Message"])
        return "signed in"

    with ThreadPoolExecutor(8) as guessers:
        assert Counter(guessers.map(outcome, sessions)) == {WRONG: 10, LOCKED: 30}


def test_one_right_code_signs_in_once_however_often_it_is_sent(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    code = totp(world, secret)

    def outcome(_: int) -> str:
        try:
            respond(world, APP, session, "ines", SOFTWARE_TOKEN_MFA_CODE=code)
        except ClientError as error:
            return str(error.response["Error"]["Message"])
        return "signed in"

    with ThreadPoolExecutor(8) as senders:
        assert Counter(senders.map(outcome, range(16))) == {"signed in": 1, USED: 15}


def test_the_lock_is_on_every_second_factor_and_on_no_password(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 10)
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="ines",
        UserAttributes=[{"Name": "email", "Value": "ines@mast.test"}],
    )
    prefer(world, "ines", EMAIL={"Enabled": True, "PreferredMfa": True})
    session = again(world, "ines")
    code = world.code("ines@mast.test")
    with refused("NotAuthorizedException", LOCKED):
        respond(world, "EMAIL_OTP", session, "ines", EMAIL_OTP_CODE=code)
    world.member("olaf")
    assert "AuthenticationResult" in world.sign_in("olaf")


def test_a_new_password_by_an_administrator_lifts_the_lock(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 10)
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id, Username="ines", Password=OTHER_PASSWORD, Permanent=True
    )
    right(world, again(world, "ines", OTHER_PASSWORD), secret)


def test_a_reset_by_code_does_not(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 10)
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="ines",
        UserAttributes=[
            {"Name": "email", "Value": "ines@mast.test"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    world.idp.forgot_password(ClientId=world.client_id, Username="ines")
    world.idp.confirm_forgot_password(
        ClientId=world.client_id,
        Username="ines",
        ConfirmationCode=world.code("ines@mast.test"),
        Password=OTHER_PASSWORD,
    )
    with refused("NotAuthorizedException", LOCKED):
        right(world, again(world, "ines", OTHER_PASSWORD), secret)


def test_an_administrator_lifts_the_lock(world: World) -> None:
    secret, session = asked_for_app(world, "ines")
    guess(world, session, secret, 10)
    world.idp.admin_delete_software_token(UserPoolId=world.pool_id, Username="ines")
    assert "AuthenticationResult" in world.sign_in("ines")
    new_secret = world.idp.associate_software_token(AccessToken=world.token("ines"))["SecretCode"]
    world.idp.verify_software_token(
        AccessToken=world.token("ines"), UserCode=totp(world, new_secret, -1)
    )
    prefer(world, "ines", TOTP={"Enabled": True})
    right(world, again(world, "ines"), new_secret)
