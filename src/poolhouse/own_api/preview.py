"""``POST preview``: what a sign-in's tokens would say, and why.

Body: ``pool``, ``client``; ``user`` (a name), or ``attributes`` and ``groups`` of somebody who need
not exist; ``source`` (a trigger source; ClientCredentials needs no user); ``scopes``; ``metadata``;
``function`` (an ARN) and ``version`` to try another trigger.
"""

from __future__ import annotations

from typing import Any

import structlog

from poolhouse.domain.choices import CHOICES
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Change
from poolhouse.domain.size_budgets import Finding
from poolhouse.domain.token_sizes import Sizes, TokenSize
from poolhouse.own_api import subjects
from poolhouse.own_api.requests import OwnRequest
from poolhouse.tokens.preview import Preview, preview
from poolhouse.triggers.invoke import FunctionRun

log = structlog.get_logger("poolhouse.preview")


async def make(request: OwnRequest) -> dict[str, Any]:
    """The preview. A refused issuance is a preview too; a bad request is an error."""
    house = request.house
    wanted = subjects.check(request.document)
    subject = await subjects.authentication(house, wanted)
    function = subjects.function(subject, wanted)
    runs = function or subject.pool.pre_token_generation
    log.info(
        "a preview runs a function",
        access_key=request.access_key,
        pool_id=subject.pool.id,
        function=runs.function_arn if runs else None,
    )
    result = await preview(house, subject, function=function)
    ran = result.function
    await house.audit.administration(
        subject.pool.id,
        {
            "kind": "preview",
            "by": request.access_key,
            "client": subject.client.id,
            "sub": subject.user.sub if subject.user else None,
            "source": subject.source.removeprefix("TokenGeneration_"),
            "function": function_told(ran) if ran else None,
            "error": {"type": result.error.code} if result.error else None,
        },
    )
    return told(result)


def told(result: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    error = result.error
    return {
        "event": result.event,
        "answer": result.answer.decode("utf-8", "replace") if result.answer is not None else None,
        "before": _tokens(result.before),
        "after": _tokens(result.after) if result.after else None,
        "changes": [_change(change) for change in result.changes],
        "error": {"type": error.code, "message": error.message, "detail": error.detail}
        if error
        else None,
        "function": function_told(result.function) if result.function else None,
        "function_ms": round(result.function_ms, 3),
        "sizes": _sizes(result.sizes_after),
        "sizes_before": _sizes(result.sizes_before),
        "over_budget": [_finding(finding) for finding in result.over_budget],
        "violations": [violation._asdict() for violation in result.violations],
    }


def function_told(function: FunctionRun) -> dict[str, Any]:
    """Which code ran, and for how long."""
    return {
        "arn": function.arn,
        "version": function.version,
        "code_sha256": function.code_sha256,
        "run_ms": round(function.run_ms, 3),
        "waited_ms": round(function.waited_ms, 3),
        "cold_start": function.cold_start,
    }


def _tokens(claims: FinishedClaims) -> dict[str, Any]:
    return {"access": claims.access_claims, "id": claims.id_claims}


def _change(change: Change) -> dict[str, Any]:
    choice = CHOICES[change.rule]
    return {**change._asdict(), "says": choice.says, "known": choice.mark}


def _sizes(sizes: Sizes | None) -> dict[str, Any]:
    if sizes is None:
        return {"access": None, "id": None}
    return {
        "access": _size(sizes.access),
        "id": None if sizes.id is None else _size(sizes.id),
        "authorization_bytes": sizes.authorization_bytes,
        "largest_cookie_bytes": sizes.largest_cookie_bytes,
        "cookies_bytes": sizes.cookies_bytes,
    }


def _size(size: TokenSize) -> dict[str, Any]:
    return {"token_bytes": size.token_bytes, "claim_bytes": dict(size.claim_bytes)}


def _finding(finding: Finding) -> dict[str, Any]:
    budget = finding.budget
    return {
        "budget": budget.name,
        "measure": budget.measure,
        "limit_bytes": budget.limit_bytes,
        "size_bytes": finding.size_bytes,
        "action": budget.action,
    }
