"""Signing in through another pool: who somebody is here, and what their tokens say."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from account_world import attributes
from browser_world import outcome
from federation_world import Harbour, allow, link, make_harbour, query_of
from server import Server
from token_reading import unverified, verified_by
from triggers_world import FAILS, Recorder, failure, with_pre_token_generation


def sub_there(harbour: Harbour, name: str = "ada") -> str:
    found = harbour.there.world.get(name)["UserAttributes"]
    return next(str(each["Value"]) for each in found if each["Name"] == "sub")


def test_somebody_from_elsewhere_is_a_user_here(harbour: Harbour, server: Server) -> None:
    world = harbour.here.world
    subject = sub_there(harbour)
    tokens = harbour.tokens()
    claims = verified_by(server, world.pool_id, tokens["id_token"])
    assert claims["cognito:username"] == f"Quay_{subject}"
    assert claims["cognito:groups"] == [f"{world.pool_id}_Quay"]
    assert claims["email"] == "ada@example.com"
    assert claims["name"] == "Ada"
    (identity,) = claims["identities"]
    assert identity["userId"] == subject
    assert identity["providerName"] == "Quay"
    assert identity["providerType"] == "OIDC"
    assert identity["primary"] == "true"
    access = verified_by(server, world.pool_id, tokens["access_token"])
    assert access["username"] == f"Quay_{subject}"
    assert world.get(f"Quay_{subject}")["UserStatus"] == "EXTERNAL_PROVIDER"
    groups = world.idp.admin_list_groups_for_user(
        UserPoolId=world.pool_id, Username=f"Quay_{subject}"
    )["Groups"]
    assert [group["GroupName"] for group in groups] == [f"{world.pool_id}_Quay"]


def test_user_info_tells_of_it_by_the_scope_that_tells_everything(harbour: Harbour) -> None:
    told = harbour.here.userinfo(harbour.tokens(scope="openid")["access_token"]).json()
    assert json.loads(told["identities"])[0]["userId"] == sub_there(harbour)
    assert told["username"] == f"Quay_{sub_there(harbour)}"


def test_coming_again_is_the_same_user_brought_up_to_date(harbour: Harbour) -> None:
    world, there = harbour.here.world, harbour.there.world
    first = unverified(harbour.tokens()["id_token"])
    there.idp.admin_update_user_attributes(
        UserPoolId=there.pool_id, Username="ada", UserAttributes=attributes(name="Ada L.")
    )
    harbour.forget()
    again = unverified(harbour.tokens()["id_token"])
    assert again["sub"] == first["sub"]
    assert again["name"] == "Ada L."
    assert world.profile(first["cognito:username"])["name"] == "Ada L."


def test_the_browser_is_remembered(harbour: Harbour) -> None:
    outcome(harbour.back())
    assert "code" in outcome(harbour.here.authorize())
    assert "code" in outcome(harbour.here.authorize(identity_provider="Quay", prompt="none"))
    asked = harbour.here.authorize(identity_provider="Quay").headers["location"]
    assert asked.startswith(f"{harbour.there.base}/oauth2/authorize?")


def test_nobody_signed_in_is_not_sent_away_silently(harbour: Harbour) -> None:
    answer = outcome(harbour.here.authorize(identity_provider="Quay", prompt="none"))
    assert answer == {"error": "login_required"}


def test_implicit_grant_state_and_nonce(harbour: Harbour) -> None:
    given = outcome(
        harbour.back(response_type="token", state="from the app", nonce="n-1", scope="openid")
    )
    assert given["state"] == "from the app"
    assert unverified(given["id_token"])["nonce"] == "n-1"


def test_the_provider_is_asked_as_the_app_asks(harbour: Harbour) -> None:
    answer = harbour.here.authorize(
        identity_provider="Quay", login_hint="ada", prompt="login", max_age="60", state="app"
    )
    asked = query_of(answer.headers["location"])
    assert asked["login_hint"] == "ada"
    assert asked["prompt"] == "login"
    assert asked["max_age"] == "60"
    assert asked["scope"] == "openid email profile"
    assert asked["response_type"] == "code"
    assert asked["client_id"] == harbour.there.world.client_id
    assert asked["redirect_uri"] == f"{harbour.here.base}/oauth2/idpresponse"
    assert asked["code_challenge_method"] == "S256"
    assert "app" not in (asked["state"], asked["nonce"])


def test_a_provider_by_identifier(server: Server) -> None:
    harbour = make_harbour(server, IdpIdentifiers=["quay.example"])
    answer = harbour.here.authorize(idp_identifier="quay.example")
    assert answer.headers["location"].startswith(harbour.there.base)
    unknown = outcome(harbour.here.authorize(idp_identifier="pier.example"))
    assert unknown["error"] == "invalid_request"


@pytest.mark.parametrize("name", ["Pier", "Google"])
def test_a_provider_the_client_does_not_have(harbour: Harbour, name: str) -> None:
    assert outcome(harbour.here.authorize(identity_provider=name, state="s")) == {
        "error_description": "Login option is not available. Please try another one",
        "error": "invalid_request",
        "state": "s",
    }


def test_a_client_that_loses_the_provider_meanwhile(harbour: Harbour) -> None:
    page = harbour.visit()
    allow(harbour.here.world, "COGNITO")
    signed_in = harbour.there.submit(page, username="ada", password="Ferry-2-Norderney")
    answer = outcome(harbour.here.get(signed_in.headers["location"]))
    assert answer["error"] == "invalid_request"


def test_a_link_makes_somebody_a_user_there_was(harbour: Harbour) -> None:
    world = harbour.here.world
    link(world, "ada", "Quay", sub_there(harbour))
    claims = unverified(harbour.tokens()["id_token"])
    assert claims["cognito:username"] == "ada"
    assert claims["identities"][0]["primary"] == "false"
    assert "cognito:groups" not in claims
    users = world.idp.list_users(UserPoolId=world.pool_id)["Users"]
    assert [user["Username"] for user in users] == ["ada"]


def test_who_was_invited_and_linked_stays_signed_in(harbour: Harbour) -> None:
    world = harbour.here.world
    world.idp.admin_create_user(
        UserPoolId=world.pool_id, Username="invited", MessageAction="SUPPRESS"
    )
    link(world, "invited", "Quay", sub_there(harbour))
    harbour.back()
    assert "code" in outcome(harbour.here.authorize())


def test_a_link_by_an_attribute_settles_on_the_subject(harbour: Harbour) -> None:
    world, there = harbour.here.world, harbour.there.world
    link(world, "ada", "Quay", "ada@example.com", by="email")
    assert unverified(harbour.tokens()["id_token"])["cognito:username"] == "ada"
    there.idp.admin_update_user_attributes(
        UserPoolId=there.pool_id, Username="ada", UserAttributes=attributes(email="new@example.com")
    )
    harbour.forget()
    claims = unverified(harbour.tokens()["id_token"])
    assert claims["cognito:username"] == "ada"
    assert claims["identities"][0]["userId"] == sub_there(harbour)
    assert claims["email"] == "new@example.com"


def test_a_link_that_ended_makes_a_new_user(harbour: Harbour) -> None:
    world, subject = harbour.here.world, sub_there(harbour)
    link(world, "ada", "Quay", subject)
    harbour.tokens()
    world.idp.admin_disable_provider_for_user(
        UserPoolId=world.pool_id,
        User={
            "ProviderName": "Quay",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": subject,
        },
    )
    harbour.forget()
    assert unverified(harbour.tokens()["id_token"])["cognito:username"] == f"Quay_{subject}"


def test_a_disabled_user_is_refused(harbour: Harbour) -> None:
    world = harbour.here.world
    name = unverified(harbour.tokens()["id_token"])["cognito:username"]
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username=name)
    harbour.forget()
    assert outcome(harbour.back()) == {
        "error_description": "User is disabled.",
        "error": "invalid_request",
    }


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


def test_sign_ins_are_auth_events(server: Server, harbour: Harbour) -> None:
    world = harbour.here.world
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
    )
    name = unverified(harbour.tokens()["id_token"])["cognito:username"]
    (event,) = world.idp.admin_list_user_auth_events(UserPoolId=world.pool_id, Username=name)[
        "AuthEvents"
    ]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")


def test_two_servers_of_which_one_is_strict(
    server: Server, start_server: Callable[..., Server]
) -> None:
    harbour = make_harbour(server, start_server(strict_oauth=True))
    claims = unverified(harbour.tokens()["id_token"])
    assert claims["cognito:username"] == f"Quay_{sub_there(harbour)}"


def test_levels_of_assurance_are_translated_there_and_back(server: Server) -> None:
    harbour = make_harbour(server, AcrMapping={"Level2": "urn:cognito:loa:1"})
    answer = harbour.here.authorize(identity_provider="Quay", acr_values="urn:cognito:loa:2")
    assert query_of(answer.headers["location"])["acr_values"] == "urn:cognito:loa:1"
    claims = unverified(harbour.tokens(acr_values="urn:cognito:loa:2")["id_token"])
    assert claims["acr"] == "urn:cognito:loa:2"
    assert claims["amr"] == ["fed"]
