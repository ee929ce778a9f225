"""Getting a message to its reader: by SMTP, by the SMS webhook, and in development to the inbox.

Called outside of transactions, after what the message announces is stored: a mail server may take
seconds, or refuse.
"""

from __future__ import annotations

import asyncio

import structlog

from poolhouse.domain import delivery
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import CodeDeliveryFailureException
from poolhouse.house import House
from poolhouse.log_delivery.deliver import emit
from poolhouse.messages import mail, sms
from poolhouse.messages.compose import Message
from poolhouse.messages.failures import NotDelivered
from poolhouse.store import inbox
from poolhouse.store.inbox import InboxMessage

log = structlog.get_logger("poolhouse.messages")

NO_WAY = "This server has no way to send messages."
FAILED = "The message could not be delivered."

_PAUSE_SECONDS = 0.5


async def deliver(house: House, pool: UserPool, user: User, message: Message) -> None:
    """Hand a message over; when this returns it is in the inbox, with the next server, or both.

    Raises :class:`CodeDeliveryFailureException` when it is with nobody, which the server's log and
    the pool's log delivery say too, without the message.
    """
    message_id = house.ids.uuid()
    kept = house.settings.mode == "development" and house.settings.inbox
    if kept:
        await house.db.write(inbox.insert, _inbox_message(house, user, message, message_id))
    medium = delivery.medium(message.contact)
    configured = house.settings.smtp_host if medium == "EMAIL" else house.settings.sms_webhook
    if configured:
        await _send(house, pool, user, message, message_id)
    elif not kept:
        await _report(house, pool, user, message, NO_WAY)
        raise CodeDeliveryFailureException(NO_WAY)


async def _send(
    house: House, pool: UserPool, user: User, message: Message, message_id: str
) -> None:
    """Try until it is taken, refused for good, or tried often enough."""
    send = mail.send if delivery.medium(message.contact) == "EMAIL" else sms.send
    for attempt in range(1, house.settings.message_attempts + 1):
        try:
            await send(house, pool, message, message_id)
        except NotDelivered as failure:
            if failure.may_pass and attempt < house.settings.message_attempts:
                await asyncio.sleep(_PAUSE_SECONDS * attempt)
                continue
            await _report(house, pool, user, message, failure.reason)
            raise CodeDeliveryFailureException(FAILED) from failure
        return


async def _report(house: House, pool: UserPool, user: User, message: Message, reason: str) -> None:
    destination = delivery.mask(message.contact, message.address)
    log.warning(
        "a message was not delivered",
        pool=pool.id,
        sub=user.sub,
        destination=destination,
        about=message.reason,
        reason=reason,
    )
    details = f"{message.reason} message to {destination} was not delivered: {reason}"
    await emit(house, pool, "userNotification", {"details": details})


def _inbox_message(house: House, user: User, message: Message, message_id: str) -> InboxMessage:
    return InboxMessage(
        pool_id=user.pool_id,
        message_id=message_id,
        address=message.address,
        content={
            "username": user.username,
            "reason": message.reason,
            "subject": message.subject,
            "body": message.body,
            "code": message.code,
        },
        created_ms=house.clock.now_ms(),
    )
