"""Which version an alias leads to: one, or two with a share of the invocations each.

Source: AWS Lambda developer guide, "Implement Lambda canary deployments using a weighted alias".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from poolhouse.domain.function_names import LATEST


def choose_version(primary: str, additional_weights: Mapping[str, float], point: float) -> str:
    """The version for one invocation; ``point`` is drawn evenly from 0 (included) to 1 (not).

    An additional version takes its share of the range, the primary version all that is left.
    """
    passed = 0.0
    for version, weight in additional_weights.items():
        passed += weight
        if point < passed:
            return version
    return primary


def sticky_point(alias: str, subject: str) -> float:
    """The point of one subject at one alias: always the same, and evenly spread over subjects.

    Whoever is among the first tenth stays there when the share grows to a fifth.
    """
    digest = hashlib.sha256(f"{alias}\0{subject}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / (1 << 53)


def routing_failure(primary: str, additional_weights: Mapping[str, float]) -> str | None:
    """Why an alias cannot be routed so, in the service's words; None when it can (observed)."""
    if len(additional_weights) > 1:
        return "Number of items in AdditionalVersionWeights cannot be greater than 1"
    if additional_weights and primary == LATEST:
        return f"{LATEST} is not supported for an alias pointing to more than 1 version"
    if primary in additional_weights:
        return (
            f"Invalid function version {primary}. Function version {primary} is already included "
            "in routing configuration."
        )
    return None
