"""Counts and times for Prometheus, from the one process that answers or summed over several.

One value per server process, made when it starts. With several workers the numbers live in files
that all of them map (``prometheus_client``'s multiprocess mode), so whoever is asked answers for
all. Names of functions and claims come from functions' authors: how many different ones get a
series of their own is bounded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

DIRECTORY: Final = "metrics"
"""Below the data directory: what the processes of one server count together."""

_DIRECTORY_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
_BYTES: Final = (512, 768, 1024, 1536, 2048, 3072, 4096, 5120, 6144, 8192, 10240, 16384, 131072)
_MOST_NAMES: Final = 200
_LONGEST_NAME: Final = 64
OTHER: Final = "(other)"


def share(data: Path) -> None:
    """Count together with the other processes of this data directory.

    Works only before the first :class:`Metrics` of the process is made.
    """
    if "prometheus_client" not in sys.modules:
        directory = data / DIRECTORY
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[_DIRECTORY_VARIABLE] = str(directory)


def forget(data: Path) -> None:
    """Drop what an earlier run of the server counted: counters begin at 0 when a server does."""
    for file in (data / DIRECTORY).glob("*.db"):
        file.unlink(missing_ok=True)


class Metrics:
    """What is counted. Every method is cheap enough for every token."""

    def __init__(self) -> None:
        # Takes 70 ms and is not needed by a command that only asks a server.
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._registry = registry = CollectorRegistry()
        self._names: dict[str, set[str]] = {}
        self._children: dict[tuple[object, ...], object] = {}

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"poolhouse_{name}", meaning, labels, registry=registry)

        def histogram(
            name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = _SECONDS
        ) -> Histogram:
            return Histogram(
                f"poolhouse_{name}", meaning, labels, registry=registry, buckets=buckets
            )

        trigger = ("trigger", "function", "version")
        self._requests = histogram("request_seconds", "Requests by face.", "face", "status")
        self._waits = histogram(
            "trigger_queue_seconds",
            "Wait for a worker, starts included, and for its answer to be read.",
            *trigger,
        )
        self._runs = histogram("trigger_run_seconds", "Time in the function's handler.", *trigger)
        self._outcomes = counter(
            "trigger_outcomes_total", "Trigger calls by how they ended.", *trigger, "outcome"
        )
        self._cold_starts = counter(
            "trigger_cold_starts_total", "Trigger calls that a new worker took.", *trigger
        )
        self._issuances = counter(
            "issuances_total", "Token issuances by trigger source and outcome.", "source", "outcome"
        )
        self._issuing = histogram("issuance_seconds", "From a proof to signed tokens.", "source")
        self._token_bytes = histogram(
            "token_bytes", "Sizes of issued tokens.", "token_use", buckets=_BYTES
        )
        self._ignored = counter(
            "ignored_wishes_total",
            "Changes that a function asked for and did not get.",
            "function",
            "version",
            "token",
            "name",
            "rule",
        )
        self._against_policy = counter(
            "policy_violations_total",
            "Claims and scopes of a function that go against the naming policy.",
            "function",
            "version",
            "token",
            "name",
            "rule",
        )
        self._over_budget = counter(
            "over_budget_total", "Issuances over a size budget.", "budget", "action"
        )
        self._shadows = counter(
            "shadow_runs_total", "Runs of shadow functions.", "function", "version", "outcome"
        )
        self._recorded = counter(
            "recordings_total", "Trigger events by whether they were kept.", "outcome"
        )
        self._audited = counter("audit_records_total", "Records of the audit trail.", "outcome")

    # --- the mint and the functions ---

    def request(self, face: str, status: int, seconds: float) -> None:
        self._histogram(self._requests, face, f"{status // 100}xx").observe(seconds)

    def trigger(
        self,
        labels: tuple[str, str, str],
        outcome: str,
        *,
        waited_seconds: float,
        run_seconds: float,
        cold_start: bool,
    ) -> None:
        """One call of a trigger function; ``labels`` are trigger, function and version."""
        trigger, function, version = labels
        where = (trigger, self._bounded("function", function), self._bounded("version", version))
        self._histogram(self._waits, *where).observe(waited_seconds)
        if outcome in ("returned", "failed"):
            self._histogram(self._runs, *where).observe(run_seconds)
        self._counter(self._outcomes, *where, self._bounded("outcome", outcome)).inc()
        if cold_start:
            self._counter(self._cold_starts, *where).inc()

    def issued(self, source: str, seconds: float, token_bytes: Iterable[tuple[str, int]]) -> None:
        self._counter(self._issuances, source, "issued").inc()
        self._histogram(self._issuing, source).observe(seconds)
        for token_use, size_bytes in token_bytes:
            self._histogram(self._token_bytes, token_use).observe(size_bytes)

    def refused(self, source: str, error: str) -> None:
        self._counter(self._issuances, source, error).inc()

    def ignored(self, function: str, version: str, wishes: Iterable[tuple[str, str, str]]) -> None:
        """Wishes as (token, name, rule)."""
        self._count_wishes(self._ignored, function, version, wishes)

    def against_policy(
        self, function: str, version: str, wishes: Iterable[tuple[str, str, str]]
    ) -> None:
        """Wishes as (token, name, rule)."""
        self._count_wishes(self._against_policy, function, version, wishes)

    def _count_wishes(
        self, family: Counter, function: str, version: str, wishes: Iterable[tuple[str, str, str]]
    ) -> None:
        where = (self._bounded("function", function), self._bounded("version", version))
        for token, name, rule in wishes:
            self._counter(family, *where, token, self._bounded("name", name), rule).inc()

    def over_budget(self, budget: str, action: str) -> None:
        self._counter(self._over_budget, self._bounded("budget", budget), action).inc()

    def shadow(self, function: str, version: str, outcome: str) -> None:
        where = (self._bounded("function", function), self._bounded("version", version))
        self._counter(self._shadows, *where, outcome).inc()

    def recorded(self, outcome: str, count: int = 1) -> None:
        self._counter(self._recorded, outcome).inc(count)

    def audited(self, outcome: str, count: int = 1) -> None:
        self._counter(self._audited, outcome).inc(count)

    # --- telling ---

    def exposition(self) -> tuple[bytes, str]:
        """The text for Prometheus and its media type; of all processes where they share."""
        from prometheus_client import CollectorRegistry, exposition, multiprocess

        registry: CollectorRegistry = self._registry
        if os.environ.get(_DIRECTORY_VARIABLE):
            registry = CollectorRegistry()
            # The library left this constructor without types.
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return exposition.generate_latest(registry), exposition.CONTENT_TYPE_LATEST

    # --- series ---

    def _histogram(self, metric: Histogram, *labels: str) -> Histogram:
        key = (metric, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child  # type: ignore[return-value]  # children are kept by their parent

    def _counter(self, metric: Counter, *labels: str) -> Counter:
        key = (metric, *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child  # type: ignore[return-value]  # children are kept by their parent

    def _bounded(self, kind: str, name: str) -> str:
        known = self._names.setdefault(kind, set())
        name = name[:_LONGEST_NAME]
        if name in known:
            return name
        if len(known) >= _MOST_NAMES:
            return OTHER
        known.add(name)
        return name
