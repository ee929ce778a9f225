"""A preview for a person: tokens as a difference, wishes with their reasons, sizes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from poolhouse.domain.differences import OF_THE_ISSUANCE

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_STYLES = {"applied": "green", "replaced": "green", "no effect": "dim", "ignored": "bold yellow"}
_LONGEST_ANSWER = 500


def show(
    preview: Mapping[str, Any], *, with_event: bool = False, with_claims: bool = False
) -> None:
    """Print a preview, in colour on a terminal."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    console.print(_heading(preview))
    if with_event:
        _print_json(console, "Event", preview["event"])
        _print_json(console, "Answer", _parsed(preview["answer"]))
    if preview["error"]:
        _show_error(console, preview)
    else:
        for token in ("access", "id"):
            _show_token(console, preview, token)
    for each in preview["violations"]:
        said = (
            f"against the naming policy: {each['token']} token, {each['kind']} {each['name']}: "
            f"{each['sentence']} ({each['rule']})"
        )
        console.print(said, style="bold red", markup=False)
    if preview["changes"]:
        console.print("\nWhat became of each change:", style="bold")
        console.print(_changes(preview["changes"]))
    if not preview["error"]:
        _show_sizes(console, preview, with_claims=with_claims)


def _heading(preview: Mapping[str, Any]) -> str:
    event, function = preview["event"], preview["function"]
    if event is None:
        return "No function runs for these tokens."
    lines = f"Event version {event['version']}, source {event['triggerSource']}"
    if function is None:
        return lines
    version = f" version {function['version']}" if function["version"] else ""
    digest = f", code {function['code_sha256'][:12]}" if function["code_sha256"] else ""
    cold = ", a cold start" if function["cold_start"] else ""
    return (
        f"{lines}\n{function['arn']}{version}{digest}\n"
        f"The function took {function['run_ms']:.1f} ms, after a wait of "
        f"{function['waited_ms']:.1f} ms{cold}."
    )


def _show_error(console: Console, preview: Mapping[str, Any]) -> None:
    error = preview["error"]
    console.print(f"\nNo token would be issued: {error['type']}", style="bold red")
    console.print(f"  {error['message']}", markup=False)
    if error["detail"]:
        console.print(f"  {error['detail']}", markup=False)
    if preview["answer"] is not None and not preview["changes"]:
        console.print(f"  the answer was: {preview['answer'][:_LONGEST_ANSWER]}", markup=False)


def _show_token(console: Console, preview: Mapping[str, Any], token: str) -> None:
    before, after = preview["before"][token], preview["after"][token]
    if after is None:
        console.print(f"\n{token} token: none is issued")
        return
    size, old = preview["sizes"][token]["token_bytes"], preview["sizes_before"][token]
    grown = size - old["token_bytes"] if old else 0
    console.print(
        f"\n{token} token, before (-) and after (+), {size:,} bytes ({grown:+,})", style="bold"
    )
    for line in _difference(before or {}, after):
        console.print(line)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Text]:
    from rich.text import Text

    names = [*after, *(name for name in before if name not in after)]
    width = max(map(len, names))
    changed = [
        name
        for name in names
        if name not in OF_THE_ISSUANCE and before.get(name, ...) != after.get(name, ...)
    ]
    if not changed:
        yield Text("      every claim as before", style="dim")
        return
    for name in names:
        if name not in changed:
            yield Text(f"      {name:{width}}  {_json(after[name])}", style="dim")
            continue
        if name in before:
            yield Text(f"    - {name:{width}}  {_json(before[name])}", style="red")
        if name in after:
            yield Text(f"    + {name:{width}}  {_json(after[name])}", style="green")


def _changes(changes: list[dict[str, Any]]) -> Table:
    from rich.text import Text

    table = _table()
    for change in changes:
        why = "" if change["outcome"] == "applied" else f"{change['says']} ({change['rule']})"
        table.add_row(
            Text(change["outcome"], style=_STYLES[change["outcome"]]),
            change["token"],
            Text(f"{change['action']} {change['kind']} {change['name']}"),
            Text(why, style="dim"),
        )
    return table


def _show_sizes(console: Console, preview: Mapping[str, Any], *, with_claims: bool) -> None:
    sizes = preview["sizes"]
    console.print(
        f"\nIn an Authorization header {sizes['authorization_bytes']:,} bytes; as cookies "
        f"{sizes['cookies_bytes']:,}, the largest {sizes['largest_cookie_bytes']:,}."
    )
    for finding in preview["over_budget"]:
        console.print(
            f"Over the budget {finding['budget']}: {finding['measure']} takes "
            f"{finding['size_bytes']:,} of {finding['limit_bytes']:,} bytes",
            style="bold yellow",
        )
    if not with_claims:
        return
    for token in ("access", "id"):
        if sizes[token] is None:
            continue
        console.print(f"\n{token} token, bytes of each claim as encoded:", style="bold")
        table = _table()
        by_size = sorted(sizes[token]["claim_bytes"].items(), key=lambda item: -item[1])
        for name, size_bytes in by_size:
            table.add_row(f"{size_bytes:,}", name)
        console.print(table)


def _table() -> Table:
    from rich.table import Table

    return Table(box=None, show_header=False, padding=(0, 2), pad_edge=True)


def _print_json(console: Console, title: str, value: Any) -> None:
    console.print(f"\n{title}:", style="bold")
    console.print(json.dumps(value, indent=2, ensure_ascii=False), markup=False)


def _parsed(answer: str | None) -> Any:
    try:
        return None if answer is None else json.loads(answer)
    except ValueError:
        return answer


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
