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
        "second factors for a second, then twice as long each time, up to a day. A right code or "
        "an administrator who takes the app away lifts it.",
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

FACTOR_CHOICES: Final[Mapping[str, Choice]] = MappingProxyType({**_SECOND_FACTORS})
"""Rule name to choice."""
