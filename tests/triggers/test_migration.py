"""User migration: unknown names, what the function vouches for, and what becomes of passwords."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, refusal
from browser_world import make_browser, outcome
from server import Server
from sign_in_world import add_client, admin_start, start
from triggers_world import FAILS, Recorder, failure, make_recorder, make_triggered_world

UNKNOWN = ("UserNotFoundException", "User does not exist.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
WEAK = "old"
KNOWS = """def answer(event, source, request, response):
    if request.get("password", "old") != "old":
        return
    response["userAttributes"] = {"email": "ines@quay.test", "email_verified": "true"}
    response["finalUserStatus"] = "CONFIRMED"
    response["messageAction"] = "SUPPRESS"
"""


def knows(**more: Any) -> str:
    return KNOWS + f"    response.update({more!r})\n"


@pytest.fixture
def world(recorder: Recorder) -> World:
    recorder.answers(KNOWS)
    return make_triggered_world(recorder, "UserMigration")


def failed(world: World) -> tuple[str, str]:
    return "UserNotFoundException", f"Exception migrating user in app client {world.client_id}"


class TestSigningIn:
    def test_the_event_to_the_field(self, recorder: Recorder, world: World) -> None:
        world.idp.initiate_auth(
            ClientId=world.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": WEAK},
            ClientMetadata={"terminal": "north"},
        )
        assert recorder.only("") == {
            "version": "1",
            "triggerSource": "UserMigration_Authentication",
            "region": "us-east-1",
            "userPoolId": world.pool_id,
            "userName": "ines",
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": world.client_id,
            },
            "request": {"password": WEAK, "validationData": {"terminal": "north"}},
            "response": {
                "userAttributes": None,
                "forceAliasCreation": None,
                "enableSMSMFA": None,
                "finalUserStatus": None,
                "messageAction": None,
                "desiredDeliveryMediums": None,
            },
        }

    def test_a_confirmed_user_keeps_a_password_that_the_policy_would_refuse(
        self, recorder: Recorder, world: World
    ) -> None:
        assert "AuthenticationResult" in world.sign_in("ines", WEAK)
        assert world.get("ines")["UserStatus"] == "CONFIRMED"
        assert world.profile("ines") == {"email": "ines@quay.test", "email_verified": "true"}
        assert "AuthenticationResult" in world.sign_in("ines", WEAK)
        assert refusal(world.sign_in, username="ines", password="wrong") == WRONG
        assert len(recorder.events()) == 1

    def test_and_can_sign_in_by_srp_from_then_on(self, world: World) -> None:
        from pycognito.aws_srp import AWSSRP

        world.sign_in("ines", WEAK)
        client = add_client(world, "USER_SRP_AUTH")
        srp = AWSSRP("ines", WEAK, world.pool_id, client.id, client=world.idp)
        assert "AuthenticationResult" in srp.authenticate_user()

    def test_administrators_migrate_too(self, world: World) -> None:
        client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
        given = {"USERNAME": "ines", "PASSWORD": WEAK}
        assert admin_start(world, "ADMIN_USER_PASSWORD_AUTH", client, **given)

    def test_srp_does_not(self, recorder: Recorder, world: World) -> None:
        client = add_client(world, "USER_SRP_AUTH")
        refused = refusal(
            start,
            world=world,
            flow="USER_SRP_AUTH",
            client=client,
            USERNAME="ines",
            SRP_A="ab" * 300,
        )
        assert refused == UNKNOWN
        assert recorder.events() == []

    def test_migration_comes_before_pre_authentication(self, recorder: Recorder) -> None:
        recorder.answers(KNOWS)
        world = make_triggered_world(
            recorder, "UserMigration", "PreAuthentication", "PostAuthentication"
        )
        recorder.answers(
            KNOWS.replace("    if request.get", "    if 'Migr' not in source or request.get")
        )
        world.sign_in("ines", WEAK)
        assert recorder.sources() == [
            "UserMigration_Authentication",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
        ]
        profile = recorder.only("PreAuth")["request"]["userAttributes"]
        assert profile["email"] == "ines@quay.test"

    @pytest.mark.parametrize("answer", ["pass", "response['userAttributes'] = {}"])
    def test_whom_it_does_not_know_is_unknown(
        self, recorder: Recorder, world: World, answer: str
    ) -> None:
        recorder.answers(answer)
        assert refusal(world.sign_in, username="ines") == UNKNOWN
        hiding = add_client(world, "USER_PASSWORD_AUTH", PreventUserExistenceErrors="ENABLED")
        given = {"USERNAME": "ines", "PASSWORD": WEAK}
        assert refusal(start, world=world, flow="USER_PASSWORD_AUTH", client=hiding, **given) == (
            WRONG
        )

    @pytest.mark.parametrize("answer", ["event['response'] = None", "del event['response']"])
    def test_an_answer_without_a_response_knows_nobody(
        self, recorder: Recorder, world: World, answer: str
    ) -> None:
        recorder.answers(answer)
        assert refusal(world.sign_in, username="ines") == UNKNOWN

    def test_an_error_is_the_callers(self, recorder: Recorder, world: World) -> None:
        recorder.answers(FAILS)
        assert refusal(world.sign_in, username="ines") == failure("UserMigration")
        assert refusal(world.get, username="ines") == UNKNOWN

    @pytest.mark.parametrize("status", [None, "RESET_REQUIRED", "something"])
    def test_everybody_else_must_reset_the_password(
        self, recorder: Recorder, world: World, status: str | None
    ) -> None:
        recorder.answers(knows(finalUserStatus=status))
        required = ("PasswordResetRequiredException", "Password reset required for the user")
        hiding = add_client(world, "USER_PASSWORD_AUTH", PreventUserExistenceErrors="ENABLED")
        given = {"USERNAME": "ines", "PASSWORD": WEAK}
        refused = refusal(start, world=world, flow="USER_PASSWORD_AUTH", client=hiding, **given)
        assert refused == required
        assert refusal(world.sign_in, username="ines", password=WEAK) == required
        world.idp.forgot_password(ClientId=world.client_id, Username="ines")
        world.idp.confirm_forgot_password(
            ClientId=world.client_id,
            Username="ines",
            ConfirmationCode=world.code("ines@quay.test"),
            Password=OTHER_PASSWORD,
        )
        assert "AuthenticationResult" in world.sign_in("ines", OTHER_PASSWORD)

    def test_the_pages_migrate(self, server: Server, recorder: Recorder) -> None:
        browser = make_browser(server)
        recorder.answers(KNOWS)
        recorder.attach(browser.world, "UserMigration")
        assert "code" in outcome(browser.sign_in("ines", WEAK))


class TestNames:
    def test_where_addresses_are_names(self, recorder: Recorder) -> None:
        recorder.answers(KNOWS)
        world = make_triggered_world(recorder, "UserMigration", UsernameAttributes=["email"])
        world.sign_in("ines@quay.test", WEAK)
        user = world.get("ines@quay.test")
        assert (
            user["Username"]
            == {each["Name"]: each["Value"] for each in user["UserAttributes"]}["sub"]
        )

    def test_an_alias_needs_a_username(self, recorder: Recorder) -> None:
        recorder.answers(KNOWS)
        world = make_triggered_world(recorder, "UserMigration", AliasAttributes=["email"])
        refused = refusal(world.sign_in, username="ines@quay.test", password=WEAK)
        assert refused == failed(world)
        recorder.answers(KNOWS + "    response['userAttributes']['username'] = 'ines'\n")
        assert "AuthenticationResult" in world.sign_in("ines@quay.test", WEAK)
        assert world.get("ines@quay.test")["Username"] == "ines"

    def test_a_name_that_is_nobodys_alias(self, recorder: Recorder, world: World) -> None:
        recorder.answers(KNOWS + "    response['userAttributes']['username'] = 'other'\n")
        assert refusal(world.sign_in, username="ines", password=WEAK) == failed(world)
        assert refusal(world.get, username="other") == UNKNOWN

    def test_a_username_that_somebody_else_has(self, recorder: Recorder) -> None:
        recorder.answers(KNOWS + "    response['userAttributes']['username'] = 'old'\n")
        world = make_triggered_world(recorder, "UserMigration", AliasAttributes=["email"])
        world.member("old")
        refused = refusal(world.sign_in, username="ines@quay.test", password=WEAK)
        assert refused == failed(world)
        assert world.profile("old") == {}

    @pytest.mark.parametrize("settings", [{}, {"UsernameAttributes": ["email"]}])
    def test_two_first_sign_ins_at_once(self, recorder: Recorder, settings: dict[str, Any]) -> None:
        """Both ask the function before either has made the user."""
        recorder.answers(KNOWS + "    import time\n    time.sleep(1)\n")
        world = make_triggered_world(recorder, "UserMigration", **settings)
        with ThreadPoolExecutor(2) as people:
            answers = list(people.map(lambda _: world.sign_in("ines@quay.test", WEAK), range(2)))
        assert all("AuthenticationResult" in answer for answer in answers)
        assert len(recorder.events()) == 2
        assert len(world.idp.list_users(UserPoolId=world.pool_id)["Users"]) == 1

    @pytest.mark.parametrize("force", [True, False])
    def test_an_alias_that_somebody_holds(self, recorder: Recorder, force: bool) -> None:
        recorder.answers(knows(forceAliasCreation=force))
        world = make_triggered_world(recorder, "UserMigration", AliasAttributes=["email"])
        world.member("old", email="ines@quay.test", email_verified="true")
        if force:
            assert "AuthenticationResult" in world.sign_in("ines", WEAK)
            assert world.profile("old")["email_verified"] == "false"
        else:
            assert refusal(world.sign_in, username="ines", password=WEAK) == failed(world)
            assert refusal(world.get, username="ines") == UNKNOWN

    @pytest.mark.parametrize(
        "attributes", [{"custom:nothing": "x"}, {"sub": "somebody"}, {"email": "no address"}]
    )
    def test_attributes_that_cannot_be(
        self, recorder: Recorder, world: World, attributes: dict[str, str]
    ) -> None:
        recorder.answers(knows(userAttributes=attributes))
        assert refusal(world.sign_in, username="ines", password=WEAK) == failed(world)


class TestMessages:
    def test_a_welcome_goes_where_it_is_told(self, recorder: Recorder, world: World) -> None:
        recorder.answers(knows(messageAction=None, desiredDeliveryMediums=["EMAIL"]))
        world.sign_in("ines", WEAK)
        (message,) = world.mail("ines@quay.test")
        assert message["body"] == "Your username is ines. "

    def test_by_sms_unless_told(self, recorder: Recorder, world: World) -> None:
        recorder.answers(knows(messageAction=None))
        world.sign_in("ines", WEAK)
        assert world.mail("ines@quay.test") == []

    @pytest.mark.parametrize(
        "answer", [{"desiredDeliveryMediums": "EMAIL"}, {"desiredDeliveryMediums": ["FAX"]}]
    )
    def test_other_mediums(self, recorder: Recorder, world: World, answer: dict[str, Any]) -> None:
        recorder.answers(knows(**answer))
        refused = refusal(world.sign_in, username="ines", password=WEAK)
        assert refused == ("InvalidLambdaResponseException", "Unrecognizable lambda output")


def test_sms_mfa_can_be_turned_on_with_the_user(recorder: Recorder) -> None:
    recorder.answers(
        knows(
            userAttributes={"phone_number": "+4915100000006", "phone_number_verified": "true"},
            enableSMSMFA=True,
        )
    )
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns"}
    off = make_triggered_world(recorder, "UserMigration", SmsConfiguration=sms)
    assert refusal(off.sign_in, username="ines", password=WEAK) == failed(off)
    world = make_triggered_world(
        recorder, "UserMigration", SmsConfiguration=sms, MfaConfiguration="OPTIONAL"
    )
    assert world.sign_in("ines", WEAK)["ChallengeName"] == "SMS_MFA"


class TestForgottenPasswords:
    def test_a_forgotten_password_brings_the_user(self, recorder: Recorder, world: World) -> None:
        world.idp.forgot_password(
            ClientId=world.client_id, Username="ines", ClientMetadata={"terminal": "north"}
        )
        event = recorder.only("")
        assert event["triggerSource"] == "UserMigration_ForgotPassword"
        assert event["request"] == {
            "validationData": None,
            "clientMetadata": {"terminal": "north"},
        }
        world.idp.confirm_forgot_password(
            ClientId=world.client_id,
            Username="ines",
            ConfirmationCode=world.code("ines@quay.test"),
            Password=PASSWORD,
        )
        assert "AuthenticationResult" in world.sign_in("ines")

    def test_an_error_is_the_callers(self, recorder: Recorder, world: World) -> None:
        recorder.answers(FAILS)
        refused = refusal(world.idp.forgot_password, ClientId=world.client_id, Username="ines")
        assert refused == failure("UserMigration")

    def test_a_client_must_prove_itself_first(self, recorder: Recorder, world: World) -> None:
        client = add_client(world, GenerateSecret=True)
        refused = refusal(world.idp.forgot_password, ClientId=client.id, Username="ines")
        assert refused[0] == "NotAuthorizedException"
        assert recorder.events() == []


class TestLockOut:
    LOCKED = ("NotAuthorizedException", "Password attempts exceeded")

    def guess(self, world: World, name: str, password: str) -> tuple[str, str]:
        return refusal(world.sign_in, username=name, password=password)

    def test_guesses_at_who_is_not_migrated_lock_the_name(
        self, start_server: Callable[..., Server], tmp_path: Path
    ) -> None:
        recorder = make_recorder(start_server(), tmp_path)
        recorder.answers(KNOWS)
        world = make_triggered_world(recorder, "UserMigration")
        for _ in range(5):
            assert self.guess(world, "ines", "wrong") == UNKNOWN
        assert self.guess(world, "ines", WEAK) == self.LOCKED
        assert len(recorder.events()) == 5
        world.server.clock.advance(seconds=1)
        assert "AuthenticationResult" in world.sign_in("ines", WEAK)

    def test_where_existence_is_kept_secret_as_well(self, recorder: Recorder, world: World) -> None:
        client = add_client(world, "USER_PASSWORD_AUTH", PreventUserExistenceErrors="ENABLED")

        def guess(password: str) -> tuple[str, str]:
            given = {"USERNAME": "ines", "PASSWORD": password}
            return refusal(start, world=world, flow="USER_PASSWORD_AUTH", client=client, **given)

        assert [guess("wrong") for _ in range(5)] == [WRONG] * 5
        assert guess(WEAK) == self.LOCKED
        assert len(recorder.events()) == 5
