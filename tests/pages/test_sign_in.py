"""Signing in with name and password, a new one where it is due, and signing out."""

from __future__ import annotations

from account_world import OTHER_PASSWORD
from browser_world import CALLBACK, SIGNED_OUT, Browser, outcome
from sign_in_world import TEMPORARY, invite


def test_the_hint_fills_in_the_name(browser: Browser) -> None:
    page = browser.follow(browser.authorize(login_hint="ada"))
    assert 'name="username" type="text" value="ada"' in page.text
    assert 'name="signInSubmitButton"' in page.text


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
