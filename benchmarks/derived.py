"""What cells say together: the cost of a trigger, and of a sign-in beyond what it must compute."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

from argon2.low_level import Type, hash_secret_raw

from benchmarks.runs import Cell
from poolhouse.settings import Settings


def sentences(cells: Sequence[Cell], hash_ms: float) -> list[str]:
    """Markdown list items, for what was measured at one connection."""
    alone = {(each.server, each.scenario, each.trigger): each for each in cells if _is_alone(each)}
    found = []
    for (server, scenario, trigger), with_trigger in alone.items():
        without = alone.get((server, scenario, "none"))
        if trigger != "none" and without is not None:
            p50 = with_trigger.p50_ms - without.p50_ms
            p99 = with_trigger.p99_ms - without.p99_ms
            found.append(
                f"- {server}, {scenario}, one connection: a {trigger} trigger adds "
                f"{p50:.2f} ms at p50 and {p99:.2f} ms at p99."
            )
        if scenario == "sign-in" and trigger == "none":
            found.append(
                f"- {server}, password sign-in, one connection: {with_trigger.p50_ms:.2f} ms at "
                f"p50; its hash alone takes {hash_ms:.2f} ms when nothing else runs."
            )
        if scenario == "sign-in-light":
            signing = 2000 / with_trigger.raw_per_second
            found.append(
                f"- {server}, password sign-in with a hash of next to nothing, one connection: "
                f"{with_trigger.p50_ms:.2f} ms at p50, of which {signing:.2f} ms two signatures: "
                f"{with_trigger.p50_ms - signing:.2f} ms for everything else."
            )
    return found


def password_hash_ms(runs: int = 15) -> float:
    """The median time of one argon2id hash with the server's parameters, on a quiet core."""
    settings = Settings()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        hash_secret_raw(
            b"a password",
            b"sixteen bytes...",
            settings.hash_passes,
            settings.hash_memory_kib,
            1,
            32,
            Type.ID,
        )
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def _is_alone(cell: Cell) -> bool:
    return cell.connections == 1 and cell.kept > 0
