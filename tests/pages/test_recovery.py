"""Forgotten passwords on the pages, and what a stranger may learn there."""

from __future__ import annotations

import pytest
import requests

from account_world import OTHER_PASSWORD
from browser_world import Browser, make_browser, outcome
from server import Server
from sign_in_world import invite


def forgot(browser: Browser, name: str) -> requests.Response:
    return browser.submit(browser.page("/forgotPassword"), username=name)


def test_a_code_and_a_new_password(browser: Browser) -> None:
    page = browser.follow(forgot(browser, "ada"))
    assert "a***@e***" in page.text
    code = browser.world.code("ada@example.com")
    new = {"password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}
    for changes, sentence in (
        ({"confirm_password": "other"}, "The passwords do not match."),
        ({"password": "weak", "confirm_password": "weak"}, "The password is too short."),
        ({"verification_code": browser.world.wrong_code("ada@example.com")}, "Invalid verif"),
    ):
        answer = browser.submit(page, **{"verification_code": code, **new, **changes})
        assert sentence in answer.text
    done = browser.submit(page, verification_code=code, **new)
    login = browser.follow(done)
    assert "Your password has been changed." in login.text
    assert "Your password has been changed." not in browser.page("/login").text
    assert outcome(browser.submit(login, username="ada", password=OTHER_PASSWORD)).keys() == {
        "code"
    }


def test_spelling_of_the_second_page(browser: Browser) -> None:
    forgot(browser, "ada")
    assert browser.page("/confirmForgotPassword").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "nobody@example.com", "gone", "ben", "new", "ada"])
def test_strangers_cannot_tell_who_exists(browser: Browser, name: str) -> None:
    world = browser.world
    invite(world, "ben", email="ben@example.com")
    world.member("gone", email="gone@example.com", email_verified="true")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
    world.sign_up("new", email="new@example.com")
    answer = forgot(browser, name)
    assert answer.status_code == 302
    page = browser.follow(answer)
    assert "We sent a code to" in page.text
    new = {"password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}
    refused = browser.submit(page, verification_code="000000", **new)
    assert "Invalid verification code provided" in refused.text


@pytest.mark.parametrize("name", ["ada", "nobody", "gone"])
def test_nor_at_the_sign_in_page(browser: Browser, name: str) -> None:
    world = browser.world
    world.member("gone", email="gone@example.com")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
    answer = browser.sign_in(name, "wrong")
    assert "Incorrect username or password." in answer.text
    assert answer.status_code == 200


def test_an_app_that_tells_tells(server: Server) -> None:
    browser = make_browser(server, PreventUserExistenceErrors="LEGACY")
    assert "User does not exist." in browser.sign_in("nobody", "wrong").text
    assert "User does not exist." in forgot(browser, "nobody").text
    browser.world.idp.admin_disable_user(UserPoolId=browser.world.pool_id, Username="ada")
    assert "User is disabled." in browser.sign_in("ada", "wrong").text


def test_whose_password_was_reset_is_led_to_a_new_one(browser: Browser) -> None:
    world = browser.world
    world.idp.admin_reset_user_password(UserPoolId=world.pool_id, Username="ada")
    page = browser.follow(browser.sign_in())
    assert "You have to reset your password" in page.text
    assert "Reset my password" in page.text


def test_the_lock_out_of_the_api_holds_here_and_the_other_way_round(browser: Browser) -> None:
    for _ in range(3):
        browser.sign_in("ada", "wrong")
    for _ in range(2):
        with pytest.raises(browser.world.idp.exceptions.NotAuthorizedException):
            browser.world.sign_in("ada", "wrong")
    assert "Password attempts exceeded" in browser.sign_in().text


@pytest.mark.parametrize("name", ["ada", "nobody", "gone"])
def test_wrong_passwords_lock_every_name_alike(browser: Browser, name: str) -> None:
    world = browser.world
    world.member("gone", email="gone@example.com")
    world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
    said = [browser.sign_in(name, "wrong").text for _ in range(6)]
    assert ["Incorrect username or password." in each for each in said] == [True] * 5 + [False]
    assert "Password attempts exceeded" in said[-1]
