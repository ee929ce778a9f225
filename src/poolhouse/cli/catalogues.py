"""The catalogue of claims and scopes as a page: Markdown for a repository, HTML for a wiki."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any, Final

_HEADINGS: Final = (
    "name",
    "kind",
    "owner",
    "meaning",
    "type",
    "may be in",
    "seen in",
    "first seen",
    "last seen",
    "times",
    "size share",
)


def markdown(report: dict[str, Any]) -> str:
    """A table of the policy's entries, and one of names that it does not list."""
    lines = ["# Claims and scopes", "", _summary(report), "", *_table(_rows(report["entries"]))]
    if report["unlisted"]:
        lines += ["", "## Not in the policy", "", *_table(_rows(report["unlisted"]))]
    return "\n".join(lines)


def html(report: dict[str, Any]) -> str:
    """The same as a page of its own, without anything from elsewhere."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Claims and scopes</title>',
        "<style>body{font:16px/1.5 system-ui;margin:2rem}table{border-collapse:collapse}"
        "td,th{border:1px solid #8888;padding:.3rem .6rem;text-align:left}</style>",
        f"<h1>Claims and scopes</h1><p>{escape(_summary(report))}</p>",
        _html_table(_rows(report["entries"])),
    ]
    if report["unlisted"]:
        parts += ["<h2>Not in the policy</h2>", _html_table(_rows(report["unlisted"]))]
    return "\n".join(parts) + "\n</html>"


def _summary(report: dict[str, Any]) -> str:
    return f"{report['events']:,} recorded issuances; {report['listed']} names in the policy."


def _rows(entries: list[dict[str, Any]]) -> list[list[str]]:
    return [
        [
            entry["name"] + (" (personal data)" if entry.get("personal_data") else ""),
            entry["kind"],
            entry["owner"] or "nobody",
            entry.get("description", ""),
            entry.get("type") or "",
            ", ".join(entry.get("allowed_tokens", [])),
            ", ".join(entry["tokens"]),
            _day(entry["first_seen_ms"]),
            _day(entry["last_seen_ms"]),
            f"{entry['count']:,}",
            "" if entry["size_share"] is None else f"{entry['size_share']:.1%}",
        ]
        for entry in entries
    ]


def _day(at_ms: int | None) -> str:
    return (
        "never" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
    )


def _table(rows: list[list[str]]) -> list[str]:
    def line(cells: tuple[str, ...] | list[str]) -> str:
        shown = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
        return f"| {' | '.join(shown)} |"

    return [line(_HEADINGS), line(["---"] * len(_HEADINGS)), *map(line, rows)]


def _html_table(rows: list[list[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in _HEADINGS)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
