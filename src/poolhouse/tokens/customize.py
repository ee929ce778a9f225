"""What a sign-in's tokens say: ``draft -> trigger -> apply -> judge``. Nothing is signed or stored.

The one way to a token's content. The mint signs what comes out of it, the preview shows it, a
replay runs the same steps from a recorded event on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from poolhouse.domain import claims, customization, policy_judgement, trigger_answers
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import TokenDraft, TokenIds
from poolhouse.domain.customization import Change
from poolhouse.domain.naming_policy import NamingPolicy
from poolhouse.domain.policy_judgement import Violation
from poolhouse.domain.records import EventVersion
from poolhouse.domain.size_budgets import Finding
from poolhouse.domain.token_sizes import Sizes
from poolhouse.house import House
from poolhouse.tokens import judging
from poolhouse.tokens.issuer import issuer
from poolhouse.triggers import invoke, pre_token_generation
from poolhouse.triggers.invoke import FunctionRun


@dataclass(frozen=True, slots=True)
class Customization:
    """The draft before and after the function, and one line for each change it asked for.

    ``event`` is what the function was sent and ``answer`` what it sent back, ``function`` which
    code ran; None when the pool has no function for these tokens. ``over_budget`` are the size
    budgets that warn, ``violations`` what goes against the naming policy; ``sizes`` is known where
    somebody needed it.
    """

    before: TokenDraft
    after: TokenDraft
    changes: tuple[Change, ...] = ()
    event: Mapping[str, Any] | None = None
    answer: bytes | None = None
    function: FunctionRun | None = None
    over_budget: tuple[Finding, ...] = ()
    sizes: Sizes | None = None
    violations: tuple[Violation, ...] = ()


class Applied(NamedTuple):
    """An answer acted on: the new draft, what became of each wish, and what the policy says."""

    draft: TokenDraft
    report: tuple[Change, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A function's answer that was had before: a code was given out on the strength of it."""

    event: Mapping[str, Any]
    answer: bytes
    version: EventVersion
    function: FunctionRun | None = None


@dataclass(slots=True)
class Trace:
    """How far ``customize`` came: what is still known of it when a step fails."""

    draft: TokenDraft | None = None
    event: Mapping[str, Any] | None = None
    function: FunctionRun | None = None
    answer: bytes | None = None
    changes: tuple[Change, ...] = ()
    violations: tuple[Violation, ...] = ()


async def customize(
    house: House,
    authentication: Authentication,
    *,
    now_seconds: int,
    trace: Trace | None = None,
    judged: bool = True,
) -> Customization:
    """Draft the tokens, and let the pool's function change them. Raises the Lambda exceptions.

    Without ``judged`` strictness and budgets are left aside: for who measures, not for who issues.
    """
    trace = trace if trace is not None else Trace()
    trace.draft = draft = _draft(house, authentication, now_seconds)
    answered = await _ask(house, authentication, draft, trace)
    return await _conclude(house, authentication, draft, answered, trace, judged=judged)


async def redeem(
    house: House,
    authentication: Authentication,
    *,
    now_seconds: int,
    answered: Answered | None,
    trace: Trace,
) -> Customization:
    """The same without a call: the function was asked before a code was given out, if at all."""
    trace.draft = draft = _draft(house, authentication, now_seconds)
    if answered is not None:
        trace.event, trace.answer = answered.event, answered.answer
        trace.function = answered.function
    return await _conclude(house, authentication, draft, answered, trace)


async def _conclude(
    house: House,
    authentication: Authentication,
    draft: TokenDraft,
    answered: Answered | None,
    trace: Trace,
    *,
    judged: bool = True,
) -> Customization:
    """From the function's answer to the tokens' content: read, apply, judge."""
    customized = Customization(draft, draft)
    if answered is not None:
        rules = await house.governance.of_pool(authentication.pool.id)
        policy = rules.naming_policy
        applied = apply_answer(
            draft,
            answered,
            client_id=authentication.client.id,
            quota=house.settings.token_quota,
            policy=policy,
        )
        trace.changes, trace.violations = applied.report, applied.violations
        customized = Customization(
            draft,
            applied.draft,
            applied.report,
            answered.event,
            answered.answer,
            answered.function,
            violations=applied.violations,
        )
        if judged and policy is not None:
            judging.refuse_violations(policy, applied.violations)
    if not judged:
        return customized
    judging.refuse_ignored(house.settings, customized.changes)
    over_budget, sizes = await judging.budgets(house, authentication, customized.after)
    if sizes is None:
        return customized
    return replace(customized, over_budget=over_budget, sizes=sizes)


def apply_answer(
    draft: TokenDraft,
    answered: Answered,
    *,
    client_id: str,
    quota: int,
    policy: NamingPolicy | None = None,
) -> Applied:
    """What a function's answer makes of a draft, less what a ``policy`` that drops has dropped.

    Raises :class:`InvalidLambdaResponseException`.
    """
    wishes = trigger_answers.read(
        trigger_answers.parse(answered.answer), answered.event, answered.version
    )
    violations: tuple[Violation, ...] = ()
    dropped: tuple[Change, ...] = ()
    if policy is not None:
        violations = policy_judgement.judge(policy, wishes)
        if violations and policy.action == "drop":
            wishes = policy_judgement.without(wishes, violations)
            dropped = policy_judgement.as_changes(violations, draft)
    customized = customization.apply(draft, wishes, client_id=client_id, quota=quota)
    return Applied(customized.draft, (*customized.report, *dropped), violations)


async def _ask(
    house: House, authentication: Authentication, draft: TokenDraft, trace: Trace
) -> Answered | None:
    """Call the pool's function; None where it has none for these tokens."""
    pool, user = authentication.pool, authentication.user
    trigger = pool.pre_token_generation
    if trigger is None or not pre_token_generation.applies(authentication):
        return None
    trace.event = event = pre_token_generation.event(draft, authentication)
    made = await invoke.attempt(
        house,
        pool,
        pre_token_generation.TRIGGER,
        trigger.function_arn,
        event,
        sticky_to=None if user is None else user.sub,
    )
    trace.function = made.function
    trace.answer = answer = invoke.answer_of(made)
    return Answered(event, answer, trigger.version, made.function)


def _draft(house: House, authentication: Authentication, now_seconds: int) -> TokenDraft:
    return claims.draft(
        authentication,
        issuer=issuer(house.settings, authentication.pool),
        now_seconds=now_seconds,
        token_ids=TokenIds(id_jti=house.ids.uuid(), access_jti=house.ids.uuid()),
    )
