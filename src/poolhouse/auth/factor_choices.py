"""Rules of second factors and devices that could be otherwise, with how well each is known.

The same kind of table as :mod:`poolhouse.domain.choices`. Code that follows a row names it in
backquotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from poolhouse.domain.choices import Choice

_SECOND_FACTORS: Final[dict[str, Choice]] = {
    "wrong-codes": Choice(
        "ours",
        "Wrong codes of a second factor: ten end an auth session, and ten in a row lock the user's "
        "second factors for a second, then twice as long each time, up to a day. A right code "
        "lifts it, and so does an administrator who takes the app away or sets a new password.",
        "A code does not spend its session (observed, six times); no lock is documented, and six "
        "digits must not be guessed.",
    ),
    "source-after-mfa": Choice(
        "ours",
        "After a second factor the trigger source is TokenGeneration_Authentication, also where a "
        "new password came before.",
        "The guide names NewPasswordChallenge for the answer to that challenge alone.",
    ),
    "email-set-up": Choice(
        "ours",
        "MFA_SETUP takes EMAIL, then the code by EMAIL_OTP; another address than the user's is "
        "refused.",
        "Client libraries answer so; the API reference only speaks of restarting the sign-in.",
    ),
    "dropped-factor": Choice(
        "observed",
        "A factor that the pool drops goes on for the users who have it, while MFA is not OFF.",
        "Documented for authenticator apps; less would turn two factors into one unnoticed.",
    ),
    "preference-sentences": Choice(
        "ours",
        "The sentences about preferences that contradict themselves.",
        "One preferred factor is documented, the refusal is not.",
    ),
}

_DEVICES: Final[dict[str, Choice]] = {
    "device-each-time": Choice(
        "documented",
        "A remembered device vouches for itself in every sign-in that names it: in place of a "
        "second factor with ChallengeRequiredOnNewDevice, else after it.",
        "developer guide, Working with user devices; the order without is that of client libraries",
    ),
    "device-without-session": Choice(
        "observed",
        "The answers of a device may come without Session, while the challenge is pending for that "
        "user, app client and device.",
        "pycognito leaves it out; the device's secret must be proven all the same.",
    ),
    "group-key": Choice(
        "ours", "The devices of a pool share one group key.", "It only salts what they prove."
    ),
    "confirmed-key": Choice(
        "ours",
        "ConfirmDevice takes the key that this sign-in was given, and no other.",
        "Documented as 'the key returned by the sign-in'; the refusal's sentence is unconfirmed.",
    ),
}

FACTOR_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType({**_SECOND_FACTORS, **_DEVICES})
"""Rule name to choice."""
