"""What AddPermission's statements say, and whom they let through."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain.function_policies import allows, by_user_pool, statement

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:berths"
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Q7hYk2LmN"
OTHER_POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_000000000"


def permission(**members: Any) -> dict[str, Any]:
    return {
        "StatementId": "pool",
        "Action": "lambda:InvokeFunction",
        "Principal": "cognito-idp.amazonaws.com",
        **members,
    }


def test_the_statement_has_the_form_of_the_service() -> None:
    given = permission(SourceAccount="123456789012", SourceArn=POOL)
    assert statement(FUNCTION, given) == {
        "Sid": "pool",
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": POOL},
        },
    }


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", "*"),
        ("123456789012", {"AWS": "arn:aws:iam::123456789012:root"}),
        ("arn:aws:iam::123456789012:user/ines", {"AWS": "arn:aws:iam::123456789012:user/ines"}),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
    ],
)
def test_principals_take_their_form(principal: str, expected: object) -> None:
    made = statement(FUNCTION, permission(Principal=principal))
    assert made["Principal"] == expected
    assert "Condition" not in made


@pytest.mark.parametrize(
    ("members", "allowed"),
    [
        ({}, True),
        ({"SourceArn": POOL}, True),
        ({"SourceArn": OTHER_POOL}, False),
        ({"SourceArn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/*"}, True),
        ({"SourceArn": "arn:aws:cognito-idp:*:123456789012:userpool/eu-west-1_?7hYk2LmN"}, True),
        # A star stays within its part of the ARN.
        ({"SourceArn": "arn:aws:cognito-idp:*"}, False),
        ({"SourceArn": "arn:aws:*:userpool/eu-west-1_Q7hYk2LmN"}, False),
        ({"SourceAccount": "123456789012"}, True),
        ({"SourceAccount": "999999999999"}, False),
        ({"SourceAccount": "123456789012", "SourceArn": OTHER_POOL}, False),
        ({"SourceAccount": "123456789012", "SourceArn": POOL}, True),
        ({"Principal": "s3.amazonaws.com"}, False),
        ({"Principal": "*"}, True),
        ({"Principal": "123456789012"}, False),
        ({"Action": "lambda:*"}, True),
        ({"Action": "*"}, True),
        ({"Action": "lambda:invokefunction"}, True),
        ({"Action": "lambda:GetFunction"}, False),
        # Conditions that an invocation by a user pool cannot meet.
        ({"EventSourceToken": "x"}, False),
        ({"PrincipalOrgID": "o-abcdefghij"}, False),
        ({"FunctionUrlAuthType": "NONE"}, False),
        ({"InvokedViaFunctionUrl": True}, False),
    ],
)
def test_a_pool_is_let_through_when_all_conditions_hold(
    members: dict[str, Any], allowed: bool
) -> None:
    made = statement(FUNCTION, permission(**members))
    assert allows([made], by_user_pool(POOL)) is allowed


def test_one_statement_that_allows_is_enough() -> None:
    refusing = statement(FUNCTION, permission(SourceArn=OTHER_POOL))
    granting = statement(FUNCTION, permission(SourceArn=POOL))
    assert allows([refusing, granting], by_user_pool(POOL))
    assert not allows([], by_user_pool(POOL))


def test_an_operator_that_is_not_known_is_never_met() -> None:
    made = statement(FUNCTION, permission())
    odd = {**made, "Condition": {"StringNotEquals": {"AWS:SourceAccount": "999999999999"}}}
    assert not allows([odd], by_user_pool(POOL))


def test_a_source_that_is_no_arn_meets_no_condition_on_it() -> None:
    made = statement(FUNCTION, permission(SourceAccount="123456789012"))
    assert not allows([made], by_user_pool("eu-west-1_Q7hYk2LmN"))
