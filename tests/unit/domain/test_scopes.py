from __future__ import annotations

import pytest

from poolhouse.domain import scopes
from poolhouse.domain.records import ResourceServer
from poolhouse.errors import InvalidParameterException

TIDES = ResourceServer("p", "tides", "Tides", {"read": "Read", "publish": "Publish"})
BY_URL = ResourceServer("p", "https://api.harbour.test/v1", "API", {"read": "Read"})


def test_names_of_a_resource_server() -> None:
    assert scopes.names_of(TIDES) == ("tides/read", "tides/publish")
    assert scopes.names_of(BY_URL) == ("https://api.harbour.test/v1/read",)


@pytest.mark.parametrize(
    ("scope", "parts"),
    [
        ("tides/read", ("tides", "read")),
        ("https://api.harbour.test/v1/read", ("https://api.harbour.test/v1", "read")),
        ("openid", None),
        ("/read", None),
        ("tides/", None),
    ],
)
def test_split(scope: str, parts: tuple[str, str] | None) -> None:
    assert scopes.split(scope) == parts


@pytest.mark.parametrize(
    ("scope", "exists"),
    [
        ("openid", True),
        ("aws.cognito.signin.user.admin", True),
        ("aws.cognito/dcr/register", True),
        ("tides/read", True),
        ("https://api.harbour.test/v1/read", True),
        ("tides/write", False),
        ("tides", False),
        ("https://api.harbour.test/read", False),
        ("Openid", False),
    ],
)
def test_exists(scope: str, exists: bool) -> None:
    assert scopes.exists(scope, [TIDES, BY_URL]) is exists


def test_custom_scopes_leave_out_the_pools_own() -> None:
    granted = ("openid", "tides/read", "aws.cognito.signin.user.admin", "tides/publish")
    assert scopes.custom(granted) == ("tides/read", "tides/publish")


@pytest.mark.parametrize(
    ("parameter", "parsed"),
    [
        (None, ()),
        ("", ()),
        ("openid", ("openid",)),
        (" openid  tides/read openid ", ("openid", "tides/read")),
    ],
)
def test_scope_parameters(parameter: str | None, parsed: tuple[str, ...]) -> None:
    assert scopes.parse(parameter) == parsed


def test_declared_scopes() -> None:
    read = {"ScopeName": "read", "ScopeDescription": "Read"}
    assert scopes.declared([read]) == {"read": "Read"}
    assert scopes.declared(None) == {}
    with pytest.raises(InvalidParameterException):
        scopes.declared([read, read])
