"""What people do on the pages, from beginning to end, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from account_world import OTHER_PASSWORD, PASSWORD, attributes
from browser_walk import Visitor, make_visitor
from browser_world import CHALLENGE, VERIFIER, deploy
from mfa_world import PHONE, set_mfa
from poolhouse.demo.story import source
from server import Server
from token_reading import verified_by


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser with or without JavaScript; nothing it loads may leave the machine."""
    yield from open_page(chromium, java_script_enabled=request.param)


@pytest.fixture
def scripted_page(chromium: Browser) -> Iterator[Page]:
    yield from open_page(chromium)


def open_page(chromium: Browser, **settings: Any) -> Iterator[Page]:
    context = chromium.new_context(**settings)
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.on("console", lambda each: told.append(each.text))
    yield page
    context.close()
    assert asked
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith("data:")}
    assert hosts <= {"localhost", "127.0.0.1"}
    # A page that breaks its own policy says so on the console.
    assert [text for text in told if "Content Security Policy" in text] == []


def redeem(guest: Visitor, url: str) -> dict[str, Any]:
    """The claims of the access token that the code of a callback is worth."""
    form = {
        "grant_type": "authorization_code",
        "client_id": guest.world.client_id,
        "redirect_uri": guest.callback,
        "code": parse_qs(urlsplit(url).query)["code"][0],
        "code_verifier": VERIFIER,
    }
    answer = requests.post(f"{guest.base}/oauth2/token", data=form, timeout=30)
    assert answer.status_code == 200, answer.text
    return verified_by(guest.world.server, guest.world.pool_id, answer.json()["access_token"])


PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def test_signing_up_with_the_code_from_the_inbox(server: Server, page: Page) -> None:
    guest = make_visitor(server, page)
    guest.open("/login", **PKCE)
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill("eva")
    page.get_by_label("Email").fill("eva@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    guest.press("Sign up")
    page.get_by_role("button", name="Send a new code").click()
    page.get_by_role("status").wait_for()
    page.get_by_label("Code").fill(guest.world.code("eva@example.com"))
    guest.press("Confirm account")
    guest.press("Not now")
    assert redeem(guest, guest.arrive())["username"] == "eva"


def test_forgetting_a_password(server: Server, page: Page) -> None:
    guest = make_visitor(server, page)
    guest.open("/login", **PKCE)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Username").fill("ada")
    guest.press("Reset my password")
    page.get_by_label("Code").fill(guest.world.code(PHONE))
    page.get_by_label("New password").fill(OTHER_PASSWORD)
    page.get_by_label("Confirm password").fill(OTHER_PASSWORD)
    guest.press("Change password")
    assert "Your password has been changed." in page.get_by_role("status").inner_text()
    guest.sign_in(password=OTHER_PASSWORD)
    assert redeem(guest, guest.arrive())["username"] == "ada"


def test_setting_up_an_authenticator_app_and_signing_in_with_it(server: Server, page: Page) -> None:
    guest = make_visitor(server, page)
    set_mfa(guest.world, "ON", "TOTP")
    guest.open("/login", **PKCE)
    guest.sign_in()
    guest.press("Set up an authenticator app")
    page.get_by_text("Show secret key").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    assert re.fullmatch("[A-Z2-7]{52}", secret)
    drawn = page.get_by_alt_text("QR code with the secret key").bounding_box()
    assert drawn
    assert drawn["width"] > 100
    page.get_by_label("Code from the app").fill(guest.totp(secret))
    page.get_by_label("Name of your device").fill("the kitchen phone")
    guest.press("Save and sign in")
    guest.arrive()
    guest.forget()
    guest.open("/login", **PKCE)
    guest.sign_in()
    assert "the kitchen phone" in page.locator("main").inner_text()
    page.get_by_label("Code").fill(guest.totp(secret, 1))
    guest.press("Sign in")
    assert redeem(guest, guest.arrive())["username"] == "ada"


def test_making_a_passkey_and_signing_in_with_it(server: Server, scripted_page: Page) -> None:
    page = scripted_page
    guest = make_visitor(server, page, choice=True)
    developer = page.context.new_cdp_session(page)
    developer.send("WebAuthn.enable")
    authenticator = developer.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )["authenticatorId"]
    guest.open("/passkeys/add")
    guest.sign_in()
    guest.press("Create a passkey")
    guest.arrive()
    made = developer.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert len(made["credentials"]) == 1
    guest.forget()
    guest.open("/login", **PKCE)
    guest.fill(username="ada")
    guest.press("Next")
    guest.press("Sign in with a passkey")
    assert redeem(guest, guest.arrive())["username"] == "ada"
    guest.forget()
    guest.open("/login", **PKCE)
    guest.fill(username="ada")
    guest.press("Next")
    cancel = "() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')) }"
    page.evaluate(cancel)
    page.get_by_role("button", name="Sign in with a passkey").click()
    assert "That did not work" in page.get_by_role("alert").inner_text()
    page.get_by_label("Password").fill(PASSWORD)
    guest.click(page.locator("button[name=signInSubmitButton]"))
    guest.arrive()


