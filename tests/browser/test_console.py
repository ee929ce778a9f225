"""The console for everybody: axe in both schemes, on a phone, by keyboard; and hostile names."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from console_world import HOSTILE, PASSWORD, Person, deploy, person_at
from server import START_MS, Server

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input, select, summary")]
  .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([text, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([text]) => text)
  .filter((text) => !text.includes("skip"))
"""
WIDER_THAN_THE_WINDOW = "() => document.documentElement.scrollWidth > window.innerWidth"
OF_POOL = (
    *("users", "users/create", "groups", "clients", "clients/create", "resource-servers"),
    *("domain", "providers", "authentication-methods", "sign-up", "settings", "extensions"),
    *("extensions/add", "preview", "recordings", "audit", "governance", "budgets"),
    *("authorization", "threat-protection", "message-templates"),
)
CODE = """
def handler(event, context):
    name = "%s"
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {name: name, "sub": name}, "scopesToAdd": [name]}}}
    print(name)
    return event
"""


class World:
    """A pool with one of everything, under names that would be markup."""

    def __init__(self, server: Server) -> None:
        idp = server.client()
        arn = deploy(server, f"f{time.monotonic_ns()}", CODE % HOSTILE)
        self.function = arn.rpartition(":")[2]
        self.pool = idp.create_user_pool(
            PoolName="harbour",
            UserPoolTags={"tag": "<b>"[:1]},
            LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
        )["UserPool"]["Id"]
        self.client = idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        idp.admin_create_user(
            UserPoolId=self.pool,
            Username=HOSTILE,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "name", "Value": HOSTILE},
                {"Name": "email", "Value": "eve@example.com"},
            ],
        )
        idp.admin_set_user_password(
            UserPoolId=self.pool, Username=HOSTILE, Password=PASSWORD, Permanent=True
        )
        idp.create_group(UserPoolId=self.pool, GroupName=HOSTILE, Description=HOSTILE)
        idp.admin_add_user_to_group(UserPoolId=self.pool, Username=HOSTILE, GroupName=HOSTILE)
        idp.create_resource_server(
            UserPoolId=self.pool,
            Identifier="tides",
            Name="tides",
            Scopes=[{"ScopeName": "read", "ScopeDescription": HOSTILE}],
        )
        idp.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": HOSTILE, "PASSWORD": PASSWORD},
        )

    def addresses(self) -> dict[str, str]:
        pool, name = f"pools/{self.pool}", quote(HOSTILE, safe="")
        below = {each: f"{pool}/{each}" for each in OF_POOL}
        return {
            "pools": "pools",
            "create pool": "pools/create",
            "pool": pool,
            **below,
            "user": f"{pool}/users/of/{name}",
            "group": f"{pool}/groups/of/{name}",
            "client": f"{pool}/clients/of/{self.client}",
            "functions": "functions",
            "create function": "functions/create",
            "function": f"functions/of/{self.function}",
            "charts": "charts",
            "inbox": "inbox",
        }


PRESSED = {"preview": "Preview", "audit": "Verify", "budgets": "Measure", "authorization": "Decide"}


def every_page(person: Person, world: World) -> Iterator[str]:
    """Each page once, with what it has to tell, until it waits for nothing."""
    for name, address in world.addresses().items():
        person.page.goto("about:blank")
        person.go(address)
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()
        expect(person.page.locator(".loading")).to_have_count(0)
        if name in PRESSED:
            person.press(PRESSED[name])
            expect(person.page.locator("[aria-disabled=true], button:disabled")).to_have_count(0)
        yield name
    person.page.goto("about:blank")
    person.go("pools")
    person.press("Sign out")
    person.is_at("Sign in to the console")
    yield "sign-in"


def violations(page: Page) -> list[tuple[str, Any]]:
    response = Axe().run(page, options=RULES).response
    return [
        (each["id"], [node["html"][:160] + str(node["any"])[:300] for node in each["nodes"]])
        for each in response["violations"]
    ]


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return World(server)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_passes_axe(
    server: Server, chromium: Browser, world: World, scheme: str
) -> None:
    # axe is put into the page from outside, which the page's own policy forbids.
    with person_at(chromium, server, color_scheme=scheme, bypass_csp=True) as person:
        found = {}
        for name in every_page(person, world):
            faults = [*violations(person.page), *person.page.evaluate(SMALL_TARGETS)]
            if faults:
                found[name] = faults
        assert found == {}, json.dumps(found, indent=1)


def test_names_are_text_and_pages_fit_a_phone(
    server: Server, chromium: Browser, world: World
) -> None:
    with person_at(chromium, server, viewport={"width": 320, "height": 640}) as person:
        shown = 0
        for name in every_page(person, world):
            page = person.page
            assert page.locator("main img:not(.sign-in img), nav img").count() == 0, name
            assert page.title() != "gone", name
            assert not page.evaluate(WIDER_THAN_THE_WINDOW), name
            shown += page.get_by_text(HOSTILE).count() > 0
        assert shown >= 6  # users, user, groups, group, function, preview


def test_the_policy_keeps_scripts_out(server: Server, chromium: Browser) -> None:
    """Even if some day a name were taken for markup."""
    with person_at(chromium, server) as person:
        person.go("pools")
        person.is_at("User pools")
        tried = person.page.evaluate(
            "() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; }"
            " catch (error) { return error.name; } }"
        )
        assert tried == "TypeError"
        assert len(person.troubles) == 1
        assert "requires 'TrustedHTML'" in person.troubles[0]
        person.troubles.clear()


