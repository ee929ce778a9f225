"""What the trail says of an issuance: who, which code, which names, how large, how long.

Names of claims are shown, and scopes, which are names. Values are shown as keyed hashes, unless
the pool's governance document lists the claim under ``audit_values``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from poolhouse.domain.authentication import Authentication
from poolhouse.domain.claims import Claims, TokenDraft
from poolhouse.domain.customization import Change
from poolhouse.domain.groups import GroupConfiguration
from poolhouse.domain.protected_claims import GROUPS
from poolhouse.errors import ServiceError

if TYPE_CHECKING:
    from poolhouse.audit.trail import AuditTrail
    from poolhouse.triggers.invoke import FunctionRun

_LONGEST_NAME = 256
_MOST_CHANGES = 500
"""An answer of megabytes must not become a trail of megabytes; the count is kept."""

CHANGE_MEMBERS = ("token", "kind", "name", "action", "outcome", "rule")


class Values:
    """How the values of a pool's claims are shown."""

    def __init__(self, trail: AuditTrail, allowed: Collection[str]) -> None:
        self._trail = trail
        self._allowed = allowed

    def shown(self, pool_id: str, name: str, value: Any) -> dict[str, Any]:
        if name in self._allowed:
            return {"value": value}
        return {"value_hash": self._trail.value_hash(pool_id, name, value)}


def issued(
    authentication: Authentication,
    *,
    before: TokenDraft,
    after: TokenDraft,
    changes: tuple[Change, ...],
    function: FunctionRun | None,
    sizes: Iterable[tuple[str, int]],
    values: Values,
    at_ms: int,
    took_ms: float,
) -> dict[str, Any]:
    """The record of tokens that were made."""
    record = _who("issued", authentication, at_ms)
    record["jti"] = {"access": after.access_claims.get("jti")}
    if after.id_claims is not None:
        record["jti"]["id"] = after.id_claims.get("jti")
    _add_function(record, function)
    if changes:
        pool_id = authentication.pool.id
        record["changes"] = [
            _with_value(change, after, values, pool_id) for change in changes[:_MOST_CHANGES]
        ]
        _add_rest(record, changes)
    record["bytes"] = dict(sizes)
    record["took_ms"] = round(took_ms, 2)
    return record


def refused(
    authentication: Authentication,
    *,
    changes: tuple[Change, ...],
    function: FunctionRun | None,
    error: ServiceError,
    at_ms: int,
) -> dict[str, Any]:
    """The record of tokens that were not made."""
    record = _who("refused", authentication, at_ms)
    _add_function(record, function)
    if changes:
        record["changes"] = [_change(change) for change in changes[:_MOST_CHANGES]]
        _add_rest(record, changes)
    record["error"] = {"type": error.code, "message": error.message[:_LONGEST_NAME]}
    return record


def _who(kind: str, authentication: Authentication, at_ms: int) -> dict[str, Any]:
    user = authentication.user
    record: dict[str, Any] = {
        "at_ms": at_ms,
        "kind": kind,
        "source": authentication.source.removeprefix("TokenGeneration_"),
        "client": authentication.client.id,
    }
    if user is not None:
        record["sub"] = user.sub
    if authentication.event_id is not None:
        record["event_id"] = authentication.event_id
    return record


def _add_function(record: dict[str, Any], function: FunctionRun | None) -> None:
    if function is None:
        return
    record["function"] = {
        "arn": function.arn,
        "version": function.version,
        "code_sha256": function.code_sha256,
        "run_ms": round(function.run_ms, 2),
        "waited_ms": round(function.waited_ms, 2),
    }


def _add_rest(record: dict[str, Any], changes: tuple[Change, ...]) -> None:
    if len(changes) > _MOST_CHANGES:
        record["changes_left_out"] = len(changes) - _MOST_CHANGES


def _change(change: Change) -> dict[str, Any]:
    told = dict(zip(CHANGE_MEMBERS, change, strict=True))
    told["name"] = change.name[:_LONGEST_NAME]
    return told


def _with_value(change: Change, after: TokenDraft, values: Values, pool_id: str) -> dict[str, Any]:
    told = _change(change)
    if change.outcome not in ("applied", "replaced") or change.action == "suppress":
        return told
    if change.kind == "claim":
        claims: Mapping[str, Any] = _claims_of(change, after)
        if change.name in claims:
            told |= values.shown(pool_id, change.name, claims[change.name])
    elif change.kind == "group" and after.access_groups is not None:
        told |= values.shown(pool_id, GROUPS, _groups(after.access_groups))
    return told


def _claims_of(change: Change, after: TokenDraft) -> Claims:
    if change.token == "id":
        return after.id_claims or {}
    return after.access_claims


def _groups(configuration: GroupConfiguration) -> list[Any]:
    return [configuration.groups, configuration.roles, configuration.preferred_role]
