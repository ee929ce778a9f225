"""``Client``: our own API as Python calls, signed with the credentials that boto3 finds."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from poolhouse.client.trial_functions import trial_function

DEFAULT_URL = "http://localhost:4566"

_TIMEOUT_SECONDS = 120.0


class ServerError(Exception):
    """A server that refuses or cannot be reached. ``code`` is the exception's name, or empty."""

    def __init__(self, message: str, *, code: str = "", status: int = 0) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code
        self.status = status


def session(region: str = "us-east-1") -> boto3.Session:
    """The person's own credentials; a development server takes any, so made-up ones do as well."""
    own = boto3.Session(region_name=region)
    if own.get_credentials() is not None:
        return own
    return boto3.Session("any", "any", region_name=region)


class Client:
    """One server's own API. All calls raise :class:`ServerError`.

    ``docs/reference/own-api.md`` describes what they return: JSON, as dictionaries.
    """

    def __init__(self, url: str = DEFAULT_URL) -> None:
        self.url = url.rstrip("/")

    def preview(self, pool: str, client: str, **more: Any) -> dict[str, Any]:
        """What a sign-in's tokens would say, and why. Nothing is issued.

        ``user`` names a user of the pool; without it, ``attributes`` and ``groups`` are those of
        somebody made up. ``source``, ``scopes``, ``metadata`` and ``version`` are as in the
        event; ``function`` is an ARN, or a file that is tried without being deployed for good.
        """
        request = {"pool": pool, "client": client, **more}
        with ExitStack() as stack:
            request["function"] = self._function(stack, pool, more.get("function"))
            return self.call("POST", "preview", request)

    def replay(
        self, pool: str, function: str, *, since: str | int = "7d", **more: Any
    ) -> dict[str, Any]:
        """The report of a replay: recorded calls minted with ``function``, an ARN or a file."""
        with ExitStack() as stack:
            arn = self._function(stack, pool, function)
            document = {"function": arn, "since": since, **more}
            report: dict[str, Any] = {}
            for line in self.lines("POST", f"pools/{pool}/replay", document):
                report = line.get("report", report)
            return report

    def audit(self, pool: str, **query: Any) -> list[dict[str, Any]]:
        """The newest audit records that match, such as ``claim="tier", function_version="12"``."""
        found: list[dict[str, Any]] = self.call("GET", f"pools/{pool}/audit", query=query)[
            "records"
        ]
        return found

    def governance(self, pool: str, document: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The pool's governance document; replaced first, when one is given."""
        path = f"pools/{pool}/governance"
        return self.call("GET", path) if document is None else self.call("PUT", path, document)

    # --- requests ---

    def call(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """One request, answered with one JSON document; ``path`` is below ``/poolhouse/v1/``."""
        with self._open(method, path, document, query) as answer:
            try:
                result: dict[str, Any] = json.load(answer)
            except ValueError as error:
                raise ServerError(f"no poolhouse answers at {self.url}: {error}") from error
            return result

    def lines(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """One request, answered with JSON lines as they come."""
        with self._open(method, path, document, query) as answer:
            for line in answer:
                told: dict[str, Any] = json.loads(line)
                if "error" in told and len(told) == 1:
                    raise ServerError(told["error"]["message"], code=told["error"]["type"])
                yield told

    def _open(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None,
        query: Mapping[str, Any] | None,
    ) -> Any:
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        url = f"{self.url}/poolhouse/v1/{path}"
        if asked:
            url += "?" + urllib.parse.urlencode(asked, quote_via=urllib.parse.quote)
        body = b"" if document is None else json.dumps(document).encode()
        request = AWSRequest(method, url, {"Content-Type": "application/json"}, body)
        credentials = session().get_credentials()
        if credentials is None:
            raise ServerError("no AWS credentials were found")
        SigV4Auth(credentials, "cognito-idp", "us-east-1").add_auth(request)
        sent = urllib.request.Request(  # noqa: S310  # a server the person names
            url, body or None, dict(request.headers.items()), method=method
        )
        try:
            return urllib.request.urlopen(sent, timeout=_TIMEOUT_SECONDS)  # noqa: S310
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, ValueError) as error:
            raise ServerError(f"no poolhouse answers at {self.url}: {error}") from error

    def _function(self, stack: ExitStack, pool: str, function: str | None) -> str | None:
        return stack.enter_context(trial_function(self.url, pool, function))


def preview(pool: str, client: str, *, url: str = DEFAULT_URL, **more: Any) -> dict[str, Any]:
    """:meth:`Client.preview` of the server at ``url``."""
    return Client(url).preview(pool, client, **more)


def _refusal(error: urllib.error.HTTPError) -> ServerError:
    with error:
        try:
            told = json.load(error)
            return ServerError(
                told.get("message", ""), code=told.get("__type", ""), status=error.code
            )
        except (ValueError, AttributeError):
            return ServerError(f"the server answered {error.code}", status=error.code)
