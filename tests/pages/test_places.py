"""The same pages at the host of a domain: addresses, cookies and the version of the domain."""

from __future__ import annotations

import re

import requests

from account_world import PASSWORD
from browser_world import CALLBACK, Browser


def at(browser: Browser, host: str, path: str) -> requests.Response:
    url = f"{browser.world.server.url}{path}"
    headers = {"Host": host}
    return requests.get(
        url, params=browser.request(), headers=headers, allow_redirects=False, timeout=30
    )


def test_at_the_host_of_a_prefix_nothing_names_the_pool(browser: Browser) -> None:
    world = browser.world
    prefix = f"quay-{world.client_id}"
    world.idp.create_user_pool_domain(UserPoolId=world.pool_id, Domain=prefix)
    host = f"{prefix}.auth.localhost"
    page = at(browser, host, "/login")
    assert page.status_code == 200
    assert world.pool_id not in page.text
    assert re.search(r'action="/login\?', page.text)
    cookie = next(each for each in page.cookies if each.name == "XSRF-TOKEN")
    assert cookie.path == "/"
    assert at(browser, host, "/forgotpassword").status_code == 200
    form = {"_csrf": str(cookie.value), "username": "ada", "password": PASSWORD}
    done = requests.post(
        f"{world.server.url}/login",
        params=browser.request(),
        data=form,
        headers={"Host": host, "Cookie": f"XSRF-TOKEN={cookie.value}"},
        allow_redirects=False,
        timeout=30,
    )
    assert done.headers["location"].startswith(f"{CALLBACK}?code=")


def test_each_domain_has_its_own_version(browser: Browser) -> None:
    world = browser.world
    prefix = f"pier-{world.client_id}"
    custom = f"{prefix}.harbour.test"
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
    world.idp.create_user_pool_domain(
        UserPoolId=world.pool_id, Domain=prefix, ManagedLoginVersion=1
    )
    world.idp.create_user_pool_domain(
        UserPoolId=world.pool_id,
        Domain=custom,
        ManagedLoginVersion=2,
        CustomDomainConfig={"CertificateArn": arn},
    )
    assert at(browser, f"{prefix}.auth.localhost", "/login").status_code == 200
    assert at(browser, custom, "/login").status_code == 403
    # Under a path the custom domain decides.
    assert browser.page("/login").status_code == 403


def test_a_pool_that_is_gone_has_no_pages(browser: Browser) -> None:
    browser.world.idp.delete_user_pool(UserPoolId=browser.world.pool_id)
    assert browser.page("/login").status_code == 404
    assert browser.page("/nothing/login").status_code == 404


def test_pages_are_shown_and_sent_and_nothing_else(browser: Browser) -> None:
    for method, path in (("PUT", "/login"), ("DELETE", "/signup"), ("GET", "/resendcode")):
        url = f"{browser.base}{path}"
        answer = browser.session.request(method, url, params=browser.request(), timeout=30)
        assert (answer.status_code, answer.content) == (405, b"")
    seen = browser.session.head(
        f"{browser.base}/confirmUser", params={"client_id": browser.world.client_id}, timeout=30
    )
    assert seen.status_code == 405
