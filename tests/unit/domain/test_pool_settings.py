from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import pool_settings
from poolhouse.domain.pool_settings import PoolSettings
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.errors import InvalidParameterException, UserPoolTaggingException
from sample_records import POOL_ID, REGION, ROLE_ARN, members_of, pool

ARN = "arn:aws:lambda:eu-west-1:210987654321:function:enrich"
SMS = {"SnsCallerArn": ROLE_ARN, "ExternalId": "x"}


def create(**request: Any) -> PoolSettings:
    return pool_settings.for_create({"PoolName": "harbour", **request}, region=REGION)


def update(current: PoolSettings, **request: Any) -> dict[str, Any]:
    return pool_settings.for_update(current, {"UserPoolId": POOL_ID, **request}).settings


EVERYTHING: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireSymbols": False,
            "PasswordHistorySize": 3,
            "TemporaryPasswordValidityDays": 3,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]},
    },
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {
        "PreSignUp": ARN,
        "PreTokenGenerationConfig": {"LambdaArn": ARN, "LambdaVersion": "V3_0"},
    },
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "UsernameAttributes": ["email"],
    "SmsAuthenticationMessage": "Your code: {####}",
    "VerificationMessageTemplate": {"EmailMessage": "Code {####}", "EmailSubject": "Code"},
    "MfaConfiguration": "OPTIONAL",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
    "EmailConfiguration": {"ReplyToEmailAddress": "port@harbour.test"},
    "SmsConfiguration": SMS,
    "UserPoolTags": {"dock": "7"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {"EmailMessage": "{username} {####}"},
    },
    "Schema": [{"Name": "berth", "AttributeDataType": "String"}],
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "DcrConfiguration": {"OpenDcrEnabled": True},
    "UsernameConfiguration": {"CaseSensitive": False},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
    "IssuerConfiguration": {"Type": "UPDATED"},
    "AcrConfiguration": {"Level2": {"AcrValue": "urn:harbour:2"}},
}


