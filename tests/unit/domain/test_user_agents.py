"""User agents, named as a person would."""

from __future__ import annotations

import pytest

from poolhouse.domain.user_agents import describe

_MOZILLA = "Mozilla/5.0 "
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            _MOZILLA + "(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            _MOZILLA + "(Windows NT 10.0; Win64; x64) " + _WEBKIT + "Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        (
            _MOZILLA + "(Windows NT 10.0) " + _WEBKIT + "Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            _MOZILLA + "(iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iOS",
        ),
        ("Boto3/1.44.0 md/Botocore#1.44.0 ua/2.1 os/linux#6.1 lang/python#3.11", "Boto3 on Linux"),
        ("okhttp/4.12.0", "OkHttp"),
        ("harbour-app/3.1 (build 7)", "harbour-app/3.1"),
        ("", "unknown"),
        ("x" * 5000, "x" * 1024),
    ],
)
def test_names(header: str, name: str) -> None:
    assert describe(header) == name
