"""The post confirmation trigger: a user has been confirmed, or has a new password by a code.

Amazon Cognito developer guide, "Post confirmation Lambda trigger". The answer has no members; an
error reaches the caller, and the confirmation stands.
"""

from __future__ import annotations

from typing import Any, Literal

from poolhouse.domain import trigger_events
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_catalogue import POST_CONFIRMATION
from poolhouse.domain.trigger_events import Caller
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def run(
    house: House,
    pool: UserPool,
    user: User,
    cause: Literal["ConfirmSignUp", "ConfirmForgotPassword"],
    caller: Caller,
) -> None:
    """Tell the pool's function; what it is told of is durable. Raises the three exceptions."""
    request: dict[str, Any] = {"userAttributes": trigger_events.user_attributes(pool, user)}
    if caller.client_metadata:
        request["clientMetadata"] = dict(caller.client_metadata)
    await ask(
        house,
        pool,
        POST_CONFIRMATION,
        f"PostConfirmation_{cause}",
        user_name=user.username,
        client_id=caller.client_id,
        request=request,
        response={},
    )