class TestCreate:
    def test_defaults(self) -> None:
        settings = create().settings
        schema = settings.pop("SchemaAttributes")
        assert [entry["Name"] for entry in schema][:3] == ["sub", "name", "given_name"]
        assert settings == {
            "Name": "harbour",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8,
                    "RequireUppercase": True,
                    "RequireLowercase": True,
                    "RequireNumbers": True,
                    "RequireSymbols": True,
                    "TemporaryPasswordValidityDays": 7,
                },
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
            },
            "DeletionProtection": "INACTIVE",
            "LambdaConfig": {},
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "MfaConfiguration": "OFF",
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "UserPoolTags": {},
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": False,
                "UnusedAccountValidityDays": 7,
            },
            "UserPoolTier": "ESSENTIALS",
            "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
            "IssuerConfiguration": {"Type": "ORIGINAL"},
            "AcrConfiguration": {
                f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in (1, 2, 3, 4)
            },
        }

    def test_everything_given_is_echoed_completed(self) -> None:
        settings = create(**EVERYTHING).settings
        assert settings["Policies"]["PasswordPolicy"] == {
            "MinimumLength": 12,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "PasswordHistorySize": 3,
            "TemporaryPasswordValidityDays": 3,
        }
        assert settings["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == 3
        assert settings["LambdaConfig"]["PreTokenGeneration"] == ARN
        assert settings["VerificationMessageTemplate"] == {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailMessage": "Code {####}",
            "EmailSubject": "Code",
        }
        assert settings["EmailVerificationMessage"] == "Code {####}"
        assert settings["EmailVerificationSubject"] == "Code"
        assert "SmsVerificationMessage" not in settings
        assert settings["DeviceConfiguration"] == {
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": False,
        }
        assert settings["SmsConfiguration"] == {**SMS, "SnsRegion": REGION}
        assert settings["EmailConfiguration"] == {
            "EmailSendingAccount": "COGNITO_DEFAULT",
            "ReplyToEmailAddress": "port@harbour.test",
        }
        assert settings["DcrConfiguration"] == {"EnableStatus": "Enabled", "OpenDcrEnabled": True}
        assert settings["AcrConfiguration"]["Level2"] == {"AcrValue": "urn:harbour:2"}
        assert settings["AcrConfiguration"]["Level1"] == {"AcrValue": "urn:cognito:loa:1"}
        assert settings["UserPoolTier"] == "PLUS"
        unchanged = (
            "DeletionProtection AutoVerifiedAttributes UsernameAttributes MfaConfiguration "
            "SmsAuthenticationMessage UserAttributeUpdateSettings UserPoolTags UserPoolAddOns "
            "UsernameConfiguration AccountRecoverySetting IssuerConfiguration"
        )
        for member in unchanged.split():
            assert settings[member] == EVERYTHING[member], member

    def test_settings_are_members_of_the_models_shape(self) -> None:
        assert set(create(**EVERYTHING).settings) <= members_of("UserPoolType")

    def test_older_message_members_are_mirrored_into_the_template(self) -> None:
        settings = create(
            SmsVerificationMessage="old {####}",
            EmailVerificationMessage="old {####}",
            VerificationMessageTemplate={"SmsMessage": "new {####}"},
        ).settings
        assert settings["SmsVerificationMessage"] == "new {####}"
        assert settings["VerificationMessageTemplate"] == {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "SmsMessage": "new {####}",
            "EmailMessage": "old {####}",
        }

    @pytest.mark.parametrize(
        ("policy", "config", "days"),
        [
            ({}, {}, 7),
            ({"TemporaryPasswordValidityDays": 0}, {}, 7),
            ({}, {"UnusedAccountValidityDays": 30}, 30),
            ({"TemporaryPasswordValidityDays": 5}, {}, 5),
            ({"TemporaryPasswordValidityDays": 5}, {"UnusedAccountValidityDays": 5}, 5),
        ],
    )
    def test_both_names_of_the_temporary_validity_agree(
        self, policy: dict[str, int], config: dict[str, int], days: int
    ) -> None:
        settings = create(
            Policies={"PasswordPolicy": policy}, AdminCreateUserConfig=config
        ).settings
        assert settings["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == days
        assert settings["AdminCreateUserConfig"]["UnusedAccountValidityDays"] == days

    @pytest.mark.parametrize(
        "empty",
        [
            {"AutoVerifiedAttributes": []},
            {"AliasAttributes": []},
            {"UsernameAttributes": []},
            {"SmsConfiguration": {"SnsCallerArn": ""}},
            {"DeviceConfiguration": {}},
            {"LambdaConfig": {}},
        ],
    )
    def test_empty_members_are_no_settings(self, empty: dict[str, Any]) -> None:
        assert create(**empty).settings == create().settings


SMS_FOR_MFA = (
    "SMS configuration and Auto verification for phone_number are required when MFA is "
    "required/optional"
)
CODE_FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
CODES_WITH_MFA = (
    "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["WEB_AUTHN"]}}},
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            {
                "Policies": {
                    "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"]}
                }
            },
            "SOFTWARE_TOKEN is not supported as one of the allowed first auth factors.",
        ),
        ({"MfaConfiguration": "ON"}, SMS_FOR_MFA),
        ({"MfaConfiguration": "OPTIONAL"}, SMS_FOR_MFA),
        (
            {"MfaConfiguration": "ON", "SmsConfiguration": SMS, "Policies": CODE_FACTORS},
            CODES_WITH_MFA,
        ),
        (
            {"AutoVerifiedAttributes": ["phone_number"]},
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            {
                "UserAttributeUpdateSettings": {
                    "AttributesRequireVerificationBeforeUpdate": ["email"]
                }
            },
            "email must be in AutoVerifiedAttributes to require verification before update.",
        ),
        (
            {
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 3}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
            },
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays",
        ),
        (
            {"AdminCreateUserConfig": {"InviteMessageTemplate": {"EmailMessage": "Hi {####}"}}},
            "Invalid Email message body for Admin create user flow parameter. Email message body "
            "should have {username} which will be replaced by code",
        ),
        (
            {"AdminCreateUserConfig": {"InviteMessageTemplate": {"SMSMessage": "Hi {username}"}}},
            "Invalid SMS message for Admin create user flow parameter. SMS message should have "
            "{####} which will be replaced by code",
        ),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Name": "admin_only", "Priority": 1},
                        {"Name": "verified_email", "Priority": 2},
                    ]
                }
            },
            "The admin_only recovery mechanism cannot be combined with other mechanisms.",
        ),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Name": "verified_phone_number", "Priority": 1},
                        {"Name": "verified_email", "Priority": 1},
                    ]
                }
            },
            "Each recovery mechanism needs a priority of its own.",
        ),
        (
            {"AcrConfiguration": {"Level1": {"AcrValue": "urn:cognito:loa:2"}}},
            "ACR names must be unique across all levels.",
        ),
        (
            {"Schema": [{"Name": "x", "AttributeDataType": "String", "Required": True}]},
            "Required custom attributes are not supported currently.",
        ),
    ],
)
def test_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        create(**request_)
    assert refusal.value.message == message


def test_refused_tags() -> None:
    with pytest.raises(UserPoolTaggingException):
        create(UserPoolTags={"aws:dock": "7"})


def test_invitations_to_pools_with_code_sign_in_need_no_password() -> None:
    create(
        Policies=CODE_FACTORS,
        AdminCreateUserConfig={"InviteMessageTemplate": {"SMSMessage": "Hi {username}"}},
    )
    create(MfaConfiguration="OPTIONAL", SmsConfiguration=SMS, Policies=CODE_FACTORS)


