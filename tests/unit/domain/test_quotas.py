from __future__ import annotations

import pytest

from poolhouse.api.contract import operations
from poolhouse.domain import quotas


def test_every_operation_is_in_one_category() -> None:
    placed = sorted(name for each in quotas.CATEGORIES.values() for name in each.operations)
    assert placed == sorted(operations())


def test_rates_from_the_settings() -> None:
    assert quotas.parse_rates("") == {}
    assert quotas.parse_rates("UserList=2, UserRead=7") == {"UserList": 2, "UserRead": 7}


@pytest.mark.parametrize("text", ["UserList", "UserList=0", "UserList=many", "Other=2"])
def test_rates_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match="REQUESTS_PER_SECOND"):
        quotas.parse_rates(text)
