"""Rules of signing in that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`, for choice-based sign-in, passkeys,
step-up and user sessions. Code that follows a row names it in backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_CHOICE_BASED: Final[dict[str, Choice]] = {
    "unknown-user-factors": Choice(
        "ours",
        "An unknown user seems to have a password, and the addresses that the pool sends codes to.",
        "That unknown users are simulated is documented; which factors they have is not.",
    ),
    "one-mailbox-one-factor": Choice(
        "ours",
        "A sign-in does not begin with a code to the address that a second factor's codes go to, "
        "where the user has another way to begin.",
        "Two codes to one mailbox are one factor; the service's guide says the same of recovery.",
    ),
    "first-factor-codes": Choice(
        "ours",
        "A code is tried ten times at most, and thirty codes are sent an hour to one user.",
        "Six wrong codes were seen to leave the session alive; without an end, eight digits are "
        "guessed in time.",
    ),
    "second-factor-codes": Choice(
        "ours",
        "Thirty codes of second factors are sent an hour to one user, then the request is refused.",
        "Whoever knows a password could have any number sent, at the pool's cost.",
    ),
    "choice-sentences": Choice(
        "ours",
        "A chosen challenge that is not available is an InvalidParameterException.",
        "Documented as required to be available, without an error.",
    ),
}

_PASSKEYS: Final[dict[str, Choice]] = {
    "prefix-relying-party": Choice(
        "ours",
        "Without RelyingPartyId or custom domain, the relying party is the host of PUBLIC_URL.",
        "The service takes the prefix domain, whose pages are served there here; a browser accepts "
        "no other name.",
    ),
    "passkey-sentences": Choice(
        "ours",
        "The sentences of the WebAuthn exceptions.",
        "The exceptions are in the service model, their sentences are not.",
    ),
    "passkey-name": Choice(
        "ours",
        "Passkeys are named 'Roaming passkey', 'Platform passkey' or 'Passkey' by attachment.",
        "The first was seen; that names are made automatically is documented.",
    ),
    "passkey-amr": Choice(
        "ours",
        "A passkey on a roaming authenticator is hwk, any other is swk.",
        "Documented as platform and roaming; how they are told apart is not.",
    ),
}

_LOCK_OUT: Final[dict[str, Choice]] = {
    "unknown-names-lock": Choice(
        "ours",
        "Wrong passwords at a name that nobody has lock it like a user's, where clients keep that "
        "secret, and wherever a user migration function judges them.",
        "A lock that only users reach would tell that they exist; without one, the passwords of "
        "users who are not migrated could be guessed.",
    ),
}

_STEP_UP: Final[dict[str, Choice]] = {
    "step-up-shows-something": Choice(
        "ours",
        "An access token that tells of the level asked for already counts for nothing.",
        "Else whoever finds one could have it exchanged for a refresh token.",
    ),
    "step-up-sentences": Choice(
        "ours",
        "The sentences of refused TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE.",
        "Documented as errors, without sentences.",
    ),
}

_SESSIONS: Final[dict[str, Choice]] = {
    "session-sentences": Choice(
        "ours",
        "The sentences of refused session operations.",
        "The exceptions are in the service model, their sentences are not.",
    ),
}

_EXCHANGE: Final[dict[str, Choice]] = {
    "exchange-sentences": Choice(
        "ours",
        "The sentences of a refused GetDerivedToken.",
        "The exceptions are in the service model, their sentences are not.",
    ),
    "delegate-is-not-the-user": Choice(
        "ours",
        "A token with an actor opens no self-service operation, and counts for no step-up.",
        "Whoever acts for a user could otherwise register a passkey of their own.",
    ),
    "audience-is-elsewhere": Choice(
        "ours",
        "An access token with an audience other than its app client opens no self-service "
        "operation, counts for no step-up and registers no app client.",
        "A resource server that was sent one could use it here (RFC 9700 section 2.3); what the "
        "service does is not documented.",
    ),
    "identity-opens-nothing": Choice(
        "ours",
        "An ID token is exchanged for the scopes of its sign-in but aws.cognito.signin.user.admin.",
        "It has no scopes of its own, and is shown to more parties than an access token.",
    ),
    "exchange-errors": Choice(
        "ours",
        "A missing flow is unauthorized_client, a bad token invalid_grant, an unknown resource "
        "invalid_target, no scope left invalid_scope.",
        "RFC 8693 section 2.2.2 names invalid_request and invalid_target only.",
    ),
}

SIGN_IN_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType(
    {**_CHOICE_BASED, **_PASSKEYS, **_STEP_UP, **_SESSIONS, **_EXCHANGE}
)
"""Rule name to choice."""
