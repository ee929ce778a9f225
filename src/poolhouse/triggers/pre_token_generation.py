"""The pre token generation trigger: whether it runs, and the event that it sends.

Amazon Cognito developer guide, "Pre token generation Lambda trigger". The answer is read by
:func:`poolhouse.domain.trigger_answers.read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from poolhouse.domain import trigger_events
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import TokenDraft
from poolhouse.domain.groups import GroupConfiguration
from poolhouse.domain.records import EventVersion
from poolhouse.domain.trigger_catalogue import PRE_TOKEN_GENERATION

TRIGGER: Final = PRE_TOKEN_GENERATION.name

MACHINE_USER_NAME: Final = "ClientCredentials"

_VERSION_NUMBER: Final[Mapping[EventVersion, str]] = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}


def applies(authentication: Authentication) -> bool:
    """Whether the pool's function is called for these tokens.

    Machine tokens call version 3 functions only; exchanged tokens call version 1 functions only
    when there is an ID token to shape (``exchange-trigger`` in :mod:`poolhouse.domain.choices`).
    """
    trigger = authentication.pool.pre_token_generation
    if trigger is None:
        return False
    if authentication.user is None:
        return trigger.version == "V3_0"
    if authentication.source == "TokenGeneration_TokenExchange":
        return trigger.version != "V1_0" or authentication.wants_id_token
    return True


def event(draft: TokenDraft, authentication: Authentication) -> dict[str, Any]:
    """The event that the pool's function is sent about ``draft``, in the configured version.

    Raises :class:`ValueError` when the pool has no such trigger.
    """
    trigger = authentication.pool.pre_token_generation
    if trigger is None:
        raise ValueError("the user pool has no pre token generation trigger")
    user = authentication.user
    request: dict[str, Any] = {
        "userAttributes": {}
        if user is None
        else trigger_events.user_attributes(authentication.pool, user),
        "groupConfiguration": _group_configuration(draft.access_groups),
    }
    response_member = "claimsOverrideDetails"
    if trigger.version != "V1_0":
        request["scopes"] = list(draft.scopes)
        response_member = "claimsAndScopeOverrideDetails"
    if authentication.client_metadata:
        request["clientMetadata"] = dict(authentication.client_metadata)
    return trigger_events.event(
        version=_VERSION_NUMBER[trigger.version],
        trigger_source=authentication.source,
        pool=authentication.pool,
        user_name=MACHINE_USER_NAME if user is None else user.username,
        client_id=authentication.client.id,
        request=request,
        response={response_member: None},
    )


def _group_configuration(configuration: GroupConfiguration | None) -> dict[str, Any] | None:
    if configuration is None:
        return None
    return {
        "groupsToOverride": list(configuration.groups),
        "iamRolesToOverride": list(configuration.roles),
        "preferredRole": configuration.preferred_role,
    }
