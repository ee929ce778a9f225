"""The links in a notice of a risky sign-in: followed, answered, forged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests

from account_world import World
from server import Server
from threat_world import AWAY, arrive, events, guarded_world, takeover

LINKS = "{one-click-link-valid} {one-click-link-invalid}"


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    return guarded_world(start_server())


def told(world: World) -> tuple[str, str]:
    """Both links of the notice of a sign-in from elsewhere."""
    world.member("finn", email="finn@mast.test")
    arrive(world, "finn")
    notice = {"Subject": "Seen", "TextBody": LINKS}
    world.idp.set_risk_configuration(
        UserPoolId=world.pool_id,
        AccountTakeoverRiskConfiguration=takeover(notify=True, NoActionEmail=notice),
    )
    world.server.clock.advance(seconds=1)
    arrive(world, "finn", AWAY)
    valid, invalid = world.mail("finn@mast.test")[0]["body"].split()
    return valid, invalid


def press(browser: requests.Session, link: str) -> requests.Response:
    """Follow a link and press the button on its page."""
    page = browser.get(link, timeout=10)
    assert page.status_code == 200
    token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert token is not None
    assert 'method="post"' in page.text
    return browser.post(link, data={"_csrf": token[1]}, timeout=10)


def test_a_button_gives_the_feedback(world: World) -> None:
    valid, invalid = told(world)
    with requests.Session() as browser:
        page = browser.get(invalid, timeout=10)
        assert AWAY in page.text
        assert "No, it was not me" in page.text
        # Programs that look into mails follow links; that says nothing about the user.
        assert "EventFeedback" not in events(world, "finn")[0]
        assert "Thank you" in press(browser, invalid).text
        feedback = events(world, "finn")[0]["EventFeedback"]
        assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Invalid", "User")
        press(browser, valid)
    assert events(world, "finn")[0]["EventFeedback"]["FeedbackValue"] == "Valid"


def test_what_is_no_link_of_ours_changes_nothing(world: World) -> None:
    valid, _ = told(world)
    wrong = [
        re.sub("token=[0-9a-f]", "token=x", valid),
        re.sub("event_id=[0-9a-f]+", "event_id=0", valid),
        valid.replace("value=valid", "value=perhaps"),
        valid.partition("?")[0],
    ]
    with requests.Session() as browser:
        for link in wrong:
            page = browser.get(link, timeout=10)
            assert page.status_code == 400
            assert "This link is not valid." in page.text
        assert browser.put(valid, timeout=10).status_code == 405
        # A form that comes from no page of ours.
        assert browser.post(valid, data={"_csrf": "x"}, timeout=10).status_code == 403
    assert "EventFeedback" not in events(world, "finn")[0]
