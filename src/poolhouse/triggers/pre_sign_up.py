"""The pre sign-up trigger: may this user be created, and confirmed at once?

Amazon Cognito developer guide, "Pre sign-up Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from poolhouse.domain import sign_up_answers
from poolhouse.domain.records import UserPool
from poolhouse.domain.sign_up_answers import NOTHING, SignUpAnswer
from poolhouse.domain.trigger_catalogue import PRE_SIGN_UP
from poolhouse.domain.trigger_events import Caller
from poolhouse.house import House
from poolhouse.triggers.ask import ask


async def ask_about(
    house: House,
    pool: UserPool,
    cause: Literal["SignUp", "AdminCreateUser", "ExternalProvider"],
    *,
    user_name: str,
    attributes: Mapping[str, str],
    validation_data: Mapping[str, str] | None,
    caller: Caller,
) -> SignUpAnswer:
    """What the pool's function decides of a user who is to be created with these attributes.

    A user whom an administrator creates is not for it to confirm: its decisions are ignored then,
    though not its errors. Raises the three Lambda exceptions.
    """
    request: dict[str, Any] = {
        "userAttributes": dict(attributes),
        "validationData": dict(validation_data) if validation_data else None,
    }
    if caller.client_metadata:
        request["clientMetadata"] = dict(caller.client_metadata)
    response = await ask(
        house,
        pool,
        PRE_SIGN_UP,
        f"PreSignUp_{cause}",
        user_name=user_name,
        client_id=caller.client_id,
        request=request,
        response=dict(sign_up_answers.SKELETON),
    )
    if response is None or cause == "AdminCreateUser":
        return NOTHING
    return sign_up_answers.read(response, attributes)
