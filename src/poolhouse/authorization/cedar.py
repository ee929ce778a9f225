"""Cedar's own engine, asked about one cell at a time. Source: docs.cedarpolicy.com."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from poolhouse.domain.authorization_tables import Decision
from poolhouse.domain.cedar_requests import CedarRequest
from poolhouse.errors import InvalidParameterException


@dataclass(frozen=True, slots=True)
class CedarDecision:
    """``reasons`` are ids of the policies that decided, ``errors`` what kept others from it."""

    decision: Decision
    reasons: tuple[str, ...]
    errors: tuple[str, ...]


def parsed(policies: str) -> dict[str, Any]:
    """Policies in their JSON form. Raises :class:`InvalidParameterException` for what is none."""
    import cedarpy

    try:
        document: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(policies))
    except ValueError as error:
        raise InvalidParameterException(f"The Cedar policies cannot be read: {error}") from error
    return document


def decide(asked: CedarRequest, policies: str) -> CedarDecision:
    """Raises :class:`InvalidParameterException` for a request that Cedar cannot read."""
    import cedarpy

    result = cedarpy.is_authorized(dict(asked.request), policies, [dict(e) for e in asked.entities])
    errors = tuple(str(error) for error in result.diagnostics.errors)
    if result.decision == cedarpy.Decision.NoDecision:
        raise InvalidParameterException(f"Cedar cannot decide this: {'; '.join(errors)}")
    return CedarDecision(
        "allow" if result.allowed else "deny", tuple(result.diagnostics.reasons), errors
    )
