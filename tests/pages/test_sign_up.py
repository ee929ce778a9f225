"""Making an account on the pages, by hand and by scripts that know the classic field names."""

from __future__ import annotations

import html
import re

import pytest
import requests

from account_world import PASSWORD, make_world
from browser_world import CALLBACK, Browser, make_browser, outcome
from server import Server

NEW = {"username": "eva", "password": PASSWORD, "requiredAttributes[email]": "eva@example.com"}


def test_who_signs_up_confirms_and_is_signed_in(browser: Browser) -> None:
    page = browser.page("/signup")
    waiting = browser.submit(page, **NEW)
    page = browser.follow(waiting)
    assert "e***@e***" in page.text
    wrong = browser.submit(page, verification_code=browser.world.wrong_code("eva@example.com"))
    assert "Invalid verification code provided, please try again." in wrong.text
    done = browser.submit(wrong, verification_code=browser.world.code("eva@example.com"))
    tokens = browser.redeem(outcome(done)["code"]).json()
    assert browser.userinfo(tokens["access_token"]).json()["email_verified"] == "true"
    assert browser.world.get("eva")["UserStatus"] == "CONFIRMED"
    assert outcome(browser.authorize(prompt="none")).keys() == {"code"}


def test_who_signs_in_unconfirmed_confirms_on_the_way(browser: Browser) -> None:
    browser.submit(browser.page("/signup"), **NEW)
    browser.session.cookies.clear()
    page = browser.follow(browser.sign_in("eva"))
    code = browser.world.code("eva@example.com")
    assert browser.redeem(outcome(browser.submit(page, verification_code=code))["code"]).ok


def test_another_code_makes_the_first_void(browser: Browser) -> None:
    page = browser.follow(browser.submit(browser.page("/signup"), **NEW))
    first = browser.world.code("eva@example.com")
    page = browser.follow(browser.submit(page, form="/resendcode"))
    assert "A new message is on its way." in page.text
    second = browser.world.code("eva@example.com")
    if first != second:
        assert 'role="alert"' in browser.submit(page, verification_code=first).text
    assert outcome(browser.submit(page, verification_code=second)).keys() == {"code"}


def test_codes_are_not_sent_without_end(browser: Browser) -> None:
    page = browser.follow(browser.submit(browser.page("/signup"), **NEW))
    for _ in range(5):
        page = browser.follow(browser.submit(page, form="/resendcode"))
    assert "Attempt limit exceeded" in browser.submit(page, form="/resendcode").text


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(browser: Browser) -> None:
    page = browser.page("/signup")
    for changes, sentence, blamed in (
        ({"username": "ada"}, "User already exists", ["username"]),
        ({"password": "short"}, "The password is too short.", ["password"]),
        (
            {"confirm_password": "other"},
            "The passwords do not match.",
            ["password", "confirm_password"],
        ),
        (
            {"requiredAttributes[email]": "nowhere"},
            "This is not an email address.",
            ["attribute-email"],
        ),
    ):
        answer = browser.submit(page, **{**NEW, **changes})
        assert answer.status_code == 200
        assert sentence in answer.text
        typed = {**NEW, **changes}["requiredAttributes[email]"]
        assert f'value="{typed}"' in answer.text
        assert PASSWORD not in answer.text
        inputs = re.findall(r"<input [^>]*>", answer.text)
        wrong = [each for each in inputs if "aria-invalid" in each]
        assert [re.findall(r' id="([^"]+)"', each)[0] for each in wrong] == blamed


def test_the_form_has_the_inputs_and_rules_of_the_pool(server: Server) -> None:
    settings = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [CALLBACK],
    }
    world = make_world(
        server,
        client=settings,
        UsernameAttributes=["email"],
        Schema=[{"Name": "email", "Required": True}, {"Name": "birthdate", "Required": True}],
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}},
    )
    browser = Browser(world)
    page = browser.page("/signup")
    assert 'name="username" type="email"' in page.text
    assert 'name="requiredAttributes[birthdate]" type="date"' in page.text
    assert 'autocomplete="bday"' in page.text
    assert "requiredAttributes[email]" not in page.text
    assert "at least 12 characters" in page.text
    assert "special character" not in page.text
    missing = browser.submit(page, username="eva@example.com", password=PASSWORD)
    assert "Please fill in: Birthdate." in missing.text
    filled = {"requiredAttributes[birthdate]": "1990-01-31"}
    waiting = browser.submit(page, username="eva@example.com", password=PASSWORD, **filled)
    code = world.code("eva@example.com")
    assert outcome(browser.submit(browser.follow(waiting), verification_code=code)).keys() == {
        "code"
    }
    known = html.unescape(browser.page("/login").text)
    assert "You are signed in as eva@example.com." in known


