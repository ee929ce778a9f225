"""What SetLogDeliveryConfiguration takes: which records go to which kind of place.

Source: Amazon Cognito API reference, LogConfigurationType. Sentences are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.domain import feature_plans
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

_LEVEL = {"userNotification": "ERROR", "userAuthEvents": "INFO"}
_PLACES = ("CloudWatchLogsConfiguration", "S3Configuration", "FirehoseConfiguration")


def check(pool: UserPool, configurations: Sequence[Mapping[str, Any]]) -> None:
    """Raises :class:`InvalidParameterException` and :class:`FeatureUnavailableInTierException`."""
    sources = [each["EventSource"] for each in configurations]
    if len(set(sources)) < len(sources):
        raise InvalidParameterException("Each event source can have one log configuration.")
    for each in configurations:
        source, level = each["EventSource"], each["LogLevel"]
        if level != _LEVEL[source]:
            raise InvalidParameterException(f"{source} is logged with level {_LEVEL[source]}.")
        given = [place for place in _PLACES if each.get(place)]
        if len(given) != 1 or not all(each[given[0]].values()):
            raise InvalidParameterException("A log configuration has one destination.")
        if source == "userNotification" and given[0] != _PLACES[0]:
            raise InvalidParameterException("userNotification is logged to CloudWatch Logs only.")
    if "userAuthEvents" in sources:
        feature_plans.check(pool.tier, [feature_plans.THREAT_PROTECTION])
