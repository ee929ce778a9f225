"""Numbers and times of requests to our own API: bounded, however they are written."""

from __future__ import annotations

from typing import Any, cast

import pytest

from poolhouse.errors import InvalidParameterException
from poolhouse.own_api.requests import OwnRequest


def request(**query: str) -> OwnRequest:
    return OwnRequest(cast("Any", None), "key", {"pool": "us-east-1_harbour00"}, query)


@pytest.mark.parametrize("text", ["0", "1001", "000000001999999999", "-1", "1.5", "\u0661", ""])
def test_a_size_is_within_its_limit(text: str) -> None:
    with pytest.raises(InvalidParameterException):
        request(limit=text).size("limit", 100, 1000)


def test_sizes() -> None:
    assert request(limit="1000").size("limit", 100, 1000) == 1000
    assert request().size("limit", 100, 1000) == 100


@pytest.mark.parametrize("value", [1 << 70, -1, True, "later", 1.5, [1]])
def test_a_time_is_one_that_the_store_can_hold(value: object) -> None:
    asked = OwnRequest(cast("Any", None), "key", {}, {}, {"since": value})
    with pytest.raises(InvalidParameterException):
        asked.time_ms("since", 0)


def test_times() -> None:
    asked = OwnRequest(cast("Any", None), "key", {}, {}, {"since": 1_790_000_000_000})
    assert asked.time_ms("since", 0) == 1_790_000_000_000
    assert request(since="17").time_ms("since", 0) == 17
