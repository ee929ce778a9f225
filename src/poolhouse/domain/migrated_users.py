"""The user that a migration function vouches for, read from its answer.

Amazon Cognito developer guide, "Migrate user Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.trigger_members import flag, text, text_list, texts

SKELETON: Final = {
    "userAttributes": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
}

_MEDIUMS: Final = ("EMAIL", "SMS")


@dataclass(frozen=True, slots=True)
class MigratedUser:
    """``username`` is the name that the function gives the user; None keeps the one entered.

    ``is_confirmed``: the user goes on with the password they entered, else they must reset it
    (``migrated-password``). ``attributes`` need not be complete (``migrated-attributes``).
    """

    attributes: Mapping[str, str]
    username: str | None
    is_confirmed: bool
    is_welcomed: bool
    mediums: tuple[str, ...]
    takes_aliases: bool
    enables_sms_mfa: bool


def read(response: Mapping[str, Any]) -> MigratedUser | None:
    """None where the function knows no such user: ``userAttributes`` is missing or empty.

    Raises :class:`InvalidLambdaResponseException`.
    """
    attributes = texts(response, "userAttributes")
    if not attributes:
        return None
    mediums = tuple(text_list(response, "desiredDeliveryMediums"))
    if not set(mediums) <= set(_MEDIUMS):
        raise unrecognizable("desiredDeliveryMediums are EMAIL and SMS")
    return MigratedUser(
        attributes={name: value for name, value in attributes.items() if name != "username"},
        username=attributes.get("username") or None,
        is_confirmed=text(response, "finalUserStatus") == "CONFIRMED",
        is_welcomed=text(response, "messageAction") != "SUPPRESS",
        mediums=mediums,
        takes_aliases=flag(response, "forceAliasCreation"),
        enables_sms_mfa=flag(response, "enableSMSMFA"),
    )
