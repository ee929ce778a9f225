"""Every page for everybody: WCAG 2.2 AA by axe in both schemes, on a phone, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from account_world import PASSWORD
from browser_walk import every_page, make_visitor
from server import Server

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
PAGES = 20
# Everything a finger has to hit, but for links in a sentence: WCAG 2.2, 2.5.8.
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), summary")]
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([text]) => text)
"""
WIDER_THAN_THE_WINDOW = "() => document.documentElement.scrollWidth > window.innerWidth"


def violations(page: Page) -> list[tuple[str, Any]]:
    response = Axe().run(page, options=RULES).response
    return [
        (each["id"], [node["html"][:160] + str(node["any"])[:300] for node in each["nodes"]])
        for each in response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe(server: Server, chromium: Browser, scheme: Any) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    seen = []
    for name in every_page(server, page):
        assert violations(page) == [], name
        assert page.evaluate(SMALL_TARGETS) == [], name
        seen.append(name)
    assert len(set(seen)) == PAGES
    context.close()


def test_every_page_fits_a_small_phone_in_every_language(server: Server, chromium: Browser) -> None:
    for lang in ("de", "fr", "ja"):
        context = chromium.new_context(viewport={"width": 320, "height": 640})
        page = context.new_page()
        for name in every_page(server, page, lang):
            assert not page.evaluate(WIDER_THAN_THE_WINDOW), (lang, name)
            if name not in ("error", "link-refused"):
                assert page.locator("html").get_attribute("lang") == lang, name
        context.close()


def test_signing_in_by_keyboard_alone(server: Server, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    guest = make_visitor(server, page)
    guest.open("/login")
    # A browser focuses a field a moment after the page is there; what is typed before goes nowhere.
    page.wait_for_function("document.activeElement.id === 'username'")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert")
    assert refusal.inner_text() == "Incorrect username or password."
    field = page.get_by_label("Password")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "message"
    assert page.title().startswith("Error: ")
    # After a refusal the focus is where one goes on.
    page.wait_for_function("document.activeElement.id === 'password'")
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Forgot your password?"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.name") == "signInSubmitButton"
    page.keyboard.press("Enter")
    assert "code=" in guest.arrive()
    context.close()
