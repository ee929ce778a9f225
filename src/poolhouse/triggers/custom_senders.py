"""The custom email and SMS sender triggers: a function sends the message in the pool's place.

It is told in the background, and nothing it answers or raises is seen by anybody but the operator.
Amazon Cognito developer guide, "Custom sender Lambda triggers".
"""

from __future__ import annotations

from typing import Any, Final, Literal

import orjson
import structlog

from poolhouse.domain import trigger_events
from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.pool_arns import pool_arn
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_catalogue import CUSTOM_EMAIL_SENDER, CUSTOM_SMS_SENDER, Trigger
from poolhouse.domain.trigger_events import Caller
from poolhouse.house import House
from poolhouse.triggers import code_encryption

log = structlog.get_logger("poolhouse.triggers")

_TRIGGERS: Final[dict[Literal["EMAIL", "SMS"], tuple[Trigger, str]]] = {
    "EMAIL": (CUSTOM_EMAIL_SENDER, "customEmailSenderRequestV1"),
    "SMS": (CUSTOM_SMS_SENDER, "customSMSSenderRequestV1"),
}


async def hand_over(
    house: House,
    pool: UserPool,
    user: User,
    cause: str,
    contact: Contact,
    code: str | None,
    caller: Caller,
) -> bool:
    """Leave a message to the pool's function; False when the pool has none for this medium.

    ``cause`` is the second half of the trigger source. The code is encrypted under the pool's
    ``KMSKeyID`` (:mod:`poolhouse.triggers.code_encryption`).
    """
    trigger, request_type = _TRIGGERS[medium(contact)]
    function_arn = trigger.function_arn(pool)
    if function_arn is None:
        return False
    request: dict[str, Any] = {"type": request_type}
    if code is not None:
        key_arn = pool.settings["LambdaConfig"]["KMSKeyID"]
        request["code"] = await code_encryption.encrypt(house.sealer, key_arn, pool.id, code)
    if caller.client_metadata:
        request["clientMetadata"] = dict(caller.client_metadata)
    request["userAttributes"] = trigger_events.user_attributes(pool, user)
    event = trigger_events.event(
        trigger_source=f"{trigger.name}_{cause}",
        pool=pool,
        user_name=user.username,
        client_id=caller.client_id,
        request=request,
        response={},
    )
    refused = await house.functions.invoke_later(
        function_arn, orjson.dumps(event), source_arn=pool_arn(house.settings.account_id, pool)
    )
    if refused is not None:
        log.warning(
            "a custom sender was not told of a message",
            pool=pool.id,
            trigger=trigger.name,
            why=refused.code,
        )
    return True
