"""The create auth challenge trigger: a challenge, and what its answer is judged by.

Amazon Cognito developer guide, "Create Auth challenge Lambda trigger".
"""

from __future__ import annotations

from poolhouse.domain import custom_challenges
from poolhouse.domain.custom_challenges import CUSTOM_CHALLENGE, CustomChallenge, History
from poolhouse.domain.trigger_catalogue import CREATE_AUTH_CHALLENGE
from poolhouse.house import House
from poolhouse.triggers.custom_subject import Subject


async def create(house: House, subject: Subject, history: History) -> CustomChallenge | None:
    """None when the pool has no such function. Raises the three Lambda exceptions."""
    members = {
        "challengeName": CUSTOM_CHALLENGE,
        "session": [dict(each) for each in history],
    }
    response = await subject.ask(
        house, CREATE_AUTH_CHALLENGE, members, custom_challenges.CHALLENGE_SKELETON
    )
    return None if response is None else custom_challenges.read_challenge(response)
