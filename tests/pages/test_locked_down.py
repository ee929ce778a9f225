"""What strangers try on the pages: markup, forms from elsewhere, frames, planted cookies."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import requests

from account_world import PASSWORD, attributes
from browser_world import Browser, make_browser, outcome
from mfa_world import prefer, set_mfa, with_app
from poolhouse.hosted import routes
from server import Server
from sign_in_world import TEMPORARY, invite

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>javascript:alert(1)"
FORMS = sorted(routes.FORMS)


class _Page(HTMLParser):
    """Notes every element and address; an attribute that runs script is a failure at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, attrs)
            assert name != "style", (tag, attrs)
            if name in ("href", "src", "action", "formaction", "srcset"):
                self.addresses.append(value or "")


def check(page: requests.Response) -> None:
    read = _Page(page.text)
    assert "script" not in read.tags
    assert page.text.count("<img") == read.tags.count("img")
    assert "alert(1)>" not in page.text
    own = ("/", "data:image/svg+xml", "data:,", "otpauth://totp/")
    assert [url for url in read.addresses if not url.startswith(own)] == []


def every_page(browser: Browser, **parameters: str) -> Iterator[requests.Response]:
    """Each page once, on the way a person would take to it."""
    world = browser.world
    invite(world, "ben", email="ben@example.com")
    yield browser.page("/login", **parameters)
    yield browser.page("/signup", **parameters)
    new = {"username": "eva", "password": PASSWORD, "requiredAttributes[email]": "e@example.com"}
    yield browser.follow(browser.submit(browser.page("/signup", **parameters), **new))
    page = browser.page("/forgotPassword", **parameters)
    yield page
    yield browser.follow(browser.submit(page, username="ada"))
    login = browser.page("/login", **parameters)
    yield browser.follow(browser.submit(login, username="ben", password=TEMPORARY))
    yield browser.get("/error", error="x")
    yield browser.get("/confirmUser", client_id=world.client_id, user_name="x", **parameters)
    browser.submit(browser.page("/login", **parameters), username="ada", password=PASSWORD)
    yield browser.page("/login", **parameters)
    browser.session.cookies.clear()
    set_mfa(world, "OPTIONAL", "TOTP")
    with_app(world, "app")
    set_mfa(world, "ON", "TOTP", "EMAIL", "SMS")
    prefer(world, "app", TOTP={"Enabled": True, "PreferredMfa": True})
    for name in ("app", "ada"):
        login = browser.page("/login", **parameters)
        page = browser.follow(browser.submit(login, username=name, password=PASSWORD))
        yield page
    yield browser.follow(browser.submit(page, mfa_type="SOFTWARE_TOKEN_MFA"))


@pytest.fixture
def browser(server: Server) -> Browser:
    return make_browser(server, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])


def test_every_page_may_do_nothing_but_show_and_send(browser: Browser) -> None:
    seen = set()
    for page in every_page(browser):
        seen.add(page.request.path_url.partition("?")[0].rpartition("/")[2])
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert "no-store" in page.headers["cache-control"]
        assert "access-control-allow-origin" not in page.headers
        check(page)
    assert {"login", "signup", "confirm", "mfa", "setup", "totp", "changePassword"} <= seen


@pytest.mark.parametrize("name", ["login_hint", "state", "nonce", "lang", "anything"])
def test_what_a_request_brings_stays_text(browser: Browser, name: str) -> None:
    for page in every_page(browser, **{name: HOSTILE}):
        check(page)


def test_what_people_and_administrators_type_stays_text(server: Server) -> None:
    browser = make_browser(server)
    world = browser.world
    check(browser.page("/login"))
    check(browser.submit(browser.page("/login"), username=HOSTILE, password=HOSTILE))
    page = browser.page("/signup")
    given = {"username": HOSTILE, "password": HOSTILE, "requiredAttributes[email]": HOSTILE}
    check(browser.submit(page, **given))
    check(browser.submit(browser.page("/forgotPassword"), username=HOSTILE + " "))
    world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username="<script>alert(1)</script>",
        UserAttributes=attributes(email="x@example.com"),
        MessageAction="SUPPRESS",
    )
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id,
        Username="<script>alert(1)</script>",
        Password=PASSWORD,
        Permanent=True,
    )
    browser.sign_in("<script>alert(1)</script>")
    known = browser.page("/login")
    assert "&lt;script&gt;" in known.text
    check(known)
    check(browser.get("/error", error=HOSTILE, client_id=HOSTILE))


