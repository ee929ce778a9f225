"""Getting a message to its reader: in development, to the inbox that developers and tests read."""

from __future__ import annotations

from poolhouse.domain.records import User
from poolhouse.errors import CodeDeliveryFailureException
from poolhouse.house import House
from poolhouse.messages.compose import Message
from poolhouse.store import inbox
from poolhouse.store.database import Transaction
from poolhouse.store.inbox import InboxMessage


async def deliver(transaction: Transaction, house: House, user: User, message: Message) -> None:
    """Put a message on its way in the transaction of what it announces: both, or neither.

    Raises :class:`CodeDeliveryFailureException` in production, where nothing can send messages
    and codes must not lie about in the clear.
    """
    if house.settings.mode != "development":
        raise CodeDeliveryFailureException("This server has no way to send messages.")
    content = {
        "username": user.username,
        "reason": message.reason,
        "subject": message.subject,
        "body": message.body,
        "code": message.code,
    }
    await inbox.insert(
        transaction,
        InboxMessage(
            pool_id=user.pool_id,
            message_id=house.ids.uuid(),
            address=message.address,
            content=content,
            created_ms=house.clock.now_ms(),
        ),
    )
