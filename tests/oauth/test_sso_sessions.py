"""SSO sessions: a browser's sign-in as its user sees it, and how long each app reuses it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from browser_world import Browser, make_browser, outcome
from choice_world import add_passkey
from server import Server
from token_reading import unverified


@pytest.fixture
def browser(start_server: Callable[..., Server]) -> Browser:
    made = make_browser(start_server())
    made.world.idp.set_user_pool_session_configuration(
        UserPoolId=made.world.pool_id,
        UserSessionTracking="ENABLED",
        TokenSession={"MaxPerUser": 20},
    )
    return made


def tokens(browser: Browser, code: str) -> Any:
    return browser.redeem(code).json()


def listed(browser: Browser) -> dict[str, Any]:
    """The user's sessions by type; one of each at most."""
    world = browser.world
    found = world.idp.admin_list_user_sessions(UserPoolId=world.pool_id, Username="ada")["Sessions"]
    return {each["SessionType"]: each for each in found}


def reuse_for(browser: Browser, minutes: int) -> None:
    browser.world.idp.set_user_pool_client_session_configuration(
        UserPoolId=browser.world.pool_id,
        ClientId=browser.world.client_id,
        SSOSession={"MaxValidityMinutes": minutes},
    )


def test_tokens_name_the_browser_session_they_came_through(browser: Browser) -> None:
    code = outcome(browser.sign_in())["code"]
    assert listed(browser).keys() == {"SSO"}
    tokens(browser, code)
    found = listed(browser)
    assert found["SSO"]["SessionId"].startswith("sso")
    assert found["TOKEN"]["OriginSessionId"] == found["SSO"]["SessionId"]
    assert "OriginSessionId" not in found["SSO"]
    assert found["SSO"]["LastIPAddress"] == found["TOKEN"]["LastIPAddress"] == "127.0.0.1"


def test_an_app_reuses_the_session_for_its_own_time(browser: Browser) -> None:
    outcome(browser.sign_in())
    browser.world.server.clock.advance(seconds=59 * 60)
    assert "code" in outcome(browser.authorize())
    reuse_for(browser, 30)
    assert "/login" in browser.authorize().headers["location"]
    reuse_for(browser, 2 * 24 * 60)
    browser.world.server.clock.advance(seconds=24 * 3600)
    assert "code" in outcome(browser.authorize())
    reuse_for(browser, 0)
    assert "/login" in browser.authorize().headers["location"]


def test_a_revoked_sso_session_signs_nobody_in(browser: Browser) -> None:
    made = tokens(browser, outcome(browser.sign_in())["code"])
    world, sso = browser.world, listed(browser)["SSO"]["SessionId"]
    world.idp.admin_revoke_user_session(UserPoolId=world.pool_id, Username="ada", SessionId=sso)
    assert "/login" in browser.authorize().headers["location"]
    assert world.idp.get_user(AccessToken=made["access_token"])
    assert listed(browser).keys() == {"TOKEN"}


def test_linked_revocation_goes_both_ways(browser: Browser) -> None:
    world = browser.world
    made = tokens(browser, outcome(browser.sign_in())["code"])
    world.idp.revoke_token(
        ClientId=world.client_id, Token=made["refresh_token"], RevokeAssociatedSessions="LINKED"
    )
    assert listed(browser) == {}
    assert "/login" in browser.authorize().headers["location"]
    tokens(browser, outcome(browser.sign_in())["code"])
    world.idp.admin_revoke_user_session(
        UserPoolId=world.pool_id,
        Username="ada",
        SessionId=listed(browser)["SSO"]["SessionId"],
        RevokeAssociatedSessions="LINKED",
    )
    assert listed(browser) == {}


def test_revoking_a_token_alone_leaves_the_browser_signed_in(browser: Browser) -> None:
    made = tokens(browser, outcome(browser.sign_in())["code"])
    browser.world.idp.revoke_token(ClientId=browser.world.client_id, Token=made["refresh_token"])
    assert listed(browser).keys() == {"SSO"}
    assert "code" in outcome(browser.authorize())


def test_signing_out_of_the_browser_ends_its_session(browser: Browser) -> None:
    outcome(browser.sign_in())
    browser.get("/logout", client_id=browser.world.client_id, logout_uri="https://app.example/bye")
    assert listed(browser) == {}


def test_a_level_asked_for_is_told_in_the_tokens(browser: Browser) -> None:
    level = "urn:cognito:loa:1"
    made = tokens(browser, outcome(browser.sign_in(acr_values=f"nonsense {level}"))["code"])
    for claims in (unverified(made["access_token"]), unverified(made["id_token"])):
        assert (claims["acr"], claims["amr"]) == (level, ["pwd"])
    plain = tokens(browser, outcome(browser.authorize())["code"])
    assert "acr" not in unverified(plain["access_token"])
    again = tokens(browser, outcome(browser.authorize(acr_values=level))["code"])
    assert unverified(again["access_token"])["acr"] == level
    refreshed = browser.world.idp.get_tokens_from_refresh_token(
        ClientId=browser.world.client_id, RefreshToken=again["refresh_token"]
    )["AuthenticationResult"]
    assert unverified(refreshed["AccessToken"])["acr"] == level


def test_a_level_that_the_session_lacks_is_reached_on_the_pages(server: Server) -> None:
    made = make_browser(server)
    world = made.world
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    world.idp.update_user_pool(
        UserPoolId=world.pool_id, Policies=factors, AutoVerifiedAttributes=["email"]
    )
    outcome(made.sign_in())
    level = "urn:cognito:loa:3"
    assert outcome(made.authorize(acr_values=level, prompt="none")) == {"error": "login_required"}
    page = made.follow(made.sign_in(acr_values=level))
    assert "a***@e***" in page.text
    done = made.submit(page, authentication_code=world.code("ada@example.com"))
    claims = unverified(tokens(made, outcome(done)["code"])["access_token"])
    assert (claims["acr"], claims["amr"]) == (level, ["pwd", "email_otp", "mfa"])
    assert "code" in outcome(made.authorize(acr_values=level, prompt="none"))


def test_a_passkey_is_asked_for_where_it_is_the_only_way(server: Server) -> None:
    made = make_browser(server, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    world = made.world
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    world.idp.update_user_pool(UserPoolId=world.pool_id, Policies=factors)
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id, WebAuthnConfiguration={"RelyingPartyId": "localhost"}
    )
    key = add_passkey(world, "ada")
    page = made.follow(made.sign_in(acr_values="urn:cognito:loa:3"))
    assert 'name="password"' not in page.text
    options = re.search(r'data-options="([^"]+)"', page.text)
    assert options
    signed = key.sign(html.unescape(options[1]))
    done = made.submit(page, challenge="WEB_AUTHN", credential=signed)
    claims = unverified(tokens(made, outcome(done)["code"])["access_token"])
    assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:3", ["pwd", "swk", "mfa"])


@pytest.mark.parametrize("operation", ["admin_reset_user_password", "admin_set_user_password"])
def test_who_must_choose_a_password_is_not_signed_in_by_a_session(
    browser: Browser, operation: str
) -> None:
    outcome(browser.sign_in())
    assert "code" in outcome(browser.authorize())
    world = browser.world
    more = {"Password": "Ferry-9-Baltrum"} if operation == "admin_set_user_password" else {}
    getattr(world.idp, operation)(UserPoolId=world.pool_id, Username="ada", **more)
    assert "/login" in browser.authorize().headers["location"]
