"""What is no access token: every operation that needs nothing but one says so."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.api.contract import operations
from poolhouse.api.registry import registered
from refusals import refused

ALONE = sorted(
    operation.function_name
    for name, operation in operations().items()
    if name in registered()
    and operation.takes_access_token
    and operation.input_shape is not None
    and set(operation.input_shape.required_members) == {"AccessToken"}
)


def test_there_are_such_operations() -> None:
    assert {"get_user", "global_sign_out", "list_web_authn_credentials"} <= set(ALONE)


@pytest.mark.parametrize("function_name", ALONE)
def test_what_is_no_token(idp: Any, function_name: str) -> None:
    with refused("NotAuthorizedException", "Invalid Access Token"):
        getattr(idp, function_name)(AccessToken="nonsense")
