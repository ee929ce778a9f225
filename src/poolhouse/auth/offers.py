"""SELECT_CHALLENGE: putting challenges before a user, or the one there is.

Source: Amazon Cognito API reference, InitiateAuth (``AvailableChallenges``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from poolhouse.auth import (
    auth_sessions,
    first_factors,
    one_time_code,
    passkey,
    second_factor,
    step_up,
)
from poolhouse.auth.steps import NOTHING_SHOWN, Challenge, FlowRequest, Proof
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House

NAME: Final = "SELECT_CHALLENGE"


async def on_the_way(house: House, proof: Proof) -> Challenge:
    """What is still to be shown to reach the level that the sign-in was asked for.

    A second factor of the user's if there is one that leads there, or the one code that does, else
    a choice of what a sign-in may begin with. Raises :class:`NotAuthorizedException` when there is
    no way (any more).
    """
    request, user = proof.request, proof.user
    offered = await first_factors.available(house, request.pool, user)
    seconds = await step_up.second_factors_of(house, request.pool, user)
    able = first_factors.methods_of(offered) | seconds.keys()
    missing = frozenset().union(*step_up.ways_on(proof.asked, proof.methods, able))
    for method, factor in seconds.items():
        if method in missing and proof.methods:
            return await second_factor.offer(house, proof, factor)
    useful = first_factors.leading_to(offered, missing)
    if not useful:
        raise NotAuthorizedException(step_up.OUT_OF_REACH)
    if len(useful) == 1 and useful[0] in one_time_code.CONTACTS:
        return await ask(house, request, user, useful[0], useful, proof.carried())
    return await select(house, request, user, useful, proof.carried())


async def ask(
    house: House,
    request: FlowRequest,
    user: User | None,
    chosen: str,
    offered: tuple[str, ...],
    state: Mapping[str, Any],
) -> Challenge:
    if chosen in one_time_code.CONTACTS:
        asked = await one_time_code.ask(house, request, user, chosen, _without_options(state))
    elif chosen == passkey.NAME and user is not None:
        asked = await passkey.ask(house, request, user, _without_options(state))
    else:
        asked = await auth_sessions.challenge(
            house, request, user, chosen, {}, _without_options(state)
        )
    return replace(asked, available=offered)


async def select(
    house: House,
    request: FlowRequest,
    user: User | None,
    offered: tuple[str, ...],
    state: Mapping[str, Any],
) -> Challenge:
    """Offer what there is; with the options of a passkey, so that one step can be enough."""
    parameters: dict[str, str] = {}
    kept: dict[str, Any] = {"offered": list(offered)}
    if passkey.NAME in offered and user is not None:
        present = await passkey.usable(house, request.pool, user)
        parameters, challenge = passkey.options(house, request.pool, present)
        kept |= challenge
    asked = await auth_sessions.challenge(house, request, user, NAME, parameters, {**state, **kept})
    return replace(asked, available=offered)


def _without_options(state: Mapping[str, Any]) -> dict[str, Any]:
    return {name: state[name] for name in NOTHING_SHOWN}
