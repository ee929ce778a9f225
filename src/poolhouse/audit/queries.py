"""Questions to the trail: which records, of whom, with which claim. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CARRIED = frozenset({"applied", "replaced"})
"""Outcomes with which a claim is in the token because of the function."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Records of a time that match everything that is given.

    ``claim`` is a name (of a claim, scope or group member) that the function asked about, with one
    of ``outcomes``; without ``outcomes``, one that the token carried because of it. ``function`` is
    an ARN or the end of one.
    """

    since_ms: int
    until_ms: int
    claim: str | None = None
    outcomes: frozenset[str] | None = None
    rule: str | None = None
    function: str | None = None
    function_version: str | None = None
    code_sha256: str | None = None
    client: str | None = None
    sub: str | None = None
    source: str | None = None
    kind: str | None = None
    event_id: str | None = None
    jti: str | None = None

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is among those that are asked for."""
        at_ms = record.get("at_ms", 0)
        return (
            self.since_ms <= at_ms <= self.until_ms
            and _is(self.client, record.get("client"))
            and _is(self.sub, record.get("sub"))
            and _is(self.source, record.get("source"))
            and _is(self.kind, record.get("kind"))
            and _is(self.event_id, record.get("event_id"))
            and (self.jti is None or self.jti in (record.get("jti") or {}).values())
            and self._matches_function(record.get("function") or {})
            and self._matches_changes(record.get("changes") or ())
        )

    def _matches_function(self, function: Mapping[str, Any]) -> bool:
        arn = str(function.get("arn", ""))
        return (
            (self.function is None or arn == self.function or arn.endswith(f":{self.function}"))
            and _is(self.function_version, function.get("version"))
            and _is(self.code_sha256, function.get("code_sha256"))
        )

    def _matches_changes(self, changes: Any) -> bool:
        if self.claim is None and self.outcomes is None and self.rule is None:
            return True
        return any(self._matches_change(change) for change in changes)

    def _matches_change(self, change: Mapping[str, Any]) -> bool:
        if not _is(self.claim, change["name"]) or not _is(self.rule, change["rule"]):
            return False
        if self.outcomes is not None:
            return change["outcome"] in self.outcomes
        if self.rule is not None:
            return True
        return change["outcome"] in CARRIED and change["action"] != "suppress"


def _is(wanted: str | None, found: object) -> bool:
    return wanted is None or wanted == found
