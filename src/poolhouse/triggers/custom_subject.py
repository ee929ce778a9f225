"""Whom a custom sign-in is about, as its three functions are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.domain import trigger_events
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.trigger_catalogue import Trigger
from poolhouse.house import House
from poolhouse.triggers.ask import Response, ask


@dataclass(frozen=True, slots=True)
class Subject:
    """``user`` is None for one who does not exist, where that is kept secret; then ``name`` is
    what the client called them.
    """

    pool: UserPool
    client: AppClient
    user: User | None
    name: str
    client_metadata: Mapping[str, str] | None

    async def ask(
        self, house: House, trigger: Trigger, members: dict[str, Any], skeleton: dict[str, Any]
    ) -> Response | None:
        """A function's answer about this user; ``members`` are the trigger's own.

        Raises the three Lambda exceptions.
        """
        user = self.user
        request: dict[str, Any] = {
            "userAttributes": trigger_events.user_attributes(self.pool, user) if user else {},
            **members,
        }
        if self.client_metadata:
            request["clientMetadata"] = dict(self.client_metadata)
        if self.client.hides_user_existence:
            request["userNotFound"] = user is None
        return await ask(
            house,
            self.pool,
            trigger,
            f"{trigger.name}_Authentication",
            user_name=user.username if user else self.name,
            client_id=self.client.id,
            request=request,
            response=dict(skeleton),
        )
