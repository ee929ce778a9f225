"""What a server does in the background: clearing away what has expired."""

from __future__ import annotations

import asyncio

import structlog

from poolhouse.house import House
from poolhouse.store import audit, expiry

log = structlog.get_logger("poolhouse.housekeeping")

INTERVAL_SECONDS = 600.0
_DAY_MS = 86_400_000


async def keep(house: House) -> None:
    """Run until cancelled. A failure is logged and tried again at the next round."""
    while True:
        try:
            await clear(house)
        except Exception:
            log.exception("expired rows could not be deleted")
        await asyncio.sleep(INTERVAL_SECONDS)


async def clear(house: House) -> None:
    """Delete everything that has had its time, in small batches."""
    now_ms = house.clock.now_ms()
    while await house.db.write(expiry.delete_expired, now_ms):
        continue
    while await house.db.write(audit.delete_old, now_ms - house.audit.retention_days * _DAY_MS):
        continue
