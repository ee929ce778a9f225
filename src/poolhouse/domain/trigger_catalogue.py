"""Every trigger of a user pool in one table: its name, and what sets it off.

Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from poolhouse.domain.records import UserPool


@dataclass(frozen=True, slots=True)
class Trigger:
    """``name`` is the member of ``LambdaConfig``, and what error messages call the trigger.

    ``sources`` are the values of ``triggerSource`` in its events. ``is_asked`` tells triggers
    whose answer is waited for from those that are only told.
    """

    name: str
    sources: tuple[str, ...]
    is_asked: bool = True

    def function_arn(self, pool: UserPool) -> str | None:
        """The function that the pool has for this, in either form of the setting."""
        configured: str | Mapping[str, Any] | None = pool.settings["LambdaConfig"].get(self.name)
        if isinstance(configured, Mapping):
            arn: str = configured["LambdaArn"]
            return arn
        return configured or None


def _sources(prefix: str, *causes: str) -> tuple[str, ...]:
    return tuple(f"{prefix}_{cause}" for cause in causes)


_MESSAGES: Final = (
    "SignUp",
    "AdminCreateUser",
    "ResendCode",
    "ForgotPassword",
    "UpdateUserAttribute",
    "VerifyUserAttribute",
    "Authentication",
)

PRE_SIGN_UP: Final = Trigger(
    "PreSignUp", _sources("PreSignUp", "SignUp", "AdminCreateUser", "ExternalProvider")
)
POST_CONFIRMATION: Final = Trigger(
    "PostConfirmation", _sources("PostConfirmation", "ConfirmSignUp", "ConfirmForgotPassword")
)
PRE_AUTHENTICATION: Final = Trigger(
    "PreAuthentication", _sources("PreAuthentication", "Authentication")
)
POST_AUTHENTICATION: Final = Trigger(
    "PostAuthentication", _sources("PostAuthentication", "Authentication")
)
DEFINE_AUTH_CHALLENGE: Final = Trigger(
    "DefineAuthChallenge", _sources("DefineAuthChallenge", "Authentication")
)
CREATE_AUTH_CHALLENGE: Final = Trigger(
    "CreateAuthChallenge", _sources("CreateAuthChallenge", "Authentication")
)
VERIFY_AUTH_CHALLENGE: Final = Trigger(
    "VerifyAuthChallengeResponse", _sources("VerifyAuthChallengeResponse", "Authentication")
)
PRE_TOKEN_GENERATION: Final = Trigger(
    "PreTokenGeneration",
    _sources(
        "TokenGeneration",
        "HostedAuth",
        "Authentication",
        "NewPasswordChallenge",
        "AuthenticateDevice",
        "RefreshTokens",
        "ClientCredentials",
        "TokenExchange",
    ),
)
USER_MIGRATION: Final = Trigger(
    "UserMigration", _sources("UserMigration", "Authentication", "ForgotPassword")
)
CUSTOM_MESSAGE: Final = Trigger("CustomMessage", _sources("CustomMessage", *_MESSAGES))
CUSTOM_EMAIL_SENDER: Final = Trigger(
    "CustomEmailSender",
    _sources("CustomEmailSender", *_MESSAGES, "AccountTakeOverNotification"),
    is_asked=False,
)
CUSTOM_SMS_SENDER: Final = Trigger(
    "CustomSMSSender", _sources("CustomSMSSender", *_MESSAGES), is_asked=False
)
INBOUND_FEDERATION: Final = Trigger(
    "InboundFederation", _sources("InboundFederation", "ExternalProvider")
)

CATALOGUE: Final[Mapping[str, Trigger]] = MappingProxyType(
    {
        trigger.name: trigger
        for trigger in (
            PRE_SIGN_UP,
            POST_CONFIRMATION,
            PRE_AUTHENTICATION,
            POST_AUTHENTICATION,
            DEFINE_AUTH_CHALLENGE,
            CREATE_AUTH_CHALLENGE,
            VERIFY_AUTH_CHALLENGE,
            PRE_TOKEN_GENERATION,
            USER_MIGRATION,
            CUSTOM_MESSAGE,
            CUSTOM_EMAIL_SENDER,
            CUSTOM_SMS_SENDER,
            INBOUND_FEDERATION,
        )
    }
)
"""Name to trigger."""
