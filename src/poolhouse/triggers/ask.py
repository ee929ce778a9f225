"""Asking a pool's function: the event sent, the answer judged, its ``response`` returned.

All triggers but pre token generation go this way; the senders are told instead
(:mod:`poolhouse.triggers.custom_senders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import trigger_answers, trigger_events
from poolhouse.domain.records import UserPool
from poolhouse.domain.trigger_catalogue import Trigger
from poolhouse.house import House
from poolhouse.triggers import invoke

Response = Mapping[str, Any]


async def ask(
    house: House,
    pool: UserPool,
    trigger: Trigger,
    source: str,
    *,
    user_name: str,
    client_id: str | None,
    request: dict[str, Any],
    response: dict[str, Any],
    may_be_empty: bool = False,
) -> Response | None:
    """The function's ``response``; None when the pool has no function for this.

    ``response`` is the skeleton that the function fills in; ``may_be_empty`` lets it leave the
    member out. Members of ``request`` that are None are sent as null. No transaction may be open
    around this. Raises the three Lambda exceptions of the service.
    """
    function_arn = trigger.function_arn(pool)
    if function_arn is None:
        return None
    event = trigger_events.event(
        trigger_source=source,
        pool=pool,
        user_name=user_name,
        client_id=client_id,
        request=request,
        response=response,
    )
    payload = await invoke.call(house, pool, trigger.name, function_arn, event)
    answer = trigger_answers.parse(payload)
    if may_be_empty and isinstance(answer, dict) and answer.get("response") is None:
        answer = {**answer, "response": {}}
    return trigger_answers.response_of(answer, event)
