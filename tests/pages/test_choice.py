"""Choosing how to sign in: a name first, then a password, a code or a passkey."""

from __future__ import annotations

import html
import json
import re

import pytest
import requests

from account_world import PASSWORD, make_world
from browser_world import CALLBACK, Browser, outcome
from choice_world import add_passkey, make_choice_world
from server import Server
from software_authenticator import Authenticator

CLIENT = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": [CALLBACK],
    "PreventUserExistenceErrors": "ENABLED",
}
PHONE = "+4915112345678"


@pytest.fixture
def browser(server: Server) -> Browser:
    world = make_choice_world(server, client=CLIENT)
    world.member("ada", email="ada@example.com", email_verified="true", phone_number=PHONE)
    return Browser(world)


def named(browser: Browser, name: str = "ada") -> requests.Response:
    """The page that a name leads to."""
    page = browser.page("/login")
    assert 'name="password"' not in page.text
    return browser.follow(browser.submit(page, username=name))


def options(page: requests.Response) -> str:
    found = re.search(r'data-options="([^"]+)"', page.text)
    assert found
    return html.unescape(found[1])


def origin(browser: Browser) -> str:
    return browser.world.server.url.replace("127.0.0.1", "localhost")


def test_with_the_password(browser: Browser) -> None:
    page = named(browser)
    wrong = browser.submit(page, password="wrong")
    assert "Incorrect username or password." in wrong.text
    assert outcome(browser.submit(wrong, password=PASSWORD)).keys() == {"code"}


@pytest.mark.parametrize(
    ("challenge", "address", "shown"),
    [("EMAIL_OTP", "ada@example.com", "a***@e***"), ("SMS_OTP", PHONE, "5678")],
)
def test_with_a_code(browser: Browser, challenge: str, address: str, shown: str) -> None:
    page = named(browser)
    assert f'value="{challenge}"' in page.text
    page = browser.follow(browser.submit(page, challenge=challenge))
    assert shown in page.text
    code = browser.world.code(address)
    wrong = browser.submit(page, authentication_code="0" * 8)
    assert "Invalid verification code provided" in wrong.text
    done = browser.submit(wrong, authentication_code=code)
    assert browser.redeem(outcome(done)["code"]).ok


def test_with_a_passkey(browser: Browser) -> None:
    authenticator = add_passkey(browser.world, "ada", origin=origin(browser))
    page = named(browser)
    assert "script-src 'self'" in page.headers["content-security-policy"]
    signed = authenticator.sign(options(page))
    done = browser.submit(page, challenge="WEB_AUTHN", credential=signed)
    assert outcome(done).keys() == {"code"}


def test_with_somebody_elses_passkey_or_none(browser: Browser) -> None:
    add_passkey(browser.world, "ada", origin=origin(browser))
    page = named(browser)
    stranger = Authenticator(origin=origin(browser)).sign(options(page))
    for credential in (stranger, "{}", "x"):
        again = browser.submit(page, challenge="WEB_AUTHN", credential=credential)
        assert again.status_code == 200
        assert 'role="alert"' in again.text
    assert "cognito" not in browser.session.cookies


def test_where_nobody_has_a_passkey_no_script_may_run(browser: Browser) -> None:
    page = named(browser)
    assert "script" not in page.headers["content-security-policy"]
    assert "<script" not in page.text


@pytest.mark.parametrize("name", ["nobody", "gone"])
def test_unknown_names_are_led_the_same_way(browser: Browser, name: str) -> None:
    world = browser.world
    world.member("gone", email="gone@example.com")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
    page = named(browser, name)
    for challenge in ("EMAIL_OTP", "SMS_OTP"):
        assert f'value="{challenge}"' in page.text
    assert "Incorrect username or password." in browser.submit(page, password="wrong").text
    page = browser.follow(browser.submit(page, challenge="EMAIL_OTP"))
    assert "We sent a code to" in page.text
    refused = browser.submit(page, authentication_code="12345678")
    assert "Invalid verification code provided" in refused.text


def test_scripts_that_send_name_and_password_at_once_go_on_working(browser: Browser) -> None:
    page = browser.page("/login")
    done = browser.submit(page, username="ada", password=PASSWORD)
    assert outcome(done).keys() == {"code"}


