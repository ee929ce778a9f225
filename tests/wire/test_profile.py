"""What users do with their own account, access token in hand, over a real socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, attributes, make_world, refusal
from server import Server

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
INVALID_TOKEN = ("NotAuthorizedException", "Invalid Access Token")
TAKEN = ("AliasExistsException", "An account with the given email already exists.")
UNWRITABLE = (
    "NotAuthorizedException",
    "A client attempted to write unauthorized attribute",
)


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    schema = [
        {"Name": "berth", "AttributeDataType": "Number"},
        {"Name": "family_name", "Required": True},
    ]
    return make_world(server, Schema=schema)


@pytest.fixture(scope="module")
def careful(server: Server) -> World:
    """A pool that keeps an email until the new one is proven, and where emails are names."""
    before = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    return make_world(server, AliasAttributes=["email"], UserAttributeUpdateSettings=before)


def update(world: World, token: str, **values: str) -> Any:
    return world.idp.update_user_attributes(AccessToken=token, UserAttributes=attributes(**values))


def verify(world: World, token: str, code: str, name: str = "email") -> None:
    world.idp.verify_user_attribute(AccessToken=token, AttributeName=name, Code=code)


def send_code(world: World, token: str, name: str = "email") -> Any:
    answer = world.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName=name)
    return answer["CodeDeliveryDetails"]


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("get_user", {}),
        ("update_user_attributes", {"UserAttributes": []}),
        ("delete_user_attributes", {"UserAttributeNames": ["name"]}),
        ("get_user_attribute_verification_code", {"AttributeName": "email"}),
        ("verify_user_attribute", {"AttributeName": "email", "Code": "123456"}),
        ("change_password", {"PreviousPassword": "x", "ProposedPassword": "y"}),
        ("delete_user", {}),
    ],
)
def test_each_needs_an_access_token(world: World, operation: str, more: dict[str, Any]) -> None:
    assert refusal(getattr(world.idp, operation), AccessToken="a.b.c", **more) == INVALID_TOKEN


def test_a_client_sees_what_it_may_read(server: Server) -> None:
    world = make_world(server, client={"ReadAttributes": ["name"]})
    sub = world.member("aino", name="Aino", email="aino@mole.test")
    answer = world.idp.get_user(AccessToken=world.token("aino"))
    assert answer["Username"] == "aino"
    assert {each["Name"]: each["Value"] for each in answer["UserAttributes"]} == {
        "sub": sub,
        "name": "Aino",
    }


class TestUpdating:
    def test_plain_attributes_need_no_code(self, world: World) -> None:
        world.member("bo", family_name="Bo")
        answer = update(world, world.token("bo"), name="Bo", locale="fi")
        assert "CodeDeliveryDetailsList" not in answer
        assert world.profile("bo") == {"family_name": "Bo", "name": "Bo", "locale": "fi"}

    def test_a_new_email_is_unverified_until_its_code_comes_back(self, world: World) -> None:
        world.member("cleo", family_name="C", email="cleo@mole.test", email_verified="true")
        token = world.token("cleo")
        answer = update(world, token, email="cleo@jetty.test")
        assert answer["CodeDeliveryDetailsList"] == [
            {"Destination": "c***@j***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
        ]
        assert world.profile("cleo")["email"] == "cleo@jetty.test"
        assert world.profile("cleo")["email_verified"] == "false"
        wrong = world.wrong_code("cleo@jetty.test")
        assert refusal(verify, world=world, token=token, code=wrong) == MISMATCH
        verify(world, token, world.code("cleo@jetty.test"))
        assert world.profile("cleo")["email_verified"] == "true"
        code = world.code("cleo@jetty.test")
        assert refusal(verify, world=world, token=token, code=code) == EXPIRED

    def test_the_same_email_again_changes_nothing(self, world: World) -> None:
        world.member("dita", family_name="D", email="dita@mole.test", email_verified="true")
        assert "CodeDeliveryDetailsList" not in update(
            world, world.token("dita"), email="dita@mole.test"
        )
        assert world.profile("dita")["email_verified"] == "true"

    def test_a_code_for_an_old_address_does_not_verify_the_new(self, world: World) -> None:
        world.member("eve", family_name="E", email="eve@mole.test")
        token = world.token("eve")
        send_code(world, token)
        world.idp.admin_update_user_attributes(
            UserPoolId=world.pool_id,
            Username="eve",
            UserAttributes=attributes(email="victim@mole.test"),
        )
        world.idp.admin_update_user_attributes(
            UserPoolId=world.pool_id,
            Username="eve",
            UserAttributes=attributes(email="other@mole.test", email_verified="false"),
        )
        code = world.code("eve@mole.test")
        assert refusal(verify, world=world, token=token, code=code)[0] in (
            EXPIRED[0],
            MISMATCH[0],
        )
        assert world.profile("eve")["email"] == "other@mole.test"
        assert world.profile("eve")["email_verified"] == "false"

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"email_verified": "true"}, UNWRITABLE),
            ({"sub": "x"}, UNWRITABLE),
            ({"custom__berth": "3"}, UNWRITABLE),
            (
                {"custom__rank": "mate"},
                (
                    "InvalidParameterException",
                    "user.custom:rank: Attribute does not exist in the schema.\n",
                ),
            ),
            (
                {"family_name": ""},
                (
                    "InvalidParameterException",
                    "Attributes did not conform to the schema: family_name: The attribute is "
                    "required",
                ),
            ),
            (
                {"email": "nowhere"},
                ("InvalidParameterException", "Invalid email address format."),
            ),
        ],
    )
    def test_refusals_change_nothing(
        self, world: World, values: dict[str, str], expected: tuple[str, str]
    ) -> None:
        name = "fay" + "".join(values)
        world.member(name, family_name="F")
        token = world.token(name)
        found = refusal(update, world=world, token=token, name="New", **values)
        assert found == expected
        assert world.profile(name) == {"family_name": "F"}

    def test_a_client_writes_what_it_may(self, server: Server) -> None:
        world = make_world(
            server,
            Schema=[{"Name": "berth", "AttributeDataType": "Number"}],
            client={"WriteAttributes": ["custom:berth"]},
        )
        world.member("gus")
        token = world.token("gus")
        update(world, token, custom__berth="3")
        assert world.profile("gus") == {"custom:berth": "3"}
        assert refusal(update, world=world, token=token, name="Gus") == UNWRITABLE

    def test_a_sign_in_name_that_is_taken(self, server: Server) -> None:
        world = make_world(server, UsernameAttributes=["email"])
        world.member("hal@mole.test")
        world.member("ida@mole.test")
        token = world.token("ida@mole.test")
        assert refusal(update, world=world, token=token, email="hal@mole.test") == TAKEN
        assert world.mail("hal@mole.test") == []


class TestUpdatingAfterVerification:
    def test_the_old_email_stays_until_the_new_is_proven(self, careful: World) -> None:
        careful.member("jon", email="jon@mole.test", email_verified="true")
        token = careful.token("jon")
        answer = update(careful, token, email="jon@jetty.test", name="Jon")
        assert answer["CodeDeliveryDetailsList"][0]["Destination"] == "j***@j***"
        assert careful.profile("jon") == {
            "email": "jon@mole.test",
            "email_verified": "true",
            "name": "Jon",
        }
        assert careful.get("jon@mole.test")["Username"] == "jon"
        verify(careful, token, careful.code("jon@jetty.test"))
        assert careful.profile("jon")["email"] == "jon@jetty.test"
        assert careful.profile("jon")["email_verified"] == "true"
        assert careful.get("jon@jetty.test")["Username"] == "jon"
        assert refusal(careful.get, username="jon@mole.test")[0] == "UserNotFoundException"

    def test_a_new_code_goes_to_the_new_email(self, careful: World) -> None:
        careful.member("kai", email="kai@mole.test", email_verified="true")
        token = careful.token("kai")
        update(careful, token, email="kai@jetty.test")
        assert send_code(careful, token)["Destination"] == "k***@j***"
        verify(careful, token, careful.code("kai@jetty.test"))
        assert careful.profile("kai")["email"] == "kai@jetty.test"

    def test_giving_the_old_email_again_calls_it_off(self, careful: World) -> None:
        careful.member("lena", email="lena@mole.test", email_verified="true")
        token = careful.token("lena")
        update(careful, token, email="typo@jetty.test")
        update(careful, token, email="lena@mole.test")
        code = careful.code("typo@jetty.test")
        assert refusal(verify, world=careful, token=token, code=code) == EXPIRED

    def test_somebody_else_was_faster(self, careful: World) -> None:
        careful.member("mia", email="mia@mole.test", email_verified="true")
        token = careful.token("mia")
        update(careful, token, email="crew@jetty.test")
        careful.member("max", email="crew@jetty.test", email_verified="true")
        code = careful.code("crew@jetty.test")
        assert refusal(verify, world=careful, token=token, code=code) == TAKEN
        assert careful.profile("mia")["email"] == "mia@mole.test"
        assert careful.get("crew@jetty.test")["Username"] == "max"


class TestVerifying:
    def test_only_contacts_have_codes(self, world: World) -> None:
        world.member("nils", family_name="N", name="Nils")
        token = world.token("nils")
        only = ("InvalidParameterException", "Only email and phone_number can be verified.")
        assert refusal(send_code, world=world, token=token, name="name") == only
        assert refusal(verify, world=world, token=token, name="name", code="123456") == only
        assert refusal(send_code, world=world, token=token) == (
            "InvalidParameterException",
            "User does not have a value for email.",
        )
        assert refusal(verify, world=world, token=token, code="123456") == EXPIRED

    def test_five_codes_an_hour(self, world: World) -> None:
        world.member("olga", family_name="O", email="olga@mole.test")
        token = world.token("olga")
        for _ in range(5):
            send_code(world, token)
        assert refusal(send_code, world=world, token=token) == LIMIT
        assert len(world.mail("olga@mole.test")) == 5

    def test_fifteen_tries_an_hour(self, world: World) -> None:
        world.member("pia", family_name="P", email="pia@mole.test")
        token = world.token("pia")
        send_code(world, token)
        wrong = world.wrong_code("pia@mole.test")
        for _ in range(15):
            assert refusal(verify, world=world, token=token, code=wrong) == MISMATCH
        right = world.code("pia@mole.test")
        assert refusal(verify, world=world, token=token, code=right) == LIMIT

    def test_a_code_lives_a_day(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server, client={"AccessTokenValidity": 24})
        world.member("per", email="per@mole.test")
        send_code(world, world.token("per"))
        server.clock.advance(seconds=86_400)
        code = world.code("per@mole.test")
        assert refusal(verify, world=world, token=world.token("per"), code=code) == EXPIRED


class TestDeletingAttributes:
    def test_an_email_goes_with_its_flag(self, world: World) -> None:
        world.member("quinn", family_name="Q", email="quinn@mole.test", name="Quinn")
        world.idp.delete_user_attributes(
            AccessToken=world.token("quinn"), UserAttributeNames=["email"]
        )
        assert world.profile("quinn") == {"family_name": "Q", "name": "Quinn"}

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("family_name", "InvalidParameterException"),
            ("custom:rank", "InvalidParameterException"),
            ("custom:berth", "NotAuthorizedException"),
            ("sub", "NotAuthorizedException"),
        ],
    )
    def test_refusals_delete_nothing(self, world: World, name: str, code: str) -> None:
        username = f"rosa-{name}"
        world.member(username, family_name="R", name="Rosa")
        found, _ = refusal(
            world.idp.delete_user_attributes,
            AccessToken=world.token(username),
            UserAttributeNames=["name", name],
        )
        assert found == code
        assert world.profile(username) == {"family_name": "R", "name": "Rosa"}


class TestChangingThePassword:
    @staticmethod
    def change(world: World, token: str, previous: str | None, proposed: str) -> None:
        known = {} if previous is None else {"PreviousPassword": previous}
        world.idp.change_password(AccessToken=token, ProposedPassword=proposed, **known)

    def test_with_the_old_one(self, world: World) -> None:
        world.member("sam", family_name="S")
        token = world.token("sam")
        self.change(world, token, PASSWORD, OTHER_PASSWORD)
        assert "AuthenticationResult" in world.sign_in("sam", OTHER_PASSWORD)
        assert world.idp.get_user(AccessToken=token)["Username"] == "sam"

    def test_refusals(self, world: World) -> None:
        world.member("tess", family_name="T")
        token = world.token("tess")
        change = self.change
        assert refusal(
            change, world=world, token=token, previous="Wrong-1-Wrong", proposed=OTHER_PASSWORD
        ) == ("NotAuthorizedException", "Incorrect username or password.")
        assert refusal(
            change, world=world, token=token, previous=PASSWORD, proposed="weakling"
        ) == (
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have uppercase characters",
        )
        assert refusal(
            change, world=world, token=token, previous=None, proposed=OTHER_PASSWORD
        ) == ("InvalidParameterException", "Missing required parameter PreviousPassword")
        assert "AuthenticationResult" in world.sign_in("tess")

    def test_five_times_an_hour(self, world: World) -> None:
        world.member("uma", family_name="U")
        token = world.token("uma")
        for _ in range(5):
            code, _ = refusal(
                self.change,
                world=world,
                token=token,
                previous="Wrong-1-Wrong",
                proposed=OTHER_PASSWORD,
            )
            assert code == "NotAuthorizedException"
        assert (
            refusal(
                self.change,
                world=world,
                token=token,
                previous=PASSWORD,
                proposed=OTHER_PASSWORD,
            )
            == LIMIT
        )

    def test_not_to_an_old_one(self, server: Server) -> None:
        policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
        world = make_world(server, Policies=policy)
        world.member("vera")
        token = world.token("vera")
        used = ("PasswordHistoryPolicyViolationException", "Password has already been used.")
        self.change(world, token, PASSWORD, OTHER_PASSWORD)
        for old in (PASSWORD, OTHER_PASSWORD):
            assert (
                refusal(
                    self.change, world=world, token=token, previous=OTHER_PASSWORD, proposed=old
                )
                == used
            )
        self.change(world, token, OTHER_PASSWORD, "Ferry-4-Borkum")
        self.change(world, token, "Ferry-4-Borkum", PASSWORD)

    def test_the_present_one_counts_though_history_came_later(self, server: Server) -> None:
        world = make_world(server)
        world.member("wim")
        policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 1}}
        world.idp.update_user_pool(UserPoolId=world.pool_id, Policies=policy)
        code, _ = refusal(
            self.change,
            world=world,
            token=world.token("wim"),
            previous=PASSWORD,
            proposed=PASSWORD,
        )
        assert code == "PasswordHistoryPolicyViolationException"

    def test_not_while_a_reset_is_required(self, world: World) -> None:
        world.member("xena", family_name="X", email="xena@mole.test", email_verified="true")
        token = world.token("xena")
        world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username="xena")
        code, _ = refusal(
            self.change, world=world, token=token, previous=PASSWORD, proposed=OTHER_PASSWORD
        )
        assert code == "PasswordResetRequiredException"


def test_a_user_deletes_the_account(world: World) -> None:
    world.member("yan", family_name="Y")
    token = world.token("yan")
    world.idp.delete_user(AccessToken=token)
    assert refusal(world.get, username="yan")[0] == "UserNotFoundException"
    assert refusal(world.idp.delete_user, AccessToken=token)[0] == "UserNotFoundException"
