"""The sign-in page and other providers."""

from __future__ import annotations

import html
import re

from account_world import PASSWORD
from browser_world import outcome
from federation_world import Harbour, allow
from provider_world import GOOGLE, METADATA, add_provider


def links(text: str) -> dict[str, str]:
    found = re.findall(r'href="([^"]*identity_provider[^"]*)">([^<]*)</a>', text)
    return {name: html.unescape(url) for url, name in found}


def test_a_button_for_each_provider(harbour: Harbour) -> None:
    world = harbour.here.world
    add_provider(world.idp, world.pool_id, "Google", "Google", GOOGLE)
    allow(world, "COGNITO", "Google", "Quay")
    page = harbour.here.follow(harbour.here.authorize(state="s", scope="openid"))
    assert list(links(page.text)) == ["Continue with Google", "Continue with Quay"]
    assert 'name="password"' in page.text
    leaving = harbour.here.get(
        f"{world.server.url}{links(page.text)['Continue with Quay']}"
    ).headers["location"]
    assert leaving.startswith(f"{harbour.there.base}/oauth2/authorize?")


def test_without_local_users_there_is_no_form(harbour: Harbour) -> None:
    world = harbour.here.world
    add_provider(world.idp, world.pool_id, "Google", "Google", GOOGLE)
    page = harbour.here.follow(harbour.here.authorize())
    allow(world, "Google", "Quay")
    without = harbour.here.follow(harbour.here.authorize())
    assert len(links(without.text)) == 2
    assert 'name="password"' not in without.text
    assert "/signup" not in without.text
    # A form that was open before signs nobody in either.
    posted = harbour.here.submit(page, username="ada", password=PASSWORD)
    assert "/login?" in posted.headers["location"]
    refused = outcome(harbour.here.authorize(identity_provider="COGNITO"))
    assert refused["error"] == "invalid_request"


def test_the_only_provider_is_gone_to_at_once(harbour: Harbour) -> None:
    allow(harbour.here.world, "Quay")
    location = harbour.here.authorize().headers["location"]
    assert location.startswith(f"{harbour.there.base}/oauth2/authorize?")
    page = harbour.here.page("/login")
    assert "identity_provider=Quay" in page.headers["location"]
    assert outcome(harbour.here.authorize(prompt="none"))["error"] == "login_required"


def test_local_users_may_be_asked_for(harbour: Harbour) -> None:
    answer = harbour.here.authorize(identity_provider="COGNITO")
    assert answer.headers["location"].startswith(f"/{harbour.here.world.pool_id}/login?")


def test_saml_providers_have_no_button_and_say_why(harbour: Harbour) -> None:
    world = harbour.here.world
    add_provider(world.idp, world.pool_id, "Pier", "SAML", {"MetadataFile": METADATA})
    allow(world, "COGNITO", "Pier", "Quay")
    page = harbour.here.follow(harbour.here.authorize())
    assert list(links(page.text)) == ["Continue with Quay"]
    assert outcome(harbour.here.authorize(identity_provider="Pier")) == {
        "error_description": "Sign-in through SAML providers is not supported",
        "error": "invalid_request",
    }
