"""The example app, run as its README says, and used by people with two kinds of membership."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, Page

from server import Server

APP = Path(__file__).parents[2] / "examples" / "app"
MODULES = Path(__file__).parents[1] / "node" / "node_modules"


@pytest.fixture(scope="module")
def app_url(server_of_today: Server) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {**os.environ, "POOLHOUSE_URL": server_of_today.url, "APP_URL": url}
    prepared = subprocess.run(
        [sys.executable, "prepare.py"], cwd=APP, env=environment, capture_output=True, text=True
    )
    assert prepared.returncode == 0, prepared.stderr
    settings = dict(line.split("=", 1) for line in prepared.stdout.split())
    app = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--no-access-log"],
        cwd=APP,
        env={**environment, **settings, "NODE_MODULES": str(MODULES)},
    )
    try:
        _wait_for(url)
        yield url
    finally:
        app.terminate()
        app.wait()


def _wait_for(url: str) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            sleep(0.1)  # another program, which tells nobody when it is ready
        else:
            return
    raise TimeoutError(url)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill("Harbour-lights-7")
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_premium_member_reads_reports_and_signs_out(page: Page, app_url: str) -> None:
    page.goto(app_url)
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, "mara")
    assert page.get_by_role("heading").inner_text() == "Hello, mara"
    assert '"demo:membershipLevel": "Premium"' in page.locator("pre").inner_text()
    page.get_by_role("link", name="Reports").click()
    assert page.get_by_text("Level: Premium").is_visible()
    page.goto(app_url)
    page.get_by_role("link", name="Sign out").click()
    assert page.get_by_role("link", name="Sign in").is_visible()
    page.get_by_role("link", name="Sign in").click()
    assert page.get_by_label("Password", exact=True).is_visible()


def test_a_basic_member_is_kept_out(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/login")
    sign_in(page, "jon")
    page.get_by_role("link", name="Reports").click()
    assert page.get_by_role("heading").inner_text() == "Not for you"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("mara", '200 {"reports":["tides","winds"],"level":"Premium"}'),
        ("jon", '403 {"error":"insufficient_scope"}'),
    ],
)
def test_a_page_without_a_server_calls_the_api(
    page: Page, app_url: str, name: str, answer: str
) -> None:
    if not MODULES.exists():
        pytest.skip("needs npm: python3 dev.py setup")
    page.goto(f"{app_url}/page")
    page.get_by_role("button", name="Sign in").click()
    sign_in(page, name)
    page.get_by_role("button", name="Reports").click()
    page.get_by_text(answer).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()


def test_the_api_wants_a_token_of_this_pool(app_url: str) -> None:
    request = urllib.request.Request(
        f"{app_url}/api/reports", headers={"authorization": "Bearer nonsense"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)
    assert caught.value.code == 401
    assert caught.value.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    caught.value.close()
