"""A pool that does not exist: every operation that needs nothing but a pool says so."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.api.contract import operations
from poolhouse.api.registry import registered
from refusals import refused

ABSENT = "us-east-1_absent000"
ALONE = sorted(
    operation.function_name
    for name, operation in operations().items()
    if name in registered()
    and operation.input_shape is not None
    and set(operation.input_shape.required_members) == {"UserPoolId"}
)


def test_there_are_such_operations() -> None:
    assert {"describe_user_pool", "get_user_pool_mfa_config", "list_groups"} <= set(ALONE)


@pytest.mark.parametrize("function_name", ALONE)
def test_an_absent_pool(idp: Any, function_name: str) -> None:
    with refused("ResourceNotFoundException", f"User pool {ABSENT} does not exist."):
        getattr(idp, function_name)(UserPoolId=ABSENT)
