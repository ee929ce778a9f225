"""The catalogue: every claim and scope of the policy or of a function, its owner and its use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from poolhouse.domain.naming_policy import Entry, NamingPolicy, Token
from poolhouse.domain.policy_judgement import Violation
from poolhouse.domain.token_sizes import TokenSize
from poolhouse.domain.wishes import Wishes

Kind = Literal["claim", "scope"]

_MOST_NAMES: Final = 5000
_MOST_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """One recorded call: what its answer asks for, what is wrong with that, and the tokens' sizes.

    ``wishes`` is None, and ``error`` says why, when there was no answer to look at.
    """

    recording_id: str
    recorded_ms: int
    wishes: Wishes | None
    violations: tuple[Violation, ...]
    access: TokenSize | None = None
    id: TokenSize | None = None
    error: str | None = None


@dataclass(slots=True)
class _Use:
    """How often a name was set, in which tokens, when, and what it took of them."""

    count: int = 0
    tokens: set[Token] = field(default_factory=set)
    first_ms: int = 0
    last_ms: int = 0
    claim_bytes: int = 0
    token_bytes: int = 0

    def add(self, token: Token, at_ms: int, size: TokenSize | None, name: str) -> None:
        self.first_ms = at_ms if self.count == 0 else min(self.first_ms, at_ms)
        self.last_ms = max(self.last_ms, at_ms)
        self.count += 1
        self.tokens.add(token)
        if size is not None and name in size.claim_bytes:
            self.claim_bytes += size.claim_bytes[name]
            self.token_bytes += size.token_bytes


@dataclass(slots=True)
class _Fault:
    sentence: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


class Catalogue:
    """Adds up one call after the other; :meth:`told` is the result so far."""

    def __init__(self, policy: NamingPolicy) -> None:
        self._policy = policy
        self._events = 0
        self._errors: Counter[str] = Counter()
        self._uses: dict[tuple[Kind, str], _Use] = {}
        self._faults: dict[tuple[str, str, str, str], _Fault] = {}
        self._left_out = 0

    def add(self, seen: Seen) -> None:
        self._events += 1
        if seen.wishes is None:
            self._errors[seen.error or ""] += 1
            return
        wanted: tuple[tuple[Token, dict[str, Any], TokenSize | None], ...] = (
            ("id", dict(seen.wishes.id_token.to_set), seen.id),
            ("access", dict(seen.wishes.access_token.to_set), seen.access),
        )
        for token, to_set, size in wanted:
            for name in to_set:
                self._use("claim", name, token, seen.recorded_ms, size)
        for scope in seen.wishes.scopes_to_add:
            self._use("scope", scope, "access", seen.recorded_ms, None)
        for violation in seen.violations:
            self._fault(violation, seen.recording_id)

    @property
    def violations(self) -> int:
        return sum(fault.count for fault in self._faults.values())

    def told(self) -> dict[str, Any]:
        """The catalogue as JSON: entries of the policy, names beside it, violations."""
        listed = {
            *(("claim", entry.name) for entry in self._policy.claims),
            *(("scope", entry.name) for entry in self._policy.scopes),
        }
        covered: dict[tuple[Kind, str], list[tuple[str, _Use]]] = {}
        others = []
        for (kind, name), use in sorted(self._uses.items()):
            entry = self._policy.claim(name) if kind == "claim" else self._policy.scope(name)
            if entry is None:
                others.append({"kind": kind, "name": name, **self._owner(name), **_use(use)})
            else:
                covered.setdefault((kind, entry.name), []).append((name, use))
        kinds: tuple[tuple[Kind, tuple[Entry, ...]], ...] = (
            ("claim", self._policy.claims),
            ("scope", self._policy.scopes),
        )
        entries = [
            _entry(kind, entry, self._owner(entry.name), covered.get((kind, entry.name), []))
            for kind, found in kinds
            for entry in found
        ]
        return {
            "events": self._events,
            "errors": dict(self._errors),
            "entries": entries,
            "unused": [each["name"] for each in entries if not each["count"]],
            "unlisted": others,
            "violations": [
                {
                    "token": token,
                    "kind": kind,
                    "name": name,
                    "rule": rule,
                    "sentence": fault.sentence,
                    "count": fault.count,
                    "examples": fault.examples,
                }
                for (token, kind, name, rule), fault in sorted(self._faults.items())
            ],
            "listed": len(listed),
            "names_left_out": self._left_out,
        }

    def _use(self, kind: Kind, name: str, token: Token, at_ms: int, size: TokenSize | None) -> None:
        use = self._uses.get((kind, name))
        if use is None:
            # A function that puts ids into names would make as many names as there are users.
            if len(self._uses) >= _MOST_NAMES:
                self._left_out += 1
                return
            use = self._uses[kind, name] = _Use()
        use.add(token, at_ms, size, name)

    def _fault(self, violation: Violation, recording_id: str) -> None:
        key = (violation.token, violation.kind, violation.name, violation.rule)
        fault = self._faults.get(key)
        if fault is None:
            if len(self._faults) >= _MOST_NAMES:
                self._left_out += 1
                return
            fault = self._faults[key] = _Fault(violation.sentence)
        fault.count += 1
        if len(fault.examples) < _MOST_EXAMPLES:
            fault.examples.append(recording_id)

    def _owner(self, name: str) -> dict[str, Any]:
        prefix = self._policy.prefix(name)
        return {"owner": prefix.owner if prefix else None}


def _entry(
    kind: Kind, entry: Entry, owner: dict[str, Any], uses: list[tuple[str, _Use]]
) -> dict[str, Any]:
    whole = _Use()
    for _, use in uses:
        whole.first_ms = use.first_ms if whole.count == 0 else min(whole.first_ms, use.first_ms)
        whole.last_ms = max(whole.last_ms, use.last_ms)
        whole.count += use.count
        whole.tokens |= use.tokens
        whole.claim_bytes += use.claim_bytes
        whole.token_bytes += use.token_bytes
    return {
        "kind": kind,
        "name": entry.name,
        "owner": entry.owner or owner["owner"],
        "description": entry.description,
        "type": entry.type,
        "allowed_tokens": sorted(entry.tokens),
        "personal_data": entry.personal_data,
        "names": [name for name, _ in uses][:_MOST_EXAMPLES],
        **_use(whole),
    }


def _use(use: _Use) -> dict[str, Any]:
    return {
        "count": use.count,
        "tokens": sorted(use.tokens),
        "first_seen_ms": use.first_ms if use.count else None,
        "last_seen_ms": use.last_ms if use.count else None,
        "size_share": round(use.claim_bytes / use.token_bytes, 4) if use.token_bytes else None,
    }
