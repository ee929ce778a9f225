"""Replicas of user pools, over boto3."""

from __future__ import annotations

from typing import Any

import pytest

from refusals import refused

KEY = {
    "KeyType": "CUSTOMER_MANAGED_KEY",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef",
}


@pytest.fixture
def pool(idp: Any) -> dict[str, Any]:
    made: dict[str, Any] = idp.create_user_pool(PoolName="harbour", KeyConfiguration=KEY)[
        "UserPool"
    ]
    return made


def _states(idp: Any, pool_id: str) -> dict[str, str]:
    listed = idp.list_user_pool_replicas(UserPoolId=pool_id)["UserPoolReplicas"]
    return {each["RegionName"]: each["Status"] for each in listed}


def test_the_life_of_a_replica(idp: Any, pool: dict[str, Any]) -> None:
    place = {"UserPoolId": pool["Id"], "RegionName": "eu-west-1"}
    made = idp.create_user_pool_replica(**place)["UserPoolReplica"]
    assert made == {
        "RegionName": "eu-west-1",
        "Status": "CREATING",
        "Role": "SECONDARY",
        "UserPoolArn": pool["Arn"].replace("us-east-1:", "eu-west-1:"),
    }
    assert _states(idp, pool["Id"]) == {"us-east-1": "ACTIVE", "eu-west-1": "INACTIVE"}
    idp.update_user_pool_replica(**place, Status="ACTIVE")
    assert _states(idp, pool["Id"])["eu-west-1"] == "ACTIVE"
    with refused("InvalidParameterException"):
        idp.delete_user_pool_replica(**place)
    idp.update_user_pool_replica(**place, Status="INACTIVE")
    assert idp.delete_user_pool_replica(**place)["UserPoolReplica"]["Status"] == "DELETING"
    assert _states(idp, pool["Id"]) == {"us-east-1": "ACTIVE"}
    with refused("ResourceNotFoundException", "There is no replica in eu-west-1."):
        idp.delete_user_pool_replica(**place)
    with refused("ResourceNotFoundException", "There is no replica in eu-west-1."):
        idp.update_user_pool_replica(**place, Status="ACTIVE")


def test_tags_of_a_replica_are_its_own(idp: Any, pool: dict[str, Any]) -> None:
    made = idp.create_user_pool_replica(
        UserPoolId=pool["Id"], RegionName="eu-west-1", UserPoolTags={"pier": "4"}
    )["UserPoolReplica"]
    idp.tag_resource(ResourceArn=made["UserPoolArn"], Tags={"quay": "7"})
    idp.untag_resource(ResourceArn=made["UserPoolArn"], TagKeys=["pier"])
    assert idp.list_tags_for_resource(ResourceArn=made["UserPoolArn"])["Tags"] == {"quay": "7"}
    assert idp.list_tags_for_resource(ResourceArn=pool["Arn"])["Tags"] == {}
    nowhere = pool["Arn"].replace("us-east-1:", "eu-west-2:")
    with refused("ResourceNotFoundException", "There is no replica in eu-west-2."):
        idp.list_tags_for_resource(ResourceArn=nowhere)


def test_a_list_of_pools_tells_their_regions(server: Any, idp: Any) -> None:
    # In a region of its own: the list of another is longer than a page.
    client = server.client(region="ap-south-2")
    made = client.create_user_pool(PoolName="harbour", KeyConfiguration=KEY)["UserPool"]
    client.create_user_pool(PoolName="other")
    for region in ("eu-west-1", "eu-central-1"):
        client.create_user_pool_replica(UserPoolId=made["Id"], RegionName=region)
    listed = client.list_user_pools(MaxResults=60)["UserPools"]
    regions = {each["Name"]: each.get("ReplicaRegions") for each in listed}
    assert regions == {"harbour": ["eu-central-1", "eu-west-1"], "other": None}


def test_the_primary_stays(idp: Any, pool: dict[str, Any]) -> None:
    place = {"UserPoolId": pool["Id"], "RegionName": "us-east-1"}
    with refused("InvalidParameterException", "The primary replica cannot be changed."):
        idp.update_user_pool_replica(**place, Status="INACTIVE")
    with refused("InvalidParameterException", "The primary replica cannot be changed."):
        idp.delete_user_pool_replica(**place)


@pytest.mark.parametrize("region", ["us-east-1", "somewhere", "eu-west-1"])
def test_where_there_can_be_none(idp: Any, pool: dict[str, Any], region: str) -> None:
    idp.create_user_pool_replica(UserPoolId=pool["Id"], RegionName="eu-west-1")
    with refused("InvalidParameterException"):
        idp.create_user_pool_replica(UserPoolId=pool["Id"], RegionName=region)


def test_a_key_of_ones_own_comes_first(idp: Any, pool_id: str) -> None:
    with refused("InvalidParameterException"):
        idp.create_user_pool_replica(UserPoolId=pool_id, RegionName="eu-west-1")


def test_an_unknown_pool_has_no_list(idp: Any) -> None:
    with refused("ResourceNotFoundException"):
        idp.list_user_pool_replicas(UserPoolId="us-east-1_000000000")
