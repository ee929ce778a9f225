"""The same triggers on the hosted pages: what the form shows, and what lands on the callback."""

from __future__ import annotations

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, refusal
from browser_world import Browser, make_browser, outcome
from server import Server
from triggers_world import FAILS, Recorder, failure, with_pre_token_generation

NEW = {"username": "eva", "password": PASSWORD, "requiredAttributes[email]": "eva@example.com"}


@pytest.fixture
def browser(server: Server) -> Browser:
    return make_browser(server, PreventUserExistenceErrors="LEGACY")


def test_signing_in_runs_them_in_order_and_once(browser: Browser, recorder: Recorder) -> None:
    world = browser.world
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        LambdaConfig=with_pre_token_generation(recorder, "PreAuthentication", "PostAuthentication"),
    )
    code = outcome(browser.sign_in())["code"]
    assert browser.redeem(code).status_code == 200
    assert recorder.sources() == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]
    assert {event["callerContext"]["clientId"] for event in recorder.events()} == {world.client_id}


def test_a_browser_that_is_remembered_runs_neither(browser: Browser, recorder: Recorder) -> None:
    outcome(browser.sign_in())
    recorder.attach(browser.world, "PreAuthentication", "PostAuthentication")
    assert "code" in outcome(browser.authorize())
    assert recorder.events() == []


def test_a_refusal_before_the_password_is_shown_above_the_form(
    browser: Browser, recorder: Recorder
) -> None:
    recorder.answers(FAILS)
    recorder.attach(browser.world, "PreAuthentication")
    page = browser.sign_in()
    assert page.status_code == 200
    assert failure("PreAuthentication")[1] in page.text


@pytest.mark.parametrize("response_type", ["code", "token"])
def test_a_refusal_after_it_lands_on_the_callback(
    browser: Browser, recorder: Recorder, response_type: str
) -> None:
    recorder.answers(FAILS)
    recorder.attach(browser.world, "PostAuthentication")
    assert outcome(browser.sign_in(response_type=response_type, state="s")) == {
        "error_description": failure("PostAuthentication")[1],
        "error": "invalid_request",
        "state": "s",
    }
    assert browser.authorize().headers["location"].startswith(f"/{browser.world.pool_id}/login")


def test_signing_up_runs_what_the_operations_run(browser: Browser, recorder: Recorder) -> None:
    recorder.attach(browser.world, "PreSignUp", "CustomMessage", "PostConfirmation")
    page = browser.follow(browser.submit(browser.page("/signup"), **NEW))
    assert recorder.sources() == ["PreSignUp_SignUp", "CustomMessage_SignUp"]
    outcome(browser.submit(page, verification_code=browser.world.code("eva@example.com")))
    assert recorder.sources()[2:] == ["PostConfirmation_ConfirmSignUp"]


def test_a_refused_sign_up_is_shown_above_the_form(browser: Browser, recorder: Recorder) -> None:
    recorder.answers(FAILS)
    recorder.attach(browser.world, "PreSignUp")
    page = browser.submit(browser.page("/signup"), **NEW)
    assert page.status_code == 200
    assert failure("PreSignUp")[1] in page.text
    assert refusal(browser.world.get, username="eva")[0] == "UserNotFoundException"


def test_a_forgotten_password_runs_what_the_operations_run(
    browser: Browser, recorder: Recorder
) -> None:
    recorder.attach(browser.world, "CustomMessage", "PostConfirmation")
    page = browser.follow(browser.submit(browser.page("/forgotPassword"), username="ada"))
    assert recorder.sources() == ["CustomMessage_ForgotPassword"]
    browser.submit(
        page,
        verification_code=browser.world.code("ada@example.com"),
        password=OTHER_PASSWORD,
        confirm_password=OTHER_PASSWORD,
    )
    assert recorder.sources()[1:] == ["PostConfirmation_ConfirmForgotPassword"]
