"""Replicas of a user pool in other regions.

Source: the API references of CreateUserPoolReplica, UpdateUserPoolReplica and
DeleteUserPoolReplica. A server has all regions in one database, so a replica is a record with a
state, and serves nobody (``replica-records``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from poolhouse.domain import feature_plans
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

CREATING: Final = "CREATING"
INACTIVE: Final = "INACTIVE"
ACTIVE: Final = "ACTIVE"
DELETING: Final = "DELETING"

_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")


@dataclass(frozen=True, slots=True)
class Replica:
    """A secondary replica; tags are its own."""

    pool_id: str
    region: str
    status: str
    created_ms: int
    tags: Mapping[str, str] = field(default_factory=dict)


def check_new(pool: UserPool, region: str) -> None:
    """Whether ``pool`` can have a replica in ``region`` (``replica-key``).

    Raises InvalidParameterException, FeatureUnavailableInTierException.
    """
    if _REGION.fullmatch(region) is None:
        raise InvalidParameterException(f"{region} is not a region.")
    if region == pool.region:
        raise InvalidParameterException(f"User pool {pool.id} is in {region} already.")
    feature_plans.check(pool.tier, [feature_plans.REPLICATION])
    if pool.settings["KeyConfiguration"]["KeyType"] != "CUSTOMER_MANAGED_KEY":
        raise InvalidParameterException(
            "A user pool needs a multi-region customer managed key to have replicas."
        )


def check_deletable(replica: Replica) -> None:
    """Raises InvalidParameterException."""
    if replica.status != INACTIVE:
        raise InvalidParameterException(
            f"The replica in {replica.region} must be INACTIVE to be deleted."
        )
