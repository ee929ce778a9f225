"""What a pre sign-up function may decide: confirm the user, and vouch for their addresses.

Amazon Cognito developer guide, "Pre sign-up Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.delivery import Contact
from poolhouse.domain.trigger_members import flag
from poolhouse.errors import InvalidLambdaResponseException

SKELETON: Final = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}

# ``verify-without-address``
_NO_ADDRESS: Final = "Unrecognizable lambda output: {member} needs a value of {contact}"
_VERIFIES: Final[Mapping[str, Contact]] = {
    "autoVerifyEmail": "email",
    "autoVerifyPhone": "phone_number",
}


@dataclass(frozen=True, slots=True)
class SignUpAnswer:
    """``verified`` are the contacts that the function vouches for."""

    confirm: bool = False
    verified: tuple[Contact, ...] = ()


NOTHING: Final = SignUpAnswer()


def read(response: Mapping[str, Any], attributes: Mapping[str, str]) -> SignUpAnswer:
    """The decisions about a user with these attributes.

    Raises :class:`InvalidLambdaResponseException`, also when it vouches for what is not there.
    """
    verified = []
    for member, contact in _VERIFIES.items():
        if flag(response, member):
            if not attributes.get(contact):
                raise InvalidLambdaResponseException(
                    _NO_ADDRESS.format(member=member, contact=contact)
                )
            verified.append(contact)
    return SignUpAnswer(flag(response, "autoConfirmUser"), tuple(verified))


def apply(answer: SignUpAnswer, profile: Mapping[str, str]) -> dict[str, str]:
    """The profile with what was vouched for."""
    return {**profile, **{f"{contact}_verified": "true" for contact in answer.verified}}
