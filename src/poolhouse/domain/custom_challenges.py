"""Custom sign-ins: their history, and what the three functions that lead them may answer.

Amazon Cognito developer guide, "Custom authentication challenge Lambda triggers".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.trigger_members import flag, text, texts

CUSTOM_CHALLENGE: Final = "CUSTOM_CHALLENGE"
PASSWORD_VERIFIER: Final = "PASSWORD_VERIFIER"
SRP_A: Final = "SRP_A"
ADMIN_PASSWORD: Final = "ADMIN_NO_SRP_AUTH"

DECISION_SKELETON: Final = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
CHALLENGE_SKELETON: Final = {
    "publicChallengeParameters": None,
    "privateChallengeParameters": None,
    "challengeMetadata": None,
}
VERDICT_SKELETON: Final = {"answerCorrect": None}

History = tuple[Mapping[str, Any], ...]
"""``session`` in the events: what was shown so far, oldest first."""

# Challenges of the pool's own that stand in a history, with what was asked before them.
_RECORDED: Final[Mapping[str, Sequence[str]]] = {
    PASSWORD_VERIFIER: (PASSWORD_VERIFIER,),
    "SMS_MFA": ("SMS_MFA",),
    "EMAIL_OTP": ("EMAIL_OTP",),
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA",),
    "DEVICE_PASSWORD_VERIFIER": ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes next: a challenge, tokens, or the end. Exactly one of them."""

    challenge_name: str | None = None
    issues_tokens: bool = False
    fails: bool = False


@dataclass(frozen=True, slots=True)
class CustomChallenge:
    """What the client is shown, what only the verifying function is told, and a note."""

    public: Mapping[str, str]
    private: Mapping[str, str]
    metadata: str | None


def entry(name: str, result: bool, metadata: str | None = None) -> dict[str, Any]:
    """One element of a history (``custom-metadata-null``)."""
    return {"challengeName": name, "challengeResult": result, "challengeMetadata": metadata}


def with_answered(history: History, challenge_name: str) -> History:
    """The history after a challenge of the pool's own was passed."""
    return (*history, *(entry(name, True) for name in _RECORDED.get(challenge_name, ())))


def read_decision(response: Mapping[str, Any]) -> Decision:
    """The answer of define auth challenge (``custom-failure-wins``, ``custom-undecided``).

    Raises :class:`InvalidLambdaResponseException`, also when nothing is decided.
    """
    name = text(response, "challengeName")
    issues, fails = flag(response, "issueTokens"), flag(response, "failAuthentication")
    if fails:
        return Decision(fails=True)
    if issues:
        return Decision(issues_tokens=True)
    if not name:
        raise unrecognizable("neither a challenge, nor tokens, nor a failure was decided on")
    return Decision(challenge_name=name)


def read_challenge(response: Mapping[str, Any]) -> CustomChallenge:
    """The answer of create auth challenge. Raises :class:`InvalidLambdaResponseException`."""
    return CustomChallenge(
        texts(response, "publicChallengeParameters"),
        texts(response, "privateChallengeParameters"),
        text(response, "challengeMetadata"),
    )


def read_verdict(response: Mapping[str, Any]) -> bool:
    """The answer of verify auth challenge response; see ``custom-silent-verdict``.

    Raises :class:`InvalidLambdaResponseException`.
    """
    return flag(response, "answerCorrect")
