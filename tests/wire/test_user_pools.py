"""User pools over boto3: what is made of a request, kept by an update, refused, and listed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from refusals import refused
from server import START_MS, Server

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harbour"}
TOTP = {"Enabled": True}


def _describe(idp: Any, pool_id: str) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return found


class TestCreating:
    def test_a_name_is_enough(self, idp: Any) -> None:
        pool = idp.create_user_pool(PoolName="harbour")["UserPool"]
        assert re.fullmatch(r"us-east-1_[0-9A-Za-z]{9}", pool["Id"])
        assert pool["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['Id']}"
        assert pool["CreationDate"].timestamp() == START_MS / 1000
        assert pool["LastModifiedDate"] == pool["CreationDate"]
        assert pool["Policies"] == {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        }
        plain = {
            "Name": "harbour",
            "DeletionProtection": "INACTIVE",
            "LambdaConfig": {},
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "MfaConfiguration": "OFF",
            "EstimatedNumberOfUsers": 0,
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "UserPoolTags": {},
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": False,
                "UnusedAccountValidityDays": 7,
            },
            "UserPoolTier": "ESSENTIALS",
        }
        assert {name: pool[name] for name in plain} == plain
        for absent in (
            "AutoVerifiedAttributes",
            "AliasAttributes",
            "UsernameAttributes",
            "UsernameConfiguration",
            "SmsVerificationMessage",
            "EmailVerificationMessage",
            "DeviceConfiguration",
            "SmsConfiguration",
            "AccountRecoverySetting",
            "UserPoolAddOns",
            "Domain",
            "CustomDomain",
            "Status",
        ):
            assert absent not in pool
        assert len(pool["SchemaAttributes"]) == 21
        assert pool["SchemaAttributes"][0]["Name"] == "sub"

    def test_it_is_described_as_it_was_created(self, idp: Any) -> None:
        created = idp.create_user_pool(
            PoolName="harbour",
            UsernameAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
            Schema=[{"Name": "berth", "AttributeDataType": "String"}],
            UserPoolTags={"quay": "7"},
            DeletionProtection="ACTIVE",
            LambdaConfig={
                "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": FUNCTION}
            },
        )["UserPool"]
        assert _describe(idp, created["Id"]) == created
        assert created["SchemaAttributes"][-1]["Name"] == "custom:berth"
        assert created["UsernameConfiguration"] == {"CaseSensitive": False}

    def test_the_region_is_the_signatures(self, server: Server) -> None:
        pool = server.client(region="ap-south-2").create_user_pool(PoolName="a")["UserPool"]
        assert pool["Id"].startswith("ap-south-2_")

    def test_it_has_its_own_keys(self, idp: Any, server: Server) -> None:
        async def key_ids(pool_id: str) -> set[str]:
            return set((await server.house.keys.of_pool(server.house.db, pool_id)).verifying)

        kids: set[str] = set()
        for _ in range(2):
            pool_id = idp.create_user_pool(PoolName="a")["UserPool"]["Id"]
            found = asyncio.run_coroutine_threadsafe(key_ids(pool_id), server.loop).result(10)
            assert len(found) == 2
            kids |= found
        assert len(kids) == 4

    @pytest.mark.parametrize(
        ("request_", "code", "message"),
        [
            (
                {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
                "InvalidParameterException",
                "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
            ),
            (
                {"MfaConfiguration": "ON"},
                "InvalidParameterException",
                "SMS configuration and Auto verification for phone_number are required when MFA "
                "is required/optional",
            ),
            (
                {"Schema": [{"Name": "berth"}]},
                "InvalidParameterException",
                "Invalid AttributeDataType input, consider using the provided AttributeDataType "
                "enum.",
            ),
            ({"UserPoolTags": {"aws:x": "y"}}, "UserPoolTaggingException", None),
            (
                {
                    "UserPoolTier": "LITE",
                    "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
                },
                "FeatureUnavailableInTierException",
                None,
            ),
        ],
    )
    def test_rules_refuse(
        self, idp: Any, request_: dict[str, Any], code: str, message: str | None
    ) -> None:
        with refused(code, message):
            idp.create_user_pool(PoolName="harbour", **request_)


class TestUpdating:
    def test_it_replaces_what_it_leaves_out(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(
            PoolName="harbour",
            AutoVerifiedAttributes=["email"],
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
            LambdaConfig={"PreTokenGeneration": FUNCTION},
            UserPoolTags={"quay": "7"},
            DeletionProtection="ACTIVE",
            UserPoolTier="PLUS",
        )["UserPool"]["Id"]
        idp.update_user_pool(UserPoolId=pool_id)
        pool = _describe(idp, pool_id)
        assert "AutoVerifiedAttributes" not in pool
        assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
        assert pool["LambdaConfig"] == {}
        assert pool["UserPoolTags"] == {}
        assert pool["DeletionProtection"] == "INACTIVE"
        assert (pool["Name"], pool["UserPoolTier"]) == ("harbour", "PLUS")

    def test_a_change_is_seen_by_the_next_reader(self, idp: Any, fresh_pool_id: str) -> None:
        for length in (10, 12, 14):
            policies = {"PasswordPolicy": {"MinimumLength": length}}
            idp.update_user_pool(UserPoolId=fresh_pool_id, Policies=policies)
            shown = _describe(idp, fresh_pool_id)["Policies"]["PasswordPolicy"]
            assert shown["MinimumLength"] == length

    def test_it_moves_the_date_of_change_only(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        idp = server.client()
        pool_id = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
        server.clock.advance(seconds=90)
        idp.update_user_pool(UserPoolId=pool_id)
        pool = _describe(idp, pool_id)
        assert pool["CreationDate"].timestamp() == START_MS / 1000
        assert pool["LastModifiedDate"].timestamp() == START_MS / 1000 + 90

    def test_a_smaller_plan_must_hold_what_is_configured(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
        idp.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            MfaConfiguration="OPTIONAL",
            EmailMfaConfiguration={"Message": "Your code is {####}"},
        )
        with refused("FeatureUnavailableInTierException"):
            idp.update_user_pool(UserPoolId=pool_id, UserPoolTier="LITE")

    def test_of_an_absent_pool(self, idp: Any) -> None:
        with refused("ResourceNotFoundException", "User pool us-east-1_absent000 does not exist."):
            idp.update_user_pool(UserPoolId="us-east-1_absent000")


class TestDeleting:
    def test_everything_in_it_goes(self, idp: Any, fresh_pool_id: str) -> None:
        client_id = idp.create_user_pool_client(UserPoolId=fresh_pool_id, ClientName="portal")[
            "UserPoolClient"
        ]["ClientId"]
        idp.delete_user_pool(UserPoolId=fresh_pool_id)
        gone = f"User pool {fresh_pool_id} does not exist."
        with refused("ResourceNotFoundException", gone):
            idp.describe_user_pool(UserPoolId=fresh_pool_id)
        with refused("ResourceNotFoundException", gone):
            idp.delete_user_pool(UserPoolId=fresh_pool_id)
        with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
            idp.initiate_auth(
                ClientId=client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "u", "PASSWORD": "p"},
            )

    def test_protection_prevents_it(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="a", DeletionProtection="ACTIVE")["UserPool"]["Id"]
        with refused(
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated. Deletion "
            "protection must be inactivated first.",
        ):
            idp.delete_user_pool(UserPoolId=pool_id)
        idp.update_user_pool(UserPoolId=pool_id, DeletionProtection="INACTIVE")
        idp.delete_user_pool(UserPoolId=pool_id)

    def test_a_domain_prevents_it(self, idp: Any, fresh_pool_id: str) -> None:
        name = fresh_pool_id.partition("_")[2].lower() + "-kept"
        idp.create_user_pool_domain(UserPoolId=fresh_pool_id, Domain=name)
        with refused(
            "InvalidParameterException",
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        ):
            idp.delete_user_pool(UserPoolId=fresh_pool_id)
        idp.delete_user_pool_domain(UserPoolId=fresh_pool_id, Domain=name)
        idp.delete_user_pool(UserPoolId=fresh_pool_id)


class TestListing:
    def test_pages_hold_every_pool_of_the_region_once(self, server: Server) -> None:
        idp = server.client(region="sa-east-1")
        made = {idp.create_user_pool(PoolName=f"p{n}")["UserPool"]["Id"] for n in range(5)}
        seen: list[str] = []
        for page in idp.get_paginator("list_user_pools").paginate(MaxResults=2):
            assert len(page["UserPools"]) <= 2
            seen += [pool["Id"] for pool in page["UserPools"]]
        assert sorted(seen) == sorted(made)

    def test_what_is_told_of_each(self, server: Server) -> None:
        idp = server.client(region="ca-west-1")
        idp.create_user_pool(PoolName="harbour", LambdaConfig={"PreTokenGeneration": FUNCTION})
        (pool,) = idp.list_user_pools(MaxResults=60)["UserPools"]
        assert set(pool) == {"Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate"}
        assert pool["LambdaConfig"] == {"PreTokenGeneration": FUNCTION}

    @pytest.mark.parametrize("token", ["abc", "é", "A" * 400])
    def test_a_forged_token_is_refused(self, idp: Any, token: str) -> None:
        with refused("InvalidParameterException", "Invalid pagination token."):
            idp.list_user_pools(MaxResults=1, NextToken=token)

    def test_a_token_of_another_region_is_refused(self, server: Server) -> None:
        here, there = server.client(region="il-central-1"), server.client(region="mx-central-1")
        for _ in range(2):
            here.create_user_pool(PoolName="a")
        token = here.list_user_pools(MaxResults=1)["NextToken"]
        with refused("InvalidParameterException", "Invalid pagination token."):
            there.list_user_pools(MaxResults=1, NextToken=token)


class TestCustomAttributes:
    def test_they_join_the_schema(self, idp: Any, fresh_pool_id: str) -> None:
        idp.add_custom_attributes(
            UserPoolId=fresh_pool_id,
            CustomAttributes=[
                {"Name": "berth", "AttributeDataType": "Number"},
                {"Name": "cat", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
            ],
        )
        added = _describe(idp, fresh_pool_id)["SchemaAttributes"][-2:]
        assert [entry["Name"] for entry in added] == ["custom:berth", "dev:custom:cat"]

    def test_none_twice(self, idp: Any, fresh_pool_id: str) -> None:
        berth = [{"Name": "berth", "AttributeDataType": "Number"}]
        idp.add_custom_attributes(UserPoolId=fresh_pool_id, CustomAttributes=berth)
        with refused(
            "InvalidParameterException",
            "custom:berth: Existing attribute already has name custom:berth.",
        ):
            idp.add_custom_attributes(UserPoolId=fresh_pool_id, CustomAttributes=berth)

    def test_two_callers_at_once_both_succeed(self, server: Server, fresh_pool_id: str) -> None:
        idp = server.client()

        def add(number: int) -> None:
            attribute = {"Name": f"a{number}", "AttributeDataType": "String"}
            idp.add_custom_attributes(UserPoolId=fresh_pool_id, CustomAttributes=[attribute])

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add, range(8)))
        names = {entry["Name"] for entry in _describe(idp, fresh_pool_id)["SchemaAttributes"]}
        assert {f"custom:a{number}" for number in range(8)} <= names


class TestMultiFactor:
    def test_a_new_pool_has_none(self, idp: Any, fresh_pool_id: str) -> None:
        shown = idp.get_user_pool_mfa_config(UserPoolId=fresh_pool_id)
        del shown["ResponseMetadata"]
        assert shown == {"MfaConfiguration": "OFF"}

    def test_what_is_set_is_shown(self, idp: Any, fresh_pool_id: str) -> None:
        request: dict[str, Any] = {
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": TOTP,
            "SmsMfaConfiguration": {
                "SmsAuthenticationMessage": "Code {####}",
                "SmsConfiguration": {**SMS, "SnsRegion": "us-east-1"},
            },
            "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"},
        }
        answer = idp.set_user_pool_mfa_config(UserPoolId=fresh_pool_id, **request)
        shown = idp.get_user_pool_mfa_config(UserPoolId=fresh_pool_id)
        for each in (answer, shown):
            del each["ResponseMetadata"]
            assert each == request
        pool = _describe(idp, fresh_pool_id)
        assert pool["MfaConfiguration"] == "OPTIONAL"
        assert pool["SmsConfiguration"]["ExternalId"] == "harbour"

    def test_a_factor_left_out_is_off(self, idp: Any, fresh_pool_id: str) -> None:
        sms = {"SmsConfiguration": SMS}
        idp.set_user_pool_mfa_config(
            UserPoolId=fresh_pool_id, MfaConfiguration="ON", SmsMfaConfiguration=sms
        )
        idp.set_user_pool_mfa_config(
            UserPoolId=fresh_pool_id,
            MfaConfiguration="ON",
            SoftwareTokenMfaConfiguration=TOTP,
        )
        shown = idp.get_user_pool_mfa_config(UserPoolId=fresh_pool_id)
        assert "SmsMfaConfiguration" not in shown
        assert "SmsConfiguration" in _describe(idp, fresh_pool_id)

    def test_passkeys_alone_leave_the_mode_and_stay(self, idp: Any, fresh_pool_id: str) -> None:
        passkeys = {"RelyingPartyId": "auth.example.com"}
        idp.set_user_pool_mfa_config(UserPoolId=fresh_pool_id, WebAuthnConfiguration=passkeys)
        idp.set_user_pool_mfa_config(
            UserPoolId=fresh_pool_id,
            MfaConfiguration="ON",
            SoftwareTokenMfaConfiguration=TOTP,
        )
        shown = idp.get_user_pool_mfa_config(UserPoolId=fresh_pool_id)
        assert shown["WebAuthnConfiguration"] == {
            "RelyingPartyId": "auth.example.com",
            "UserVerification": "preferred",
            "FactorConfiguration": "SINGLE_FACTOR",
        }

    def test_passkeys_belong_to_the_domain_unless_told(self, idp: Any, fresh_pool_id: str) -> None:
        name = fresh_pool_id.partition("_")[2].lower() + "-keys.example.com"
        idp.create_user_pool_domain(
            UserPoolId=fresh_pool_id,
            Domain=name,
            CustomDomainConfig={
                "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/abc-123"
            },
        )
        shown = idp.set_user_pool_mfa_config(
            UserPoolId=fresh_pool_id, WebAuthnConfiguration={"UserVerification": "required"}
        )
        assert shown["WebAuthnConfiguration"]["RelyingPartyId"] == name

    def test_a_pool_made_with_sms_has_sms(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="a", MfaConfiguration="ON", SmsConfiguration=SMS)[
            "UserPool"
        ]["Id"]
        shown = idp.get_user_pool_mfa_config(UserPoolId=pool_id)
        assert shown["MfaConfiguration"] == "ON"
        assert shown["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"] == "harbour"

    def test_totp_alone_survives_an_update_of_the_pool(self, idp: Any, fresh_pool_id: str) -> None:
        idp.set_user_pool_mfa_config(
            UserPoolId=fresh_pool_id,
            MfaConfiguration="ON",
            SoftwareTokenMfaConfiguration=TOTP,
        )
        idp.update_user_pool(UserPoolId=fresh_pool_id, MfaConfiguration="ON")
        shown = idp.get_user_pool_mfa_config(UserPoolId=fresh_pool_id)
        assert shown["SoftwareTokenMfaConfiguration"] == TOTP

    @pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
    @pytest.mark.parametrize("factors", [{}, {"SoftwareTokenMfaConfiguration": {"Enabled": False}}])
    def test_a_mode_needs_a_factor(
        self, idp: Any, pool_id: str, mode: str, factors: dict[str, Any]
    ) -> None:
        with refused(
            "InvalidParameterException",
            "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be "
            "provided.",
        ):
            idp.set_user_pool_mfa_config(UserPoolId=pool_id, MfaConfiguration=mode, **factors)

    def test_sms_needs_a_sender(self, idp: Any, pool_id: str) -> None:
        with refused(
            "InvalidParameterException",
            "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
        ):
            idp.set_user_pool_mfa_config(
                UserPoolId=pool_id,
                MfaConfiguration="ON",
                SmsMfaConfiguration={"SmsAuthenticationMessage": "Code {####}"},
            )

    def test_email_needs_a_bigger_plan_than_lite(self, idp: Any) -> None:
        pool_id = idp.create_user_pool(PoolName="a", UserPoolTier="LITE")["UserPool"]["Id"]
        with refused(
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the LITE pricing tier configured: "
            "Email MFA",
        ):
            idp.set_user_pool_mfa_config(
                UserPoolId=pool_id,
                MfaConfiguration="OPTIONAL",
                EmailMfaConfiguration={"Message": "Code {####}"},
            )


def test_the_number_of_users_is_told(idp: Any, fresh_pool_id: str) -> None:
    for name in ("aino", "bo"):
        idp.admin_create_user(UserPoolId=fresh_pool_id, Username=name, MessageAction="SUPPRESS")
    assert _describe(idp, fresh_pool_id)["EstimatedNumberOfUsers"] == 2
