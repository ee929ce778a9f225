"""The forms of a function's name, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain.function_names import (
    LATEST,
    BadFunctionName,
    FunctionName,
    is_version,
    parse,
)

REGION, ACCOUNT = "eu-west-1", "123456789012"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("berths", FunctionName(REGION, ACCOUNT, "berths")),
        ("berths:live", FunctionName(REGION, ACCOUNT, "berths", "live")),
        ("berths:$LATEST", FunctionName(REGION, ACCOUNT, "berths", LATEST)),
        ("function:berths", FunctionName(REGION, ACCOUNT, "berths")),
        ("999999999999:function:berths", FunctionName(REGION, "999999999999", "berths")),
        ("999999999999:function:berths:7", FunctionName(REGION, "999999999999", "berths", "7")),
        (
            "arn:aws:lambda:us-gov-west-1:999999999999:function:berths",
            FunctionName("us-gov-west-1", "999999999999", "berths"),
        ),
        (
            "arn:aws-cn:lambda:cn-north-1:999999999999:function:berths:live",
            FunctionName("cn-north-1", "999999999999", "berths", "live", "aws-cn"),
        ),
    ],
)
def test_every_form_is_read(text: str, expected: FunctionName) -> None:
    assert parse(text, REGION, ACCOUNT) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "berths/../etc",
        "berths:live:more",
        "arn:aws:s3:eu-west-1:123456789012:function:berths",
        "arn:aws:lambda:eu-west-1:123:function:berths",
        "berths\n",
        "berths:$OTHER",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadFunctionName):
        parse(text, REGION, ACCOUNT)


names = st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True).filter(
    lambda name: name != "function"
)


@given(name=names, qualifier=st.none() | names | st.just(LATEST))
def test_an_arn_reads_back_as_what_it_was_made_of(name: str, qualifier: str | None) -> None:
    made = FunctionName(REGION, ACCOUNT, name, qualifier)
    assert parse(made.arn, "us-east-1", "000000000000") == made


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [("1", True), ("42", True), (LATEST, False), ("v1", False), ("", False), ("٣", False)],
)
def test_only_digits_are_a_version(qualifier: str, expected: bool) -> None:
    assert is_version(qualifier) is expected
