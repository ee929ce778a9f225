"""Where an operation differs from AWS, in one sentence each, and since when it is there.

The one table behind ``docs/reference/operations.md``. What is missing here is meant to behave as on
AWS, as far as anybody outside can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FIRST_VERSION: Final = "0.1.0"

LATER: Final[Mapping[str, str]] = MappingProxyType({})
"""Operations that came after the first version, and with which one."""

_NO_ANALYTICS = "AnalyticsMetadata is taken and sent nowhere."
_ANALYTICS_KEPT = "AnalyticsConfiguration is kept and shown; nothing is sent."
_REPLICA = "Replicas are records with a state; they serve nobody, and exist at once."
_LIMIT = (
    "Enforced only where the setting `throttle` is on; the account's maximum is ten times the "
    "default."
)
_BRANDING = "There are no default images."
_PROVIDER = "Providers on this machine may use http and any port."
_SESSION = (
    "LastLocation is always unknown: nothing here knows where an address is. DeviceType is read "
    "from the User-Agent header."
)
_IMPORT = (
    "The file is uploaded to this server, and imported on the machine that took it; the log is a "
    "file there, CloudWatchLogsRoleArn is kept and shown."
)
_RISK = (
    "Risk is a score of four points, not a learned model; where an address is does not count, and "
    "SES is asked about no sender."
)
_EVENTS = "City and Country are missing: nothing here knows where an address is."
_FEEDBACK = "Feedback decides what counts as the user's habit; there is no model to train."
_MESSAGES = (
    "Messages leave by the operator's SMTP server and SMS webhook, in development to the inbox; "
    "SES and SNS are asked nothing."
)
_AND = f"{_NO_ANALYTICS} {_MESSAGES}"
_SENDERS = "Identities and roles of SES, SNS and Pinpoint are kept and shown, never looked up."
_GROUP_ROLE = "RoleArn is not looked up in IAM."
_LOGS = (
    "Log groups, streams and buckets are files in the data directory, or requests to one address "
    "of the operator's."
)
_DEVICE = "dev:device_sdk is the same for every device."
_RELYING_PARTY = (
    "Without RelyingPartyId or custom domain, passkeys are bound to the host of the public URL; "
    "AWS binds them to the prefix domain."
)
_DOMAIN = (
    "The domain answers requests with its Host header; there is no DNS, certificate or CloudFront, "
    "and no quota of custom domains."
)
_RESTORE = "A pool is gone at once; AWS can restore one for 14 days."
_REUSE = "Reuse of a rotated refresh token also ends its family, unless the settings say otherwise."

DIFFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AdminCreateUser": _MESSAGES,
        "AdminDisableProviderForUser": (
            "Disabling a local user removes the password and makes the user EXTERNAL_PROVIDER."
        ),
        "AdminGetDevice": _DEVICE,
        "AdminInitiateAuth": _AND,
        "AdminListDevices": _DEVICE,
        "AdminListUserAuthEvents": _EVENTS,
        "AdminListUserSessions": _SESSION,
        "AdminResetUserPassword": _MESSAGES,
        "AdminRespondToAuthChallenge": _AND,
        "AdminUpdateAuthEventFeedback": _FEEDBACK,
        "AdminUpdateUserAttributes": _MESSAGES,
        "ConfirmForgotPassword": _NO_ANALYTICS,
        "ConfirmSignUp": _NO_ANALYTICS,
        "CreateGroup": _GROUP_ROLE,
        "CreateIdentityProvider": _PROVIDER,
        "CreateManagedLoginBranding": _BRANDING,
        "CreateUserImportJob": _IMPORT,
        "CreateUserPool": f"There is no quota of pools. {_SENDERS}",
        "CreateUserPoolClient": _ANALYTICS_KEPT,
        "CreateUserPoolDomain": _DOMAIN,
        "CreateUserPoolReplica": _REPLICA,
        "DeleteUserPool": _RESTORE,
        "DeleteUserPoolReplica": _REPLICA,
        "DescribeManagedLoginBranding": _BRANDING,
        "DescribeManagedLoginBrandingByClient": _BRANDING,
        "DescribeUserPool": "EstimatedNumberOfUsers is exact up to 1,000, then within some 3 %.",
        "DescribeUserPoolDomain": "CloudFrontDistribution and S3Bucket are names of nothing.",
        "ForgotPassword": _AND,
        "GetDevice": _DEVICE,
        "GetProvisionedLimit": _LIMIT,
        "GetSigningCertificate": "A pool has one certificate; AWS issues a new one every year.",
        "GetTokensFromRefreshToken": _REUSE,
        "GetUICustomization": "ImageUrl is at this server.",
        "GetUserAttributeVerificationCode": _MESSAGES,
        "GetUserPoolMfaConfig": _RELYING_PARTY,
        "InitiateAuth": _AND,
        "ListDevices": _DEVICE,
        "ListUserPoolReplicas": _REPLICA,
        "ListUserSessions": _SESSION,
        "ListUsers": "MFAOptions of users is left out; AdminGetUser has it.",
        "ListUsersInGroup": "MFAOptions of users is left out; AdminGetUser has it.",
        "ResendConfirmationCode": _AND,
        "RespondToAuthChallenge": _AND,
        "SetLogDeliveryConfiguration": _LOGS,
        "SetRiskConfiguration": _RISK,
        "SetUICustomization": "CSS cannot refer to other resources; ImageUrl is at this server.",
        "SetUserPoolMfaConfig": f"{_RELYING_PARTY} {_SENDERS}",
        "SignUp": _AND,
        "StartUserImportJob": _IMPORT,
        "StartWebAuthnRegistration": _RELYING_PARTY,
        "UpdateAuthEventFeedback": _FEEDBACK,
        "UpdateGroup": _GROUP_ROLE,
        "UpdateIdentityProvider": _PROVIDER,
        "UpdateManagedLoginBranding": _BRANDING,
        "UpdateProvisionedLimit": _LIMIT,
        "UpdateUserAttributes": _MESSAGES,
        "UpdateUserPool": _SENDERS,
        "UpdateUserPoolClient": _ANALYTICS_KEPT,
        "UpdateUserPoolDomain": "Routing is kept and shown; nothing fails over.",
        "UpdateUserPoolReplica": _REPLICA,
    }
)
