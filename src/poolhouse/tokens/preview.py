"""The preview: what the mint would say, without its effects, and why.

It runs ``customize``, the very function that issuing runs, so a preview cannot differ from what
is minted. Nothing is signed or stored. It does run the function: whoever may preview may deploy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from poolhouse.domain import claims
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Change
from poolhouse.domain.policy_judgement import Violation
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.domain.size_budgets import Finding
from poolhouse.domain.token_sizes import Sizes
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.tokens import sizes
from poolhouse.tokens.customize import Customization, Trace, customize
from poolhouse.triggers.invoke import FunctionRun


@dataclass(frozen=True, slots=True)
class Preview:
    """What was sent, what came back, both tokens before and after, and what became of each wish.

    ``after`` is None when the issuance would fail; ``error`` is then the exception the client
    would see, and ``changes`` are there as far as the answer was read. ``function`` says which
    code ran and for how long.
    """

    before: FinishedClaims
    after: FinishedClaims | None
    changes: tuple[Change, ...]
    event: Mapping[str, Any] | None
    answer: bytes | None
    error: ServiceError | None
    function: FunctionRun | None
    sizes_before: Sizes
    sizes_after: Sizes | None
    over_budget: tuple[Finding, ...] = ()
    violations: tuple[Violation, ...] = ()

    @property
    def function_ms(self) -> float:
        """The time the function took, waiting for a worker included."""
        return 0.0 if self.function is None else self.function.run_ms + self.function.waited_ms


async def preview(
    house: House, authentication: Authentication, *, function: TriggerConfiguration | None = None
) -> Preview:
    """Preview the tokens of ``authentication``, through another ``function`` if one is given."""
    if function is not None:
        pool = replace(authentication.pool, pre_token_generation=function)
        authentication = replace(authentication, pool=pool)
    trace = Trace()
    error: ServiceError | None = None
    customized: Customization | None = None
    try:
        customized = await customize(
            house, authentication, now_seconds=house.clock.now_ms() // 1000, trace=trace
        )
    except ServiceError as refusal:
        error = refusal
    if trace.draft is None:
        raise LookupError("the tokens were not even drafted")
    before = claims.finish(trace.draft)
    after = claims.finish(customized.after) if customized else None
    return Preview(
        before=before,
        after=after,
        changes=trace.changes,
        event=trace.event,
        answer=trace.answer,
        error=error,
        function=trace.function,
        sizes_before=sizes.by_claim(authentication, before),
        sizes_after=sizes.by_claim(authentication, after) if after else None,
        over_budget=customized.over_budget if customized else (),
        violations=trace.violations,
    )
