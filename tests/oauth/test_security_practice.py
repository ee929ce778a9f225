"""RFC 9700, "Best Current Practice for OAuth 2.0 Security": a test for each row that applies.

Rows on what only an app or a resource server can do are left out: 4.5.3.2 (nonce checking), 4.9
(compromised resource servers), 4.17 (no page of ours talks to another window).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from browser_world import (
    CALLBACK,
    CHALLENGE,
    SIGNED_OUT,
    VERIFIER,
    Browser,
    make_browser,
    outcome,
)
from oauth_world import machine_client, post_token
from server import Server
from token_reading import fetch_json, unverified

PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def tokens_of(browser: Browser, **parameters: str) -> dict[str, Any]:
    code = outcome(browser.sign_in(scope="openid email", **parameters))["code"]
    answer = browser.redeem(code, **({"code_verifier": VERIFIER} if parameters else {}))
    tokens: dict[str, Any] = answer.json()
    return tokens


def error_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


class TestRedirectUris:
    """2.1 and 4.1: exact matching; 4.11: no open redirectors."""

    @pytest.mark.parametrize(
        "trick",
        [
            "https://app.example/signed-in?next=https://evil.example",
            "https://app.example/signed-in/../evil",
            "https://app.example/signed-in%2f..%2fevil",
            "https://app.example.evil.example/signed-in",
            "https://app.example\\.evil.example/signed-in",
            "https://evil.example/?https://app.example/signed-in",
            "https://app.example/Signed-In",
            "https://app.example/signed-in\n",
            "https://app.example/signed-in%00",
            "data:text/html,<script>alert(1)</script>",
        ],
    )
    def test_nothing_but_the_registered_one(self, browser: Browser, trick: str) -> None:
        answer = browser.authorize(redirect_uri=trick)
        assert answer.headers["location"].startswith(f"/{browser.world.pool_id}/error?")

    def test_an_error_is_not_redirected_to_an_unknown_place(self, browser: Browser) -> None:
        answer = browser.authorize(redirect_uri="https://evil.example/", response_type="nonsense")
        assert "evil.example" not in answer.headers["location"]

    def test_given_twice_neither_is_taken(self, browser: Browser) -> None:
        query = (
            f"response_type=code&client_id={browser.world.client_id}"
            f"&redirect_uri={CALLBACK}&redirect_uri={CALLBACK}"
        )
        answer = browser.get(f"/oauth2/authorize?{query}")
        assert "/error?" in answer.headers["location"]

    def test_signing_out_leads_to_registered_places_only(self, browser: Browser) -> None:
        client_id = browser.world.client_id
        for name in ("logout_uri", "redirect_uri", "post_logout_redirect_uri"):
            answer = browser.get("/logout", client_id=client_id, **{name: "https://evil.example/"})
            assert "evil.example" not in answer.headers.get("location", "")
        good = browser.get("/logout", client_id=client_id, logout_uri=SIGNED_OUT)
        assert good.headers["location"] == SIGNED_OUT


class TestCodes:
    """2.1.1, 4.5 and 4.8: codes that only their owner can use, once."""

    def test_an_injected_code_lacks_the_verifier(self, browser: Browser) -> None:
        stolen = outcome(browser.sign_in(**PKCE))["code"]
        assert error_of(browser.redeem(stolen)) == (400, "invalid_grant")
        other = browser.redeem(stolen, code_verifier="w" * 43)
        assert error_of(other) == (400, "invalid_grant")
        assert browser.redeem(stolen, code_verifier=VERIFIER).status_code == 200

    def test_a_challenge_that_was_taken_out_is_noticed(self, browser: Browser) -> None:
        code = outcome(browser.sign_in())["code"]
        downgraded = browser.redeem(code, code_verifier=VERIFIER)
        assert error_of(downgraded) == (400, "invalid_grant")

    def test_plain_is_not_offered(self, browser: Browser) -> None:
        answer = browser.authorize(code_challenge=VERIFIER, code_challenge_method="plain")
        assert outcome(answer)["error"] == "invalid_request"
        document = fetch_json(f"{browser.base}/.well-known/openid-configuration")
        assert document["code_challenge_methods_supported"] == ["S256"]

    def test_a_replay_ends_what_the_first_use_gave(self, browser: Browser) -> None:
        code = outcome(browser.sign_in(scope="openid"))["code"]
        tokens = browser.redeem(code).json()
        assert error_of(browser.redeem(code)) == (400, "invalid_grant")
        assert browser.userinfo(tokens["access_token"]).status_code == 401
        refreshed = browser.redeem(
            "", grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert error_of(refreshed) == (400, "invalid_grant")

    def test_another_client_cannot_redeem_it(self, browser: Browser) -> None:
        code, world = outcome(browser.sign_in())["code"], browser.world
        other = world.idp.create_user_pool_client(
            UserPoolId=world.pool_id,
            ClientName="other",
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            CallbackURLs=[CALLBACK],
        )["UserPoolClient"]["ClientId"]
        answer = browser.redeem(code, client_id=other)
        assert error_of(answer) == (400, "invalid_grant")

    @pytest.mark.parametrize("wanted", ["public", "always"])
    def test_a_challenge_can_be_demanded(
        self, start_server: Callable[..., Server], wanted: str
    ) -> None:
        browser = make_browser(start_server(require_pkce=wanted))
        assert outcome(browser.authorize())["error"] == "invalid_request"
        assert "code" in outcome(browser.sign_in(**PKCE))

    def test_it_is_demanded_of_public_clients_alone(
        self, start_server: Callable[..., Server]
    ) -> None:
        browser = make_browser(start_server(require_pkce="public"), GenerateSecret=True)
        assert "/login?" in browser.authorize().headers["location"]


class TestTokens:
    """2.2, 2.3, 4.3, 4.6, 4.10 and 4.14: what a leaked token is worth."""

    def test_are_not_taken_from_a_url(self, browser: Browser) -> None:
        token = tokens_of(browser)["access_token"]
        answer = browser.get("/oauth2/userInfo", access_token=token)
        assert answer.status_code == 400

    def test_an_id_token_names_its_access_token(self, browser: Browser) -> None:
        first, second = tokens_of(browser), tokens_of(Browser(browser.world))
        hashes = [unverified(each["id_token"])["at_hash"] for each in (first, second)]
        assert hashes[0] != hashes[1]

    def test_can_be_bound_to_one_resource(self, browser: Browser) -> None:
        code = outcome(browser.sign_in(resource="https://tides.example/api"))["code"]
        other = browser.redeem(code, resource="https://other.example/")
        assert error_of(other) == (400, "invalid_target")
        tokens = browser.redeem(code, resource="https://tides.example/api").json()
        assert unverified(tokens["access_token"])["aud"] == "https://tides.example/api"

    def test_a_rotated_refresh_token_that_comes_back_ends_the_family(self, server: Server) -> None:
        browser = make_browser(
            server,
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"],
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )
        first = tokens_of(browser)["refresh_token"]

        def refresh(token: str) -> requests.Response:
            return browser.redeem("", grant_type="refresh_token", refresh_token=token)

        second = refresh(first).json()["refresh_token"]
        assert error_of(refresh(first)) == (400, "invalid_grant")
        assert error_of(refresh(second)) == (400, "invalid_grant")

    def test_a_machine_cannot_pass_for_a_person(self, browser: Browser) -> None:
        world = browser.world
        world.idp.create_resource_server(
            UserPoolId=world.pool_id,
            Identifier="tides",
            Name="tides",
            Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
        )
        machine = machine_client(world, ["tides/read"])
        answer = post_token(world, {"grant_type": "client_credentials"}, machine)
        token = json.loads(answer.body)["access_token"]
        claims = unverified(token)
        assert claims["sub"] == claims["client_id"] == machine.id
        assert "username" not in claims
        assert browser.userinfo(token).status_code == 401
        # Nobody can take a client's id for a user's sub: those are UUIDs of our making.
        assert len(machine.id) == 26


class TestBrowsers:
    """4.2, 4.4, 4.7, 4.12, 4.13 and 4.16: what a browser is told, and told not to do."""

    def test_urls_with_codes_reach_no_other_site(self, browser: Browser) -> None:
        page = browser.follow(browser.authorize())
        assert page.headers["referrer-policy"] in ("same-origin", "no-referrer")

    def test_state_comes_back_as_it_was(self, browser: Browser) -> None:
        state = 'a"b<c>&d=e f+g%20h'
        assert outcome(browser.sign_in(state=state))["state"] == state

    def test_a_forms_password_is_not_sent_on(self, browser: Browser) -> None:
        assert browser.sign_in().status_code in (302, 303)

    def test_an_app_can_tell_who_answered(self, start_server: Callable[..., Server]) -> None:
        browser = make_browser(start_server(strict_oauth=True))
        heard = outcome(browser.sign_in())
        assert heard["iss"] == browser.base
        assert outcome(browser.authorize(scope="nonsense"))["iss"] == browser.base

    def test_pages_stand_in_no_frame(self, browser: Browser) -> None:
        page = browser.follow(browser.authorize())
        assert page.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]

    @pytest.mark.parametrize("path", ["/oauth2/authorize", "/login", "/logout"])
    def test_scripts_of_other_sites_do_not_read_answers(self, browser: Browser, path: str) -> None:
        answer = browser.session.get(
            f"{browser.base}{path}",
            headers={"origin": "https://evil.example"},
            allow_redirects=False,
            timeout=30,
        )
        assert "access-control-allow-origin" not in answer.headers

    def test_forwarded_headers_of_strangers_change_nothing(self, browser: Browser) -> None:
        answer = browser.session.get(
            f"{browser.base}/.well-known/openid-configuration",
            headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"},
            timeout=30,
        )
        assert "evil.example" not in answer.text


class TestGrants:
    """2.1.2 and 2.4: what is there for old apps only, and what is not there at all."""

    def test_passwords_are_not_taken_at_the_token_endpoint(self, browser: Browser) -> None:
        answer = browser.redeem("", grant_type="password", username="ada", password="x")
        assert error_of(answer) == (400, "unsupported_grant_type")

    def test_the_implicit_grant_is_for_clients_that_asked_for_it(self, server: Server) -> None:
        browser = make_browser(server, AllowedOAuthFlows=["code"])
        answer = browser.authorize(response_type="token")
        fragment = urlsplit(answer.headers["location"]).fragment
        assert parse_qs(fragment)["error"] == ["unauthorized_client"]

    def test_implicit_tokens_are_never_in_the_query(self, browser: Browser) -> None:
        answer = browser.sign_in(response_type="token")
        parts = urlsplit(answer.headers["location"])
        assert parts.query == ""
        assert "refresh_token" not in parts.fragment
