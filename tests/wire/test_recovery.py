"""ForgotPassword, ConfirmForgotPassword and AdminResetUserPassword over a real socket."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import OTHER_PASSWORD, PASSWORD, World, attributes, make_world, refusal
from server import Server

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
UNKNOWN = ("UserNotFoundException", "Username/client id combination not found.")
WRONG_STATE = ("NotAuthorizedException", "User password cannot be reset in the current state.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
NO_CHANNEL = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_world(server)


@pytest.fixture(scope="module")
def hiding(server: Server) -> World:
    return make_world(server, client={"PreventUserExistenceErrors": "ENABLED"})


def forgot(world: World, username: str) -> Any:
    answer = world.idp.forgot_password(ClientId=world.client_id, Username=username)
    return answer["CodeDeliveryDetails"]


def recover(world: World, username: str, code: str, password: str = OTHER_PASSWORD) -> None:
    world.idp.confirm_forgot_password(
        ClientId=world.client_id, Username=username, ConfirmationCode=code, Password=password
    )


def verified_member(world: World, username: str) -> str:
    """A member whose email address is verified; the address."""
    address = f"{username}@quay.test"
    world.member(username, email=address, email_verified="true")
    return address


def test_a_forgotten_password_is_replaced(world: World) -> None:
    address = verified_member(world, "aino")
    token = world.token("aino")
    assert forgot(world, "aino") == {
        "Destination": "a***@q***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert world.get("aino")["UserStatus"] == "CONFIRMED"
    code = world.code(address)
    wrong = world.wrong_code(address)
    assert refusal(recover, world=world, username="aino", code=wrong) == MISMATCH
    assert (
        refusal(recover, world=world, username="aino", code=code, password="weakling")[0]
        == "InvalidPasswordException"
    )

    recover(world, "aino", code)

    assert refusal(world.sign_in, username="aino") == WRONG_PASSWORD
    assert "AuthenticationResult" in world.sign_in("aino", OTHER_PASSWORD)
    assert refusal(recover, world=world, username="aino", code=code) == EXPIRED
    assert world.idp.get_user(AccessToken=token)["Username"] == "aino"


def test_a_code_sets_one_password_however_many_try_at_once(world: World) -> None:
    address = verified_member(world, "ben")
    forgot(world, "ben")
    code = world.code(address)

    def attempt(number: int) -> str:
        try:
            recover(world, "ben", code, f"Ferry-{number}-Amrum")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return f"Ferry-{number}-Amrum"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(8)))
    winners = [outcome for outcome in outcomes if outcome != "ExpiredCodeException"]
    assert len(winners) == 1
    assert "AuthenticationResult" in world.sign_in("ben", winners[0])


def test_an_administrator_makes_a_reset_necessary(world: World) -> None:
    address = verified_member(world, "bo")
    for _ in range(2):
        world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username="bo")
        assert world.get("bo")["UserStatus"] == "RESET_REQUIRED"
    assert refusal(world.sign_in, username="bo") == (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    )
    recover(world, "bo", world.code(address))
    assert world.get("bo")["UserStatus"] == "CONFIRMED"
    assert "AuthenticationResult" in world.sign_in("bo", OTHER_PASSWORD)


def test_a_permanent_password_voids_the_code(world: World) -> None:
    address = verified_member(world, "cleo")
    forgot(world, "cleo")
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id, Username="cleo", Password=OTHER_PASSWORD, Permanent=True
    )
    code = world.code(address)
    assert refusal(recover, world=world, username="cleo", code=code) == EXPIRED


def test_a_code_dies_with_the_address_it_was_sent_to(world: World) -> None:
    address = verified_member(world, "dita")
    forgot(world, "dita")
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="dita",
        UserAttributes=attributes(email="elsewhere@quay.test", email_verified="true"),
    )
    code = world.code(address)
    assert refusal(recover, world=world, username="dita", code=code) == EXPIRED


def test_a_code_for_one_purpose_serves_no_other(world: World) -> None:
    address = verified_member(world, "eve")
    forgot(world, "eve")
    code = world.code(address)
    assert (
        refusal(
            world.idp.verify_user_attribute,
            AccessToken=world.token("eve"),
            AttributeName="email",
            Code=code,
        )
        == EXPIRED
    )


def test_a_recovered_user_is_not_locked_out(world: World) -> None:
    address = verified_member(world, "fay")
    for _ in range(5):
        assert refusal(world.sign_in, username="fay", password="Wrong-1-Wrong") == WRONG_PASSWORD
    locked = ("NotAuthorizedException", "Password attempts exceeded")
    assert refusal(world.sign_in, username="fay") == locked
    forgot(world, "fay")
    recover(world, "fay", world.code(address))
    assert "AuthenticationResult" in world.sign_in("fay", OTHER_PASSWORD)


def test_who_cannot_recover(world: World) -> None:
    world.member("gus")
    assert refusal(forgot, world=world, username="gus") == NO_CHANNEL
    world.member("hal", email="hal@quay.test")  # not verified
    assert refusal(forgot, world=world, username="hal") == NO_CHANNEL
    verified_member(world, "ida")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="ida")
    assert refusal(forgot, world=world, username="ida") == DISABLED
    assert refusal(recover, world=world, username="ida", code="123456") == DISABLED
    world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username="jon",
        UserAttributes=attributes(email="jon@quay.test", email_verified="true"),
    )
    assert refusal(forgot, world=world, username="jon") == WRONG_STATE
    assert refusal(forgot, world=world, username="nobody") == UNKNOWN
    assert refusal(recover, world=world, username="nobody", code="123456") == UNKNOWN
    world.sign_up("kai", email="kai@quay.test")
    assert refusal(recover, world=world, username="kai", code="123456") == (
        "UserNotConfirmedException",
        "User is not confirmed.",
    )


def test_whom_an_administrator_cannot_reset(world: World) -> None:
    def reset(username: str) -> None:
        world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username=username)

    assert refusal(reset, username="nobody") == (
        "UserNotFoundException",
        "User does not exist.",
    )
    verified_member(world, "lena")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="lena")
    assert refusal(reset, username="lena") == ("NotAuthorizedException", "User is disabled")
    world.sign_up("mia", email="mia@quay.test")
    assert refusal(reset, username="mia") == WRONG_STATE
    world.member("nils")
    assert refusal(reset, username="nils") == NO_CHANNEL
    assert world.get("nils")["UserStatus"] == "CONFIRMED"


def test_existence_is_kept_secret(hiding: World) -> None:
    verified_member(hiding, "olga")
    hiding.idp.admin_disable_user(UserPoolId=hiding.pool_id, Username="olga")
    hiding.member("pia", email="pia@quay.test")  # not verified
    for name in ("nobody", "olga", "pia"):
        details = forgot(hiding, name)
        assert set(details) == {"Destination", "DeliveryMedium", "AttributeName"}
        assert details == forgot(hiding, name)
    assert forgot(hiding, "stranger@beach.test")["Destination"] == "s***@b***"
    for name in ("nobody", "olga"):
        assert refusal(recover, world=hiding, username=name, code="123456") == MISMATCH
    assert refusal(recover, world=hiding, username="pia", code="123456") == EXPIRED
    assert hiding.mail("olga@quay.test") == []


def test_limits_do_not_tell_either(hiding: World) -> None:
    verified_member(hiding, "quinn")
    for name in ("quinn", "phantom"):
        for _ in range(10):
            forgot(hiding, name)
        assert refusal(forgot, world=hiding, username=name) == LIMIT
    for _ in range(10):
        assert refusal(recover, world=hiding, username="phantom", code="123456") == MISMATCH
    assert refusal(recover, world=hiding, username="phantom", code="123456") == LIMIT


def test_tries_are_limited_even_with_the_right_code(world: World) -> None:
    address = verified_member(world, "rosa")
    forgot(world, "rosa")
    wrong, right = world.wrong_code(address), world.code(address)
    for _ in range(10):
        assert refusal(recover, world=world, username="rosa", code=wrong) == MISMATCH
    assert refusal(recover, world=world, username="rosa", code=right) == LIMIT


def test_a_code_lives_an_hour(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_world(server)
    address = verified_member(world, "sam")
    forgot(world, "sam")
    server.clock.advance(seconds=3600)
    assert refusal(recover, world=world, username="sam", code=world.code(address)) == EXPIRED
    forgot(world, "sam")
    server.clock.advance(seconds=3599.999)
    recover(world, "sam", world.code(address))


def recovery(*names: str) -> dict[str, Any]:
    mechanisms = [{"Priority": place, "Name": name} for place, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


@pytest.mark.parametrize(
    ("settings", "medium"),
    [
        ({}, "SMS"),
        (recovery("verified_email"), "EMAIL"),
        (recovery("verified_email", "verified_phone_number"), "EMAIL"),
        (recovery("verified_phone_number", "verified_email"), "SMS"),
    ],
)
def test_the_channel_is_the_pools_choice(
    server: Server, settings: dict[str, Any], medium: str
) -> None:
    world = make_world(server, **settings)
    world.member(
        "tess",
        email="tess@quay.test",
        email_verified="true",
        phone_number="+4915112345678",
        phone_number_verified="true",
    )
    assert forgot(world, "tess")["DeliveryMedium"] == medium


def test_only_verified_contacts_serve(server: Server) -> None:
    world = make_world(server, **recovery("verified_phone_number", "verified_email"))
    world.member("tom", email="tom@quay.test", email_verified="true", phone_number="+49151123456")
    assert forgot(world, "tom")["DeliveryMedium"] == "EMAIL"


def test_where_only_administrators_reset(server: Server) -> None:
    world = make_world(server, **recovery("admin_only"))
    address = verified_member(world, "uma")
    assert refusal(forgot, world=world, username="uma") == (
        "NotAuthorizedException",
        "Contact administrator to reset password.",
    )
    world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username="uma")
    recover(world, "uma", world.code(address))


def test_old_passwords_are_refused_to_the_owner_of_the_code_only(server: Server) -> None:
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    world = make_world(server, Policies=policy)
    address = verified_member(world, "vera")
    used = ("PasswordHistoryPolicyViolationException", "Password has already been used.")
    forgot(world, "vera")
    code, wrong = world.code(address), world.wrong_code(address)
    assert refusal(recover, world=world, username="vera", code=wrong, password=PASSWORD) == MISMATCH
    assert refusal(recover, world=world, username="vera", code=code, password=PASSWORD) == used
    recover(world, "vera", code)
    for password in (PASSWORD, OTHER_PASSWORD):
        forgot(world, "vera")
        code = world.code(address)
        assert refusal(recover, world=world, username="vera", code=code, password=password) == used
    recover(world, "vera", code, "Ferry-4-Borkum")
    forgot(world, "vera")
    recover(world, "vera", world.code(address), PASSWORD)
