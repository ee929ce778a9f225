"""Fixtures of the tests that speak to the Lambda API as SDKs do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lambda_world import create
from poolhouse.lambda_api.contract import service_model
from server import Server

# What the service may answer to any request, modelled or not.
_COMMON_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "RequestEntityTooLargeException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)

_found: list[str] = []


def _note(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    code = parsed.get("Error", {}).get("Code")
    listed = {shape.name for shape in service_model().operation_model(model.name).error_shapes}
    if code is not None and code not in listed | _COMMON_ERRORS:
        _found.append(f"{model.name} answered {code}: {parsed['Error'].get('Message')}")


@pytest.fixture(scope="session", autouse=True)
def _noting_clients() -> Iterator[None]:
    """Every boto3 client of these tests notes errors that it should not have seen."""
    plain_client = Server.client

    def client(self: Server, *args: Any, **kwargs: Any) -> Any:
        made = plain_client(self, *args, **kwargs)
        made.meta.events.register("after-call.lambda", _note)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "client", client)
        yield


@pytest.fixture(autouse=True)
def _only_modelled_errors() -> Iterator[None]:
    """Every test: an operation answers only errors that its model lists, or common ones."""
    _found.clear()
    yield
    assert not _found


@pytest.fixture(scope="session")
def functions(server: Server, _noting_clients: None) -> Any:
    """boto3's lambda client of the shared server."""
    return server.client("lambda")


@pytest.fixture
def name(functions: Any) -> str:
    """A function that answers its event."""
    return create(functions)
