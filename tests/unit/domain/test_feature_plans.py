from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import feature_plans, pool_settings
from poolhouse.domain.pool_settings import PoolSettings
from poolhouse.errors import FeatureUnavailableInTierException
from sample_records import REGION

ARN = "arn:aws:lambda:eu-west-1:210987654321:function:enrich"


def trigger(version: str) -> dict[str, Any]:
    return {"PreTokenGenerationConfig": {"LambdaArn": ARN, "LambdaVersion": version}}


def create(*, legacy: bool = False, **request: Any) -> PoolSettings:
    return pool_settings.for_create(
        {"PoolName": "harbour", **request}, region=REGION, legacy_advanced_security=legacy
    )


@pytest.mark.parametrize(
    ("tier", "version", "legacy", "allowed"),
    [
        ("LITE", "V1_0", False, True),
        ("LITE", "V2_0", False, False),
        ("LITE", "V3_0", False, False),
        ("LITE", "V1_0", True, True),
        ("LITE", "V2_0", True, True),
        ("LITE", "V3_0", True, False),
        ("ESSENTIALS", "V1_0", False, True),
        ("ESSENTIALS", "V2_0", False, True),
        ("ESSENTIALS", "V3_0", False, True),
        ("PLUS", "V3_0", False, True),
    ],
)
def test_token_customization_by_plan(tier: str, version: str, legacy: bool, allowed: bool) -> None:
    def ask() -> PoolSettings:
        return create(legacy=legacy, UserPoolTier=tier, LambdaConfig=trigger(version))

    if allowed:
        assert ask().settings["UserPoolTier"] == tier
        return
    with pytest.raises(FeatureUnavailableInTierException) as refusal:
        ask()
    assert refusal.value.message == (
        "The following features need to be disabled for the LITE pricing tier configured: "
        f"Token Customization with Pre-Token Generation Lambda {version}"
    )


@pytest.mark.parametrize("version", ["V2_0", "V3_0"])
def test_moving_to_lite(version: str) -> None:
    current = create(LambdaConfig=trigger(version))
    with pytest.raises(FeatureUnavailableInTierException):
        pool_settings.for_update(
            current, {"UserPoolTier": "LITE", "LambdaConfig": trigger(version)}
        )
    moved = pool_settings.for_update(current, {"UserPoolTier": "LITE"})
    assert (moved.settings["UserPoolTier"], moved.settings["LambdaConfig"]) == ("LITE", {})


AUDIT = {"AdvancedSecurityMode": "AUDIT"}
OFF = {"AdvancedSecurityMode": "OFF"}


@pytest.mark.parametrize(
    ("asked", "tier"),
    [
        ({"UserPoolAddOns": AUDIT}, "PLUS"),
        ({"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}, "PLUS"),
        ({"UserPoolAddOns": AUDIT, "UserPoolTier": "PLUS"}, "PLUS"),
        ({"UserPoolAddOns": OFF}, "ESSENTIALS"),
        ({"UserPoolAddOns": OFF, "UserPoolTier": "LITE"}, "LITE"),
    ],
)
def test_threat_protection_brings_its_plan(asked: dict[str, Any], tier: str) -> None:
    assert create(**asked).settings["UserPoolTier"] == tier


@pytest.mark.parametrize("tier", ["LITE", "ESSENTIALS"])
def test_threat_protection_needs_plus(tier: str) -> None:
    with pytest.raises(FeatureUnavailableInTierException) as refusal:
        create(UserPoolAddOns=AUDIT, UserPoolTier=tier)
    assert refusal.value.message == (
        f"The following features need to be disabled for the {tier} pricing tier configured: "
        "Threat Protection"
    )


def test_threat_protection_on_update() -> None:
    for tier in ("LITE", "ESSENTIALS"):
        moved = pool_settings.for_update(create(UserPoolTier=tier), {"UserPoolAddOns": AUDIT})
        assert moved.settings["UserPoolTier"] == "PLUS"
    kept = pool_settings.for_update(create(UserPoolAddOns=AUDIT), {})
    assert kept.settings["UserPoolTier"] == "PLUS"
    assert "UserPoolAddOns" not in kept.settings


def test_a_legacy_pool_keeps_threat_protection_on_lite() -> None:
    lite = create(legacy=True, UserPoolTier="LITE", UserPoolAddOns=AUDIT)
    again = pool_settings.for_update(lite, {"UserPoolAddOns": AUDIT}, legacy_advanced_security=True)
    assert again.settings["UserPoolTier"] == "LITE"


FIRST_FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}


@pytest.mark.parametrize(
    ("asked", "feature"),
    [
        ({"Policies": FIRST_FACTORS}, "Choice-Based Sign-In"),
        ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}}, "Password History"),
        ({"AcrConfiguration": {"Level1": {"AcrValue": "urn:h:1"}}}, "Custom ACR Names"),
        ({"DcrConfiguration": {}}, "Dynamic Client Registration"),
    ],
)
def test_features_that_lite_lacks(asked: dict[str, Any], feature: str) -> None:
    create(**asked)
    with pytest.raises(FeatureUnavailableInTierException) as refusal:
        create(UserPoolTier="LITE", **asked)
    assert refusal.value.message.endswith(f" configured: {feature}")


def test_several_lacking_features_are_named_together() -> None:
    with pytest.raises(FeatureUnavailableInTierException) as refusal:
        create(UserPoolTier="LITE", LambdaConfig=trigger("V2_0"), UserPoolAddOns=AUDIT)
    assert refusal.value.message.endswith(
        ": Threat Protection, Token Customization with Pre-Token Generation Lambda V2_0"
    )


def test_registration_has_to_be_off_before_lite() -> None:
    current = create(DcrConfiguration={"EnableStatus": "Enabled"})
    with pytest.raises(FeatureUnavailableInTierException):
        pool_settings.for_update(current, {"UserPoolTier": "LITE"})
    moved = pool_settings.for_update(
        current, {"UserPoolTier": "LITE", "DcrConfiguration": {"EnableStatus": "Disabled"}}
    )
    assert moved.settings["UserPoolTier"] == "LITE"


def test_plans_can_be_asked_directly() -> None:
    feature_plans.check("ESSENTIALS", [feature_plans.MANAGED_LOGIN])
    with pytest.raises(FeatureUnavailableInTierException):
        feature_plans.check("LITE", [feature_plans.MANAGED_LOGIN])
