"""Pre sign-up and post confirmation: events, decisions, and what stands after a failure."""

from __future__ import annotations

from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, attributes, refusal
from sign_in_world import invite
from triggers_world import FAILS, Recorder, failure, make_triggered_world

BOTH = ("PreSignUp", "PostConfirmation")
GONE = ("UserNotFoundException", "User does not exist.")


def sign_up(world: World, username: str, values: dict[str, str], **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = world.idp.sign_up(
        ClientId=world.client_id,
        Username=username,
        Password=PASSWORD,
        UserAttributes=attributes(**values),
        **more,
    )
    return answer


class TestPreSignUp:
    def test_the_event_to_the_field(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PreSignUp")
        sign_up(
            world,
            "ines",
            {"email": "ines@quay.test"},
            ValidationData=attributes(invitation="C14"),
            ClientMetadata={"terminal": "north"},
        )
        assert recorder.only("PreSignUp") == {
            "version": "1",
            "triggerSource": "PreSignUp_SignUp",
            "region": "us-east-1",
            "userPoolId": world.pool_id,
            "userName": "ines",
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": world.client_id,
            },
            "request": {
                "userAttributes": {"email": "ines@quay.test"},
                "validationData": {"invitation": "C14"},
                "clientMetadata": {"terminal": "north"},
            },
            "response": {
                "autoConfirmUser": False,
                "autoVerifyEmail": False,
                "autoVerifyPhone": False,
            },
        }
        assert "invitation" not in str(world.get("ines"))

    def test_left_alone_the_user_is_sent_a_code(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        assert sign_up(world, "ines", {"email": "ines@quay.test"})["UserConfirmed"] is False
        request = recorder.only("PreSignUp")["request"]
        assert request == {
            "userAttributes": {"email": "ines@quay.test"},
            "validationData": None,
        }
        assert recorder.events("PostConfirmation") == []
        assert len(world.mail("ines@quay.test")) == 1

    def test_where_addresses_are_names_the_user_is_called_by_the_sub(
        self, recorder: Recorder
    ) -> None:
        world = make_triggered_world(recorder, "PreSignUp", UsernameAttributes=["email"])
        sub = sign_up(world, "ines@quay.test", {})["UserSub"]
        event = recorder.only("PreSignUp")
        assert event["userName"] == sub
        assert event["request"]["userAttributes"] == {"email": "ines@quay.test"}

    def test_it_may_confirm_and_vouch(self, recorder: Recorder) -> None:
        recorder.answers(
            "if source == 'PreSignUp_SignUp':"
            " response.update(autoConfirmUser=True, autoVerifyEmail=True, autoVerifyPhone=True)"
        )
        world = make_triggered_world(recorder, *BOTH)
        contacts = {"email": "ines@quay.test", "phone_number": "+4915100000002"}
        answer = sign_up(world, "ines", contacts, ClientMetadata={"terminal": "north"})
        assert answer["UserConfirmed"] is True
        assert "CodeDeliveryDetails" not in answer
        assert world.mail("ines@quay.test") == []
        assert world.profile("ines") == {
            "email": "ines@quay.test",
            "email_verified": "true",
            "phone_number": "+4915100000002",
            "phone_number_verified": "true",
        }
        event = recorder.only("PostConfirmation")
        assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
        assert event["request"]["clientMetadata"] == {"terminal": "north"}
        assert "AuthenticationResult" in world.sign_in("ines")

    def test_vouching_alone_confirms_nobody(self, recorder: Recorder) -> None:
        recorder.answers("response['autoVerifyEmail'] = True")
        world = make_triggered_world(recorder, *BOTH)
        assert sign_up(world, "ines", {"email": "ines@quay.test"})["UserConfirmed"] is False
        assert world.profile("ines")["email_verified"] == "true"
        world.confirm("ines", world.code("ines@quay.test"))

    def test_an_address_that_was_vouched_for_moves_as_an_alias(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PreSignUp", AliasAttributes=["email"])
        world.member("old", email="ines@quay.test", email_verified="true")
        recorder.answers("response.update(autoConfirmUser=True, autoVerifyEmail=True)")
        sub = sign_up(world, "new", {"email": "ines@quay.test"})["UserSub"]
        assert world.profile("old")["email_verified"] == "false"
        found = world.idp.admin_get_user(UserPoolId=world.pool_id, Username="ines@quay.test")
        assert {"Name": "sub", "Value": sub} in found["UserAttributes"]

    def test_it_cannot_vouch_for_what_is_not_there(self, recorder: Recorder) -> None:
        recorder.answers("response['autoVerifyPhone'] = True")
        world = make_triggered_world(recorder, "PreSignUp")
        assert refusal(sign_up, world=world, username="ines", values={})[0] == (
            "InvalidLambdaResponseException"
        )
        assert refusal(world.get, username="ines") == GONE

    @pytest.mark.parametrize("value", ["'true'", "1", "[]"])
    def test_decisions_are_booleans(self, recorder: Recorder, value: str) -> None:
        recorder.answers(f"response['autoConfirmUser'] = {value}")
        world = make_triggered_world(recorder, "PreSignUp")
        assert refusal(sign_up, world=world, username="ines", values={}) == (
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        )
        assert refusal(world.get, username="ines") == GONE

    def test_an_error_creates_nobody(self, recorder: Recorder) -> None:
        recorder.answers(FAILS)
        world = make_triggered_world(recorder, *BOTH)
        refused = refusal(sign_up, world=world, username="ines", values={})
        assert refused == failure("PreSignUp")
        assert refusal(world.get, username="ines") == GONE
        refused = refusal(world.idp.admin_create_user, UserPoolId=world.pool_id, Username="ines")
        assert refused == failure("PreSignUp")
        assert refusal(world.get, username="ines") == GONE

    def test_it_is_not_asked_about_what_is_refused_anyway(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PreSignUp")
        weak = refusal(
            world.idp.sign_up, ClientId=world.client_id, Username="ines", Password="weak"
        )
        assert weak[0] == "InvalidPasswordException"
        weak = refusal(
            world.idp.admin_create_user,
            UserPoolId=world.pool_id,
            Username="ines",
            TemporaryPassword="weak",
        )
        assert weak[0] == "InvalidPasswordException"
        assert recorder.events() == []

    def test_administrators_create_whom_they_like(self, recorder: Recorder) -> None:
        recorder.answers("response.update(autoConfirmUser=True, autoVerifyPhone='what')")
        world = make_triggered_world(recorder, *BOTH)
        world.idp.admin_create_user(
            UserPoolId=world.pool_id,
            Username="ines",
            UserAttributes=attributes(email="ines@quay.test"),
            ValidationData=attributes(invitation="C14"),
            ClientMetadata={"desk": "4"},
            MessageAction="SUPPRESS",
        )
        event = recorder.only("")
        assert event["triggerSource"] == "PreSignUp_AdminCreateUser"
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"] == {
            "userAttributes": {"email": "ines@quay.test"},
            "validationData": {"invitation": "C14"},
            "clientMetadata": {"desk": "4"},
        }
        assert world.get("ines")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        world.idp.admin_create_user(
            UserPoolId=world.pool_id, Username="ines", MessageAction="RESEND"
        )
        assert len(recorder.events()) == 1


class TestPostConfirmation:
    def test_a_code_runs_it_once_to_the_field(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PostConfirmation")
        sub = sign_up(world, "ines", {"email": "ines@quay.test"})["UserSub"]
        wrong = world.wrong_code("ines@quay.test")
        assert refusal(world.confirm, username="ines", code=wrong)[0] == "CodeMismatchException"
        assert recorder.events() == []
        world.confirm("ines", world.code("ines@quay.test"), ClientMetadata={"terminal": "north"})
        assert recorder.only("") == {
            "version": "1",
            "triggerSource": "PostConfirmation_ConfirmSignUp",
            "region": "us-east-1",
            "userPoolId": world.pool_id,
            "userName": "ines",
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": world.client_id,
            },
            "request": {
                "userAttributes": {
                    "sub": sub,
                    "cognito:user_status": "CONFIRMED",
                    "email": "ines@quay.test",
                    "email_verified": "true",
                },
                "clientMetadata": {"terminal": "north"},
            },
            "response": {},
        }

    def test_so_does_an_administrator(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PostConfirmation")
        world.sign_up("ines")
        world.idp.admin_confirm_sign_up(
            UserPoolId=world.pool_id, Username="ines", ClientMetadata={"desk": "4"}
        )
        event = recorder.only("")
        assert event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
        assert event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE"
        assert event["request"]["clientMetadata"] == {"desk": "4"}

    def test_and_a_new_password_by_code(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PostConfirmation")
        world.member("ines", email="ines@quay.test", email_verified="true")
        world.idp.forgot_password(ClientId=world.client_id, Username="ines")
        world.idp.confirm_forgot_password(
            ClientId=world.client_id,
            Username="ines",
            ConfirmationCode=world.code("ines@quay.test"),
            Password=OTHER_PASSWORD,
            ClientMetadata={"terminal": "north"},
        )
        event = recorder.only("")
        assert event["triggerSource"] == "PostConfirmation_ConfirmForgotPassword"
        assert event["request"]["clientMetadata"] == {"terminal": "north"}

    def test_setting_a_password_confirms_without_it(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "PostConfirmation")
        invite(world, "ines")
        world.idp.admin_set_user_password(
            UserPoolId=world.pool_id, Username="ines", Password=PASSWORD, Permanent=True
        )
        assert recorder.events() == []

    def test_after_an_error_the_confirmation_stands(self, recorder: Recorder) -> None:
        recorder.answers(FAILS)
        world = make_triggered_world(recorder, "PostConfirmation")
        failed = failure("PostConfirmation")
        sign_up(world, "ines", {"email": "ines@quay.test"})
        code = world.code("ines@quay.test")
        assert refusal(world.confirm, username="ines", code=code) == failed
        assert "AuthenticationResult" in world.sign_in("ines")
        world.sign_up("ben")
        refused = refusal(world.idp.admin_confirm_sign_up, UserPoolId=world.pool_id, Username="ben")
        assert refused == failed
        assert world.get("ben")["UserStatus"] == "CONFIRMED"
        world.idp.forgot_password(ClientId=world.client_id, Username="ines")
        refused = refusal(
            world.idp.confirm_forgot_password,
            ClientId=world.client_id,
            Username="ines",
            ConfirmationCode=world.code("ines@quay.test"),
            Password=OTHER_PASSWORD,
        )
        assert refused == failed
        assert "AuthenticationResult" in world.sign_in("ines", OTHER_PASSWORD)

    def test_after_an_error_a_confirmed_sign_up_stands(self, recorder: Recorder) -> None:
        recorder.answers(
            "assert source == 'PreSignUp_SignUp', 'closed today'\n"
            "    response['autoConfirmUser'] = True"
        )
        world = make_triggered_world(recorder, *BOTH)
        refused = refusal(sign_up, world=world, username="ines", values={})
        assert refused == failure("PostConfirmation")
        assert world.get("ines")["UserStatus"] == "CONFIRMED"
