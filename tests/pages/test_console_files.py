"""The console over HTTP: what is served, under which policy, and to whom."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from urllib.error import HTTPError

import pytest

from server import Server

STATIC = Path(str(files("poolhouse.console"))) / "static"


def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=asked)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_the_page_is_told_where_it_came_from(server: Server) -> None:
    status, headers, page = ask(f"{server.url}/console")
    assert (status, headers["content-type"]) == (200, "text/html;charset=UTF-8")
    assert b'name="poolhouse-mode" content="development"' in page
    assert b'name="poolhouse-region" content="us-east-1"' in page
    assert re.search(rb"\{\w+\}", page) is None


def test_the_policy_lets_nothing_in(server: Server) -> None:
    _, headers, page = ask(f"{server.url}/console")
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    # Nothing inline, nothing from elsewhere.
    assert re.findall(rb"<script(?![^>]* src=)|<style| on\w+=| style=|//(?!\n)[a-z]", page) == []
    for file in STATIC.rglob("*.js"):
        if file.parent.name != "vendor":
            text = file.read_text("utf-8")
            assert "innerHTML" not in text, file
            assert "localStorage" not in text, file


def test_every_file_is_served_and_kept_until_it_changes(server: Server) -> None:
    for file in STATIC.rglob("*"):
        if file.suffix not in (".js", ".css", ".svg"):
            continue
        url = f"{server.url}/console/static/{file.relative_to(STATIC).as_posix()}"
        status, headers, content = ask(url)
        assert (status, content) == (200, file.read_bytes())
        assert headers["cache-control"] == "no-cache"
        assert headers["x-content-type-options"] == "nosniff"
        status, _, content = ask(url, if_none_match=headers["etag"])
        assert (status, content) == (304, b"")


def test_every_import_leads_to_a_file() -> None:
    for file in STATIC.rglob("*.js"):
        for name in re.findall(
            r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", file.read_text("utf-8")
        ):
            assert (file.parent / name).resolve().is_file(), (file, name)


def test_vendored_files_say_whose_they_are() -> None:
    notice = (STATIC / "vendor" / "NOTICE").read_text("utf-8")
    for file in (STATIC / "vendor").glob("*.js"):
        assert re.search(rf"^{re.escape(file.name)} +\w+ \d+\.\d+", notice, re.MULTILINE), file


@pytest.mark.parametrize(
    "path", ["static/../pages.py", "static/%2e%2e/pages.py", "static/vendor/NOTICE", "nothing"]
)
def test_other_paths_lead_nowhere(server: Server, path: str) -> None:
    assert ask(f"{server.url}/console/{path}")[0] == 404


def test_it_is_read_only(server: Server) -> None:
    status, headers, _ = ask(f"{server.url}/console", "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    assert ask(f"{server.url}/console", "HEAD")[2] == b""


def test_a_server_called_by_a_foreign_name_shows_no_console(server: Server) -> None:
    """DNS rebinding: a stranger's name that leads to this machine."""
    assert ask(f"{server.url}/console", host="evil.example")[0] == 403
    assert ask(f"{server.url}/console", host="localhost")[0] == 200


def test_production_says_so(start_server: Callable[..., Server]) -> None:
    server = start_server(mode="production", access_keys="AKIATEST:secret")
    assert b'name="poolhouse-mode" content="production"' in ask(f"{server.url}/console")[2]
