"""What the wire keeps quiet about, said aloud: ignored wishes, large tokens, budgets exceeded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog

from poolhouse.domain.authentication import Authentication
from poolhouse.domain.customization import Change
from poolhouse.domain.policy_judgement import Violation
from poolhouse.domain.size_budgets import Finding
from poolhouse.metrics import Metrics
from poolhouse.settings import Settings
from poolhouse.tokens.judging import told, violation_told
from poolhouse.triggers.invoke import FunctionRun, function_label

log = structlog.get_logger("poolhouse.tokens")

_MOST_NAMED = 10


def report_ignored(
    metrics: Metrics,
    authentication: Authentication,
    changes: Iterable[Change],
    function: FunctionRun | None,
) -> None:
    """One line for all ignored wishes of an issuance: a function may have thousands."""
    ignored = [change for change in changes if change.outcome == "ignored"]
    if not ignored:
        return
    log.warning(
        "wishes of the function were ignored",
        pool_id=authentication.pool.id,
        client_id=authentication.client.id,
        function=function.arn if function else None,
        version=function.version if function else None,
        count=len(ignored),
        first=[told(change) for change in ignored[:_MOST_NAMED]],
    )
    metrics.ignored(
        function_label(function.arn) if function else "",
        function.version if function else "",
        [(change.token, change.name, change.rule) for change in ignored],
    )


def report_violations(
    metrics: Metrics,
    authentication: Authentication,
    violations: Sequence[Violation],
    function: FunctionRun | None,
) -> None:
    """What goes against the naming policy, whatever was done about it."""
    if not violations:
        return
    log.warning(
        "names or values of the function go against the naming policy",
        pool_id=authentication.pool.id,
        client_id=authentication.client.id,
        function=function.arn if function else None,
        version=function.version if function else None,
        count=len(violations),
        first=[violation_told(violation) for violation in violations[:_MOST_NAMED]],
    )
    metrics.against_policy(
        function_label(function.arn) if function else "",
        function.version if function else "",
        [(violation.token, violation.name, violation.rule) for violation in violations],
    )


def report_over_budget(
    metrics: Metrics, authentication: Authentication, findings: Iterable[Finding]
) -> None:
    """Budgets that only warn."""
    for finding in findings:
        log.warning(
            "tokens are over a size budget",
            pool_id=authentication.pool.id,
            client_id=authentication.client.id,
            sub=authentication.user.sub if authentication.user else None,
            budget=finding.budget.name,
            measure=finding.budget.measure,
            size_bytes=finding.size_bytes,
            limit_bytes=finding.budget.limit_bytes,
        )
        metrics.over_budget(finding.budget.name, finding.budget.action)


def report_large(settings: Settings, pool_id: str, sizes: Iterable[tuple[str, int]]) -> None:
    """Tokens past the size from which proxies and gateways begin to refuse them."""
    limit_bytes = settings.token_size_warning_bytes
    for use, size_bytes in sizes:
        if size_bytes > limit_bytes:
            log.warning(
                "a token is large",
                pool_id=pool_id,
                token_use=use,
                size_bytes=size_bytes,
                limit_bytes=limit_bytes,
            )
