"""A user pool's settings: what CreateUserPool and UpdateUserPool make of them.

Settings are kept as DescribeUserPool echoes them, under their wire names, without what is not a
setting (``Id``, ``Arn``, dates, ``EstimatedNumberOfUsers``, ``Domain``, ``CustomDomain``).
``record`` derives the typed UserPool. Sources: the API reference of the three operations, and
:mod:`poolhouse.domain.pool_choices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.domain import feature_plans, pool_defaults, pool_rules, schema, tags
from poolhouse.domain.records import PasswordPolicy, Tier, UserPool
from poolhouse.domain.trigger_settings import complete as complete_triggers
from poolhouse.domain.trigger_settings import pre_token_generation

Request = Mapping[str, Any]

# Not members of UpdateUserPool: fixed when the pool is created (the schema grows by
# AddCustomAttributes only).
_IMMUTABLE = ("SchemaAttributes", "UsernameAttributes", "AliasAttributes", "UsernameConfiguration")

# Members an update keeps when it leaves them out (``omitted-mfa``, ``omitted-registration``,
# ``omitted-identity``). UserPoolTier is kept too, see ``_tier``, and so is each member of Policies
# (``omitted-policies``). Everything else goes back to what it is in a new pool.
_KEPT_WHEN_OMITTED = (
    "MfaConfiguration",
    "DcrConfiguration",
    "KeyConfiguration",
    "IssuerConfiguration",
)

# Stored as given, when given and not empty.
_PLAIN = (
    "AutoVerifiedAttributes",
    "SmsAuthenticationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "AccountRecoverySetting",
)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """The settings of one pool, and the region its messages leave from."""

    settings: dict[str, Any]
    region: str

    @classmethod
    def of(cls, pool: UserPool) -> PoolSettings:
        return cls(settings=dict(pool.settings), region=pool.region)


def for_create(
    request: Request, *, region: str, legacy_advanced_security: bool = False
) -> PoolSettings:
    """The settings that a CreateUserPool request makes.

    ``legacy_advanced_security``: treat the pool as one that had advanced security features before
    feature plans came. Raises InvalidParameterException, FeatureUnavailableInTierException,
    UserPoolTaggingException.
    """
    pool_rules.check_sign_in_names(request)
    fixed: dict[str, Any] = {
        "Name": request["PoolName"],
        "SchemaAttributes": schema.build(request.get("Schema") or ()),
    }
    for member in ("UsernameAttributes", "AliasAttributes", "UsernameConfiguration"):
        if request.get(member):
            fixed[member] = request[member]
    settings = fixed | _replaceable(request, region)
    settings["UserPoolTier"] = _tier(
        request, settings, current=None, legacy=legacy_advanced_security
    )
    _check(settings, other_factors=False, legacy=legacy_advanced_security)
    return PoolSettings(settings=settings, region=region)


def for_update(
    current: PoolSettings,
    request: Request,
    *,
    legacy_advanced_security: bool = False,
    other_mfa_factors: bool = False,
) -> PoolSettings:
    """The settings after an UpdateUserPool request: a full replacement, with few exceptions.

    ``other_mfa_factors``: whether the pool has TOTP or email MFA configured. Raises as
    ``for_create`` does.
    """
    before = current.settings
    given = {member: value for member, value in request.items() if value is not None}
    for member in _KEPT_WHEN_OMITTED:
        if member in before:
            given.setdefault(member, before[member])
    given["Policies"] = {**before["Policies"], **given.get("Policies", {})}
    settings = {member: before[member] for member in _IMMUTABLE if member in before}
    settings["Name"] = given.get("PoolName", before["Name"])
    settings |= _replaceable(given, current.region)
    settings["UserPoolTier"] = _tier(
        request, settings, current=before["UserPoolTier"], legacy=legacy_advanced_security
    )
    _check(settings, other_factors=other_mfa_factors, legacy=legacy_advanced_security)
    return PoolSettings(settings=settings, region=current.region)


def add_custom_attributes(current: PoolSettings, request: Request) -> PoolSettings:
    """The settings after an AddCustomAttributes request. Raises InvalidParameterException."""
    grown = schema.with_custom_attributes(
        current.settings["SchemaAttributes"], request["CustomAttributes"]
    )
    return PoolSettings(
        settings={**current.settings, "SchemaAttributes": grown}, region=current.region
    )


def record(
    pool_id: str, region: str, created_ms: int, modified_ms: int, settings: Mapping[str, Any]
) -> UserPool:
    """The typed record of a pool with these stored settings."""
    policy = settings["Policies"]["PasswordPolicy"]
    return UserPool(
        id=pool_id,
        region=region,
        name=settings["Name"],
        tier=settings["UserPoolTier"],
        created_ms=created_ms,
        modified_ms=modified_ms,
        settings=settings,
        attributes=schema.definitions(settings["SchemaAttributes"]),
        password_policy=PasswordPolicy(
            minimum_length=policy["MinimumLength"],
            require_uppercase=policy["RequireUppercase"],
            require_lowercase=policy["RequireLowercase"],
            require_numbers=policy["RequireNumbers"],
            require_symbols=policy["RequireSymbols"],
            history_size=policy.get("PasswordHistorySize", 0),
            temporary_validity_days=policy["TemporaryPasswordValidityDays"],
        ),
        pre_token_generation=pre_token_generation(settings["LambdaConfig"]),
        username_attributes=tuple(settings.get("UsernameAttributes", ())),
        alias_attributes=tuple(settings.get("AliasAttributes", ())),
        auto_verified_attributes=tuple(settings.get("AutoVerifiedAttributes", ())),
        case_sensitive=settings.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        deletion_protected=settings["DeletionProtection"] == "ACTIVE",
    )


def _replaceable(given: Request, region: str) -> dict[str, Any]:
    """Everything an update replaces, completed; UserPoolTier aside."""
    policies = given.get("Policies") or {}
    admin_create_user = given.get("AdminCreateUserConfig") or {}
    password_policy = pool_defaults.password_policy(
        policies.get("PasswordPolicy"), admin_create_user.get("UnusedAccountValidityDays")
    )
    settings: dict[str, Any] = {
        "Policies": {
            "PasswordPolicy": password_policy,
            "SignInPolicy": pool_defaults.sign_in_policy(policies.get("SignInPolicy")),
        },
        "DeletionProtection": given.get("DeletionProtection") or "INACTIVE",
        "LambdaConfig": complete_triggers(given.get("LambdaConfig")),
        **pool_defaults.verification_messages(given),
        "MfaConfiguration": given.get("MfaConfiguration") or "OFF",
        "EmailConfiguration": pool_defaults.email_configuration(given.get("EmailConfiguration")),
        "UserPoolTags": tags.checked(given.get("UserPoolTags") or {}),
        "AdminCreateUserConfig": pool_defaults.admin_create_user_config(
            admin_create_user, password_policy["TemporaryPasswordValidityDays"]
        ),
        "KeyConfiguration": {
            "KeyType": "AWS_OWNED_KEY",
            **(given.get("KeyConfiguration") or {}),
        },
        "IssuerConfiguration": {"Type": "ORIGINAL", **(given.get("IssuerConfiguration") or {})},
        "AcrConfiguration": pool_defaults.acr_configuration(given.get("AcrConfiguration")),
    }
    optional = {
        "SmsConfiguration": pool_defaults.sms_configuration(given.get("SmsConfiguration"), region),
        "DeviceConfiguration": pool_defaults.device_configuration(given.get("DeviceConfiguration")),
        "DcrConfiguration": pool_defaults.dcr_configuration(given.get("DcrConfiguration")),
        **{member: given.get(member) for member in _PLAIN},
    }
    return settings | {member: value for member, value in optional.items() if value}


def _tier(
    request: Request, settings: dict[str, Any], *, current: Tier | None, legacy: bool
) -> Tier:
    """The plan asked for; else PLUS where threat protection is on; else the plan as it was
    (``threat-protection-plan``, ``omitted-identity``).
    """
    asked: Tier | None = request.get("UserPoolTier")
    if asked:
        return asked
    if feature_plans.uses_threat_protection(settings) and not (legacy and current == "LITE"):
        return "PLUS"
    return current or feature_plans.DEFAULT_TIER


def _check(settings: dict[str, Any], *, other_factors: bool, legacy: bool) -> None:
    pool_rules.check_multi_factor(settings, other_factors=other_factors)
    pool_rules.check_verification(settings)
    pool_rules.check_account_recovery(settings)
    pool_rules.check_invitation(settings)
    feature_plans.check(
        settings["UserPoolTier"],
        feature_plans.features_in_use(settings),
        legacy_advanced_security=legacy,
    )
