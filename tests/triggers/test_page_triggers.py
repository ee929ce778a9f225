"""The same triggers on the hosted pages: what the form shows, and what lands on the callback."""

from __future__ import annotations

import pytest

from browser_world import Browser, make_browser, outcome
from server import Server
from triggers_world import FAILS, Recorder, failure, with_pre_token_generation


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
