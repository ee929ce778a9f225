"""The authorization endpoint: what it refuses, where it says so, and when it needs no person."""

from __future__ import annotations

from typing import Any

import pytest

from account_world import PASSWORD
from browser_world import CALLBACK, Browser, error_location, make_browser, outcome
from server import Server


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://app.example@evil.example/signed-in",
        "https://evil.example\\@app.example/signed-in",
        "https://app.example/%2e%2e/signed-in",
        "https://APP.example/signed-in",
        "https://app.example:443/signed-in",
        "https://app.example/signed-in/",
        "https://app.example/signed-in?x=1",
        "https://app.example/signed-in#x",
        "http://app.example/signed-in",
        "//app.example/signed-in",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_the_registered_redirect_uri_is_gone_back_to(
    browser: Browser, redirect_uri: str
) -> None:
    answer = browser.authorize(redirect_uri=redirect_uri)
    assert answer.status_code == 302
    assert answer.headers["location"] == error_location(
        browser.world, "redirect_mismatch", client_id=browser.world.client_id
    )


def test_a_second_redirect_uri_is_not_gone_back_to(browser: Browser) -> None:
    answer = browser.get(
        f"/oauth2/authorize?response_type=code&client_id={browser.world.client_id}"
        f"&redirect_uri={CALLBACK}&redirect_uri=https://evil.example"
    )
    assert "/error?error=redirect_mismatch" in answer.headers["location"]


def test_an_unknown_client_is_shown_an_error_page(browser: Browser) -> None:
    answer = browser.authorize(client_id="<script>")
    assert answer.headers["location"].startswith(f"/{browser.world.pool_id}/error?")
    page = browser.follow(answer)
    assert page.status_code == 400
    assert "invalid_client" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "id_token"}, "invalid_request"),
        ({"code_challenge": "A" * 43}, "invalid_request"),
        ({"code_challenge": "A" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"scope": "openid unknown"}, "invalid_scope"),
        ({"scope": "openid phone"}, "invalid_scope"),
        ({"scope": "email"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"resource": "http://evil.example/api"}, "invalid_request"),
    ],
)
def test_refusals_reach_the_app_with_its_state(
    browser: Browser, parameters: dict[str, str], error: str
) -> None:
    answer = browser.authorize(state="a&b=c", **parameters)
    assert outcome(answer) == {"error": error, "state": "a&b=c"}


def test_a_grant_the_client_does_not_have_is_refused(server: Server) -> None:
    browser = make_browser(server, AllowedOAuthFlows=["code"])
    answer = browser.authorize(response_type="token")
    assert outcome(answer) == {"error": "unauthorized_client"}
    assert "#" in answer.headers["location"]


def test_the_query_of_a_redirect_uri_is_kept(server: Server) -> None:
    with_query = f"{CALLBACK}?tenant=1"
    browser = make_browser(server, CallbackURLs=[with_query])
    answer = browser.authorize(redirect_uri=with_query, prompt="none")
    assert answer.headers["location"] == f"{with_query}&error=login_required"


def test_a_signed_in_browser_gets_a_code_without_a_person(browser: Browser) -> None:
    first = outcome(browser.sign_in())["code"]
    second = outcome(browser.authorize(prompt="none"))["code"]
    assert first != second
    assert browser.redeem(second).status_code == 200
    assert (
        browser.authorize(prompt="login")
        .headers["location"]
        .startswith(f"/{browser.world.pool_id}/login?")
    )


def test_silent_use_does_not_prolong_a_session(start_server: Any) -> None:
    server = start_server()
    browser = make_browser(server)
    browser.sign_in()
    server.clock.advance(seconds=3599)
    assert "code" in outcome(browser.authorize(prompt="none"))
    assert "/login?" in browser.authorize(max_age="3598").headers["location"]
    assert "code" in outcome(browser.authorize(max_age="3599"))
    server.clock.advance(seconds=1)
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}


def test_a_disabled_user_is_signed_in_nowhere(browser: Browser) -> None:
    browser.sign_in()
    world = browser.world
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="ada")
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}


def test_a_session_gets_a_new_name_at_every_sign_in(browser: Browser) -> None:
    browser.carry("planted")
    answer = browser.sign_in()
    assert "HttpOnly" in answer.headers["set-cookie"]
    first = browser.session.cookies["cognito"]
    assert first != "planted"
    browser.carry(first)
    assert "code" in outcome(browser.authorize(prompt="none"))
    browser.sign_in(prompt="login")
    assert browser.session.cookies["cognito"] != first
    browser.carry(first)
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}


def test_the_form_other_emulators_use_leads_to_the_pool(browser: Browser) -> None:
    answer = browser.get(
        f"{browser.world.server.url}/oauth2/authorize",
        client_id=browser.world.client_id,
        state="1",
    )
    assert answer.headers["location"] == (
        f"/{browser.world.pool_id}/oauth2/authorize?client_id={browser.world.client_id}&state=1"
    )


def test_a_posted_request_is_asked_for_again_with_the_browsers_cookies(browser: Browser) -> None:
    url = f"{browser.base}/oauth2/authorize"
    asked = {
        "response_type": "code",
        "client_id": browser.world.client_id,
        "redirect_uri": CALLBACK,
        "state": "a b&c",
    }
    posted = browser.session.post(url, data=asked, allow_redirects=False)
    assert posted.status_code == 302
    page = browser.follow(browser.follow(posted))
    assert page.status_code == 200
    assert outcome(browser.submit(page, username="ada", password=PASSWORD))["state"] == "a b&c"
    other = browser.session.post(url, json=asked, allow_redirects=False)
    assert (other.status_code, other.content) == (405, b"")
