"""What SetRiskConfiguration takes. Source: Amazon Cognito API reference.

Sentences are observed for address ranges, and ours for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from poolhouse.errors import InvalidParameterException

_BLOCKS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_RANGES = ("BlockedIPRangeList", "SkippedIPRangeList")
_EVENTS = ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]
_SES = re.compile(r"arn:[\w-]+:ses:[\w-]+:\d+:identity/.+")


def blocks(request: Mapping[str, Any]) -> dict[str, Any]:
    """The blocks of a request, completed. Raises :class:`InvalidParameterException`.

    That address ranges are well formed is for the caller to see (:func:`ranges`).
    """
    given = {name: dict(request[name]) for name in _BLOCKS if request.get(name)}
    compromised = given.get(_BLOCKS[0])
    if compromised is not None and not compromised.get("EventFilter"):
        compromised["EventFilter"] = _EVENTS
    takeover = given.get(_BLOCKS[1])
    if takeover is not None:
        _check_takeover(takeover)
    return given


def ranges(given: Mapping[str, Any]) -> list[str]:
    """Every address range in the blocks."""
    exceptions = given.get(_BLOCKS[2]) or {}
    return [each for name in _RANGES for each in exceptions.get(name) or ()]


def _check_takeover(takeover: Mapping[str, Any]) -> None:
    notify = takeover.get("NotifyConfiguration")
    actions = takeover["Actions"].values()
    if any(action["Notify"] for action in actions) and not notify:
        raise InvalidParameterException("NotifyConfiguration is required to notify users.")
    if notify and not _SES.fullmatch(notify["SourceArn"]):
        raise InvalidParameterException("SourceArn must be the ARN of an SES identity.")
