"""``POST …/authorization``: a table of personas and actions, decided with minted tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.authorization.matrix import Matrix, evaluate
from poolhouse.domain import authorization_tables
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.authorization_tables import AuthorizationTable
from poolhouse.domain.records import TriggerConfiguration
from poolhouse.own_api import subjects
from poolhouse.own_api.requests import OwnRequest


async def make(request: OwnRequest) -> dict[str, Any]:
    """The matrix, its failures, and what no rule reads.

    Body: ``client``, ``table``; ``function`` (an ARN) and ``version`` to try another trigger.
    """
    house = request.house
    request.only("client", "table", "function", "version")
    table = authorization_tables.read(request.member("table", dict) or {})
    asked = {name: request.document.get(name) for name in ("client", "function", "version")}
    found: dict[str, Authentication] = {}
    function: TriggerConfiguration | None = None
    for persona in table.personas:
        wanted = subjects.check({"pool": request.pool_id, **asked, **persona.subject})
        found[persona.name] = await subjects.authentication(house, wanted)
        function = subjects.function(found[persona.name], wanted)
    await house.audit.administration(
        request.pool_id,
        {
            "kind": "authorization-table",
            "by": request.access_key,
            "function": {"arn": function.function_arn} if function else None,
        },
    )
    return _told(table, await evaluate(house, table, found, function=function))


def _told(table: AuthorizationTable, matrix: Matrix) -> dict[str, Any]:
    return {
        "personas": [persona.name for persona in table.personas],
        "actions": list(table.actions),
        "cells": [
            {
                "persona": cell.persona,
                "action": cell.action,
                "expected": cell.expected,
                "decided": cell.decided,
                "because": cell.because,
            }
            for cell in matrix.cells
        ],
        "failures": len(matrix.failures),
        "unread_claims": list(matrix.unread_claims),
        "unread_scopes": list(matrix.unread_scopes),
        "tokens": {name: _tokens(each.after) for name, each in matrix.previews.items()},
    }


def _tokens(after: Any) -> Mapping[str, Any] | None:
    return None if after is None else {"access": after.access_claims, "id": after.id_claims}
