"""SMS by a webhook: one signed JSON request for each, to whatever sends them.

``POST`` with ``{"id", "to", "text", "sender", "reason", "userPoolId"}``. The header
``Poolhouse-Signature: t=SECONDS,v1=HEX`` is HMAC-SHA256, under the webhook's key, of the seconds, a
full stop and the body. Any 2xx status means that the message was taken.
"""

from __future__ import annotations

import hashlib
import hmac

import orjson

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.messages.compose import Message
from poolhouse.messages.failures import NotDelivered

SIGNATURE_HEADER = "Poolhouse-Signature"

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


async def send(house: House, pool: UserPool, message: Message, message_id: str) -> None:
    """Post the message. Raises :class:`NotDelivered`."""
    import httpx

    settings = house.settings
    body = orjson.dumps(
        {
            "id": message_id,
            "to": message.address,
            "text": message.body,
            "sender": (pool.settings.get("SmsConfiguration") or {}).get("SenderId"),
            "reason": message.reason,
            "userPoolId": pool.id,
        }
    )
    headers = {"Content-Type": "application/json", "Idempotency-Key": message_id}
    if settings.sms_webhook_secret:
        headers[SIGNATURE_HEADER] = signature(
            settings.sms_webhook_secret, house.clock.now_ms() // 1000, body
        )
    try:
        async with httpx.AsyncClient(timeout=settings.message_timeout_seconds) as client:
            answer = await client.post(settings.sms_webhook, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotDelivered(type(error).__name__, may_pass=True) from error
    if not answer.is_success:
        may_pass = answer.status_code == _TOO_MANY_REQUESTS or answer.status_code >= _SERVER_ERROR
        raise NotDelivered(f"HTTP {answer.status_code}", may_pass=may_pass)


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The time is signed too, so that a request overheard cannot be sent again much later."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
