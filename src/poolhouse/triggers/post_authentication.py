"""The post authentication trigger: somebody has signed in, and no token is made yet.

Amazon Cognito developer guide, "Post authentication Lambda trigger". The answer has no members;
an error stops the sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import trigger_events
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.trigger_catalogue import POST_AUTHENTICATION
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def run(
    house: House,
    pool: UserPool,
    client: AppClient,
    user: User,
    *,
    new_device_used: bool,
    client_metadata: Mapping[str, str] | None,
) -> None:
    """Tell the pool's function of the sign-in. Raises the three Lambda exceptions."""
    request: dict[str, Any] = {
        "userAttributes": trigger_events.user_attributes(pool, user),
        "newDeviceUsed": new_device_used,
    }
    if client_metadata:
        request["clientMetadata"] = dict(client_metadata)
    await ask(
        house,
        pool,
        POST_AUTHENTICATION,
        "PostAuthentication_Authentication",
        user_name=user.username,
        client_id=client.id,
        request=request,
        response={},
    )
