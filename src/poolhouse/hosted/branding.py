"""The brand of an app client: its colours as a style sheet, its logo as an image of our own."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.domain.records import AppClient
from poolhouse.house import House
from poolhouse.oauth.visits import Visit


@dataclass(frozen=True, slots=True)
class Brand:
    """``style`` and ``logo`` are URLs; None where there is nothing to show."""

    style: str | None = None
    logo: str | None = None
    icon: str | None = None


async def of_client(
    house: House, visit: Visit, client: AppClient | None, *, managed: bool
) -> Brand:
    """What is set for the client, or for all clients of its pool."""
    return Brand()
