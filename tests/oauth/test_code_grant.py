"""From a sign-in on the pages to tokens: the code, its bindings, and the function in between."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session

from browser_world import CALLBACK, CHALLENGE, VERIFIER, Browser, deploy, make_browser, outcome
from server import Server
from token_reading import fetch_json, verified_by

STORY = """
export const handler = async (event) => {
  if (event.triggerSource !== 'TokenGeneration_HostedAuth') throw new Error(event.triggerSource);
  event.response = { claimsAndScopeOverrideDetails: {
    idTokenGeneration: { claimsToAddOrOverride: { membership: 'gold' } },
    accessTokenGeneration: {
      claimsToAddOrOverride: { membership: 'gold', calls: String(Math.random()) },
      scopesToAdd: ['membership/gold'] } } };
  return event;
};
"""
FAILING = "def handler(event, context):\n    raise Exception('No berth & no boat')\n"


def give_function(browser: Browser, source: str, **kind: str) -> None:
    world = browser.world
    arn = deploy(world.server, world.pool_id, source, **kind)
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        LambdaConfig={
            "PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"},
            "PreTokenGeneration": arn,
        },
    )


def test_the_story_with_an_independent_client(browser: Browser) -> None:
    give_function(browser, STORY, runtime="nodejs22.x", file="index.mjs")
    discovered = fetch_json(f"{browser.base}/.well-known/openid-configuration")
    session: Any = OAuth2Session(
        browser.world.client_id,
        scope="openid profile email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    url, state = session.create_authorization_url(
        discovered["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-1"
    )
    page = browser.follow(browser.get(url))
    answer = browser.submit(page, username="ada", password="Ferry-2-Norderney")
    tokens = session.fetch_token(
        discovered["token_endpoint"],
        authorization_response=answer.headers["location"],
        state=state,
        code_verifier=VERIFIER,
    )
    assert tokens["token_type"] == "Bearer"
    access = verified_by(browser.world.server, browser.world.pool_id, tokens["access_token"])
    assert access["version"] == 2
    assert access["membership"] == "gold"
    assert access["scope"] == "openid profile email membership/gold"
    id_claims = verified_by(browser.world.server, browser.world.pool_id, tokens["id_token"])
    assert (id_claims["membership"], id_claims["nonce"]) == ("gold", "n-1")
    assert id_claims["email"] == "ada@example.com"
    assert session.get(discovered["userinfo_endpoint"]).json() == {
        "sub": access["sub"],
        "email": "ada@example.com",
        "email_verified": "true",
        "name": "Ada",
        "username": "ada",
    }


def test_a_failing_function_lands_on_the_callback(browser: Browser) -> None:
    give_function(browser, FAILING, runtime="python3.11", file="index.py")
    answer = browser.sign_in(state="s")
    assert answer.headers["location"] == (
        f"{CALLBACK}?error_description=PreTokenGeneration+failed+with+error+"
        "No+berth+%26+no+boat.&error=invalid_request&state=s"
    )
    assert "cognito" not in browser.session.cookies


def test_a_code_is_good_once_and_its_replay_ends_the_sign_in(browser: Browser) -> None:
    code = outcome(browser.sign_in())["code"]
    tokens = browser.redeem(code).json()
    assert set(tokens) == {
        "id_token",
        "access_token",
        "refresh_token",
        "expires_in",
        "token_type",
    }
    assert browser.userinfo(tokens["access_token"]).status_code == 200
    again = browser.redeem(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert browser.userinfo(tokens["access_token"]).status_code == 401
    refreshed = browser.redeem(
        "", grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert refreshed.json() == {"error": "invalid_grant"}


def test_a_code_lives_five_minutes(start_server: Any) -> None:
    server = start_server()
    browser = make_browser(server)
    early, late = (outcome(browser.sign_in(prompt="login"))["code"] for _ in range(2))
    server.clock.advance(seconds=299)
    assert browser.redeem(early).status_code == 200
    server.clock.advance(seconds=1)
    assert browser.redeem(late).json() == {"error": "invalid_grant"}


def test_the_challenge_of_the_tests_is_right() -> None:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == CHALLENGE


@pytest.mark.parametrize("verifier", ["", "x" * 43, "short", VERIFIER + "!"])
def test_only_the_verifier_redeems_a_challenged_code(browser: Browser, verifier: str) -> None:
    answer = browser.sign_in(code_challenge=CHALLENGE, code_challenge_method="S256")
    code = outcome(answer)["code"]
    assert browser.redeem(code, code_verifier=verifier).json() == {"error": "invalid_grant"}
    assert browser.redeem(code, code_verifier=VERIFIER).status_code == 200


def test_a_verifier_for_a_code_without_challenge_is_a_downgrade(browser: Browser) -> None:
    code = outcome(browser.sign_in())["code"]
    assert browser.redeem(code, code_verifier=VERIFIER).json() == {"error": "invalid_grant"}


def test_a_code_is_bound_to_its_redirect_uri_and_client(browser: Browser) -> None:
    code = outcome(browser.sign_in())["code"]
    wrong = browser.redeem(code, redirect_uri=f"{CALLBACK}/")
    assert wrong.json() == {
        "error": "unauthorized_client",
        "error_description": "invalid_redirect",
    }
    world = browser.world
    other = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id,
        ClientName="other",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
    )["UserPoolClient"]["ClientId"]
    assert browser.redeem(code, client_id=other).json() == {"error": "invalid_grant"}
    assert browser.redeem("made-up").json() == {"error": "invalid_grant"}
    assert browser.redeem("").json() == {"error": "invalid_request"}
    assert browser.redeem(code).status_code == 200


def test_the_implicit_grant_gives_tokens_in_the_fragment(browser: Browser) -> None:
    answer = browser.sign_in(response_type="token", nonce="n", scope="openid")
    given = outcome(answer)
    assert f"{CALLBACK}#" in answer.headers["location"]
    assert set(given) == {"id_token", "access_token", "expires_in", "token_type"}
    world = browser.world
    assert verified_by(world.server, world.pool_id, given["id_token"])["nonce"] == "n"
    assert browser.userinfo(given["access_token"]).status_code == 200


def test_without_openid_there_is_no_id_token_and_no_userinfo(browser: Browser) -> None:
    code = outcome(browser.sign_in(scope="aws.cognito.signin.user.admin"))["code"]
    tokens = browser.redeem(code).json()
    assert "id_token" not in tokens
    refused = browser.userinfo(tokens["access_token"])
    assert refused.status_code == 401
    assert refused.json()["error_description"] == "Access token does not contain openid scope"


def test_a_resource_becomes_the_audience(browser: Browser) -> None:
    code = outcome(browser.sign_in(resource="https://api.example/v1"))["code"]
    world = browser.world
    claims = verified_by(world.server, world.pool_id, browser.redeem(code).json()["access_token"])
    assert claims["aud"] == "https://api.example/v1"


def test_userinfo_needs_a_bearer_token(server: Server, browser: Browser) -> None:
    bare = browser.get("/oauth2/userInfo")
    assert bare.status_code == 400
    assert bare.headers["www-authenticate"].startswith('error="invalid_request"')
    assert browser.userinfo("x.y.z").status_code == 401
    token = browser.redeem(outcome(browser.sign_in())["code"]).json()["access_token"]
    assert make_browser(server).userinfo(token).status_code == 401
