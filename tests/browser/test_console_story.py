"""A newcomer customizes an access token through the console alone, beginning with nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Browser, expect

from console_world import PASSWORD, Person, person_at
from server import Server

RECOMMENDED = (
    "Basic features + access token customization for user and machine identities (Recommended)"
)
WISH = '"demo:membershipLevel": level'
FOR_USERS = "Basic features + access token customization for user identities"


def create_pool(person: Person) -> None:
    person.go()
    person.sees("No user pools yet.")
    person.follow("Create your first user pool")
    person.fill("User pool name", "harbour")
    person.fill("Custom attributes", "membership\nlocation")
    person.press("Create user pool")
    person.is_at("harbour")


def create_user(person: Person) -> None:
    person.follow("Create a user")
    person.fill("User name", "mara")
    person.fill("Permanent password", PASSWORD)
    person.fill("custom:membership", "Premium")
    person.fill("custom:location", "USA")
    person.press("Create user")
    person.is_at("mara")
    person.sees("CONFIRMED")


def create_client(person: Person) -> None:
    person.follow("App clients")
    person.follow("Create an app client")
    person.fill("App client name", "app")
    person.press("Create app client")
    person.is_at("app")


def attach_function(person: Person) -> None:
    person.follow("Extensions")
    person.follow("Add Lambda trigger")
    person.follow("Create function")
    person.is_at("Create function")
    person.fill("Function name", "membership")
    person.press("Create function")
    person.is_at("Add Lambda trigger")
    person.choose("Trigger type", "Authentication")
    person.choose("Authentication", "Pre token generation trigger")
    radio = person.page.get_by_role("radio", name=re.compile(re.escape(RECOMMENDED)))
    expect(radio).to_be_checked()
    person.page.get_by_role("radio", name=re.compile(re.escape(FOR_USERS) + " · V2_0")).check()
    expect(person.page.get_by_label("Lambda function")).to_have_value("membership")
    person.press("Add Lambda trigger")
    person.is_at("Extensions")
    expect(person.card("Lambda triggers")).to_contain_text("V2_0")


def edit_function(person: Person, *changes: tuple[str, str]) -> None:
    code = person.page.get_by_label("Code of index.mjs")
    text = code.input_value()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    code.fill(text)
    person.sees("not deployed")
    person.press("Deploy")
    expect(person.card("Code").locator(".badge.good")).to_have_text("deployed")


def set_budget(person: Person) -> None:
    person.follow("Governance")
    person.card("Size budgets").get_by_label("Size budgets, as JSON").fill("[{")
    person.press("Save size budgets")
    expect(person.page.get_by_role("alert")).to_contain_text("is no JSON")
    person.card("Size budgets").get_by_label("Size budgets, as JSON").fill('[{"limit_bytes": 0}]')
    person.press("Save size budgets")
    refusal = person.page.get_by_role("alert")
    expect(refusal).to_contain_text("A budget needs a profile, or a positive limit_bytes.")
    expect(refusal).to_contain_text("Request id")
    # What was refused is still there to be mended.
    field = person.card("Size budgets").get_by_label("Size budgets, as JSON")
    expect(field).to_have_value('[{"limit_bytes": 0}]')
    field.fill('[{"name": "small", "limit_bytes": 2048, "measure": "access"}]')
    person.press("Save size budgets")
    person.sees("Saved.")


def preview(person: Person) -> None:
    person.page.get_by_role("navigation").get_by_role("link", name="Preview").click()
    expect(person.page.get_by_label("User name")).to_have_value("mara")
    person.press("Preview")


def test_a_newcomer_attaches_the_function_of_the_post(
    start_server: Callable[..., Server], chromium: Browser
) -> None:
    with person_at(chromium, start_server()) as person:
        create_pool(person)
        pool = person.page.url.rpartition("/")[2]
        create_user(person)
        create_client(person)
        attach_function(person)
        person.go("pools", pool, "preview")
        person.press("Preview")
        # Two wishes, both granted.
        token = person.card("Access token")
        expect(token.locator("tr.added")).to_have_count(2)
        expect(token).to_contain_text('"Premium"')
        expect(token).to_contain_text("aws.cognito.signin.user.admin membership:USA.Premium")

        person.go("pools", pool)
        set_budget(person)

        person.follow("Extensions")
        person.follow("membership")
        blank = ("`membership:${place}.${level}`]", "`membership:${place} ${level}`]")
        edit_function(
            person,
            (WISH, f'{WISH}, sub: "somebody else", "demo:history": "x".repeat(1500)'),
            blank,
        )
        person.go("pools", pool)
        preview(person)
        person.sees("No token would be issued: InvalidLambdaResponseException")
        person.sees("a scope to add has a blank in it")

        person.go("functions", "of", "membership")
        edit_function(person, (blank[1], blank[0]))
        person.go("pools", pool)
        preview(person)
        person.sees("1 of them ignored without a word to the caller")
        changes = person.card("What became of each change")
        subject = changes.get_by_role("row").filter(has_text="set claim sub")
        expect(subject).to_contain_text("ignored")
        expect(subject).to_contain_text("protected claim")
        large = changes.get_by_role("row").filter(has_text="demo:history")
        expect(large).to_contain_text("applied")
        budgets = person.card("Size budgets")
        expect(budgets.get_by_role("listitem").filter(has_text="small")).to_contain_text(
            "over budget by"
        )
