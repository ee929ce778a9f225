"""Fixtures of the tests that speak to a server as SDKs do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from poolhouse.api.contract import operations
from server import Server

# What AWS JSON services may answer to any request, modelled or not.
COMMON_ERRORS = frozenset(
    {
        "AccessDeniedException",
        "IncompleteSignatureException",
        "InvalidParameterException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "RequestEntityTooLargeException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
    }
)
# Documented in words (a quota, ``ForceAliasCreation``, a trigger that it runs) where the operation
# lists no error for it.
BEYOND_THE_MODEL = {
    "AdminAddUserToGroup": frozenset({"LimitExceededException"}),
    "AdminCreateUser": frozenset({"AliasExistsException"}),
    "GetClientToken": frozenset(
        {
            "InvalidLambdaResponseException",
            "UnexpectedLambdaException",
            "UserLambdaValidationException",
        }
    ),
}


def unexpected_error(operation: str, code: str) -> bool:
    """Whether an operation answered an error that its model does not list."""
    allowed = (
        operations()[operation].errors
        | COMMON_ERRORS
        | BEYOND_THE_MODEL.get(operation, frozenset())
    )
    return code not in allowed


_found: list[str] = []


def _note(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    code = parsed.get("Error", {}).get("Code")
    if code is not None and unexpected_error(model.name, code):
        _found.append(f"{model.name} answered {code}: {parsed['Error'].get('Message')}")


@pytest.fixture(scope="session", autouse=True)
def _noting_clients() -> Iterator[None]:
    """Every boto3 client of these tests notes errors that it should not have seen."""
    plain_client = Server.client

    def client(self: Server, *args: Any, **kwargs: Any) -> Any:
        made = plain_client(self, *args, **kwargs)
        made.meta.events.register("after-call.cognito-identity-provider", _note)
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


@pytest.fixture(scope="module")
def pool_id(idp: Any) -> str:
    """A user pool of the test module's own."""
    created: str = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    return created


@pytest.fixture
def fresh_pool_id(idp: Any) -> str:
    """A user pool of the test's own, for tests about whole pools."""
    created: str = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    return created
