"""What a server does in the background: clearing away what has expired."""

from __future__ import annotations

import asyncio

import structlog

from poolhouse.house import House
from poolhouse.store import expiry

log = structlog.get_logger("poolhouse.housekeeping")

INTERVAL_SECONDS = 600.0


async def keep(house: House) -> None:
    """Run until cancelled. A failure is logged and tried again at the next round."""
    while True:
        try:
            while await house.db.write(expiry.delete_expired, house.clock.now_ms()):
                continue
        except Exception:
            log.exception("expired rows could not be deleted")
        await asyncio.sleep(INTERVAL_SECONDS)
