"""Every statement of the store, by the place where it is kept."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import poolhouse.store
from poolhouse.store.statements import Statement


@cache
def statements() -> dict[str, Statement]:
    return dict(_found_in_modules())


def _found_in_modules() -> Iterator[tuple[str, Statement]]:
    for module in pkgutil.iter_modules(poolhouse.store.__path__):
        if module.ispkg:
            continue
        noun = importlib.import_module(f"poolhouse.store.{module.name}")
        for name, value in vars(noun).items():
            yield from _within(value, f"{module.name}.{name}")


def _within(value: Any, place: str) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield place, value
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value):
            yield from _within(each, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _within(each, f"{place}[{key}]")
    elif type(value).__module__.startswith("poolhouse.store.") and hasattr(value, "__dict__"):
        for name, each in vars(value).items():
            yield from _within(each, f"{place}.{name}")
