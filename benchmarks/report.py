"""Cells as a Markdown table and as a picture; both say when, where and of which commit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from benchmarks.runs import Cell

TABLE = "speed-measured.md"
PLOT = "speed-measured.svg"

_WIDTH, _BAR, _GAP, _LEFT, _RIGHT = 860, 18, 8, 330, 90
_COLOURS = {"poolhouse": "#2a6f97", "multibuffer": "#014f86"}
_OTHER = "#a3a3a3"
_NOTHING = "-"


def write(directory: Path, cells: Sequence[Cell], derived: Sequence[str], told: str) -> None:
    """Write both files. ``told`` says date, commit and machine; ``derived`` is more text."""
    text = [
        "# Measured",
        "",
        f"{told}. Written by `python3 dev.py bench --report`; how and why: [speed](speed.md).",
        "",
        *table(cells),
    ]
    if derived:
        text += ["", *derived]
    text += ["", f"![Signatures per second over one core's raw rate]({PLOT})"]
    (directory / TABLE).write_text("\n".join(text) + "\n", encoding="utf-8")
    (directory / PLOT).write_text(plot(cells, told), encoding="utf-8")


def table(cells: Sequence[Cell]) -> list[str]:
    """One row for each cell; a cell without kept runs has no figures."""
    rows = [
        "| server | scenario | trigger | clients | answers/s | signatures/raw | p50 ms | p99 ms "
        "| CPU µs | runs |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in cells:
        figures = " | ".join(5 * [_NOTHING])
        if each.kept:
            ratio = f"{each.ratio:.2f}" if each.ratio else _NOTHING
            figures = (
                f"{each.per_second:.0f} | {ratio} | {each.p50_ms:.1f} | {each.p99_ms:.1f} "
                f"| {each.server_us:.0f}"
            )
        rows.append(
            f"| {each.server} | {each.scenario} | {each.trigger} | {each.connections} "
            f"| {figures} | {each.kept} kept of {each.tried} |"
        )
    return rows


def plot(cells: Sequence[Cell], told: str) -> str:
    """Bars of signatures over the raw rate, for the most connections that were measured."""
    most = max((each.connections for each in cells), default=0)
    shown = [each for each in cells if each.kept and each.ratio and each.connections == most]
    largest = max([1.0, *(each.ratio for each in shown)])
    scale = (_WIDTH - _LEFT - _RIGHT) / largest
    height = 46 + len(shown) * (_BAR + _GAP) + 14
    one = _LEFT + scale
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>Signatures per second over one core's raw rate. {escape(told)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="8" y="18">{escape(told)}</text>',
        f'<text x="{one:.0f}" y="36" text-anchor="middle">one core</text>',
    ]
    for number, each in enumerate(shown):
        top = 42 + number * (_BAR + _GAP)
        label = f"{each.server}, {each.scenario}, {_trigger(each.trigger)}"
        colour = next((c for part, c in _COLOURS.items() if part in each.server), _OTHER)
        width = each.ratio * scale
        lines += [
            f'<text x="{_LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LEFT + width + 6:.1f}" y="{top + 13}">{each.ratio:.2f}</text>',
        ]
    lines.append(
        f'<line x1="{one:.1f}" x2="{one:.1f}" y1="40" y2="{height - 8}" stroke="#d62828" '
        'stroke-dasharray="4 3"/>'
    )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _trigger(trigger: str) -> str:
    return "no trigger" if trigger == "none" else f"trigger: {trigger}"