KEPT = {
    "Name",
    "Policies",
    "MfaConfiguration",
    "DcrConfiguration",
    "KeyConfiguration",
    "IssuerConfiguration",
    "UserPoolTier",
    "SchemaAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
}


class TestUpdate:
    def test_an_echoed_pool_stays_as_it_is(self) -> None:
        members = members_of("UpdateUserPoolRequest")
        for current in (create(), create(**EVERYTHING), create(UserPoolTier="LITE")):
            echo = {
                member: value for member, value in current.settings.items() if member in members
            }
            assert update(current, **echo) == current.settings

    def test_what_an_empty_update_keeps_and_resets(self) -> None:
        current = create(**{**EVERYTHING, "MfaConfiguration": "OFF"})
        after = update(current)
        fresh = create().settings
        fresh["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = 3
        assert {member: after[member] for member in KEPT} == {
            member: current.settings[member] for member in KEPT
        }
        assert set(after) == KEPT | set(fresh)
        for member in set(after) - KEPT:
            assert after[member] == fresh[member], member

    def test_omitted_mfa_is_kept_and_has_to_fit_what_is_reset(self) -> None:
        current = create(MfaConfiguration="OPTIONAL", SmsConfiguration=SMS)
        assert update(current, SmsConfiguration=SMS)["MfaConfiguration"] == "OPTIONAL"
        with pytest.raises(InvalidParameterException) as refusal:
            update(current)
        assert refusal.value.message == SMS_FOR_MFA

    @pytest.mark.parametrize(
        ("asked", "length", "factors"),
        [
            ({}, 12, 2),
            ({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}, 12, 1),
            ({"PasswordPolicy": {"MinimumLength": 9}}, 9, 2),
        ],
    )
    def test_each_policy_is_kept_for_itself(
        self, asked: dict[str, Any], length: int, factors: int
    ) -> None:
        current = create(
            Policies={
                "PasswordPolicy": {"MinimumLength": 12},
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
            }
        )
        policies = update(current, **({"Policies": asked} if asked else {}))["Policies"]
        assert policies["PasswordPolicy"]["MinimumLength"] == length
        assert len(policies["SignInPolicy"]["AllowedFirstAuthFactors"]) == factors

    def test_immutable_members_of_a_request_change_nothing(self) -> None:
        current = create(AliasAttributes=["email"])
        after = update(
            current,
            AliasAttributes=["phone_number"],
            UsernameConfiguration={"CaseSensitive": False},
            Schema=[{"Name": "x", "AttributeDataType": "String"}],
        )
        assert after == current.settings

    def test_a_pool_can_be_renamed(self) -> None:
        assert update(create(), PoolName="quay")["Name"] == "quay"

    def test_mfa_by_other_factors_needs_no_sms(self) -> None:
        request = {"MfaConfiguration": "ON"}
        after = pool_settings.for_update(create(), request, other_mfa_factors=True)
        assert after.settings["MfaConfiguration"] == "ON"
        with pytest.raises(InvalidParameterException):
            pool_settings.for_update(create(), request)

    def test_null_members_are_absent(self) -> None:
        current = create(Policies={"PasswordPolicy": {"MinimumLength": 12}})
        assert update(current, Policies=None, LambdaConfig=None) == current.settings

    def test_the_current_settings_are_not_touched(self) -> None:
        current, twin = create(**EVERYTHING), create(**EVERYTHING)
        update(current, SmsConfiguration=SMS, LambdaConfig={"PreSignUp": ARN})
        assert current == twin


def test_custom_attributes_are_added() -> None:
    current = create()
    after = pool_settings.add_custom_attributes(
        current, {"CustomAttributes": [{"Name": "berth", "AttributeDataType": "String"}]}
    )
    assert after.settings["SchemaAttributes"][-1]["Name"] == "custom:berth"
    assert len(current.settings["SchemaAttributes"]) == 21


def test_records() -> None:
    plain = pool()
    assert (plain.id, plain.name, plain.tier, plain.created_ms, plain.modified_ms) == (
        POOL_ID,
        "harbour",
        "ESSENTIALS",
        1,
        2,
    )
    assert plain.case_sensitive
    assert not plain.deletion_protected
    assert plain.pre_token_generation is None
    full = pool(**EVERYTHING)
    assert full.tier == "PLUS"
    assert full.pre_token_generation == TriggerConfiguration(ARN, "V3_0")
    assert full.username_attributes == ("email",)
    assert full.auto_verified_attributes == ("email", "phone_number")
    assert not full.case_sensitive
    assert full.deletion_protected
    assert full.attributes["custom:berth"].data_type == "String"
    assert (full.password_policy.minimum_length, full.password_policy.history_size) == (12, 3)
    assert full.password_policy.temporary_validity_days == 3
    assert not full.password_policy.require_symbols
    assert PoolSettings.of(full) == PoolSettings(settings=dict(full.settings), region=REGION)
