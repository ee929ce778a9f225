"""The way of every message: what it announces is stored first, then it is worded, then delivered.

Wording may call a function, and delivery another server: no transaction may be open around this.
Source: Amazon Cognito developer guide, "Custom message Lambda trigger".
"""

from __future__ import annotations

from poolhouse.house import House
from poolhouse.messages import compose
from poolhouse.messages.compose import Notice
from poolhouse.messages.deliver import deliver


async def send(house: House, notice: Notice) -> None:
    """Word a message and deliver it. Raises :class:`CodeDeliveryFailureException`."""
    link = None
    if compose.wants_link(notice):
        link = compose.confirmation_link(house.settings.base_url, notice)
    message = compose.message(notice, compose.words(notice), link)
    await deliver(house, notice.pool, notice.user, message)