@pytest.mark.parametrize("path", FORMS)
def test_every_form_must_come_from_a_page_of_this_browser(browser: Browser, path: str) -> None:
    page = browser.page("/login")
    token = str(browser.session.cookies["XSRF-TOKEN"])
    url = f"{browser.base}{path}"
    query = browser.request()
    own = browser.world.server.url

    def post(fields: dict[str, str], **headers: str) -> int:
        return browser.session.post(
            url, params=query, data=fields, headers=headers, allow_redirects=False, timeout=30
        ).status_code

    assert page.status_code == 200
    assert post({}) == 403
    assert post({"_csrf": "0" * 36}) == 403
    assert post({"_csrf": token}, origin="https://evil.example") == 403
    assert post({"_csrf": token}, origin="null") == 403
    assert post({"_csrf": token}, **{"content-type": "text/plain"}) == 403
    assert post({"_csrf": token}, origin=own) in (200, 302)
    assert post({"csrf": token}) in (200, 302)
    browser.session.cookies.clear()
    assert post({"_csrf": token}) == 403


@pytest.mark.parametrize("path", sorted({*FORMS, *routes.SHOWN} - {"/resendcode"}))
def test_no_page_leads_to_places_that_are_not_registered(browser: Browser, path: str) -> None:
    for redirect_uri in ("https://evil.example", "javascript:alert(1)", "//evil.example"):
        lured = browser.page(path, redirect_uri=redirect_uri)
        assert "/error?error=redirect_mismatch" in lured.headers["location"]


def test_a_planted_cookie_is_worth_nothing(browser: Browser) -> None:
    browser.carry("planted")
    browser.sign_in()
    assert browser.session.cookies["cognito"] != "planted"
    browser.carry("planted")
    assert outcome(browser.authorize(prompt="none")) == {"error": "login_required"}


@pytest.mark.parametrize("value", ["", "x", "AAAA", "%00", "A" * 4000])
def test_carried_data_that_is_not_ours_is_nothing(browser: Browser, value: str) -> None:
    browser.session.cookies.set(
        "page-data", value, domain="127.0.0.1", path=f"/{browser.world.pool_id}/"
    )
    assert browser.page("/login").status_code == 200
    assert "Please sign in again." in browser.follow(browser.page("/mfa")).text


def test_cookies_belong_to_the_pool_and_are_out_of_reach_of_scripts(browser: Browser) -> None:
    page = browser.page("/login", lang="de")
    answer = browser.submit(page, username="ada", password=PASSWORD)
    for name in ("XSRF-TOKEN", "lang"):
        cookie = next(each for each in browser.session.cookies if each.name == name)
        assert cookie.path == f"/{browser.world.pool_id}/"
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert "max-age=3600" in answer.headers["set-cookie"].lower()


def test_a_form_that_is_too_long_or_unreadable_is_refused(browser: Browser) -> None:
    token = str(browser.page("/login").cookies["XSRF-TOKEN"])
    for body in (b"_csrf=" + token.encode() + b"&x=" + b"a" * 70_000, b"_csrf=%ff", b"\xff"):
        answer = browser.session.post(
            f"{browser.base}/login",
            params=browser.request(),
            data=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
            timeout=30,
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("callback", "source"),
    [
        ("https://\u4f8b\u3048.example/in", "https://xn--r8jz45g.example;"),
        ("https://app.example;script-src/in", "https:;"),
        ("https://user@app.example/in", "https:;"),
        ("https://app.example:8443/in", "https://app.example:8443;"),
    ],
)
def test_a_redirect_uri_is_no_part_of_the_policy(
    browser: Browser, callback: str, source: str
) -> None:
    world = browser.world
    client = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id,
        ClientName="abroad",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[callback],
    )["UserPoolClient"]["ClientId"]
    page = browser.page("/login", client_id=client, redirect_uri=callback)
    assert page.status_code == 200
    assert f"form-action 'self' {source}" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]


def test_an_origin_that_is_none_is_a_strangers(browser: Browser) -> None:
    url = f"{browser.base}/login"
    headers = {"Origin": "http://[", "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.session.post(url, params=browser.request(), data="", headers=headers)
    assert answer.status_code == 403
