"""Second factors on the pages: codes, choices, and setting one up where the pool asks for it."""

from __future__ import annotations

import html
import re

import pytest

from account_world import PASSWORD
from browser_world import Browser, make_browser, outcome
from mfa_world import PHONE, prefer, set_mfa, totp, with_app, wrong_totp
from server import Server


@pytest.fixture
def browser(server: Server) -> Browser:
    return make_browser(server, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])


def test_the_code_of_an_app(browser: Browser) -> None:
    world = browser.world
    set_mfa(world, "OPTIONAL", "TOTP")
    secret = with_app(world, "eva")
    prefer(world, "eva", TOTP={"Enabled": True, "PreferredMfa": True})
    asked = browser.sign_in("eva")
    assert "/mfa?" in asked.headers["location"]
    page = browser.follow(asked)
    assert "authenticator app on the phone" in html.unescape(page.text)
    wrong = browser.submit(page, authentication_code=wrong_totp(world, secret))
    assert "Invalid verification code provided" in wrong.text
    code = totp(world, secret)
    done = browser.submit(wrong, authentication_code=f"{code[:3]} {code[3:]}")
    assert browser.redeem(outcome(done)["code"]).ok
    browser.session.cookies.clear()
    page = browser.follow(browser.sign_in("eva"))
    again = browser.submit(page, authentication_code=code)
    assert "This code has been used already." in again.text


def test_nobody_is_signed_in_before_the_second_factor(browser: Browser) -> None:
    set_mfa(browser.world, "OPTIONAL", "TOTP")
    with_app(browser.world, "eva")
    prefer(browser.world, "eva", TOTP={"Enabled": True, "PreferredMfa": True})
    browser.sign_in("eva")
    assert "cognito" not in browser.session.cookies
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}


def test_a_choice_between_two(browser: Browser) -> None:
    world = browser.world
    set_mfa(world, "OPTIONAL", "SMS", "TOTP")
    with_app(world, "eva", phone_number=PHONE, phone_number_verified="true")
    prefer(world, "eva", TOTP={"Enabled": True}, SMS={"Enabled": True})
    page = browser.follow(browser.sign_in("eva"))
    assert page.text.count('name="mfa_type"') == 2
    other = browser.submit(page, mfa_type="EMAIL_OTP")
    assert 'role="alert"' in other.text
    page = browser.follow(browser.submit(page, mfa_type="SMS_MFA"))
    assert "5678" in page.text
    assert outcome(browser.submit(page, authentication_code=world.code(PHONE))).keys() == {"code"}


def test_setting_up_an_app_where_the_pool_asks_for_it(browser: Browser) -> None:
    world = browser.world
    set_mfa(world, "ON", "TOTP")
    page = browser.follow(browser.sign_in())
    page = browser.follow(browser.submit(page, mfa_type="SOFTWARE_TOKEN_MFA"))
    assert 'src="data:image/svg+xml' in html.unescape(page.text)
    assert "img-src 'self' data:" in page.headers["content-security-policy"]
    shown = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert shown
    secret = shown[1].replace(" ", "")
    assert f"secret={secret}&amp;issuer=harbour" in page.text
    wrong = browser.submit(page, authentication_code=wrong_totp(world, secret))
    assert "Invalid verification code provided" in wrong.text
    assert secret[:4] in wrong.text
    done = browser.submit(
        wrong, authentication_code=totp(world, secret), friendly_device_name="<b>my phone"
    )
    assert outcome(done).keys() == {"code"}
    assert world.get("ada")["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    browser.session.cookies.clear()
    page = browser.follow(browser.sign_in())
    assert "&lt;b&gt;my phone" in page.text
    done = browser.submit(page, authentication_code=totp(world, secret, 1))
    assert outcome(done).keys() == {"code"}


@pytest.mark.parametrize(
    ("factor", "path", "field", "address", "shown"),
    [
        ("SMS", "/mfa/setup/sms", "phone_number", PHONE, "SMS_MFA"),
        ("EMAIL", "/mfa/setup/email", "email", "ada@example.com", "EMAIL_OTP"),
    ],
)
def test_setting_up_an_address(
    browser: Browser, factor: str, path: str, field: str, address: str, shown: str
) -> None:
    world = browser.world
    world.member("eva", **({"email": address} if field == "email" else {}))
    set_mfa(world, "ON", factor)
    page = browser.follow(browser.sign_in("eva"))
    if f'value="{shown}"' not in page.text:
        pytest.skip("an address that the user has is a factor already")
    page = browser.follow(browser.submit(page, mfa_type=shown))
    assert 'role="alert"' in browser.submit(page, form=path, **{field: "nowhere"}).text
    page = browser.follow(browser.submit(page, form=path, **{field: address}))
    done = browser.submit(page, authentication_code=world.code(address))
    assert outcome(done).keys() == {"code"}
    assert world.profile("eva")[f"{field}_verified"] == "true"
    assert world.get("eva")["UserMFASettingList"] == [shown]


@pytest.mark.parametrize(
    "path", ["/mfa", "/mfa/select", "/mfa/setup", "/mfa/setup/totp", "/mfa/setup/email"]
)
def test_a_step_without_the_one_before_begins_again(browser: Browser, path: str) -> None:
    page = browser.follow(browser.page(path))
    assert "Please sign in again." in page.text


def test_what_is_carried_is_good_for_its_client_only(browser: Browser, server: Server) -> None:
    set_mfa(browser.world, "OPTIONAL", "TOTP")
    with_app(browser.world, "eva")
    prefer(browser.world, "eva", TOTP={"Enabled": True, "PreferredMfa": True})
    browser.sign_in("eva")
    assert PASSWORD not in str(browser.session.cookies)
    other = make_browser(server)
    carried = browser.session.cookies["page-data"]
    other.session.cookies.set(
        "page-data", carried, domain="127.0.0.1", path=f"/{other.world.pool_id}/"
    )
    assert "Please sign in again." in other.follow(other.page("/mfa")).text


def test_what_is_carried_ends_with_the_auth_session(browser: Browser) -> None:
    set_mfa(browser.world, "OPTIONAL", "TOTP")
    secret = with_app(browser.world, "eva")
    prefer(browser.world, "eva", TOTP={"Enabled": True, "PreferredMfa": True})
    page = browser.follow(browser.sign_in("eva"))
    for _ in range(10):
        wrong = browser.submit(page, authentication_code=wrong_totp(browser.world, secret))
    last = browser.submit(page, authentication_code=totp(browser.world, secret))
    assert wrong.status_code == 200
    assert "Please sign in again." in browser.follow(last).text
