"""Pre and post authentication: what they are told, and what a refusal stops."""

from __future__ import annotations

from typing import Any

import pytest

from account_world import PASSWORD, World, refusal
from sign_in_world import add_client, admin_start, invite, refresh, start
from triggers_world import (
    FAILS,
    Recorder,
    failure,
    make_triggered_world,
    with_pre_token_generation,
)

BOTH = ("PreAuthentication", "PostAuthentication")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def password_sign_in(world: World, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return world.idp.initiate_auth(
        ClientId=world.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
        **more,
    )


def test_the_events_to_the_field(recorder: Recorder) -> None:
    world = make_triggered_world(recorder, *BOTH)
    sub = world.member("ines", email="ines@quay.test", email_verified="true")
    password_sign_in(world, "ines", ClientMetadata={"terminal": "north"})
    profile = {
        "sub": sub,
        "cognito:user_status": "CONFIRMED",
        "email": "ines@quay.test",
        "email_verified": "true",
    }
    common = {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": world.pool_id,
        "userName": "ines",
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": world.client_id,
        },
        "response": {},
    }
    assert recorder.events() == [
        {
            **common,
            "triggerSource": "PreAuthentication_Authentication",
            "request": {"userAttributes": profile, "validationData": {"terminal": "north"}},
        },
        {
            **common,
            "triggerSource": "PostAuthentication_Authentication",
            "request": {"userAttributes": profile, "newDeviceUsed": False},
        },
    ]


def test_without_metadata_the_validation_data_is_null(recorder: Recorder) -> None:
    world = make_triggered_world(recorder, "PreAuthentication")
    world.member("ines")
    world.token("ines")
    assert recorder.only("PreAuth")["request"]["validationData"] is None


def test_post_authentication_runs_before_the_tokens_are_shaped(recorder: Recorder) -> None:
    config = with_pre_token_generation(recorder, *BOTH)
    world = make_triggered_world(recorder, LambdaConfig=config)
    world.member("ines")
    world.token("ines")
    assert recorder.sources() == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_Authentication",
    ]


def test_a_refresh_runs_neither(recorder: Recorder) -> None:
    world = make_triggered_world(recorder, *BOTH)
    world.member("ines")
    token = world.sign_in("ines")["AuthenticationResult"]["RefreshToken"]
    recorder.forget()
    refresh(world, token)
    assert recorder.events() == []


def test_an_administrator_signs_in_likewise(recorder: Recorder) -> None:
    world = make_triggered_world(recorder, *BOTH)
    world.member("ines")
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    parameters = {"USERNAME": "ines", "PASSWORD": PASSWORD}
    admin_start(world, "ADMIN_USER_PASSWORD_AUTH", client, **parameters)
    assert len(recorder.events()) == 2
    assert recorder.events()[1]["callerContext"]["clientId"] == client.id


