"""The verify auth challenge response trigger: is this the answer?

Amazon Cognito developer guide, "Verify Auth challenge response Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.domain import custom_challenges
from poolhouse.domain.trigger_catalogue import VERIFY_AUTH_CHALLENGE
from poolhouse.house import House
from poolhouse.triggers.custom_subject import Subject


async def verify(
    house: House, subject: Subject, private: Mapping[str, str], answer: str
) -> bool | None:
    """None when the pool has no such function. Raises the three Lambda exceptions."""
    members = {"privateChallengeParameters": dict(private), "challengeAnswer": answer}
    response = await subject.ask(
        house, VERIFY_AUTH_CHALLENGE, members, custom_challenges.VERDICT_SKELETON
    )
    return None if response is None else custom_challenges.read_verdict(response)
