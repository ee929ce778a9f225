"""Which functions run when somebody comes from another provider, and what they may say."""

from __future__ import annotations

import pytest

from browser_world import outcome
from federation_world import Harbour, sub_there
from token_reading import unverified
from triggers_world import FAILS, Recorder, failure, with_pre_token_generation


def test_triggers_of_the_first_sign_in_and_of_later_ones(
    harbour: Harbour, recorder: Recorder
) -> None:
    world = harbour.here.world
    triggers = ("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication")
    config = with_pre_token_generation(recorder, *triggers)
    inbound = {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
    world.idp.update_user_pool(
        UserPoolId=world.pool_id, LambdaConfig={**config, "InboundFederation": inbound}
    )
    harbour.tokens()
    assert recorder.sources() == [
        "InboundFederation_ExternalProvider",
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
        "TokenGeneration_HostedAuth",
    ]
    username = f"Quay_{sub_there(harbour)}"
    assert {event["userName"] for event in recorder.events()} == {username}
    asked = recorder.only("PreSignUp")
    assert asked["request"]["userAttributes"] == {"email": "ada@example.com", "name": "Ada"}
    told = recorder.only("InboundFederation")["request"]
    assert told["providerName"] == "Quay"
    assert told["attributes"]["idToken"]["sub"] == sub_there(harbour)
    assert told["attributes"]["userInfo"]["email"] == "ada@example.com"
    assert told["attributes"]["tokenResponse"]["token_type"] == "Bearer"
    status = recorder.only("TokenGeneration")["request"]["userAttributes"]
    assert status["cognito:user_status"] == "EXTERNAL_PROVIDER"
    recorder.forget()
    harbour.forget()
    harbour.tokens()
    assert recorder.sources() == [
        "InboundFederation_ExternalProvider",
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]


@pytest.mark.parametrize("trigger", ["PreSignUp", "PostConfirmation", "PreTokenGeneration"])
def test_what_a_function_refuses_lands_on_the_callback(
    harbour: Harbour, recorder: Recorder, trigger: str
) -> None:
    recorder.answers(FAILS)
    recorder.attach(harbour.here.world, trigger)
    assert outcome(harbour.back(state="s")) == {
        "error_description": failure(trigger)[1],
        "error": "invalid_request",
        "state": "s",
    }


def test_a_refused_sign_up_leaves_nobody(harbour: Harbour, recorder: Recorder) -> None:
    world = harbour.here.world
    recorder.answers(FAILS)
    recorder.attach(world, "PreSignUp")
    harbour.back()
    users = world.idp.list_users(UserPoolId=world.pool_id)["Users"]
    assert [user["Username"] for user in users] == ["ada"]


def test_an_inbound_function_says_what_is_mapped(harbour: Harbour, recorder: Recorder) -> None:
    world = harbour.here.world
    recorder.answers(
        'response["userAttributesToMap"] = {"email": "b@example.com", "locale": "nds"}'
    )
    inbound = {"LambdaArn": recorder.arn, "LambdaVersion": "V1_0"}
    world.idp.update_user_pool(
        UserPoolId=world.pool_id, LambdaConfig={"InboundFederation": inbound}
    )
    claims = unverified(harbour.tokens()["id_token"])
    assert claims["email"] == "b@example.com"
    assert "name" not in claims
    assert claims["locale"] == "nds"
