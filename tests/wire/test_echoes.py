"""What is set is shown: every member that configures a pool or a client comes back.

A member that is dropped in silence looks like one that works, until somebody relies on it.
"""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.api.contract import service_model

ROLE = "arn:aws:iam::123456789012:role/sender"
KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:any"

POOL: dict[str, Any] = {
    "PoolName": "everything",
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 10,
            "RequireUppercase": False,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "PasswordHistorySize": 3,
            "TemporaryPasswordValidityDays": 2,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]},
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {
        "PreSignUp": FUNCTION,
        "CustomMessage": FUNCTION,
        "PostConfirmation": FUNCTION,
        "PreAuthentication": FUNCTION,
        "PostAuthentication": FUNCTION,
        "DefineAuthChallenge": FUNCTION,
        "CreateAuthChallenge": FUNCTION,
        "VerifyAuthChallengeResponse": FUNCTION,
        "UserMigration": FUNCTION,
        "PreTokenGeneration": FUNCTION,
        "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": FUNCTION},
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION},
        "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION},
        "KMSKeyID": KEY,
        "InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION},
    },
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "SmsVerificationMessage": "Number {####}",
    "EmailVerificationMessage": "Letter {####}",
    "EmailVerificationSubject": "Letter",
    "VerificationMessageTemplate": {
        "SmsMessage": "Number {####}",
        "EmailMessage": "Letter {####}",
        "EmailSubject": "Letter",
        "EmailMessageByLink": "Go {##there##}",
        "EmailSubjectByLink": "Link",
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
    },
    "SmsAuthenticationMessage": "Code {####}",
    "MfaConfiguration": "OPTIONAL",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": True,
        "DeviceOnlyRememberedOnUserPrompt": True,
    },
    "EmailConfiguration": {
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/harbour@example.com",
        "ReplyToEmailAddress": "reply@example.com",
        "EmailSendingAccount": "DEVELOPER",
        "From": "Harbour <harbour@example.com>",
        "ConfigurationSet": "set",
    },
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "id", "SnsRegion": "eu-west-1"},
    "UserPoolTags": {"pier": "4"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "UnusedAccountValidityDays": 2,
        "InviteMessageTemplate": {
            "SMSMessage": "{username} {####}",
            "EmailMessage": "{username} {####}",
            "EmailSubject": "Hello",
        },
    },
    "UserPoolAddOns": {
        "AdvancedSecurityMode": "AUDIT",
        "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
    },
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}],
    },
    "UserPoolTier": "PLUS",
    "DcrConfiguration": {
        "EnableStatus": "Enabled",
        "OpenDcrEnabled": True,
        "AuthenticatedGrantTypes": ["code"],
        "OpenDcrGrantTypes": ["code"],
        "AllowedScopes": ["openid"],
    },
    "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY},
    "IssuerConfiguration": {"Type": "UPDATED"},
    "AcrConfiguration": {
        f"Level{level}": {"AcrValue": f"urn:harbour:{level}"} for level in range(1, 5)
    },
}
ONLY_AT_FIRST: dict[str, Any] = {
    "AliasAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
    "Schema": [{"Name": "berth", "AttributeDataType": "String", "Mutable": True}],
}
CLIENT: dict[str, Any] = {
    "ClientName": "everything",
    "RefreshTokenValidity": 20,
    "AccessTokenValidity": 20,
    "IdTokenValidity": 20,
    "TokenValidityUnits": {
        "AccessToken": "minutes",
        "IdToken": "minutes",
        "RefreshToken": "days",
    },
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["email", "name"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://example.com/back"],
    "LogoutURLs": ["https://example.com/bye"],
    "DefaultRedirectURI": "https://example.com/back",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {
        "ApplicationId": "0123456789abcdef0123456789abcdef",
        "RoleArn": ROLE,
        "ExternalId": "id",
        "UserDataShared": True,
    },
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 7,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
}
# Shown under another name, or in another place.
ELSEWHERE = {
    "CreateUserPool": {"PoolName", "Schema", "UsernameAttributes"},
    "UpdateUserPool": {"PoolName", "UserPoolId"},
    "CreateUserPoolClient": {"UserPoolId", "GenerateSecret", "ClientSecret"},
    "UpdateUserPoolClient": {"UserPoolId", "ClientId"},
}


def _members(operation: str) -> set[str]:
    shape = service_model().operation_model(operation).input_shape
    return set() if shape is None else set(shape.members)


def _lacks(shown: Any, asked: Any, path: str = "") -> list[str]:
    """Paths of what was asked for and is not shown."""
    if isinstance(asked, dict):
        return [
            lacking
            for name, value in asked.items()
            for lacking in _lacks((shown or {}).get(name), value, f"{path}.{name}")
        ]
    return [] if shown == asked else [f"{path}: {asked!r}, not {shown!r}"]


def _shown(idp: Any, pool_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return {**shown, "PoolName": shown["Name"]}


def test_a_pool_shows_all_it_was_made_with(idp: Any) -> None:
    made = idp.create_user_pool(**POOL, **ONLY_AT_FIRST)["UserPool"]
    shown = _shown(idp, made["Id"])
    first = {name: value for name, value in ONLY_AT_FIRST.items() if name != "Schema"}
    assert _lacks(shown, {**POOL, **first}) == []
    assert shown["SchemaAttributes"][-1]["Name"] == "custom:berth"


def test_a_pool_shows_all_it_was_changed_to(idp: Any, fresh_pool_id: str) -> None:
    idp.update_user_pool(UserPoolId=fresh_pool_id, **POOL)
    assert _lacks(_shown(idp, fresh_pool_id), POOL) == []


def test_a_shown_pool_can_be_sent_back(idp: Any, fresh_pool_id: str) -> None:
    idp.update_user_pool(UserPoolId=fresh_pool_id, **POOL)
    shown = _shown(idp, fresh_pool_id)
    members = _members("UpdateUserPool")
    again = {name: value for name, value in shown.items() if name in members}
    idp.update_user_pool(UserPoolId=fresh_pool_id, **again)
    assert _shown(idp, fresh_pool_id) == shown


def test_a_client_shows_all_it_was_made_with(idp: Any, pool_id: str) -> None:
    made = idp.create_user_pool_client(UserPoolId=pool_id, GenerateSecret=True, **CLIENT)
    place = {"UserPoolId": pool_id, "ClientId": made["UserPoolClient"]["ClientId"]}
    assert _lacks(idp.describe_user_pool_client(**place)["UserPoolClient"], CLIENT) == []
    idp.update_user_pool_client(**place)
    idp.update_user_pool_client(**place, **CLIENT)
    assert _lacks(idp.describe_user_pool_client(**place)["UserPoolClient"], CLIENT) == []


def test_a_domain_shows_its_routing_and_certificate(idp: Any, fresh_pool_id: str) -> None:
    name = f"login-{fresh_pool_id.partition('_')[2].lower()}.example.com"
    settings = {
        "CustomDomainConfig": {
            "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/abc-123",
            "SecurityPolicy": "TLS_V1_3_2025",
        },
        "ManagedLoginVersion": 2,
        "Routing": {
            "Failover": {
                "SecondaryRegion": "eu-west-1",
                "PrimaryRoute53HealthCheckId": "0123456789",
            }
        },
    }
    for call in (idp.create_user_pool_domain, idp.update_user_pool_domain):
        call(UserPoolId=fresh_pool_id, Domain=name, **settings)
        shown = idp.describe_user_pool_domain(Domain=name)["DomainDescription"]
        assert _lacks(shown, settings) == []


@pytest.mark.parametrize(
    ("operation", "request_made"),
    [
        ("CreateUserPool", {**POOL, **ONLY_AT_FIRST}),
        ("UpdateUserPool", POOL),
        ("CreateUserPoolClient", CLIENT),
        ("UpdateUserPoolClient", CLIENT),
    ],
)
def test_these_requests_leave_nothing_out(operation: str, request_made: dict[str, Any]) -> None:
    assert _members(operation) - request_made.keys() - ELSEWHERE[operation] == set()
