"""What the events of all triggers have in common.

Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers", the
parameters that every trigger shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.records import User, UserPool

CLIENT_ID_NOT_APPLICABLE: Final = "CLIENT_ID_NOT_APPLICABLE"
"""``callerContext.clientId`` of operations without an app client."""

COMMON_MEMBERS: Final[Mapping[str, type]] = {
    "version": str,
    "triggerSource": str,
    "region": str,
    "userPoolId": str,
    "userName": str,
    "callerContext": dict,
    "request": dict,
    "response": dict,
}
"""Members of every event, in order, with the type that a function must give back."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who set a trigger off: the app client, and the ``ClientMetadata`` it passed along.

    ``client_id`` is None for an administrator, whose operations name no app client.
    """

    client_id: str | None = None
    client_metadata: Mapping[str, str] | None = None


_UNKNOWN_SDK: Final = "aws-sdk-unknown-unknown"
_ALIASES: Final[Mapping[str, str]] = {
    "email": "cognito:email_alias",
    "phone_number": "cognito:phone_number_alias",
}


def event(
    *,
    trigger_source: str,
    pool: UserPool,
    user_name: str,
    client_id: str | None,
    request: dict[str, Any],
    response: dict[str, Any],
    version: str = "1",
) -> dict[str, Any]:
    """A trigger event. ``version`` is "1" for all triggers but pre token generation."""
    return {
        "version": version,
        "triggerSource": trigger_source,
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": user_name,
        "callerContext": {
            "awsSdkVersion": _UNKNOWN_SDK,
            "clientId": CLIENT_ID_NOT_APPLICABLE if client_id is None else client_id,
        },
        "request": request,
        "response": response,
    }


def user_attributes(pool: UserPool, user: User) -> dict[str, str]:
    """``request.userAttributes``: the whole profile as strings, whatever the client may read."""
    attributes = {"sub": user.sub, "cognito:user_status": user.status}
    attributes.update(user.attributes)
    for name in pool.alias_attributes:
        alias = _ALIASES.get(name)
        if alias is None or name not in attributes:
            continue
        if attributes.get(f"{name}_verified") == "true":
            attributes[alias] = attributes[name]
    return attributes