def test_classic_pages_ask_for_both_at_once(browser: Browser) -> None:
    domain = f"classic-{browser.world.client_id}"
    browser.world.idp.create_user_pool_domain(UserPoolId=browser.world.pool_id, Domain=domain)
    page = browser.page("/login", lang="de")
    assert 'name="password"' in page.text
    assert '<html lang="en">' in page.text


def test_signing_up_without_a_password(browser: Browser) -> None:
    page = browser.page("/signup")
    assert "You may leave the password empty" in page.text
    new = {"username": "eva", "requiredAttributes[email]": "eva@example.com"}
    page = browser.follow(browser.submit(page, **new))
    code = browser.world.code("eva@example.com")
    offered = browser.follow(browser.submit(page, verification_code=code))
    done = browser.submit(offered, form="/passkeys/add", later="yes")
    assert browser.redeem(outcome(done)["code"]).ok
    browser.session.cookies.clear()
    page = named(browser, "eva")
    assert 'name="password"' not in page.text
    page = browser.follow(browser.submit(page, challenge="EMAIL_OTP"))
    done = browser.submit(page, authentication_code=browser.world.code("eva@example.com"))
    assert outcome(done).keys() == {"code"}


class TestAddingAPasskey:
    def test_who_is_signed_in(self, browser: Browser) -> None:
        browser.submit(browser.page("/login"), username="ada", password=PASSWORD)
        page = browser.page("/passkeys/add")
        authenticator = Authenticator(origin=origin(browser))
        registered = json.dumps(authenticator.register(json.loads(options(page))))
        refused = browser.submit(page, credential="{}")
        assert 'role="alert"' in refused.text
        done = browser.submit(page, credential=registered)
        assert outcome(done).keys() == {"code"}
        browser.session.cookies.clear()
        page = named(browser)
        signed = authenticator.sign(options(page))
        done = browser.submit(page, challenge="WEB_AUTHN", credential=signed)
        assert outcome(done).keys() == {"code"}

    def test_who_is_not_signs_in_first(self, browser: Browser) -> None:
        login = browser.follow(browser.page("/passkeys/add"))
        added = browser.submit(login, username="ada", password=PASSWORD)
        assert "/passkeys/add?" in added.headers["location"]
        page = browser.follow(added)
        done = browser.submit(page, form="/passkeys/add", later="yes")
        assert outcome(done).keys() == {"code"}

    def test_a_client_and_a_redirect_uri_are_enough(self, browser: Browser) -> None:
        browser.submit(browser.page("/login"), username="ada", password=PASSWORD)
        page = browser.page("/passkeys/add", response_type="")
        done = browser.submit(page, later="yes")
        assert done.headers["location"] == CALLBACK

    def test_it_is_offered_after_a_sign_up(self, browser: Browser) -> None:
        new = {"requiredAttributes[email]": "eva@example.com"}
        page = browser.submit(browser.page("/signup"), username="eva", password=PASSWORD, **new)
        code = browser.world.code("eva@example.com")
        offered = browser.submit(browser.follow(page), verification_code=code)
        assert "/passkeys/add?" in offered.headers["location"]
        assert "Sign in faster with a passkey" in browser.follow(offered).text

    def test_where_there_are_none(self, server: Server) -> None:
        browser = Browser(make_world(server, client=CLIENT))
        page = browser.page("/passkeys/add")
        assert "/error?error=invalid_request" in page.headers["location"]


class TestReachingALevel:
    """An app may ask for more than a password: the pages ask for what is missing."""

    LEVEL = "urn:cognito:loa:3"

    def test_with_the_one_thing_that_leads_there(self, server: Server) -> None:
        world = make_choice_world(server, client=CLIENT, factors=["PASSWORD", "WEB_AUTHN"])
        world.member("ada")
        browser = Browser(world)
        authenticator = add_passkey(world, "ada", origin=origin(browser))
        login = browser.page("/login", acr_values=self.LEVEL)
        page = browser.follow(browser.submit(login, username="ada", password=PASSWORD))
        assert 'name="password"' not in page.text
        refused = browser.submit(page, challenge="WEB_AUTHN", credential="{}")
        assert 'role="alert"' in refused.text
        signed = authenticator.sign(options(page))
        done = browser.submit(page, challenge="WEB_AUTHN", credential=signed)
        assert outcome(done).keys() == {"code"}
