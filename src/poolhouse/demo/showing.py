"""Tokens for a person to read: all claims once, then only what a function made different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from poolhouse.domain.differences import OF_THE_ISSUANCE


def whole(claims: Mapping[str, Any]) -> Iterator[str]:
    """Every claim, one a line."""
    width = max(map(len, claims))
    for name, value in claims.items():
        yield f"      {name:{width}}  {_text(value)}"


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Every claim, those that are gone or had another value with -, new ones with + and colour."""
    names = [*after, *(name for name in before if name not in after)]
    width = max(map(len, names))
    if same_apart_from_issuance(before, after):
        yield click.style("      every claim as before", dim=True)
        return
    for name in names:
        if name in OF_THE_ISSUANCE or (name in before and before[name] == after.get(name)):
            yield click.style(f"      {name:{width}}  {_text(after[name])}", dim=True)
            continue
        if name in before:
            yield click.style(f"    - {name:{width}}  {_text(before[name])}", fg="red")
        if name in after:
            yield click.style(f"    + {name:{width}}  {_text(after[name])}", fg="green")


def same_apart_from_issuance(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two tokens say the same, apart from what differs between any two sign-ins."""
    names = {**before, **after}.keys() - OF_THE_ISSUANCE
    return all(name in before and name in after and before[name] == after[name] for name in names)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
