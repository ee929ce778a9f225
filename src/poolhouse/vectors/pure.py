"""Running a case in process: draft, event, answer, read, apply, finish."""

from __future__ import annotations

import json
from typing import Any

from poolhouse.domain import claims, customization, trigger_answers
from poolhouse.errors import ServiceError
from poolhouse.triggers import pre_token_generation
from poolhouse.vectors import subjects
from poolhouse.vectors.answering import answer_to
from poolhouse.vectors.cases import Case
from poolhouse.vectors.judging import check, check_error


def run_pure(case: Case) -> list[str]:
    """Differences between what the rules make of ``case`` and what it expects; empty when none."""
    authentication = subjects.authentication(case)
    draft = subjects.draft(authentication)
    if pre_token_generation.applies(authentication):
        event = pre_token_generation.event(draft, authentication)
        try:
            answer = trigger_answers.parse(_payload(case, event))
            wishes = trigger_answers.read(answer, event, case.version)
            draft = customization.apply(draft, wishes, client_id=authentication.client.id).draft
        except ServiceError as error:
            return check_error(case, error.code, error.message)
    finished = claims.finish(draft)
    return check(case, finished.id_claims, finished.access_claims)


def _payload(case: Case, event: dict[str, Any]) -> bytes:
    if "payload" in case.answer:
        return str(case.answer["payload"]).encode()
    return json.dumps(answer_to(event, case.answer)).encode()