def test_production_asks_for_a_key_and_sign_out_forgets_it(
    start_server: Callable[..., Server], chromium: Browser
) -> None:
    server = start_server(mode="production", access_keys="AKIATEST:secret")
    server.clock.advance(seconds=time.time() - START_MS / 1000)
    with person_at(chromium, server) as person:
        person.go("functions")
        person.is_at("Sign in to the console")
        expect(person.page.get_by_text("development")).to_have_count(0)
        person.fill("Access key ID", "AKIATEST")
        person.fill("Secret access key", "wrong")
        person.press("Sign in")
        refusal = person.page.get_by_role("alert")
        expect(refusal).to_contain_text("InvalidSignatureException")
        expect(refusal).to_contain_text("Request id")
        expect(person.page.get_by_label("Access key ID")).to_have_value("AKIATEST")
        person.fill("Access key ID", "AKIAOTHER")
        person.press("Sign in")
        expect(refusal).to_contain_text("UnrecognizedClientException")
        person.fill("Access key ID", "AKIATEST")
        person.fill("Secret access key", "secret")
        person.press("Sign in")
        # Where one wanted to go, and by the other API's signature.
        person.sees("No functions yet.")
        # An ARN or a name in a path is signed as it is sent.
        deploy(server, "piers", CODE % "x")
        person.go("functions", "of", "piers")
        person.page.reload()
        expect(person.page.get_by_label("Code of index.py")).to_have_value(CODE % "x")
        person.press("Run")
        expect(person.card("Test")).to_contain_text("answered version $LATEST")
        person.go("charts")
        person.sees("tells its metrics to nobody")
        assert person.page.evaluate("() => localStorage.length") == 0
        person.press("Sign out")
        person.is_at("Sign in to the console")
        assert "secret" not in person.page.evaluate("() => JSON.stringify(sessionStorage)")
        person.page.reload()
        person.is_at("Sign in to the console")


def test_the_lite_plan_says_why_it_has_no_access_token_customization(
    server: Server, chromium: Browser, world: World
) -> None:
    pool = server.client().create_user_pool(PoolName="lite", UserPoolTier="LITE")["UserPool"]["Id"]
    with person_at(chromium, server) as person:
        person.go("pools", pool, "extensions", "add")
        group = person.page.get_by_role("group", name="Trigger event version")
        expect(group.get_by_role("radio")).to_have_count(3)
        expect(group.get_by_role("radio", disabled=True)).to_have_count(2)
        expect(group.get_by_role("radio", name="Basic features · V1_0")).to_be_checked()
        expect(group.get_by_text("This pool is on the Lite plan.").first).to_be_visible()


def test_code_is_written_by_keyboard(server: Server, chromium: Browser) -> None:
    with person_at(chromium, server) as person:
        person.go("functions", "create")
        code = person.page.get_by_label("Code of index.mjs")
        code.fill("")
        code.press("Tab")
        code.press("a")
        expect(code).to_have_value("  a")
        code.press("Escape")
        code.press("Tab")
        expect(code).not_to_be_focused()
        expect(person.page.get_by_role("button", name="Create function")).to_be_focused()


def test_a_user_is_changed_and_deleted(server: Server, chromium: Browser) -> None:
    idp = server.client()
    pool = idp.create_user_pool(PoolName="changes")["UserPool"]["Id"]
    target = {"UserPoolId": pool, "Username": "ines"}
    idp.admin_create_user(**target, UserAttributes=[{"Name": "name", "Value": "Ines"}])

    def attributes() -> dict[str, str]:
        user = idp.admin_get_user(**target)
        return {each["Name"]: each["Value"] for each in user["UserAttributes"]}

    with person_at(chromium, server) as person:
        person.go("pools", pool, "users")
        person.follow("ines")
        person.page.get_by_label("Add an attribute").select_option("nickname")
        person.fill("nickname", "in = es ")
        person.page.get_by_label("name", exact=False).first.fill("")
        person.press("Save attributes")
        expect(person.page.locator("input[name=name]")).to_have_count(0)
        expect(person.page.get_by_label("nickname")).to_have_value("in = es ")
        assert attributes().get("nickname") == "in = es "
        assert "name" not in attributes()
        person.press("Disable")
        expect(person.page.get_by_role("button", name="Enable", exact=True)).to_be_visible()
        assert idp.admin_get_user(**target)["Enabled"] is False
        person.press("Delete user")
        person.page.get_by_role("dialog").get_by_role("button", name="Delete user").click()
        person.sees("No users yet.")
        assert idp.list_users(UserPoolId=pool)["Users"] == []


def test_settings_keep_what_they_do_not_show(server: Server, chromium: Browser) -> None:
    """UpdateUserPool sets back what a request leaves out."""
    idp = server.client()
    pool = idp.create_user_pool(
        PoolName="kept",
        AutoVerifiedAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 11}},
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )["UserPool"]
    with person_at(chromium, server) as person:
        person.go("pools", pool["Id"], "settings")
        person.fill("User pool name", "renamed")
        person.press("Save settings")
        person.sees("Saved.")
    after = idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
    assert after["Name"] == "renamed"
    changed = {"Name", "LastModifiedDate"}
    assert {name: value for name, value in after.items() if name not in changed} == {
        name: value for name, value in pool.items() if name not in changed
    } | {"EstimatedNumberOfUsers": 0}


def test_what_is_not_there_is_refused_as_the_api_refuses_it(
    server: Server, chromium: Browser
) -> None:
    with person_at(chromium, server) as person:
        for parts, refusal in (
            (("pools", "us-east-1_Nothing01"), "User pool us-east-1_Nothing01 does not exist."),
            (("functions", "of", "nobody"), "Function not found"),
        ):
            person.go(*parts)
            person.is_at(parts[-1])
            said = person.page.get_by_role("alert")
            expect(said).to_contain_text(f"ResourceNotFoundException{refusal}")
            expect(said).to_contain_text("Request id")
        person.go("no", "such", "page")
        person.sees("There is no such page.")
