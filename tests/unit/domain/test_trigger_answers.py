"""Reading bytes and returned events; the many wrong shapes are in the vectors."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from poolhouse.domain import trigger_answers
from poolhouse.domain.groups import NO_GROUPS
from poolhouse.domain.trigger_answers import DEEPEST_NESTING, INVALID_JSON, UNRECOGNIZABLE
from poolhouse.domain.wishes import UNCUSTOMIZED
from poolhouse.errors import InvalidLambdaResponseException
from poolhouse.triggers import pre_token_generation
from sample_authentications import api_sign_in, draft, triggered

SIGN_IN = api_sign_in(pool=triggered("V2_0"))
EVENT = pre_token_generation.event(draft(SIGN_IN), SIGN_IN)


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"null", None),
        (b" [1, 1.0, true] ", [1, 1.0, True]),
        (b"9223372036854775808", 2**63),
        (b"-170141183460469231731687303715884105729", -(2**127) - 1),
        (b"1.7976931348623157E308", 1.7976931348623157e308),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        ('"é"'.encode(), "é"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_json_is_read_with_its_types(payload: bytes, value: object) -> None:
    read = trigger_answers.parse(payload)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a": -Infinity}',
        b"1e400",
        b"-1e400",
        b'"\\ud800"',
        b'{"\\uDFFF": 1}',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"9" * 5000,
        b"[" * (DEEPEST_NESTING + 1) + b"]" * (DEEPEST_NESTING + 1),
        b'{"a":' * (DEEPEST_NESTING + 1) + b"1" + b"}" * (DEEPEST_NESTING + 1),
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_what_could_not_be_written_again_is_not_json(payload: bytes) -> None:
    with pytest.raises(InvalidLambdaResponseException) as caught:
        trigger_answers.parse(payload)
    assert caught.value.message == INVALID_JSON


def test_the_deepest_answer_can_be_written_again() -> None:
    value = trigger_answers.parse(b"[" * DEEPEST_NESTING + b"]" * DEEPEST_NESTING)
    assert json.loads(json.dumps(value)) == value


def test_many_brackets_are_not_deep() -> None:
    payload = b"[" + b",".join([b'"[{"'] * 500 + [b"[{}]"] * 500) + b"]"
    assert trigger_answers.parse(payload) == ["[{"] * 500 + [[{}]] * 500


def test_a_member_sent_as_null_may_come_back_as_anything() -> None:
    event: dict[str, Any] = {**EVENT, "userName": None}
    for answer in ({**event, "userName": "x"}, {**event, "userName": 7}, {**event}):
        assert trigger_answers.response_of(answer, event) == EVENT["response"]
    del event["userName"]
    assert trigger_answers.response_of(event, event) == EVENT["response"]


def test_the_refusal_says_why_to_the_operator_only() -> None:
    with pytest.raises(InvalidLambdaResponseException) as caught:
        trigger_answers.read({**EVENT, "request": None}, EVENT, "V2_0")
    assert caught.value.message == UNRECOGNIZABLE
    assert caught.value.detail == "request is missing or of another type than in the event"


def test_an_unchanged_event_is_no_wish() -> None:
    for version in UNCUSTOMIZED:
        wishes = trigger_answers.read(EVENT, EVENT, version)
        assert wishes.are_none
        assert wishes.version == version


def test_groups_absent_null_and_partial() -> None:
    def groups(details: object) -> object:
        response = {"claimsAndScopeOverrideDetails": details}
        return trigger_answers.read({**EVENT, "response": response}, EVENT, "V2_0").groups

    assert groups({"idTokenGeneration": None}) is None
    empty: tuple[object, ...] = (None, {}, [], {"groupsToOverride": []})
    for nothing in empty:
        assert groups({"groupOverrideDetails": nothing}) == NO_GROUPS
    partial = groups({"groupOverrideDetails": {"groupsToOverride": ["a", "a"]}})
    assert (getattr(partial, "groups", None), getattr(partial, "roles", None)) == (("a", "a"), ())


def test_floats_are_finite() -> None:
    assert math.isfinite(trigger_answers.parse(b"1e308"))  # type: ignore[arg-type]  # a number
