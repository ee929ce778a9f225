"""Rules of triggers that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`, which has the rows about reading answers
and about pre token generation. Code that follows a row names it in backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_SIGN_IN: Final[dict[str, Choice]] = {
    "pre-authentication-first": Choice(
        "ours",
        "Pre authentication runs before the password is looked at, for users who are enabled.",
        "The guide's diagrams show it first; nothing says so in words.",
    ),
    "post-authentication-first": Choice(
        "ours",
        "Post authentication runs before pre token generation.",
        "Its error stops the sign-in: nothing should have been made by then.",
    ),
    "validation-data-null": Choice(
        "ours",
        "validationData is null where the caller passed nothing along.",
        "So in the guide's event of pre sign-up; the other triggers' samples do not say.",
    ),
}

_ACCOUNTS: Final[dict[str, Choice]] = {
    "verify-without-address": Choice(
        "ours",
        "A pre sign-up function that vouches for an address the user lacks fails the sign-up.",
        "That it fails is documented; the exception and its sentence are not.",
    ),
    "migration-failed": Choice(
        "ours",
        "A user whom a function describes but who cannot be made: UserNotFoundException, "
        "'Exception migrating user in app client ID'.",
        "The sentence is from hearsay; a client that keeps existence secret sees an unknown user.",
    ),
    "migrated-password": Choice(
        "ours",
        "A migrated user who must reset the password has none until then.",
        "Documented only that the entered password is kept for CONFIRMED ones.",
    ),
    "migrated-attributes": Choice(
        "ours",
        "Required attributes that a function leaves out stay without a value.",
        "The guide speaks of defaults and names none.",
    ),
    "welcome-message": Choice(
        "ours",
        "The welcome of a migrated user is the pool's invitation, without a password.",
        "Documented as 'the welcome message'; its trigger source is that of AdminCreateUser.",
    ),
}

_MESSAGES: Final[dict[str, Choice]] = {
    "words-in-use": Choice(
        "ours",
        "Length and placeholders of a custom message are asked of the words that are sent only.",
        "Functions tend to answer for both mediums whatever the pool uses.",
    ),
    "sender-alone": Choice(
        "ours",
        "Where a custom sender sends a message, the custom message function is not asked.",
        "What it would word is sent by nobody.",
    ),
    "sender-key": Choice(
        "ours",
        "KMSKeyID names a key of this server, derived from its master key: a raw AES key to the "
        "AWS Encryption SDK, or a key of KMS to whoever asks this server as KMS.",
        "Keys of AWS KMS never leave AWS; the message format is the same.",
    ),
    "sender-kms": Choice(
        "ours",
        "The stand-in for KMS has Decrypt alone, and opens what this server wrapped for a sender.",
        "A function needs no more; keys, grants and policies are those of administrators.",
    ),
}

_CUSTOM: Final[dict[str, Choice]] = {
    "custom-first-challenge": Choice(
        "ours",
        "CUSTOM_AUTH begins with SRP_A, for administrators also with ADMIN_NO_SRP_AUTH and a plain "
        "PASSWORD, or without a password.",
        "The latter is documented as a name in session only.",
    ),
    "custom-verifier-session": Choice(
        "ours",
        "The PASSWORD_VERIFIER of a custom sign-in has no Session: its secret block is one.",
        "As in USER_SRP_AUTH; clients send back what they were given.",
    ),
    "custom-temporary-password": Choice(
        "ours",
        "A sign-in that functions alone vouch for asks for no new password and no second factor.",
        "Both are documented to follow the password.",
    ),
    "custom-undecided": Choice(
        "ours",
        "A define function that decides nothing, or on a challenge that cannot be asked for: "
        "InvalidLambdaResponseException.",
        "There is no way on.",
    ),
    "custom-failure-wins": Choice(
        "ours",
        "failAuthentication wins over issueTokens, issueTokens over challengeName.",
        "Fail closed; samples set several members at once.",
    ),
    "custom-silent-verdict": Choice(
        "ours", "An answer that is not called correct is not.", "Fail closed."
    ),
    "custom-metadata-null": Choice(
        "ours",
        "Elements of session without metadata have challengeMetadata null.",
        "The guide's samples leave it out; typed event readers take both.",
    ),
    "custom-length": Choice(
        "ours",
        "A custom sign-in ends after 50 challenges.",
        "No limit is documented; each challenge runs two functions.",
    ),
}

_FEDERATION: Final[dict[str, Choice]] = {
    "federated-value-length": Choice(
        "ours",
        "A mapped value of more than 2,048 characters: InvalidLambdaResponseException.",
        "That the sign-in fails is documented; how is not.",
    ),
}

TRIGGER_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {**_SIGN_IN, **_ACCOUNTS, **_MESSAGES, **_CUSTOM, **_FEDERATION}
)
"""Rule name to choice."""
