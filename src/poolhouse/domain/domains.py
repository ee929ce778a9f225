"""Domains of user pools: prefixes under the service's own domain, and custom ones.

Source: the API reference of CreateUserPoolDomain; Amazon Cognito developer guide, "Configuring a
user pool domain".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from poolhouse.domain import feature_plans
from poolhouse.domain.records import Tier
from poolhouse.errors import InvalidParameterException

RESERVED_WORDS = ("aws", "amazon", "cognito")
CLASSIC_PAGES = 1
MANAGED_LOGIN = 2

_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PREFIX = re.compile(_LABEL)
_CUSTOM = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+{_LABEL}")


def check_prefix(prefix: str) -> None:
    """Refuse a prefix of other characters, or with a reserved word between its hyphens.

    Raises InvalidParameterException.
    """
    if _PREFIX.fullmatch(prefix) is None:
        raise InvalidParameterException(
            "The domain name contains an invalid character. Domain names can only contain "
            "lower-case letters, numbers, and hyphens. Please enter a different name that follows "
            f"this format: ^{_LABEL}$"
        )
    for word in prefix.split("-"):
        if word in RESERVED_WORDS:
            # Ours: the rule is documented, its sentence is not.
            raise InvalidParameterException(f"Domain cannot contain reserved word: {word}")


def check_custom(domain: str) -> None:
    """Refuse a custom domain that is no fully qualified name. Raises InvalidParameterException."""
    if _CUSTOM.fullmatch(domain) is None:
        raise InvalidParameterException(f"{domain} is not a fully qualified domain name.")


def managed_login_version(asked: int | None, tier: Tier) -> int:
    """The version of the pages: classic unless asked otherwise.

    Raises InvalidParameterException, FeatureUnavailableInTierException.
    """
    version = CLASSIC_PAGES if asked is None else asked
    if version not in (CLASSIC_PAGES, MANAGED_LOGIN):
        raise InvalidParameterException("ManagedLoginVersion must be 1 or 2.")
    if version == MANAGED_LOGIN:
        feature_plans.check(tier, [feature_plans.MANAGED_LOGIN])
    return version


def version_of(now_ms: int) -> str:
    """How the service names what was in force since then: ``YYYYMMDDhhmmss``."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%d%H%M%S")