class TestPreAuthentication:
    def test_an_error_refuses_before_the_password_is_looked_at(self, recorder: Recorder) -> None:
        recorder.answers(FAILS)
        world = make_triggered_world(recorder, *BOTH)
        world.member("ines")
        for password in (PASSWORD, "wrong"):
            assert refusal(world.sign_in, username="ines", password=password) == failure(
                "PreAuthentication"
            )
        assert len(recorder.events("PreAuth")) == 2
        assert recorder.events("PostAuth") == []

    def test_a_wrong_password_is_refused_after_it(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        world.member("ines")
        assert refusal(world.sign_in, username="ines", password="wrong") == WRONG
        assert recorder.sources() == ["PreAuthentication_Authentication"]

    def test_unknown_users_stay_unknown_to_it(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        assert refusal(world.sign_in, username="nobody")[0] == "UserNotFoundException"
        assert recorder.events() == []

    def test_unless_existence_is_kept_secret(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        world.member("ines")
        client = add_client(
            world, "USER_PASSWORD_AUTH", "USER_SRP_AUTH", PreventUserExistenceErrors="ENABLED"
        )
        given = {"USERNAME": "nobody", "PASSWORD": PASSWORD}
        assert refusal(start, world=world, flow="USER_PASSWORD_AUTH", client=client, **given) == (
            WRONG
        )
        event = recorder.only("PreAuth")
        assert event["userName"] == "nobody"
        assert event["request"] == {
            "userAttributes": {},
            "validationData": None,
            "userNotFound": True,
        }
        recorder.forget()
        start(world, "USER_PASSWORD_AUTH", client, USERNAME="ines", PASSWORD=PASSWORD)
        assert recorder.only("PreAuth")["request"]["userNotFound"] is False
        recorder.forget()
        start(world, "USER_SRP_AUTH", client, USERNAME="nobody", SRP_A="ab" * 300)
        assert recorder.only("PreAuth")["request"]["userNotFound"] is True

    def test_a_disabled_user_is_refused_without_it(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        world.member("ines")
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="ines")
        assert refusal(world.sign_in, username="ines")[1] == "User is disabled."
        assert recorder.events() == []


class TestPostAuthentication:
    def test_an_error_stops_a_good_sign_in(self, recorder: Recorder) -> None:
        recorder.answers("assert source != 'PostAuthentication_Authentication', 'no entry'")
        world = make_triggered_world(recorder, *BOTH)
        world.member("ines")
        assert refusal(world.sign_in, username="ines") == (
            "UserLambdaValidationException",
            "PostAuthentication failed with error no entry.",
        )

    def test_it_waits_for_the_last_challenge_and_has_its_metadata(self, recorder: Recorder) -> None:
        world = make_triggered_world(recorder, *BOTH)
        invite(world, "guest")
        session = world.sign_in("guest", "Tide-1-Baltrum")["Session"]
        assert recorder.sources() == ["PreAuthentication_Authentication"]
        world.idp.respond_to_auth_challenge(
            ClientId=world.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses={"USERNAME": "guest", "NEW_PASSWORD": PASSWORD},
            ClientMetadata={"terminal": "south"},
        )
        event = recorder.only("PostAuth")
        assert event["request"]["clientMetadata"] == {"terminal": "south"}
        assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
        assert len(recorder.events()) == 2

    def test_a_pool_that_remembers_devices_sees_a_new_one(self, recorder: Recorder) -> None:
        world = make_triggered_world(
            recorder,
            *BOTH,
            DeviceConfiguration={"DeviceOnlyRememberedOnUserPrompt": False},
        )
        world.member("ines")
        world.token("ines")
        assert recorder.only("PostAuth")["request"]["newDeviceUsed"] is True


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("event.clear()", "Unrecognizable lambda output"),
        ("event['request'] = None", "Unrecognizable lambda output"),
        ("event['callerContext'] = []", "Unrecognizable lambda output"),
        ("del event['response']", "Unrecognizable lambda output"),
        ("event['version'] = 1", "Unrecognizable lambda output"),
        (
            "for _ in range(300): event['deep'] = [event.get('deep')]",
            "Invalid lambda function output : Invalid JSON",
        ),
    ],
)
@pytest.mark.parametrize("trigger", BOTH)
def test_the_event_must_come_back(
    recorder: Recorder, trigger: str, answer: str, message: str
) -> None:
    recorder.answers(answer)
    world = make_triggered_world(recorder, trigger)
    world.member("ines")
    assert refusal(world.sign_in, username="ines") == ("InvalidLambdaResponseException", message)


@pytest.mark.parametrize("trigger", BOTH)
class TestFunctionsThatCannotBeAsked:
    def test_without_permission(self, recorder: Recorder, trigger: str) -> None:
        world = make_triggered_world(recorder, trigger)
        world.member("ines")
        world.server.client("lambda").remove_permission(
            FunctionName=recorder.name, StatementId="pools"
        )
        assert refusal(world.sign_in, username="ines") == (
            "UnexpectedLambdaException",
            f"{trigger} invocation failed due to error AccessDeniedException.",
        )

    def test_throttled(self, recorder: Recorder, trigger: str) -> None:
        world = make_triggered_world(recorder, trigger)
        world.member("ines")
        world.server.client("lambda").put_function_concurrency(
            FunctionName=recorder.name, ReservedConcurrentExecutions=0
        )
        assert refusal(world.sign_in, username="ines") == (
            "UnexpectedLambdaException",
            f"{trigger} invocation failed due to error TooManyRequestsException.",
        )

    def test_absent(self, recorder: Recorder, trigger: str) -> None:
        world = make_triggered_world(recorder, trigger)
        world.member("ines")
        world.server.client("lambda").delete_function(FunctionName=recorder.name)
        assert refusal(world.sign_in, username="ines") == (
            "UnexpectedLambdaException",
            f"{trigger} invocation failed due to error ResourceNotFoundException.",
        )
