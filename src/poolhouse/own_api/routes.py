"""Path and method to the function that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from poolhouse.own_api import (
    audit,
    authorizations,
    budgets,
    function_logs,
    governance,
    policies,
    preview,
    recordings,
    replays,
)
from poolhouse.own_api.requests import OwnRequest

Answer = dict[str, Any] | AsyncIterator[dict[str, Any]]
Route = Callable[[OwnRequest], Awaitable[Answer]]

ROUTES: Final[dict[tuple[str, str], Route]] = {
    ("POST", "preview"): preview.make,
    ("GET", "budget-profiles"): budgets.profiles,
    ("GET", "audit"): audit.pools,
    ("GET", "pools/{pool}/governance"): governance.show,
    ("PUT", "pools/{pool}/governance"): governance.put,
    ("GET", "pools/{pool}/audit"): audit.query,
    ("GET", "pools/{pool}/audit/export"): audit.export,
    ("POST", "pools/{pool}/audit/verify"): audit.verify,
    ("GET", "pools/{pool}/recordings"): recordings.show,
    ("DELETE", "pools/{pool}/recordings"): recordings.delete,
    ("POST", "pools/{pool}/replay"): replays.make,
    ("POST", "pools/{pool}/budget-report"): budgets.make,
    ("GET", "functions/{function}/log"): function_logs.show,
    ("POST", "naming-policy/check"): policies.check,
    ("POST", "pools/{pool}/naming-policy/survey"): policies.make,
    ("POST", "pools/{pool}/authorization"): authorizations.make,
}
"""Method and path below ``/poolhouse/v1/``; ``{pool}`` and ``{function}`` are one segment each."""


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and its path parameters; None when there is none."""
    segments = path.split("/")
    for (wanted, form), route in ROUTES.items():
        parameters = _match(form.split("/"), segments) if wanted == method else None
        if parameters is not None:
            return route, parameters
    return None


def _match(form: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(form) != len(segments):
        return None
    parameters = {}
    for part, segment in zip(form, segments, strict=True):
        if part.startswith("{"):
            parameters[part.strip("{}")] = segment
        elif part != segment:
            return None
    return parameters
