"""The sign-in pages and signing out: forms, refusals, and what strangers may not do."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from account_world import OTHER_PASSWORD, PASSWORD
from browser_world import CALLBACK, SIGNED_OUT, Browser, outcome
from sign_in_world import TEMPORARY, invite

HOSTILE = "\"'><script>alert(1)</script>"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


def tags(text: str) -> list[str]:
    parser = _Tags()
    parser.feed(text)
    return parser.seen


def test_pages_are_locked_down(browser: Browser) -> None:
    page = browser.follow(browser.authorize())
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://app.example;" in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert "no-store" in page.headers["cache-control"]
    assert page.headers["x-content-type-options"] == "nosniff"
    style = browser.get("/pages.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("name", ["login_hint", "state", "nonce", "lang", "anything"])
def test_what_a_request_brings_stays_text(browser: Browser, name: str) -> None:
    page = browser.follow(browser.authorize(**{name: HOSTILE}))
    assert page.status_code == 200
    assert "script" not in tags(page.text)
    again = browser.submit(page, username=HOSTILE, password="wrong")
    assert "script" not in tags(again.text)


def test_the_hint_fills_in_the_name(browser: Browser) -> None:
    page = browser.follow(browser.authorize(login_hint="ada"))
    assert 'name="username" type="text" value="ada"' in page.text
    assert 'name="signInSubmitButton"' in page.text


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_unknown_names_and_wrong_passwords_look_alike(browser: Browser, name: str) -> None:
    page = browser.sign_in(name, "wrong")
    assert page.status_code == 200
    assert "Incorrect username or password." in page.text
    assert "cognito" not in browser.session.cookies


def test_a_form_without_the_cookie_or_from_elsewhere_is_refused(browser: Browser) -> None:
    page = browser.follow(browser.authorize())
    fields = {"username": "ada", "password": PASSWORD}
    assert browser.submit(page, **fields, _csrf="0" * 36).status_code == 403
    browser.session.headers["origin"] = "https://evil.example"
    assert browser.submit(page, **fields).status_code == 403
    browser.session.headers["origin"] = "null"
    assert browser.submit(page, **fields).status_code == 403
    browser.session.headers["origin"] = browser.world.server.url
    kept = browser.session.cookies.copy()
    browser.session.cookies.clear()
    assert browser.submit(page, **fields).status_code == 403
    browser.session.cookies = kept
    assert browser.submit(page, **fields).status_code == 302


def test_the_page_judges_the_request_itself(browser: Browser) -> None:
    client_id = browser.world.client_id
    lured = browser.get(
        "/login", client_id=client_id, redirect_uri="https://evil.example", response_type="code"
    )
    assert "/error?error=redirect_mismatch" in lured.headers["location"]
    wrong = browser.get(
        "/login", client_id=client_id, redirect_uri=CALLBACK, response_type="code", scope="x"
    )
    assert outcome(wrong) == {"error": "invalid_scope"}


def test_a_temporary_password_is_replaced_on_the_way(browser: Browser) -> None:
    invite(browser.world, "ben", email="ben@example.com")
    page = browser.follow(browser.sign_in("ben", TEMPORARY))
    assert "Choose a new password" in page.text
    page = browser.submit(page, new_password=OTHER_PASSWORD, confirm_password="other")
    assert "The passwords do not match." in page.text
    page = browser.submit(page, new_password="weak", confirm_password="weak")
    assert 'role="alert"' in page.text
    done = browser.submit(page, new_password=OTHER_PASSWORD, confirm_password=OTHER_PASSWORD)
    assert browser.redeem(outcome(done)["code"]).status_code == 200
    again = browser.submit(page, new_password=OTHER_PASSWORD, confirm_password=OTHER_PASSWORD)
    assert "Please sign in again." in browser.follow(again).text


def test_signing_out_ends_the_session_and_goes_to_registered_places(browser: Browser) -> None:
    client_id = browser.world.client_id
    browser.sign_in()
    cookie = browser.session.cookies["cognito"]
    for parameters in ({"logout_uri": "https://evil.example"}, {"redirect_uri": SIGNED_OUT}):
        lured = browser.get("/logout", client_id=client_id, **parameters)
        assert "/error?error=redirect_mismatch" in lured.headers["location"]
    assert browser.get("/logout", client_id=client_id).status_code == 400
    away = browser.get("/logout", client_id=client_id, logout_uri=SIGNED_OUT, state="dropped")
    assert away.headers["location"] == SIGNED_OUT
    browser.carry(cookie)
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}
    anew = browser.get("/logout", client_id=client_id, redirect_uri=CALLBACK, response_type="code")
    assert browser.follow(anew).status_code == 200
