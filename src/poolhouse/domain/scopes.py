"""Scopes: the pool's own, those of its resource servers, and their strings.

A custom scope is written ``identifier/name``. Identifiers may hold slashes (they often are URLs),
names may not, so the last slash divides. Source: Amazon Cognito developer guide, "Scopes, M2M,
and resource servers"; RFC 6749 section 3.3 for scope strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from poolhouse.domain.records import ResourceServer
from poolhouse.errors import InvalidParameterException

SELF_SERVICE: Final = "aws.cognito.signin.user.admin"
OPENID_SCOPES: Final = ("openid", "email", "phone", "profile")
CLIENT_REGISTRATION: Final = "aws.cognito/dcr/register"
# Scopes every pool has without a resource server.
SYSTEM_SCOPES: Final = frozenset({*OPENID_SCOPES, SELF_SERVICE, CLIENT_REGISTRATION})


def full_name(identifier: str, scope_name: str) -> str:
    return f"{identifier}/{scope_name}"


def split(scope: str) -> tuple[str, str] | None:
    """The resource server identifier and name of a custom scope; None if it has no slash."""
    identifier, slash, name = scope.rpartition("/")
    return (identifier, name) if slash and identifier and name else None


def names_of(server: ResourceServer) -> tuple[str, ...]:
    """The full names of a resource server's scopes, in the order they were declared."""
    return tuple(full_name(server.identifier, name) for name in server.scopes)


def exists(scope: str, servers: Iterable[ResourceServer]) -> bool:
    """Whether ``scope`` is one of the pool's own or is declared by one of ``servers``."""
    if scope in SYSTEM_SCOPES:
        return True
    parts = split(scope)
    return parts is not None and any(
        server.identifier == parts[0] and parts[1] in server.scopes for server in servers
    )


def custom(scopes: Iterable[str]) -> tuple[str, ...]:
    """Those of ``scopes`` that a machine may be given: all but the pool's own, in order."""
    return tuple(scope for scope in scopes if scope not in SYSTEM_SCOPES)


def parse(parameter: str | None) -> tuple[str, ...]:
    """The scopes of an OAuth ``scope`` parameter: divided by spaces, each once, in order."""
    return tuple(dict.fromkeys((parameter or "").split()))


def declared(scopes: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """``Scopes`` of a resource server request as name -> description.

    Raises InvalidParameterException for a name given twice (the sentence is ours).
    """
    found: dict[str, str] = {}
    for scope in scopes or ():
        name = scope["ScopeName"]
        if name in found:
            raise InvalidParameterException(f"Duplicate scope name {name} is not allowed.")
        found[name] = scope["ScopeDescription"]
    return found
