"""Rates of the API, by category: which operation counts where, and how often a second.

Source: Amazon Cognito developer guide, "Quotas in Amazon Cognito" (the categories, their rates,
which can be adjusted, 10 reads and 10 writes a second for one user). Operations the page does not
name are placed by meaning (``category-members`` in :mod:`poolhouse.domain.management_choices`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from poolhouse.errors import (
    InvalidParameterException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
)

PER_USER_RATE: Final = 10
CHALLENGE_FACTOR: Final = 3
"""Answers to challenges have an allowance of their own, three times that of sign-ins."""
HIGHEST_FACTOR: Final = 10


@dataclass(frozen=True, slots=True)
class Category:
    """``per_user`` is ``read`` or ``write`` where one user's requests are counted as well."""

    rate: int
    operations: frozenset[str]
    is_adjustable: bool = True
    per_user: str | None = None


def _category(rate: int, operations: str, **more: object) -> Category:
    return Category(rate, frozenset(operations.split()), **more)  # type: ignore[arg-type]  # as named


CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {
        "UserAuthentication": _category(
            120,
            "AdminInitiateAuth AdminRespondToAuthChallenge InitiateAuth RespondToAuthChallenge "
            "GetTokensFromRefreshToken",
        ),
        "UserCreation": _category(
            50, "AdminConfirmSignUp AdminCreateUser ConfirmSignUp SignUp", per_user="write"
        ),
        "UserFederation": _category(25, ""),
        "UserAccountRecovery": _category(
            30,
            "AdminResetUserPassword AdminSetUserPassword ChangePassword ConfirmForgotPassword "
            "ForgotPassword",
            per_user="write",
        ),
        "UserRead": _category(120, "AdminGetUser GetUser", per_user="read"),
        "UserUpdate": _category(
            25,
            "AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes AdminDisableUser "
            "AdminDisableProviderForUser AdminEnableUser AdminLinkProviderForUser "
            "AdminRemoveUserFromGroup AdminUpdateUserAttributes DeleteUser DeleteUserAttributes "
            "UpdateUserAttributes VerifyUserAttribute",
            per_user="write",
        ),
        "UserToken": _category(
            120,
            "AdminRevokeUserSession AdminUserGlobalSignOut GlobalSignOut RevokeToken "
            "RevokeUserSession",
        ),
        "UserResourceRead": _category(
            50,
            "AdminGetDevice AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser "
            "AdminListUserAuthEvents AdminListUserSessions GetDevice GetUserAuthFactors "
            "GetUserAttributeVerificationCode ListDevices ListUserSessions ListWebAuthnCredentials "
            "ResendConfirmationCode",
            per_user="read",
        ),
        "UserResourceUpdate": _category(
            25,
            "AdminDeleteSoftwareToken AdminForgetDevice AdminSetUserMFAPreference "
            "AdminSetUserSettings AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus "
            "AssociateSoftwareToken CompleteWebAuthnRegistration ConfirmDevice "
            "DeleteWebAuthnCredential ForgetDevice SetUserMFAPreference SetUserSettings "
            "StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus "
            "VerifySoftwareToken",
            per_user="write",
        ),
        "UserList": _category(30, "ListUsers ListUsersInGroup"),
        "UserPoolRead": _category(15, "DescribeUserPool ListUserPools", is_adjustable=False),
        "UserPoolUpdate": _category(
            15, "CreateUserPool DeleteUserPool UpdateUserPool", is_adjustable=False
        ),
        "UserPoolResourceRead": _category(
            20,
            "DescribeIdentityProvider DescribeManagedLoginBranding "
            "DescribeManagedLoginBrandingByClient DescribeResourceServer "
            "DescribeRiskConfiguration DescribeTerms DescribeTermsByClient DescribeUserImportJob "
            "DescribeUserPoolDomain GetCSVHeader GetGroup GetIdentityProviderByIdentifier "
            "GetLogDeliveryConfiguration GetProvisionedLimit GetSigningCertificate "
            "GetUICustomization GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListGroups "
            "ListIdentityProviders ListResourceServers ListTagsForResource ListTerms "
            "ListUserImportJobs ListUserPoolReplicas",
            is_adjustable=False,
        ),
        "UserPoolResourceUpdate": _category(
            15,
            "AddCustomAttributes CreateGroup CreateIdentityProvider CreateManagedLoginBranding "
            "CreateResourceServer CreateTerms CreateUserImportJob CreateUserPoolDomain "
            "CreateUserPoolReplica DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding "
            "DeleteResourceServer DeleteTerms DeleteUserPoolDomain DeleteUserPoolReplica "
            "SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization "
            "SetUserPoolMfaConfig SetUserPoolSessionConfiguration StartUserImportJob "
            "StopUserImportJob TagResource UntagResource UpdateGroup UpdateIdentityProvider "
            "UpdateManagedLoginBranding UpdateProvisionedLimit UpdateResourceServer UpdateTerms "
            "UpdateUserPoolDomain UpdateUserPoolReplica",
            is_adjustable=False,
        ),
        "UserPoolClientRead": _category(
            15,
            "DescribeUserPoolClient GetUserPoolClientSessionConfiguration ListUserPoolClients "
            "ListUserPoolClientSecrets",
            is_adjustable=False,
        ),
        "UserPoolClientUpdate": _category(
            15,
            "AddUserPoolClientSecret CreateUserPoolClient DeleteUserPoolClient "
            "DeleteUserPoolClientSecret SetUserPoolClientSessionConfiguration UpdateUserPoolClient",
            is_adjustable=False,
        ),
        "ClientAuthentication": _category(150, "GetClientToken GetDerivedToken"),
    }
)
CATEGORY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {operation: name for name, each in CATEGORIES.items() for operation in each.operations}
)
CHALLENGE_ANSWERS: Final = frozenset({"AdminRespondToAuthChallenge", "RespondToAuthChallenge"})


def parse_rates(text: str) -> dict[str, int]:
    """``CATEGORY=RATE`` pairs, comma-separated. Raises ValueError."""
    rates: dict[str, int] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, rate = pair.partition("=")
        if name not in CATEGORIES or not equals or not rate.isdecimal() or int(rate) < 1:
            raise ValueError(f"{pair} is not CATEGORY=REQUESTS_PER_SECOND")
        rates[name] = int(rate)
    return rates


def category_of(definition: Mapping[str, object]) -> str:
    """The category a ``LimitDefinition`` names.

    Raises InvalidParameterException without one, ResourceNotFoundException for an unknown one.
    """
    attributes = definition["Attributes"]
    name = attributes.get("Category") if isinstance(attributes, Mapping) else None
    if not name:
        raise InvalidParameterException("Attributes must contain Category.")
    if name not in CATEGORIES:
        raise ResourceNotFoundException(f"API category {name} does not exist.")
    return str(name)


def check_requested(category: str, requested: int, free: int) -> None:
    """Whether a rate may be provisioned: between the free and the account's (``highest-rate``).

    Raises InvalidParameterException, ServiceQuotaExceededException.
    """
    if not CATEGORIES[category].is_adjustable:
        raise InvalidParameterException(f"API category {category} is not adjustable.")
    if requested < free:
        raise InvalidParameterException(
            f"The requested limit must be at least the default limit of {free}."
        )
    if requested > free * HIGHEST_FACTOR:
        raise ServiceQuotaExceededException(
            f"The requested limit exceeds the account's maximum of {free * HIGHEST_FACTOR}."
        )
