from __future__ import annotations

import pytest

from poolhouse.domain import tags
from poolhouse.errors import InvalidParameterException, UserPoolTaggingException


def test_tags_merge_and_go() -> None:
    assert tags.merged({"a": "1", "b": "2"}, {"b": "3"}) == {"a": "1", "b": "3"}
    assert tags.removed({"a": "1", "b": "2"}, ["b", "absent"]) == {"a": "1"}


@pytest.mark.parametrize(
    "refused", [{"aws:mine": "1"}, {"AWS:mine": "1"}, {str(index): "" for index in range(51)}]
)
def test_refused_tags(refused: dict[str, str]) -> None:
    with pytest.raises(UserPoolTaggingException):
        tags.checked(refused)
    with pytest.raises(InvalidParameterException):
        tags.merged({}, refused)


def test_pools_are_named_by_arn() -> None:
    arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Q7hYk2LmN"
    assert tags.place_of(arn) == ("eu-west-1_Q7hYk2LmN", "eu-west-1")
    for refused in (arn + "/x", arn.replace("userpool", "identitypool"), "arn:aws:s3:::harbour"):
        with pytest.raises(InvalidParameterException):
            tags.place_of(refused)