def test_without_scripts_every_way_but_passkeys_is_there(server: Server, chromium: Browser) -> None:
    for page in open_page(chromium, java_script_enabled=False):
        guest = make_visitor(server, page, choice=True)
        guest.open("/login", **PKCE)
        guest.fill(username="ada")
        guest.press("Next")
        assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
        guest.press("Send me a code by email")
        page.get_by_label("Code").fill(guest.world.code("ada@example.com"))
        guest.press("Sign in")
        assert redeem(guest, guest.arrive())["username"] == "ada"
        guest.open("/passkeys/add")
        assert "cannot create passkeys" in page.locator("main").inner_text()
        guest.press("Not now")
        guest.arrive()


def test_signing_in_once_and_out_again(server: Server, page: Page) -> None:
    guest = make_visitor(server, page)
    guest.open("/login", **PKCE)
    guest.sign_in()
    guest.arrive()
    guest.open("/oauth2/authorize", **PKCE)
    assert "code=" in guest.arrive()
    guest.open("/login", **PKCE)
    guest.press("Sign in as ada")
    assert redeem(guest, guest.arrive())["username"] == "ada"
    page.goto(f"{guest.base}/logout?client_id={guest.world.client_id}&logout_uri={guest.callback}")
    assert page.url == guest.callback
    guest.open("/oauth2/authorize", **PKCE)
    assert page.get_by_label("Password").count() == 1


@pytest.mark.parametrize("grant", ["code", "implicit"])
def test_a_function_decides_what_the_access_token_says(
    server: Server, page: Page, grant: str
) -> None:
    guest = make_visitor(server, page)
    world = guest.world
    world.idp.add_custom_attributes(
        UserPoolId=world.pool_id,
        CustomAttributes=[
            {"Name": name, "AttributeDataType": "String", "Mutable": True}
            for name in ("membership", "location")
        ],
    )
    member = attributes(custom__membership="Premium", custom__location="USA")
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id, Username="ada", UserAttributes=member
    )
    code = source("membership.py")
    arn = deploy(server, world.pool_id, code, runtime="python3.13", file="index.py")
    trigger = {"LambdaArn": arn, "LambdaVersion": "V2_0"}
    world.idp.update_user_pool(
        UserPoolId=world.pool_id, LambdaConfig={"PreTokenGenerationConfig": trigger}
    )
    if grant == "code":
        guest.open("/oauth2/authorize", **PKCE, scope="openid email")
    else:
        guest.open("/oauth2/authorize", response_type="token", scope="openid email")
    guest.sign_in()
    arrived = guest.arrive()
    if grant == "code":
        claims = redeem(guest, arrived)
    else:
        tokens = parse_qs(urlsplit(arrived).fragment)
        claims = verified_by(server, world.pool_id, tokens["access_token"][0])
    assert claims["demo:membershipLevel"] == "Premium"
    assert claims["scope"] == "openid email membership:USA.Premium"
