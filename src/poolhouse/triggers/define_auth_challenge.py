"""The define auth challenge trigger: what comes next in a custom sign-in?

Amazon Cognito developer guide, "Define Auth challenge Lambda trigger".
"""

from __future__ import annotations

from poolhouse.domain import custom_challenges
from poolhouse.domain.custom_challenges import Decision, History
from poolhouse.domain.trigger_catalogue import DEFINE_AUTH_CHALLENGE
from poolhouse.house import House
from poolhouse.triggers.custom_subject import Subject


async def decide(house: House, subject: Subject, history: History) -> Decision | None:
    """None when the pool has no such function. Raises the three Lambda exceptions."""
    members = {"session": [dict(each) for each in history]}
    response = await subject.ask(
        house, DEFINE_AUTH_CHALLENGE, members, custom_challenges.DECISION_SKELETON
    )
    return None if response is None else custom_challenges.read_decision(response)
