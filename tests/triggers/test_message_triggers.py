"""Custom message and the custom senders: every source, words, limits, and encrypted codes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk.identifiers import EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey

from account_world import attributes, refusal
from command_line import poolhouse
from server import Server
from sign_in_world import add_client
from threat_world import AWAY, arrive, guarded_world, takeover
from triggers_world import (
    FAILS,
    Recorder,
    failure,
    make_recorder,
    make_triggered_world,
    sender_key,
)

KEY = "arn:aws:kms:us-east-1:123456789012:key/1d1c7ad4-5f7d-4a7b-9b7e-0d2f6f3a9c11"
UNRECOGNIZABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns"}
WORDS = (
    "response['emailMessage'] = 'Dear ' + str(request['usernameParameter'] or 'you')"
    " + ', use ' + request['codeParameter']\n"
    "    response['emailSubject'] = source\n"
    "    response['smsMessage'] = request['codeParameter'] + str(request['usernameParameter'])"
)


class TestCustomMessage:
    def test_the_event_to_the_field(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, "CustomMessage")
        sub = world.idp.sign_up(
            ClientId=world.client_id,
            Username="ines",
            Password="Ferry-2-Norderney",
            UserAttributes=attributes(email="ines@quay.test"),
            ClientMetadata={"terminal": "north"},
        )["UserSub"]
        assert recorder.only("") == {
            "version": "1",
            "triggerSource": "CustomMessage_SignUp",
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
                    "cognito:user_status": "UNCONFIRMED",
                    "email": "ines@quay.test",
                    "email_verified": "false",
                },
                "codeParameter": "{####}",
                "linkParameter": "{##Click Here##}",
                "usernameParameter": None,
                "clientMetadata": {"terminal": "north"},
            },
            "response": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
        }
        assert world.code("ines@quay.test") not in recorder.log.read_text()

    def test_every_source_and_its_words(self, recorder: Recorder) -> None:
        recorder.answers(WORDS)
        world = make_triggered_world(recorder, "CustomMessage")
        idp, pool, client = world.idp, world.pool_id, world.client_id
        address, metadata = "ines@quay.test", {"ClientMetadata": {"terminal": "north"}}
        idp.sign_up(
            ClientId=client,
            Username="ines",
            Password="Ferry-2-Norderney",
            UserAttributes=attributes(email=address),
            **metadata,
        )
        idp.resend_confirmation_code(ClientId=client, Username="ines", **metadata)
        world.confirm("ines", world.code(address))
        token = world.token("ines")
        idp.update_user_attributes(
            AccessToken=token, UserAttributes=attributes(email="other@quay.test"), **metadata
        )
        idp.get_user_attribute_verification_code(
            AccessToken=token, AttributeName="email", **metadata
        )
        idp.verify_user_attribute(
            AccessToken=token, AttributeName="email", Code=world.code("other@quay.test")
        )
        idp.forgot_password(ClientId=client, Username="ines", **metadata)
        idp.admin_reset_user_password(UserPoolId=pool, Username="ines", **metadata)
        idp.admin_update_user_attributes(
            UserPoolId=pool, Username="ines", UserAttributes=attributes(email=address), **metadata
        )
        idp.admin_create_user(
            UserPoolId=pool,
            Username="ida",
            UserAttributes=attributes(email="ida@quay.test"),
            DesiredDeliveryMediums=["EMAIL"],
            **metadata,
        )
        expected = [
            ("CustomMessage_SignUp", client),
            ("CustomMessage_ResendCode", client),
            ("CustomMessage_UpdateUserAttribute", client),
            ("CustomMessage_VerifyUserAttribute", client),
            ("CustomMessage_ForgotPassword", client),
            ("CustomMessage_ForgotPassword", "CLIENT_ID_NOT_APPLICABLE"),
            ("CustomMessage_UpdateUserAttribute", "CLIENT_ID_NOT_APPLICABLE"),
            ("CustomMessage_AdminCreateUser", "CLIENT_ID_NOT_APPLICABLE"),
        ]
        events = recorder.events()
        assert [
            (event["triggerSource"], event["callerContext"]["clientId"]) for event in events
        ] == expected
        for event in events:
            assert event["request"]["clientMetadata"] == {"terminal": "north"}
            invites = event["triggerSource"] == "CustomMessage_AdminCreateUser"
            assert event["request"]["usernameParameter"] == ("{username}" if invites else None)
        (invitation,) = world.mail("ida@quay.test")
        assert invitation["subject"] == "CustomMessage_AdminCreateUser"
        assert invitation["body"] == f"Dear ida, use {invitation['code']}"
        newest = world.mail(address)[0]
        assert newest["body"] == f"Dear you, use {newest['code']}"

    def test_short_messages_have_words_of_their_own(self, recorder: Recorder) -> None:
        recorder.answers(WORDS)
        world = make_triggered_world(recorder, "CustomMessage", SmsConfiguration=SMS)
        world.idp.admin_create_user(
            UserPoolId=world.pool_id,
            Username="ida",
            UserAttributes=attributes(phone_number="+4915100000003"),
        )
        (message,) = world.mail("+4915100000003")
        assert message["body"] == f"{message['code']}ida"
        assert message["subject"] is None

    def test_what_it_says_nothing_about_stays_the_pools(self, recorder: Recorder) -> None:
        recorder.answers("response['emailSubject'] = 'Moin'")
        world = make_triggered_world(recorder, "CustomMessage")
        world.sign_up("ines", email="ines@quay.test")
        (message,) = world.mail("ines@quay.test")
        assert message["subject"] == "Moin"
        assert message["body"] == f"Your verification code is {message['code']}. "

    @pytest.mark.parametrize(
        "answer",
        [
            "response['emailMessage'] = 'no code'",
            "response['emailMessage'] = '{####}' + 'x' * 19_995",
            "response['emailSubject'] = 'x' * 141",
            "response['emailMessage'] = 7",
            "response['smsMessage'] = ['{####}']",
        ],
    )
    def test_words_that_cannot_be_sent(self, recorder: Recorder, answer: str) -> None:
        recorder.answers(answer)
        world = make_triggered_world(recorder, "CustomMessage")
        refused = refusal(world.sign_up, username="ines", email="ines@quay.test")
        assert refused == UNRECOGNIZABLE
        assert world.mail("ines@quay.test") == []
        assert world.get("ines")["UserStatus"] == "UNCONFIRMED"

    @pytest.mark.parametrize("words", ["{####}" + "x" * 135, "only {username}", "only {####}"])
    def test_nor_by_sms(self, recorder: Recorder, words: str) -> None:
        recorder.answers(f"response['smsMessage'] = {words!r}")
        world = make_triggered_world(recorder, "CustomMessage", SmsConfiguration=SMS)
        refused = refusal(
            world.idp.admin_create_user,
            UserPoolId=world.pool_id,
            Username="ida",
            UserAttributes=attributes(phone_number="+4915100000004"),
        )
        assert refused == UNRECOGNIZABLE

    def test_words_of_the_other_medium_do_not_matter(self, recorder: Recorder) -> None:
        recorder.answers("response['smsMessage'] = 'x' * 500")
        world = make_triggered_world(recorder, "CustomMessage")
        world.sign_up("ines", email="ines@quay.test")
        assert len(world.mail("ines@quay.test")) == 1

    def test_after_an_error_another_code_can_be_asked_for(self, recorder: Recorder) -> None:
        recorder.answers(FAILS)
        world = make_triggered_world(recorder, "CustomMessage")
        refused = refusal(world.sign_up, username="ines", email="ines@quay.test")
        assert refused == failure("CustomMessage")
        recorder.answers("pass")
        world.idp.resend_confirmation_code(ClientId=world.client_id, Username="ines")
        world.confirm("ines", world.code("ines@quay.test"))

    def test_a_pool_that_verifies_by_link(self, recorder: Recorder) -> None:
        recorder.answers("response['emailMessage'] = 'Go: ' + request['linkParameter']")
        template = {
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
            "EmailMessageByLink": "Press {##here##}",
            "EmailSubjectByLink": "Link",
        }
        world = make_triggered_world(
            recorder, "CustomMessage", VerificationMessageTemplate=template
        )
        world.sign_up("ines", email="ines@quay.test")
        assert recorder.only("")["request"]["linkParameter"] == "{##here##}"
        (message,) = world.mail("ines@quay.test")
        assert message["body"].startswith('Go: <a href="')
        assert message["body"].endswith(">here</a>")
        assert message["subject"] == "Link"

    def test_only_developers_word_email_where_that_is_set(
        self, start_server: Callable[..., Server], tmp_path: Path
    ) -> None:
        server = start_server(custom_email_needs_developer_account=True)
        recorder = make_recorder(server, tmp_path)
        recorder.answers(WORDS)
        world = make_triggered_world(recorder, "CustomMessage")
        refused = refusal(world.sign_up, username="ines", email="ines@quay.test")
        assert refused == UNRECOGNIZABLE
        world = make_triggered_world(
            recorder,
            "CustomMessage",
            EmailConfiguration={
                "EmailSendingAccount": "DEVELOPER",
                "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/quay.test",
            },
        )
        world.sign_up("ines", email="ines@quay.test")
        assert world.mail("ines@quay.test")[0]["body"].startswith("Dear you")


def sender_config(recorder: Recorder, *media: str) -> dict[str, Any]:
    senders = {
        f"Custom{medium}Sender": {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
        for medium in media
    }
    return {**senders, "KMSKeyID": KEY}


def decrypt(server: Server, code: str, key_arn: str = KEY) -> tuple[str, dict[str, str]]:
    """As a function would: with the key that the command prints."""
    key = RawMasterKey(
        provider_id="poolhouse",
        key_id=key_arn,
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=base64.b64decode(sender_key(server, key_arn)),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    client = aws_encryption_sdk.EncryptionSDKClient()
    plain, header = client.decrypt(source=base64.b64decode(code), key_provider=key)
    return plain.decode(), header.encryption_context


class TestCustomSenders:
    def test_the_event_to_the_field_and_the_code_in_it(self, recorder: Recorder) -> None:
        world = make_triggered_world(
            recorder, "CustomMessage", LambdaConfig=sender_config(recorder, "Email")
        )
        sub = world.sign_up("ines", email="ines@quay.test")["UserSub"]
        event = recorder.later("CustomEmailSender")
        code = event["request"].pop("code")
        assert event == {
            "version": "1",
            "triggerSource": "CustomEmailSender_SignUp",
            "region": "us-east-1",
            "userPoolId": world.pool_id,
            "userName": "ines",
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": world.client_id,
            },
            "request": {
                "type": "customEmailSenderRequestV1",
                "userAttributes": {
                    "sub": sub,
                    "cognito:user_status": "UNCONFIRMED",
                    "email": "ines@quay.test",
                    "email_verified": "false",
                },
            },
            "response": {},
        }
        digits, context = decrypt(world.server, code)
        assert context["userpool-id"] == world.pool_id
        world.confirm("ines", digits)
        assert recorder.events("CustomMessage") == []
        assert world.mail("ines@quay.test") == []

    def test_each_key_is_another(self, recorder: Recorder) -> None:
        config = sender_config(recorder, "Email")
        world = make_triggered_world(recorder, LambdaConfig={**config, "KMSKeyID": KEY + "2"})
        world.sign_up("ines", email="ines@quay.test")
        code = recorder.later("CustomEmailSender")["request"]["code"]
        with pytest.raises(aws_encryption_sdk.exceptions.DecryptKeyError):
            decrypt(world.server, code)
        decrypt(world.server, code, KEY + "2")

    def test_one_medium_alone(self, recorder: Recorder) -> None:
        config = sender_config(recorder, "SMS")
        world = make_triggered_world(recorder, LambdaConfig=config, SmsConfiguration=SMS)
        world.idp.admin_create_user(
            UserPoolId=world.pool_id,
            Username="ida",
            UserAttributes=attributes(email="ida@quay.test", phone_number="+4915100000005"),
            DesiredDeliveryMediums=["SMS", "EMAIL"],
            TemporaryPassword="Tide-1-<Baltrum>",
            ClientMetadata={"desk": "4"},
        )
        event = recorder.later("CustomSMSSender")
        assert event["triggerSource"] == "CustomSMSSender_AdminCreateUser"
        assert event["request"]["type"] == "customSMSSenderRequestV1"
        assert event["request"]["clientMetadata"] == {"desk": "4"}
        assert decrypt(world.server, event["request"]["code"])[0] == "Tide-1-&lt;Baltrum&gt;"
        assert world.mail("+4915100000005") == []
        assert world.mail("ida@quay.test")[0]["code"] == "Tide-1-<Baltrum>"

    def test_a_sender_that_fails_is_not_seen(self, recorder: Recorder) -> None:
        recorder.answers(FAILS)
        world = make_triggered_world(recorder, LambdaConfig=sender_config(recorder, "Email"))
        world.sign_up("ines", email="ines@quay.test")
        recorder.later("CustomEmailSender")
        world.server.client("lambda").remove_permission(
            FunctionName=recorder.name, StatementId="pools"
        )
        world.idp.resend_confirmation_code(ClientId=world.client_id, Username="ines")

    def test_recovery_by_a_client_that_hides_its_users(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, LambdaConfig=sender_config(recorder, "Email"))
        world.member("ines", email="ines@quay.test", email_verified="true")
        client = add_client(world, PreventUserExistenceErrors="ENABLED")
        for name in ("ines", "nobody"):
            world.idp.forgot_password(ClientId=client.id, Username=name)
        event = recorder.later("CustomEmailSender")
        assert event["triggerSource"] == "CustomEmailSender_ForgotPassword"
        assert event["userName"] == "ines"

    def test_a_notice_of_a_risky_sign_in_has_no_code(self, recorder: Recorder) -> None:
        world = guarded_world(recorder.server, LambdaConfig=sender_config(recorder, "Email"))
        world.member("ines", email="ines@quay.test")
        arrive(world, "ines")
        world.idp.set_risk_configuration(
            UserPoolId=world.pool_id,
            AccountTakeoverRiskConfiguration=takeover(low="BLOCK", notify=True),
        )
        refusal(arrive, world=world, username="ines", address=AWAY)
        event = recorder.later("CustomEmailSender")
        assert event["triggerSource"] == "CustomEmailSender_AccountTakeOverNotification"
        assert set(event["request"]) == {"type", "userAttributes"}
        assert world.mail("ines@quay.test") == []


def test_a_key_that_no_server_has(tmp_path: Path) -> None:
    printed = poolhouse("sender-key", KEY, "--data", str(tmp_path))
    assert printed.returncode == 1
    assert "no server has kept a master key" in printed.stderr
