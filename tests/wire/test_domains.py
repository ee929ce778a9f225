"""Domains over boto3."""

from __future__ import annotations

from typing import Any

import pytest

from refusals import refused

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/abc-123"}
GONE = "No such domain or user pool exists."


@pytest.fixture
def prefix(fresh_pool_id: str) -> str:
    return "harbour-" + fresh_pool_id.partition("_")[2].lower()


def _describe(idp: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_user_pool_domain(Domain=name)["DomainDescription"]
    return found


def test_a_prefix(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    created = idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    assert "CloudFrontDomain" not in created
    assert created["ManagedLoginVersion"] == 1
    described = _describe(idp, prefix)
    assert described.pop("CloudFrontDistribution").endswith(".cloudfront.net")
    assert described == {
        "UserPoolId": fresh_pool_id,
        "AWSAccountId": "123456789012",
        "Domain": prefix,
        "S3Bucket": "aws-cognito-prod-us-east-1-assets",
        "Version": "20260921141320",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": 1,
    }
    pool = idp.describe_user_pool(UserPoolId=fresh_pool_id)["UserPool"]
    assert pool["Domain"] == prefix
    assert "CustomDomain" not in pool


def test_a_custom_domain_beside_a_prefix(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    name = f"{prefix}.example.com"
    idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    created = idp.create_user_pool_domain(
        UserPoolId=fresh_pool_id, Domain=name, CustomDomainConfig=CERTIFICATE
    )
    described = _describe(idp, name)
    assert created["CloudFrontDomain"] == described["CloudFrontDistribution"]
    assert described["CustomDomainConfig"] == CERTIFICATE
    pool = idp.describe_user_pool(UserPoolId=fresh_pool_id)["UserPool"]
    assert (pool["Domain"], pool["CustomDomain"]) == (prefix, name)


def test_an_unknown_domain_is_described_as_nothing(idp: Any) -> None:
    assert _describe(idp, "nobodys-domain") == {}


def test_a_name_has_one_pool(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    other = idp.create_user_pool(PoolName="other")["UserPool"]["Id"]
    with refused("InvalidParameterException", "Domain already associated with another user pool"):
        idp.create_user_pool_domain(UserPoolId=other, Domain=prefix)


def test_a_pool_has_one_prefix(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    with refused("InvalidParameterException", "User pool already has a domain configured."):
        idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=f"{prefix}-2")


@pytest.mark.parametrize("name", ["Harbour", "auth.example.com", "-harbour", "my_harbour"])
def test_a_prefix_is_one_label(idp: Any, pool_id: str, name: str) -> None:
    with refused(
        "InvalidParameterException",
        "The domain name contains an invalid character. Domain names can only contain lower-case "
        "letters, numbers, and hyphens. Please enter a different name that follows this format: "
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
    ):
        idp.create_user_pool_domain(UserPoolId=pool_id, Domain=name)


@pytest.mark.parametrize("word", ["aws", "amazon", "cognito"])
def test_some_words_are_reserved(idp: Any, pool_id: str, word: str) -> None:
    with refused("InvalidParameterException", f"Domain cannot contain reserved word: {word}"):
        idp.create_user_pool_domain(UserPoolId=pool_id, Domain=f"my-{word}-harbour")


def test_the_newer_pages_need_a_plan(idp: Any) -> None:
    pool_id = idp.create_user_pool(PoolName="a", UserPoolTier="LITE")["UserPool"]["Id"]
    with refused("FeatureUnavailableInTierException"):
        idp.create_user_pool_domain(
            UserPoolId=pool_id, Domain="lite-harbour", ManagedLoginVersion=2
        )


def test_an_update_keeps_what_it_leaves_out(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    name = f"{prefix}.example.com"
    named = {"UserPoolId": fresh_pool_id, "Domain": name}
    idp.create_user_pool_domain(**named, CustomDomainConfig=CERTIFICATE)
    answer = idp.update_user_pool_domain(**named, ManagedLoginVersion=2)
    assert answer["ManagedLoginVersion"] == 2
    newer = {"CertificateArn": CERTIFICATE["CertificateArn"] + "4"}
    answer = idp.update_user_pool_domain(**named, CustomDomainConfig=newer)
    assert answer["CloudFrontDomain"].endswith(".cloudfront.net")
    described = _describe(idp, name)
    assert described["CustomDomainConfig"] == newer
    assert described["ManagedLoginVersion"] == 2


def test_a_prefix_stays_a_prefix(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Domain": prefix}
    idp.create_user_pool_domain(**named)
    with refused("InvalidParameterException"):
        idp.update_user_pool_domain(**named, CustomDomainConfig=CERTIFICATE)


def test_a_deleted_domain_is_free_again(idp: Any, fresh_pool_id: str, prefix: str) -> None:
    named = {"UserPoolId": fresh_pool_id, "Domain": prefix}
    idp.create_user_pool_domain(**named)
    idp.delete_user_pool_domain(**named)
    assert _describe(idp, prefix) == {}
    with refused("InvalidParameterException", GONE):
        idp.delete_user_pool_domain(**named)
    idp.create_user_pool_domain(**named)


def test_another_pools_domain_is_not_touched(
    idp: Any, pool_id: str, fresh_pool_id: str, prefix: str
) -> None:
    idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=prefix)
    with refused("InvalidParameterException", GONE):
        idp.delete_user_pool_domain(UserPoolId=pool_id, Domain=prefix)
    with refused("InvalidParameterException", GONE):
        idp.update_user_pool_domain(UserPoolId=pool_id, Domain=prefix, ManagedLoginVersion=2)
    assert _describe(idp, prefix)["UserPoolId"] == fresh_pool_id


def test_nothing_is_no_domain(idp: Any) -> None:
    with refused("InvalidParameterException"):
        idp.describe_user_pool_domain(Domain="")
