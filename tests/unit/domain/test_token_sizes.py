"""Bytes of tokens and of claims, budgets, and differences between two tokens."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import differences, size_budgets, token_sizes
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.size_budgets import PROFILES, Budget
from poolhouse.domain.token_sizes import Sizes, TokenSize
from poolhouse.store.json_text import encode
from sample_authentications import CLIENT_ID, api_sign_in

values = st.none() | st.booleans() | st.integers() | st.text(max_size=20)


@given(st.dictionaries(st.text(max_size=12), values, min_size=1, max_size=8))
def test_shares_add_up_to_the_payload(claims: dict[str, Any]) -> None:
    members = {name: len(encode({name: value})) - 2 for name, value in claims.items()}
    payload = base64.urlsafe_b64encode(encode(claims)).rstrip(b"=")
    assert sum(token_sizes.shares(members).values()) == len(payload)


def test_cookies_are_counted_as_javascript_clients_name_them() -> None:
    sizes = token_sizes.of_issuance(api_sign_in(), TokenSize(1000), TokenSize(900))
    prefix = f"CognitoIdentityServiceProvider.{CLIENT_ID}"
    cookies = [
        f"{prefix}.ines.accessToken=" + "a" * 1000,
        f"{prefix}.ines.idToken=" + "i" * 900,
        f"{prefix}.ines.refreshToken=" + "r" * token_sizes.REFRESH_TOKEN_CHARACTERS,
        f"{prefix}.ines.clockDrift=0",
        f"{prefix}.LastAuthUser=ines",
    ]
    assert sizes.cookies_bytes == len("; ".join(cookies))
    assert sizes.largest_cookie_bytes == max(map(len, cookies))
    assert sizes.authorization_bytes == len("AuthorizationBearer ") + 1000


def test_budgets_that_fail_come_first_and_others_clients_are_left_out() -> None:
    sizes = Sizes(TokenSize(1000), None, 1100, 1200)
    budgets = [
        Budget("a", 900, "access"),
        Budget("b", 1199, "cookies", "fail"),
        Budget("c", 1, "access", "fail", "another-client"),
        Budget("d", 1000, "access", "fail"),
        Budget("e", 0, "id"),
    ]
    found = size_budgets.judge(size_budgets.of_client(budgets, CLIENT_ID), sizes)
    assert [(finding.budget.name, finding.size_bytes) for finding in found] == [
        ("b", 1200),
        ("a", 1000),
    ]
    assert str(found[0]) == "cookies takes 1200 bytes, over the budget b of 1199"


def test_every_profile_says_where_its_number_comes_from() -> None:
    assert all(profile.source and profile.limit_bytes > 0 for profile in PROFILES.values())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"tier": 1}, {"tier": 1}, []),
        ({"tier": 1}, {"tier": True}, [("claim", "changed", "tier")]),
        ({"tier": 1}, {"tier": 1.0}, [("claim", "changed", "tier")]),
        ({"tier": {"a": [1]}}, {"tier": {"a": [1]}}, []),
        ({"tier": {"a": [1]}}, {"tier": {"a": [True]}}, [("claim", "changed", "tier")]),
        ({}, {"tier": None}, [("claim", "added", "tier")]),
        ({"tier": None}, {}, [("claim", "removed", "tier")]),
        ({"jti": 1, "exp": 2}, {"jti": 3, "exp": 4}, []),
        (
            {"scope": "a b"},
            {"scope": "b c"},
            [("scope", "removed", "a"), ("scope", "added", "c")],
        ),
        ({"cognito:groups": ["x"]}, {}, [("group", "removed", "x")]),
    ],
)
def test_differences(before: Any, after: Any, found: list[tuple[str, str, str]]) -> None:
    told = differences.between(FinishedClaims(None, before), FinishedClaims(None, after))
    assert [tuple(each)[1:] for each in told] == found


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), values))
def test_a_token_does_not_differ_from_itself(claims: dict[str, Any]) -> None:
    again = json.loads(json.dumps(claims))
    told = differences.between(FinishedClaims(claims, claims), FinishedClaims(again, again))
    assert told == ()
