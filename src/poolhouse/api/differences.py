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
_REPLICA = "Replicas are records with a state; they serve nobody, and exist at once."
_LIMIT = (
    "Enforced only where the setting `throttle` is on; the account's maximum is ten times the "
    "default."
)
_BRANDING = "There are no default images."
_PROVIDER = "Providers on this machine may use http and any port."

DIFFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AdminDisableProviderForUser": (
            "Disabling a local user removes the password and makes the user EXTERNAL_PROVIDER."
        ),
        "AdminInitiateAuth": _NO_ANALYTICS,
        "AdminRespondToAuthChallenge": _NO_ANALYTICS,
        "ConfirmForgotPassword": _NO_ANALYTICS,
        "ConfirmSignUp": _NO_ANALYTICS,
        "CreateIdentityProvider": _PROVIDER,
        "CreateManagedLoginBranding": _BRANDING,
        "CreateUserPool": "There is no quota of pools.",
        "CreateUserPoolClient": "AnalyticsConfiguration is kept and shown; nothing is sent.",
        "CreateUserPoolDomain": (
            "The domain answers requests with its Host header; there is no DNS, certificate or "
            "CloudFront, and no quota of custom domains."
        ),
        "CreateUserPoolReplica": _REPLICA,
        "DeleteUserPool": "A pool is gone at once; AWS can restore one for 14 days.",
        "DeleteUserPoolReplica": _REPLICA,
        "DescribeManagedLoginBranding": _BRANDING,
        "DescribeManagedLoginBrandingByClient": _BRANDING,
        "DescribeUserPool": "EstimatedNumberOfUsers is an exact count.",
        "DescribeUserPoolDomain": "CloudFrontDistribution and S3Bucket are names of nothing.",
        "ForgotPassword": _NO_ANALYTICS,
        "GetProvisionedLimit": _LIMIT,
        "GetSigningCertificate": "A pool has one certificate; AWS issues a new one every year.",
        "GetUICustomization": "ImageUrl is at this server.",
        "InitiateAuth": _NO_ANALYTICS,
        "ListUserPoolReplicas": _REPLICA,
        "ResendConfirmationCode": _NO_ANALYTICS,
        "RespondToAuthChallenge": _NO_ANALYTICS,
        "SetUICustomization": "CSS cannot refer to other resources; ImageUrl is at this server.",
        "SignUp": _NO_ANALYTICS,
        "UpdateIdentityProvider": _PROVIDER,
        "UpdateManagedLoginBranding": _BRANDING,
        "UpdateProvisionedLimit": _LIMIT,
        "UpdateUserPoolClient": "AnalyticsConfiguration is kept and shown; nothing is sent.",
        "UpdateUserPoolDomain": "Routing is kept and shown; nothing fails over.",
        "UpdateUserPoolReplica": _REPLICA,
    }
)
