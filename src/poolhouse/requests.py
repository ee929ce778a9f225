"""A request as every face gets it: Starlette's, whose headers are found without a search."""

from __future__ import annotations

from typing import Any

from starlette import requests
from starlette.datastructures import Headers
from starlette.types import Receive, Scope


class _Headers(Headers):
    """Starlette's compares every name for each question, and a token asks for eight headers."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(raw=scope["headers"])
        # Of a header that came twice the first is the one, as in Starlette.
        self._first: dict[str, str] = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in reversed(scope["headers"])
        }

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower()]

    def __contains__(self, key: Any) -> bool:
        return isinstance(key, str) and key.lower() in self._first

    def get(self, key: str, default: Any = None) -> Any:
        return self._first.get(key.lower(), default)


class Request(requests.Request):
    """One HTTP request of any face."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self._found = _Headers(scope)

    @property
    def headers(self) -> Headers:
        return self._found
