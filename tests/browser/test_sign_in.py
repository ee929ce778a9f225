"""Signing in by hand in Chromium, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from account_world import PASSWORD
from browser_world import make_browser
from server import Server


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_signs_in_and_nothing_leaves_the_machine(
    server: Server, chromium: Browser, scheme: str
) -> None:
    callback = f"{server.url}/health"
    made = make_browser(server, CallbackURLs=[callback])
    asked: list[str] = []
    context = chromium.new_context(
        color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=False
    )
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(
        f"{made.base}/oauth2/authorize?response_type=code&client_id={made.world.client_id}"
        f"&redirect_uri={callback}&state=s"
    )
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").inner_text() == "Incorrect username or password."
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{callback}?code=*&state=s")
    context.close()
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
