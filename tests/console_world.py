"""The console in a browser, as a person uses it: by the names of what is on the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from server import Server

PASSWORD = "Harbour-lights-7"
HOSTILE = "<img/src=x/onerror=document.title='gone'>"


def deploy(server: Server, name: str, source: str) -> str:
    """A Python function that any pool may call; its ARN."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    functions = server.client("lambda")
    arn: str = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/piers",
        Code={"ZipFile": package.getvalue()},
        Description=HOSTILE,
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return arn


@dataclass
class Person:
    """Somebody at the console. ``troubles`` is what the browser complained about."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def go(self, *parts: str) -> None:
        """Open an address of the console; parts are encoded already."""
        self.page.goto(f"{self.url}/console#/{'/'.join(parts)}")

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(option)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def sees(self, text: str) -> Locator:
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible()
        return found

    def is_at(self, title: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()

    def card(self, title: str) -> Locator:
        """The part of the page below a heading."""
        heading = self.page.get_by_role("heading", level=2, name=title, exact=True)
        return self.page.locator("section.card", has=heading)


@contextmanager
def person_at(browser: Browser, server: Server, **options: Any) -> Iterator[Person]:
    """A browser of one's own. Whatever goes wrong in the page fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    person = Person(page, server.url.replace("127.0.0.1", "localhost"))
    page.on("pageerror", lambda error: person.troubles.append(str(error)))
    page.on("console", lambda said: _note(person, said.type, said.text))
    page.on("request", lambda sent: _stay(person, sent.url))
    yield person
    context.close()
    assert person.troubles == []


def _note(person: Person, kind: str, text: str) -> None:
    # A refusal of the API is shown in the page; that the browser lists it too is no trouble.
    if kind == "error" and "Failed to load resource" not in text:
        person.troubles.append(text)


def _stay(person: Person, url: str) -> None:
    if not url.startswith((person.url, "data:")):
        person.troubles.append(f"asked for {url}")
