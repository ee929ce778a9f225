"""A page of a stranger must not administer a development server; everybody else may."""

from __future__ import annotations

import pytest

from poolhouse import origins
from poolhouse.errors import AccessDeniedException
from poolhouse.settings import Settings

_SETTINGS = Settings(public_url="https://auth.harbour.test", allowed_origins="https://ops.test")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:4566"},
        {"host": "127.0.0.1:4566"},
        {"host": "[::1]:4566"},
        {"host": "poolhouse:4566"},
        {"host": "harbour.auth.localhost:4566"},
        {"host": "cognito-idp.eu-west-1.amazonaws.com"},
        {"host": "auth.harbour.test"},
        {"host": "192.168.0.7:4566"},
        {"host": "localhost:4566", "origin": "http://localhost:3000"},
        {"host": "localhost:4566", "origin": "http://127.0.0.1:5173"},
        {"host": "localhost:4566", "origin": "https://ops.test"},
    ],
)
def test_our_own_names_and_pages_pass(headers: dict[str, str]) -> None:
    origins.check(_SETTINGS, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:4566", "origin": "https://evil.test"},
        {"host": "localhost:4566", "origin": "null"},
        {"host": "localhost:4566", "origin": "http://203.0.113.5"},
        {"host": "localhost:4566", "origin": "https://bucket.s3.amazonaws.com"},
        {"host": "localhost:4566", "origin": "https://localhost.evil.test"},
        {"host": "localhost:4566", "origin": "https://ops.test.evil.test"},
        {"host": "rebound.evil.test:4566"},
        {"host": "rebound.evil.test:4566", "origin": "http://rebound.evil.test:4566"},
        {"host": ""},
        {},
    ],
)
def test_strangers_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(AccessDeniedException):
        origins.check(_SETTINGS, headers)


def test_production_leaves_it_to_signatures() -> None:
    settings = Settings(mode="production", access_keys="AKIA:secret")
    origins.check(settings, {"host": "anything.test", "origin": "https://anywhere.test"})
