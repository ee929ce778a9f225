"""The books of the mint: what an issuance leaves in log, metrics, audit trail and recordings.

Nothing here changes a token. In the order of what it may cost: counters always, a log line where
something was ignored or large, an audit record and a recording where they are switched on.
"""

from __future__ import annotations

import time

from poolhouse.audit import records
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.governance import Recording
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.recording.calls import RecordedCall
from poolhouse.tokens import notices, shadow
from poolhouse.tokens.customize import Customization, Trace


async def issued(
    house: House,
    authentication: Authentication,
    customized: Customization,
    access_token: str,
    id_token: str | None,
    *,
    begun: float,
    at_ms: int,
) -> None:
    """Enter an issuance; ``begun`` is on the scale of ``time.perf_counter``.

    With the audit mode ``full`` this returns when the record is on disk, and raises what kept it
    from there: no token without its record.
    """
    seconds = time.perf_counter() - begun
    sizes = [("access", len(access_token))]
    if id_token is not None:
        sizes.append(("id", len(id_token)))
    house.metrics.issued(authentication.source, seconds, sizes)
    if customized.changes:
        notices.report_ignored(
            house.metrics, authentication, customized.changes, customized.function
        )
    notices.report_violations(
        house.metrics, authentication, customized.violations, customized.function
    )
    if customized.over_budget:
        notices.report_over_budget(house.metrics, authentication, customized.over_budget)
    notices.report_large(house.settings, authentication.pool.id, sizes)
    if house.audit.is_on:
        record = records.issued(
            authentication,
            before=customized.before,
            after=customized.after,
            changes=customized.changes,
            function=customized.function,
            sizes=sizes,
            values=records.Values(
                house.audit, (await house.governance.of_pool(authentication.pool.id)).audit_values
            ),
            at_ms=at_ms,
            took_ms=seconds * 1000,
        )
        await house.audit.issuance(authentication.pool.id, at_ms, record)
    if customized.event is not None and customized.function is not None:
        await _watch(house, authentication, customized)


async def refused(
    house: House, authentication: Authentication, trace: Trace, error: ServiceError, *, at_ms: int
) -> None:
    """Enter an issuance that came to nothing: the function failed, or what it answered did."""
    house.metrics.refused(authentication.source, error.code)
    notices.report_ignored(house.metrics, authentication, trace.changes, trace.function)
    notices.report_violations(house.metrics, authentication, trace.violations, trace.function)
    if house.audit.is_on:
        record = records.refused(
            authentication,
            changes=trace.changes,
            function=trace.function,
            error=error,
            at_ms=at_ms,
        )
        await house.audit.issuance(authentication.pool.id, at_ms, record)
    if trace.event is not None and trace.draft is not None:
        rules = await house.governance.of_pool(authentication.pool.id)
        await _record(house, authentication, rules.recording, trace, error)


async def _watch(house: House, authentication: Authentication, customized: Customization) -> None:
    """Keep the call for replays, and let a shadow function have it too, as the owner asked."""
    rules = await house.governance.of_pool(authentication.pool.id)
    if rules.recording.rate:
        trace = Trace(customized.before, customized.event, customized.function, customized.answer)
        await _record(house, authentication, rules.recording, trace, None)
    if rules.shadow is not None:
        shadow.run_beside(house, authentication, rules.shadow, customized)


async def _record(
    house: House,
    authentication: Authentication,
    rules: Recording,
    trace: Trace,
    error: ServiceError | None,
) -> None:
    trigger = authentication.pool.pre_token_generation
    if trace.draft is None or trace.event is None or trigger is None:
        return
    if not house.recorder.wants(rules):
        return
    recorded = RecordedCall(
        client_id=authentication.client.id,
        sub=authentication.user.sub if authentication.user else None,
        source=authentication.source,
        version=trigger.version,
        event=trace.event,
        draft=trace.draft,
        answer=trace.answer,
        error=error.code if error else None,
        run_ms=trace.function.run_ms if trace.function else 0.0,
        function_arn=trigger.function_arn,
        function_version=trace.function.version if trace.function else "",
    )
    await house.recorder.keep(authentication.pool.id, rules, recorded, house.clock.now_ms())
