"""Rules of threat protection that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_CHOICES: Final[dict[str, Choice]] = {
    "risk-score": Choice(
        "ours",
        "A new address, a new device, three failures and three addresses within an hour count one "
        "point each: 1 is Low, 2 Medium, 3 and 4 High.",
        "The service's own score is secret.",
    ),
    "risk-inherited": Choice(
        "ours",
        "An app client's risk configuration replaces the pool's block by block.",
        "Documented only that it overrides.",
    ),
    "compromised-sentence": Choice(
        "ours",
        "A stolen password is refused with InvalidPasswordException when it is chosen.",
        "The effect is documented, the sentence is not.",
    ),
    "event-of-a-reset": Choice(
        "ours",
        "ForgotPassword passes when its code is sent; the new password is a PasswordChange.",
        "The types are documented, their limits are not.",
    ),
    "record-source": Choice(
        "ours",
        "Records of failed messages name USER_NOTIFICATION as their source.",
        "Documented for auth events only.",
    ),
    "factors-at-risk": Choice(
        "documented",
        "Where MFA_REQUIRED or MFA_IF_CONFIGURED answers a risk, a user who turned no factor on is "
        "asked for one of the pool's that they could show.",
        "An address for codes or a registered authenticator app is what is asked for.",
    ),
    "device-at-risk": Choice(
        "ours",
        "A remembered device does not stand in for the factor that a risk asks for.",
        "Documented is that a challenge is presented; a risk may well be in the device's hands.",
    ),
    "feedback-links": Choice(
        "ours",
        "One-click links lead to a page of the pool with one button, which gives the feedback.",
        "Documented only that they give it; programs that look into mails follow links too.",
    ),
    "request-of-an-event": Choice(
        "ours",
        "requestId of a record is the x-amzn-RequestId of its last step; empty on the pages.",
        "Documented as a member; pages answer without such an id.",
    ),
    "idp-of-an-event": Choice(
        "ours",
        "idpName of a record is empty for sign-ins with the pool itself.",
        "It is no identity provider of its own.",
    ),
    "risk-of-an-unknown": Choice(
        "ours",
        "Events are kept of users who exist; attempts at unknown names leave none.",
        "AdminListUserAuthEvents asks for a user.",
    ),
}

THREAT_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(_CHOICES)
"""Rule name to choice."""
