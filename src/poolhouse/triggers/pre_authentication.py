"""The pre authentication trigger: may this sign-in begin?

Amazon Cognito developer guide, "Pre authentication Lambda trigger". The answer has no members;
an error refuses (``pre-authentication-first``, ``validation-data-null``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import trigger_events
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.trigger_catalogue import PRE_AUTHENTICATION
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def run(
    house: House,
    pool: UserPool,
    client: AppClient,
    user: User | None,
    name: str,
    validation_data: Mapping[str, str] | None,
) -> None:
    """Let the pool's function object. ``name`` is what an unknown ``user`` is called.

    Raises the three Lambda exceptions of the service.
    """
    request: dict[str, Any] = {
        "userAttributes": trigger_events.user_attributes(pool, user) if user else {},
        "validationData": dict(validation_data) if validation_data else None,
    }
    if client.hides_user_existence:
        request["userNotFound"] = user is None
    await ask(
        house,
        pool,
        PRE_AUTHENTICATION,
        "PreAuthentication_Authentication",
        user_name=user.username if user else name,
        client_id=client.id,
        request=request,
        response={},
    )
