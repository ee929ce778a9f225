from __future__ import annotations

import pytest

from poolhouse.domain import redirect_uris
from poolhouse.errors import InvalidParameterException


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.harbour.test/in?next=1",
        "http://localhost",
        "http://LOCALHOST:3000/in",
        "http://127.0.0.1:8080/in",
        "http://[::1]:8080/in",
        "myapp://signed-in",
        "com.harbour.app:/in",
    ],
)
def test_accepted(url: str) -> None:
    redirect_uris.check([url])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://portal.harbour.test", "cannot use the HTTP protocol."),
        ("http://localhost.harbour.test", "cannot use the HTTP protocol."),
        ("http://localhost@harbour.test", "cannot use the HTTP protocol."),
        ("http://127.0.0.2", "cannot use the HTTP protocol."),
        ("HTTP://portal.harbour.test", "cannot use the HTTP protocol."),
        ("https://portal.harbour.test/#in", "cannot contain a fragment."),
        ("https://portal.harbour.test/#", "cannot contain a fragment."),
        ("portal.harbour.test/in", "is not a valid URL."),
        ("//portal.harbour.test", "is not a valid URL."),
        ("https:///in", "is not a valid URL."),
        ("http://[::1", "is not a valid URL."),
        ("javascript:alert(1)", "is not a valid URL."),
        ("JavaScript:alert(1)", "is not a valid URL."),
        ("data:text/html,x", "is not a valid URL."),
        ("https://portal.harbour.test/\r\nx", "is not a valid URL."),
        ("https://portal.harbour.test/ in", "is not a valid URL."),
        (" https://portal.harbour.test", "is not a valid URL."),
    ],
)
def test_refused(url: str, reason: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        redirect_uris.check(["https://portal.harbour.test", url])
    assert refusal.value.message == f"{url} {reason}"


def test_the_default_is_one_of_the_callbacks() -> None:
    redirect_uris.check_default(None, [])
    redirect_uris.check_default("https://a.test", ["https://a.test"])
    with pytest.raises(InvalidParameterException):
        redirect_uris.check_default("https://a.test/", ["https://a.test"])
