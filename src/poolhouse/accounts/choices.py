"""Rules of accounts that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`, for how users come to be, prove
themselves and recover. Code that follows a row names it in backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_NAMES: Final[dict[str, Choice]] = {
    "one-name-one-user": Choice(
        "ours",
        "A new username must not be another user's sub or preferred username, nor the reverse.",
        "Whoever could choose such a name would be found in the other's place.",
    ),
    "admin-username-taken": Choice(
        "ours",
        "AdminCreateUser says 'User account already exists'.",
        "The conflict is documented, its sentence is not.",
    ),
    "forced-preferred-username": Choice(
        "ours",
        "ForceAliasCreation moves addresses and numbers, not preferred usernames.",
        "An address is un-verified at its old owner; a preferred username would be deleted.",
    ),
    "sign-in-attribute-kept": Choice(
        "ours",
        "Where users sign in with an attribute, the last such attribute cannot be removed.",
        "The user could not sign in any more.",
    ),
}

_CODES: Final[dict[str, Choice]] = {
    "recovery-attempts": Choice(
        "ours",
        "ForgotPassword and ConfirmForgotPassword are tried ten times an hour each.",
        "Documented as 5 to 20, depending on the risk the service sees.",
    ),
    "first-code-uncounted": Choice(
        "ours",
        "The code of a sign-up, update or administrator's reset counts for no limit.",
        "Only requests for another code are documented as limited.",
    ),
    "unknown-names-limited": Choice(
        "ours",
        "Attempts at a name that nobody has are limited like a user's.",
        "A limit that only users reach would tell that they exist.",
    ),
    "simulated-address": Choice(
        "ours",
        "A simulated delivery masks the name if it is an address, else an address derived from it.",
        "That it is simulated is documented, the address is not.",
    ),
    "code-follows-address": Choice(
        "ours",
        "A code is void once the address it was sent to is no longer the user's.",
        "Else the old mailbox could confirm, or take over, the account.",
    ),
    "waiting-address": Choice(
        "ours",
        "While a new address waits for its code, another code goes to the new address, and giving "
        "the attribute again calls the change off.",
        "Documented only that the old value stays until the new one is verified.",
    ),
    "contact-sentences": Choice(
        "ours",
        "The sentences about attributes that cannot be verified, or have no value.",
        "Refused with InvalidParameterException; the words are not known.",
    ),
    "link-for-sign-up": Choice(
        "ours",
        "Pools that verify by link send links for sign-ups; a changed address gets a code.",
        "The page that the link opens confirms users; VerifyUserAttribute takes a code.",
    ),
    "message-after-commit": Choice(
        "ours",
        "When a message cannot be delivered, the user and the code it announces stand.",
        "Nothing is documented; another message can be asked for.",
    ),
    "unseen-messages": Choice(
        "ours",
        "A client that keeps users' existence secret is not told that a code was not delivered.",
        "Only users who exist are sent codes: the refusal would name them.",
    ),
}

_PASSWORDS: Final[dict[str, Choice]] = {
    "password-missing": Choice(
        "ours",
        "A password that is missing where users need one is an InvalidParameterException.",
        "Documented as optional only with a code as first factor, without an error.",
    ),
    "history-sentence": Choice(
        "ours",
        "A password of late is refused with 'Password has already been used.'",
        "The exception is documented, its sentence is not.",
    ),
    "temporary-not-remembered": Choice(
        "ours",
        "Temporary passwords are neither checked against the history nor part of it.",
        "A user may keep the temporary password as the permanent one: that was seen.",
    ),
    "new-password-voids-code": Choice(
        "ours",
        "Setting a password voids a code that would reset it.",
        "The code was asked for a password that is no more.",
    ),
    "recovery-lifts-lockout": Choice(
        "ours",
        "A password reset by code ends a lock-out.",
        "Failures at the old password say nothing about who has proven the address.",
    ),
}

_INVITATIONS: Final[dict[str, Choice]] = {
    "default-medium": Choice(
        "ours",
        "Without DesiredDeliveryMediums the invitation goes by SMS, or nowhere without a number.",
        "SMS is documented as default; AdminCreateUser is widely called with a bare username.",
    ),
    "medium-without-address": Choice(
        "ours",
        "When none of the chosen mediums reaches the user: CodeDeliveryFailureException.",
        "Nothing is documented; silence would hide that nobody was invited.",
    ),
    "invitation-without-password": Choice(
        "ours",
        "The default invitation of a user without a password names the user only.",
        "The documented default speaks of a password.",
    ),
    "resend-sentence": Choice(
        "observed",
        "The sentence of a RESEND for a user who has chosen a password.",
        "Seen in other emulators.",
    ),
}

ACCOUNT_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {**_NAMES, **_CODES, **_PASSWORDS, **_INVITATIONS}
)
"""Rule name to choice."""
