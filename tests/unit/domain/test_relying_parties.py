"""Origins and relying parties: what a browser would send, and what an attacker would."""

from __future__ import annotations

import pytest

from poolhouse.domain.relying_parties import allows_origin, default_id


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://localhost:4566", "localhost"),
        ("http://127.0.0.1:4566", "localhost"),
        ("http://[::1]:4566", "localhost"),
        ("https://id.harbour.test", "id.harbour.test"),
        ("https://id.harbour.test:8443/pools", "id.harbour.test"),
    ],
)
def test_the_host_of_the_pages_is_the_relying_party(base_url: str, expected: str) -> None:
    assert default_id(base_url) == expected


@pytest.mark.parametrize(
    ("origin", "development", "production"),
    [
        ("https://harbour.test", True, True),
        ("https://app.harbour.test", True, True),
        ("https://harbour.test:8443", True, True),
        ("http://harbour.test", False, False),
        ("https://evilharbour.test", False, False),
        ("https://harbour.test.evil.test", False, False),
        ("https://harbour.test@evil.test", False, False),
        ("https://evil.test#.harbour.test", False, False),
        ("https://harbour.test/", False, False),
        ("https://harbour.test/evil", False, False),
        ("https://[", False, False),
        ("harbour.test", False, False),
        ("null", False, False),
        ("", False, False),
    ],
)
def test_origins_of_a_name(origin: str, development: bool, production: bool) -> None:
    assert allows_origin("harbour.test", origin, development=True) is development
    assert allows_origin("harbour.test", origin, development=False) is production


@pytest.mark.parametrize(
    ("origin", "development", "production"),
    [
        ("http://localhost:3000", True, False),
        ("http://app.localhost", True, False),
        ("https://localhost", True, True),
        ("http://127.0.0.1:3000", False, False),
        ("ftp://localhost", False, False),
        ("http://localhost.evil.test", False, False),
    ],
)
def test_origins_of_this_machine(origin: str, development: bool, production: bool) -> None:
    assert allows_origin("localhost", origin, development=True) is development
    assert allows_origin("localhost", origin, development=False) is production
