"""``@operation``: the functions that give operations their meaning, found by the model's names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from poolhouse.api.contract import names_by_function
from poolhouse.domain.authentication import Visitor

if TYPE_CHECKING:
    from poolhouse.domain.records import AppClient, User, UserPool
    from poolhouse.house import House

Request = dict[str, Any]
Response = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """The user whose access token came with the request, verified."""

    pool: UserPool
    client: AppClient
    user: User
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, past all checks. ``bearer`` is set for operations with an ``AccessToken``."""

    house: House
    operation: str
    request_id: str
    region: str
    now_ms: int
    client_address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    _bearer: Bearer | None = None

    @property
    def has_bearer(self) -> bool:
        return self._bearer is not None

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.client_address, self.headers.get("user-agent", ""), self.request_id)

    @property
    def bearer(self) -> Bearer:
        if self._bearer is None:
            raise LookupError(f"{self.operation} carries no access token")
        return self._bearer


OperationFunction = Callable[[Call, Request], Awaitable[Response]]

_functions: dict[str, OperationFunction] = {}


def operation(function: OperationFunction) -> OperationFunction:
    """Register ``describe_user_pool`` as DescribeUserPool. Raises for a name the model lacks."""
    name = names_by_function().get(function.__name__)
    if name is None:
        raise LookupError(f"no operation of the model is called {function.__name__}")
    if name in _functions:
        raise LookupError(f"{name} is defined twice")
    _functions[name] = function
    return function


def registered() -> Mapping[str, OperationFunction]:
    """Every operation that has a function, after importing all files of ``operations/``."""
    from poolhouse.api import operations as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _functions
