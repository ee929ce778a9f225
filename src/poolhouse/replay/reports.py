"""What a replay found, counted while it runs: its memory does not grow with the calls' content."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from poolhouse.domain.differences import Difference
from poolhouse.replay.outcomes import Outcome

_MOST_GROUPS: Final = 1000
_MOST_EXAMPLES: Final = 3
_SLOWEST: Final = 10
_PERCENTILES: Final = (50, 90, 99, 100)
_LONGEST_MESSAGE: Final = 300
_OTHERS: Final = Difference("", "", "changed", "(others)")


@dataclass(slots=True)
class _Group:
    count: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, outcome: Outcome, more: dict[str, Any] | None = None) -> None:
        self.count += 1
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append({**_example(outcome), **(more or {})})


class Report:
    """Counts one outcome after the other; :meth:`told` is the result so far."""

    def __init__(self) -> None:
        self.events = 0
        self.different = 0
        self.new_failures = 0
        self.repaired = 0
        self.still_failing = 0
        self._groups: dict[Difference, _Group] = {}
        self._failures: dict[str, _Group] = {}
        self._ignored: Counter[tuple[str, str, str]] = Counter()
        self._sizes = {name: array("Q") for name in ("access", "id")}
        self._sizes_before = {name: array("Q") for name in ("access", "id")}
        self._run_ms = array("d")
        self._slowest: list[tuple[float, int, dict[str, Any]]] = []

    def add(self, outcome: Outcome) -> None:
        self.events += 1
        before, after = outcome.before, outcome.after
        self._run_ms.append(after.run_ms)
        slow = (after.run_ms, self.events, _example(outcome))
        if len(self._slowest) < _SLOWEST:
            heapq.heappush(self._slowest, slow)
        else:
            heapq.heappushpop(self._slowest, slow)
        if after.error is not None:
            if before.error is not None:
                self.still_failing += 1
            else:
                self.new_failures += 1
                more = {"message": after.message[:_LONGEST_MESSAGE]}
                self._failures.setdefault(after.error, _Group()).add(outcome, more)
            return
        if before.error is not None:
            self.repaired += 1
        self._measure(outcome)
        if outcome.differences:
            self.different += 1
            for each in outcome.differences:
                known = each in self._groups or len(self._groups) < _MOST_GROUPS
                self._groups.setdefault(each if known else _OTHERS, _Group()).add(outcome)
        for change in after.changes:
            if change.outcome == "ignored" and len(self._ignored) < _MOST_GROUPS:
                self._ignored[change.token, change.name, change.rule] += 1

    def _measure(self, outcome: Outcome) -> None:
        for name in self._sizes:
            after = getattr(outcome.after, f"{name}_bytes")
            before = getattr(outcome.before, f"{name}_bytes")
            if after:
                self._sizes[name].append(after)
            if before:
                self._sizes_before[name].append(before)

    def told(self) -> dict[str, Any]:
        """The report as JSON."""
        groups = sorted(self._groups.items(), key=lambda item: (-item[1].count, item[0]))
        return {
            "events": self.events,
            "different": self.different,
            "new_failures": self.new_failures,
            "repaired": self.repaired,
            "still_failing": self.still_failing,
            "differences": [
                {**each._asdict(), "count": group.count, "examples": group.examples}
                for each, group in groups
            ],
            "failures": [
                {"error": error, "count": group.count, "examples": group.examples}
                for error, group in self._failures.items()
            ],
            "ignored": [
                {"token": token, "name": name, "rule": rule, "count": count}
                for (token, name, rule), count in self._ignored.most_common()
            ],
            "token_bytes": {
                name: {
                    "before": _percentiles(self._sizes_before[name]),
                    "after": _percentiles(self._sizes[name]),
                }
                for name in self._sizes
            },
            "run_ms": _percentiles(self._run_ms),
            "slowest": [
                {"run_ms": round(run_ms, 2), **example}
                for run_ms, _, example in sorted(self._slowest, key=lambda one: -one[0])
            ],
        }


def _example(outcome: Outcome) -> dict[str, Any]:
    return {
        "recording": outcome.recording_id,
        "recorded_ms": outcome.recorded_ms,
        "sub": outcome.sub,
        "client": outcome.client_id,
        "source": outcome.source,
    }


def _percentiles(values: array[Any]) -> dict[str, float] | None:
    """The nearest-rank percentiles; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    found = {}
    for percent in _PERCENTILES:
        rank = max(1, -(-len(ordered) * percent // 100))
        name = "max" if percent == 100 else f"p{percent}"
        found[name] = round(ordered[rank - 1], 2)
    return found
