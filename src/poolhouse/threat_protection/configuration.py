"""The risk configuration that counts for an app client: its own blocks, else the pool's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.house import House
from poolhouse.store import risk_configurations
from poolhouse.store.risk_configurations import WHOLE_POOL

COMPROMISED = "CompromisedCredentialsRiskConfiguration"
TAKEOVER = "AccountTakeoverRiskConfiguration"
EXCEPTIONS = "RiskExceptionConfiguration"
BLOCKS = (COMPROMISED, TAKEOVER, EXCEPTIONS)


async def effective(house: House, pool_id: str, client_id: str) -> Mapping[str, Any]:
    """The blocks that count (``risk-inherited``)."""
    blocks: dict[str, Any] = {}
    for level in (WHOLE_POOL, client_id):
        found = await risk_configurations.find(house.db, pool_id, level)
        blocks.update(found.blocks if found else {})
    return blocks
