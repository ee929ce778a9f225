"""Tags of user pools over boto3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from refusals import refused


@pytest.fixture
def arn(idp: Any) -> str:
    tags = {"quay": "7", "owner": "aino"}
    made: str = idp.create_user_pool(PoolName="harbour", UserPoolTags=tags)["UserPool"]["Arn"]
    return made


def _tags(idp: Any, arn: str) -> dict[str, str]:
    found: dict[str, str] = idp.list_tags_for_resource(ResourceArn=arn)["Tags"]
    return found


def test_tagging_merges(idp: Any, arn: str) -> None:
    idp.tag_resource(ResourceArn=arn, Tags={"quay": "8", "empty": ""})
    assert _tags(idp, arn) == {"quay": "8", "owner": "aino", "empty": ""}
    pool_id = arn.rpartition("/")[2]
    shown = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTags"]
    assert shown == _tags(idp, arn)


def test_untagging_ignores_absent_keys(idp: Any, arn: str) -> None:
    idp.untag_resource(ResourceArn=arn, TagKeys=["quay", "absent"])
    assert _tags(idp, arn) == {"owner": "aino"}


def test_no_tags_are_an_empty_map(idp: Any, arn: str) -> None:
    idp.untag_resource(ResourceArn=arn, TagKeys=["quay", "owner"])
    assert _tags(idp, arn) == {}


def test_two_callers_at_once_both_succeed(idp: Any, arn: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        for done in [
            threads.submit(idp.tag_resource, ResourceArn=arn, Tags={f"k{n}": "v"}) for n in range(8)
        ]:
            done.result(30)
    assert {f"k{n}" for n in range(8)} <= _tags(idp, arn).keys()


@pytest.mark.parametrize(
    "tags", [{"aws:reserved": "x"}, {f"k{number}": "v" for number in range(49)}]
)
def test_what_no_pool_may_carry(idp: Any, arn: str, tags: dict[str, str]) -> None:
    with refused("InvalidParameterException"):
        idp.tag_resource(ResourceArn=arn, Tags=tags)
    assert _tags(idp, arn) == {"quay": "7", "owner": "aino"}


@pytest.mark.parametrize(
    ("arn_", "code"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:f", "InvalidParameterException"),
        (
            "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_absent000",
            "ResourceNotFoundException",
        ),
    ],
)
def test_whose_tags(idp: Any, arn_: str, code: str) -> None:
    for call, more in (
        (idp.tag_resource, {"Tags": {"a": "b"}}),
        (idp.untag_resource, {"TagKeys": ["a"]}),
        (idp.list_tags_for_resource, {}),
    ):
        with refused(code):
            call(ResourceArn=arn_, **more)
