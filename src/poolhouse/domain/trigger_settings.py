"""``LambdaConfig``: which functions a pool calls, and how DescribeUserPool tells it.

Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger" and "Customizing
user pool workflows with Lambda triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.records import TriggerConfiguration
from poolhouse.errors import InvalidParameterException

# Ours: both rules are documented, their sentences are not.
ARN_MISMATCH = "PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must have the same value"
SENDER_WITHOUT_KEY = "KMSKeyID is required when CustomSMSSender or CustomEmailSender is configured"


def complete(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """``LambdaConfig`` as it is stored and echoed. Raises InvalidParameterException.

    A versioned pre token generation trigger is echoed under its old name too (``trigger-echo``);
    both names in one request have to agree.
    """
    config = {member: value for member, value in (given or {}).items() if value}
    versioned = config.get("PreTokenGenerationConfig")
    if versioned:
        arn = versioned["LambdaArn"]
        if config.setdefault("PreTokenGeneration", arn) != arn:
            raise InvalidParameterException(ARN_MISMATCH)
    if ("CustomSMSSender" in config or "CustomEmailSender" in config) and (
        "KMSKeyID" not in config
    ):
        raise InvalidParameterException(SENDER_WITHOUT_KEY)
    return config


def pre_token_generation(config: Mapping[str, Any]) -> TriggerConfiguration | None:
    """The function called before tokens are signed; the old member alone means version V1_0."""
    versioned = config.get("PreTokenGenerationConfig")
    if versioned:
        return TriggerConfiguration(versioned["LambdaArn"], versioned["LambdaVersion"])
    unversioned = config.get("PreTokenGeneration")
    return TriggerConfiguration(unversioned, "V1_0") if unversioned else None
