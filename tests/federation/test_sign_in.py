"""Signing in through another pool: who somebody is here, and what their tokens say."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from account_world import PASSWORD, attributes
from browser_world import outcome
from federation_world import Harbour, allow, link, make_harbour, query_of, sub_there
from server import Server
from token_reading import unverified, verified_by


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
    signed_in = harbour.there.submit(page, username="ada", password=PASSWORD)
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


def test_sign_ins_are_auth_events(server: Server, harbour: Harbour) -> None:
    world = harbour.here.world
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
    )
    world.idp.set_log_delivery_configuration(
        UserPoolId=world.pool_id,
        LogConfigurations=[
            {
                "LogLevel": "INFO",
                "EventSource": "userAuthEvents",
                "S3Configuration": {"BucketArn": f"arn:aws:s3:::{world.client_id}"},
            }
        ],
    )
    name = unverified(harbour.tokens()["id_token"])["cognito:username"]
    (event,) = world.idp.admin_list_user_auth_events(UserPoolId=world.pool_id, Username=name)[
        "AuthEvents"
    ]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")
    (kept,) = (server.house.settings.data / "logs" / "s3").glob(f"{world.client_id}*")
    assert json.loads(kept.read_text())["message"]["idpName"] == "Quay"


def test_two_servers_of_which_one_is_strict(
    server: Server, start_server: Callable[..., Server]
) -> None:
    harbour = make_harbour(server, start_server(strict_oauth=True))
    claims = unverified(harbour.tokens()["id_token"])
    assert claims["cognito:username"] == f"Quay_{sub_there(harbour)}"


def test_two_first_sign_ins_at_once_are_one_user(harbour: Harbour) -> None:
    arriving = []
    for _ in range(2):
        harbour.here.session = harbour.there.session = requests.Session()
        signed_in = harbour.there.submit(harbour.visit(), username="ada", password=PASSWORD)
        arriving.append((harbour.here.session, signed_in.headers["location"]))

    def arrive(browser: tuple[requests.Session, str]) -> requests.Response:
        return browser[0].get(browser[1], allow_redirects=False, timeout=30)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(arrive, arriving))
    assert all("code" in outcome(answer) for answer in answers)
    world = harbour.here.world
    users = world.idp.list_users(UserPoolId=world.pool_id)["Users"]
    assert sorted(user["Username"] for user in users) == [f"Quay_{sub_there(harbour)}", "ada"]


def test_levels_of_assurance_are_translated_there_and_back(server: Server) -> None:
    harbour = make_harbour(server, AcrMapping={"Level2": "urn:cognito:loa:1"})
    answer = harbour.here.authorize(identity_provider="Quay", acr_values="urn:cognito:loa:2")
    assert query_of(answer.headers["location"])["acr_values"] == "urn:cognito:loa:1"
    claims = unverified(harbour.tokens(acr_values="urn:cognito:loa:2")["id_token"])
    assert claims["acr"] == "urn:cognito:loa:2"
    assert claims["amr"] == ["fed"]
