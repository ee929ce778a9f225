"""The user migration trigger: a name that nobody has may belong to a user of another system.

Amazon Cognito developer guide, "Migrate user Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from poolhouse.domain import migrated_users
from poolhouse.domain.migrated_users import MigratedUser
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.domain.trigger_catalogue import USER_MIGRATION
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def ask_for_user(
    house: House,
    pool: UserPool,
    client: AppClient,
    cause: Literal["Authentication", "ForgotPassword"],
    name: str,
    *,
    password: str | None = None,
    validation_data: Mapping[str, str] | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> MigratedUser | None:
    """The user of that name elsewhere; None when there is none, or no function to ask.

    ``password`` is what was entered, for a sign-in. Raises the three Lambda exceptions.
    """
    request: dict[str, Any] = {}
    if password is not None:
        request["password"] = password
    request["validationData"] = dict(validation_data) if validation_data else None
    if client_metadata:
        request["clientMetadata"] = dict(client_metadata)
    response = await ask(
        house,
        pool,
        USER_MIGRATION,
        f"UserMigration_{cause}",
        user_name=name,
        client_id=client.id,
        request=request,
        response=dict(migrated_users.SKELETON),
        may_be_empty=True,
    )
    return None if response is None else migrated_users.read(response)
