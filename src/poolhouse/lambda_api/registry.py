"""``@operation``: the functions that answer operations, found by the model's names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import Response as HttpResponse

from poolhouse.lambda_api.contract import operations

if TYPE_CHECKING:
    from poolhouse.house import House

Request = dict[str, Any]
Response = Mapping[str, Any] | HttpResponse | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request, past all checks. ``payload`` is the body where that is no JSON of members."""

    house: House
    region: str
    request_id: str
    now_ms: int
    payload: bytes = b""


OperationFunction = Callable[[Call, Request], Awaitable[Response]]

_functions: dict[str, OperationFunction] = {}


@cache
def _names() -> dict[str, str]:
    return {each.function_name: name for name, each in operations().items()}


def operation(function: OperationFunction) -> OperationFunction:
    """Register ``get_function`` as GetFunction. Raises for a name that the model lacks."""
    name = _names().get(function.__name__)
    if name is None:
        raise LookupError(f"no operation of the model is called {function.__name__}")
    if name in _functions:
        raise LookupError(f"{name} is defined twice")
    _functions[name] = function
    return function


def registered() -> Mapping[str, OperationFunction]:
    """Every operation that has a function, after importing all files of ``operations/``."""
    from poolhouse.lambda_api import operations as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return _functions
