"""A walk past every page there is, in a real browser, the way people get there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyotp
from playwright.sync_api import Locator, Page

from account_world import PASSWORD, World
from choice_world import make_choice_world
from mfa_world import PHONE, prefer, set_mfa
from server import Server
from sign_in_world import TEMPORARY, invite

CLIENT: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
    "PreventUserExistenceErrors": "ENABLED",
}


@dataclass
class Visitor:
    """A person at the pages of one pool. ``host`` is what passkeys are bound to."""

    page: Page
    world: World
    base: str
    callback: str

    def url(self, path: str, **parameters: str) -> str:
        request = {
            "response_type": "code",
            "client_id": self.world.client_id,
            "redirect_uri": self.callback,
            "state": "s",
            **parameters,
        }
        return f"{self.base}{path}?{urlencode({k: v for k, v in request.items() if v})}"

    def open(self, path: str, **parameters: str) -> None:
        self.page.goto(self.url(path, **parameters))

    def fill(self, **fields: str) -> None:
        """Type into the fields of these ids."""
        for name, value in fields.items():
            self.page.locator(f"#{name}").fill(value)

    def press(self, name: str = "") -> None:
        """Press the button of that name, or the first one, and wait for what comes."""
        button = self.page.locator("button.primary:visible").first
        self.click(self.page.get_by_role("button", name=name) if name else button)

    def click(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.click()

    def sign_in(self, username: str = "ada", password: str = PASSWORD) -> None:
        self.fill(username=username)
        if not self.page.locator("#password").count():
            self.press()
        self.fill(password=password)
        self.click(self.page.locator("button[name=signInSubmitButton]"))

    def forget(self) -> None:
        self.page.context.clear_cookies()

    def arrive(self) -> str:
        """Wait until the app has the browser back; where it came to."""
        self.page.wait_for_url(lambda url: url.startswith(self.callback))
        return self.page.url

    def totp(self, secret: str, step: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.world.server.clock.now_ms() // 1000 + 30 * step)


def make_visitor(server: Server, page: Page, *, choice: bool = False) -> Visitor:
    """A pool with ada in it; with ``choice`` people choose how to sign in."""
    host = server.url.replace("127.0.0.1", "localhost")
    callback = f"{host}/health"
    client = {**CLIENT, "CallbackURLs": [callback], "LogoutURLs": [callback]}
    if not choice:
        client["ExplicitAuthFlows"] = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    settings: dict[str, Any] = {} if choice else {"factors": ["PASSWORD", "WEB_AUTHN"]}
    world = make_choice_world(server, client=client, **settings)
    world.member(
        "ada",
        email="ada@example.com",
        email_verified="true",
        phone_number=PHONE,
        phone_number_verified="true",
    )
    return Visitor(page, world, f"{host}/{world.pool_id}", callback)


def every_page(server: Server, page: Page, lang: str = "") -> Iterator[str]:
    """Each page once, by name; the browser stands at it."""
    visitor, chooser = make_visitor(server, page), make_visitor(server, page, choice=True)
    world = visitor.world
    given = {"lang": lang}
    visitor.open("/login", **given)
    yield "login"
    visitor.sign_in(password="wrong")
    yield "login-refused"
    visitor.open("/signup", **given)
    yield "signup"
    visitor.fill(username="eva", password=PASSWORD, confirm_password="other")
    visitor.page.locator("#attribute-email").fill("eva@example.com")
    visitor.press()
    yield "signup-refused"
    visitor.fill(password=PASSWORD, confirm_password=PASSWORD)
    visitor.press()
    yield "confirm"
    visitor.open("/forgotPassword", **given)
    yield "forgot-password"
    visitor.fill(username="ada")
    visitor.press()
    yield "confirm-forgot-password"
    invite(world, "ben", email="ben@example.com")
    visitor.open("/login", **given)
    visitor.sign_in("ben", TEMPORARY)
    yield "new-password"
    visitor.page.goto(f"{visitor.base}/error?error=redirect_mismatch")
    yield "error"
    visitor.page.goto(f"{visitor.base}/confirmUser?client_id={world.client_id}&user_name=x")
    yield "link-refused"
    world.sign_up("zoe", email="zoe@example.com")
    link = {"user_name": "zoe", "confirmation_code": world.code("zoe@example.com")}
    visitor.open("/confirmUser", **link)
    yield "confirmed"
    yield from _second_factors(visitor, given)
    yield from _choices(chooser, given)


def _second_factors(visitor: Visitor, given: dict[str, str]) -> Iterator[str]:
    world = visitor.world
    world.member("mia")
    set_mfa(world, "ON", "TOTP", "EMAIL", "SMS")
    visitor.open("/login", **given)
    visitor.sign_in("mia")
    yield "mfa-setup"
    visitor.click(visitor.page.locator("button[value=EMAIL_OTP]"))
    yield "mfa-setup-email"
    visitor.open("/login", **given)
    visitor.sign_in("mia")
    visitor.click(visitor.page.locator("button[value=SOFTWARE_TOKEN_MFA]"))
    visitor.page.locator("summary").click()
    yield "mfa-setup-totp"
    secret = visitor.page.locator("code.secret").inner_text().replace(" ", "")
    visitor.fill(authentication_code=visitor.totp(secret))
    visitor.press()
    visitor.arrive()
    visitor.forget()
    visitor.open("/login", **given)
    visitor.sign_in("mia")
    yield "mfa"
    world.member("leo", email="leo@example.com", email_verified="true", phone_number=PHONE[:-1])
    prefer(world, "leo", SMS={"Enabled": True}, EMAIL={"Enabled": True})
    visitor.open("/login", **given)
    visitor.sign_in("leo")
    yield "mfa-select"


def _choices(visitor: Visitor, given: dict[str, str]) -> Iterator[str]:
    visitor.open("/login", **given)
    yield "login-name"
    visitor.fill(username="ada")
    visitor.press()
    yield "choose"
    visitor.fill(password=PASSWORD)
    visitor.click(visitor.page.locator("button[name=signInSubmitButton]"))
    visitor.arrive()
    visitor.open("/login", **given)
    yield "signed-in"
    visitor.open("/passkeys/add", **given)
    yield "add-passkey"