def test_where_only_administrators_make_accounts(browser: Browser) -> None:
    world = browser.world
    world.idp.update_user_pool(
        UserPoolId=world.pool_id, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}
    )
    assert "/signup" not in browser.page("/login").text
    assert "You cannot sign up yourself." in browser.follow(browser.page("/signup")).text


def test_a_pool_that_verifies_nothing_leaves_it_to_administrators(server: Server) -> None:
    browser = make_plain(server)
    page = browser.page("/signup")
    assert "requiredAttributes" not in page.text
    answer = browser.follow(browser.submit(page, username="eva", password=PASSWORD))
    assert "An administrator must confirm it" in answer.text
    browser.world.idp.admin_confirm_sign_up(UserPoolId=browser.world.pool_id, Username="eva")
    assert outcome(browser.sign_in("eva")).keys() == {"code"}


def make_plain(server: Server) -> Browser:
    settings = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [CALLBACK],
        "GenerateSecret": False,
    }
    return Browser(make_world(server, client=settings, AutoVerifiedAttributes=[]))


class TestTheLinkOfAMessage:
    def link(self, browser: Browser, code: str, name: str = "eva") -> requests.Response:
        return browser.get(
            "/confirmUser",
            client_id=browser.world.client_id,
            user_name=name,
            confirmation_code=code,
        )

    def test_confirms_and_signs_nobody_in(self, browser: Browser) -> None:
        browser.world.sign_up("eva", email="eva@example.com")
        answer = self.link(browser, browser.world.code("eva@example.com"))
        assert "Your registration has been confirmed!" in answer.text
        assert browser.world.get("eva")["UserStatus"] == "CONFIRMED"
        assert "cognito" not in browser.session.cookies

    def test_is_what_a_pool_may_send_instead_of_a_code(self, browser: Browser) -> None:
        world = browser.world
        world.idp.update_user_pool(
            UserPoolId=world.pool_id,
            AutoVerifiedAttributes=["email"],
            VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"},
        )
        page = browser.follow(browser.submit(browser.page("/signup"), **NEW))
        assert "We sent a link to e***@e***." in page.text
        assert "verification_code" not in page.text
        page = browser.follow(browser.submit(page, form="/resendcode"))
        early = browser.submit(page)
        assert "Your account is not confirmed yet." in early.text
        sent = html.unescape(world.mail("eva@example.com")[0]["body"])
        link = re.search(r'href="([^"]+)"', sent)
        assert link
        elsewhere = Browser(world)
        assert "has been confirmed!" in elsewhere.get(link[1]).text
        assert outcome(browser.submit(page)).keys() == {"code"}

    def test_followed_by_another_signs_in_nobody_without_a_password(self, server: Server) -> None:
        browser = make_browser(
            server, ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )
        world = browser.world
        world.idp.update_user_pool(
            UserPoolId=world.pool_id,
            AutoVerifiedAttributes=["email"],
            VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
        )
        typed = {name: value for name, value in NEW.items() if name != "password"}
        page = browser.follow(browser.submit(browser.page("/signup"), **typed))
        assert "We sent a link to e***@e***." in page.text
        body = html.unescape(world.mail("eva@example.com")[0]["body"])
        link = re.search(r'href="([^"]+)"', body)
        assert link
        Browser(world).get(link[1])
        assert world.get("eva")["UserStatus"] == "CONFIRMED"
        assert "/login?" in browser.submit(page).headers["location"]
        assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}

    @pytest.mark.parametrize("name", ["eva", "nobody"])
    def test_with_a_wrong_code_tells_nothing(self, browser: Browser, name: str) -> None:
        browser.world.sign_up("eva", email="eva@example.com")
        answer = self.link(browser, browser.world.wrong_code("eva@example.com"), name)
        assert answer.status_code == 400
        assert "Invalid verification code provided, please try again." in answer.text

    def test_of_a_confidential_client(self, server: Server) -> None:
        browser = make_confidential(server)
        browser.submit(browser.page("/signup"), **NEW)
        answer = self.link(browser, browser.world.code("eva@example.com"))
        assert "Your registration has been confirmed!" in answer.text


def make_confidential(server: Server) -> Browser:
    settings = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [CALLBACK],
        "GenerateSecret": True,
    }
    return Browser(make_world(server, client=settings))
