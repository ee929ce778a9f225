"""How risky a sign-in looks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import risk
from poolhouse.domain.auth_events import AuthEvent, Feedback

NOW_MS = 1_790_000_000_000
MINUTE_MS = 60_000


def event(minutes_ago: int, **values: Any) -> AuthEvent:
    plain: dict[str, Any] = {
        "event_type": "SignIn",
        "response": "Pass",
        "address": "192.0.2.1",
        "device": "phone",
    }
    return AuthEvent(
        pool_id="p",
        event_id=str(minutes_ago),
        sub="s",
        client_id="c",
        created_ms=NOW_MS - minutes_ago * MINUTE_MS,
        **{**plain, **values},
    )


def level(*history: AuthEvent, address: str = "192.0.2.1", device: str = "phone") -> str | None:
    return risk.level(history, address, device, NOW_MS)


def failures(count: int, minutes_ago: int = 1, **values: Any) -> list[AuthEvent]:
    return [event(minutes_ago, response="Fail", **values) for _ in range(count)]


LONG_AGO = event(3000)


@pytest.mark.parametrize(
    ("history", "elsewhere", "expected"),
    [
        ([], {"address": "198.51.100.7"}, None),
        (failures(9), {}, None),
        ([LONG_AGO], {}, None),
        ([LONG_AGO], {"address": "198.51.100.7"}, "Low"),
        ([LONG_AGO], {"device": "fridge"}, "Low"),
        ([LONG_AGO], {"device": ""}, None),
        ([event(3000, device="")], {"device": "fridge"}, None),
        ([LONG_AGO], {"address": "198.51.100.7", "device": "fridge"}, "Medium"),
        ([*failures(2), LONG_AGO], {}, None),
        ([*failures(3), LONG_AGO], {}, "Low"),
        ([*failures(3, 61), LONG_AGO], {}, None),
        (
            [*failures(3), LONG_AGO],
            {"address": "198.51.100.7", "device": "fridge"},
            "High",
        ),
        (
            [
                *failures(3, address="203.0.113.1"),
                event(2, response="Fail", address="203.0.113.2"),
                LONG_AGO,
            ],
            {"address": "198.51.100.7", "device": "fridge"},
            "High",
        ),
        ([event(9, event_type="SignUp")], {"address": "198.51.100.7"}, None),
        (
            [event(9, address="198.51.100.7", feedback=Feedback("Invalid", "Admin", 0)), LONG_AGO],
            {"address": "198.51.100.7"},
            "Low",
        ),
        (
            [
                event(
                    9,
                    address="198.51.100.7",
                    response="Fail",
                    feedback=Feedback("Valid", "User", 0),
                ),
                LONG_AGO,
            ],
            {"address": "198.51.100.7"},
            None,
        ),
    ],
)
def test_points(history: list[AuthEvent], elsewhere: dict[str, str], expected: str | None) -> None:
    assert level(*history, **elsewhere) == expected


@given(st.lists(st.sampled_from(["192.0.2.1", "198.51.100.7"])), st.integers(0, 9))
def test_more_failures_are_never_less_risk(addresses: list[str], more: int) -> None:
    order = [None, "Low", "Medium", "High"]
    history = [event(100 + n, address=address) for n, address in enumerate(addresses)]
    before = order.index(level(*history))
    assert order.index(level(*failures(more), *history)) >= before
