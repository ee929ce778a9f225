"""The languages of the pages: one file of texts each, chosen by ``lang`` and kept in a cookie.

A file ``languages/CODE.json`` maps keys to sentences with named placeholders; another language is
another file, and every file has the keys and placeholders of the English one. Source: Amazon
Cognito developer guide, "Managed login localization". The classic pages speak English only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import orjson
from markupsafe import Markup, escape
from starlette.responses import Response

from poolhouse.oauth.visits import Visit

COOKIE: Final = "lang"
DEFAULT: Final = "en"
_FILES: Final = files("poolhouse.hosted").joinpath("languages")


@dataclass(frozen=True, slots=True)
class Language:
    """Called with a key and the values of its placeholders: the text, safe to put on a page."""

    code: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> Markup:
        return escape(self.texts[key]).format(**values)

    def has(self, key: str) -> bool:
        return key in self.texts


@cache
def codes() -> tuple[str, ...]:
    """Every language there is a file for, as BCP 47 tags."""
    names = (file.name for file in _FILES.iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@cache
def load(code: str) -> Language:
    """The texts of one of :func:`codes`."""
    return Language(code, orjson.loads(_FILES.joinpath(f"{code}.json").read_bytes()))


def choose(visit: Visit, *, managed: bool) -> Language:
    """The language asked for now, else the one asked for before, else English."""
    if managed:
        for wish in (visit.parameters.get("lang"), visit.cookies.get(COOKIE)):
            if wish in codes():
                return load(wish)
    return load(DEFAULT)


def remember(visit: Visit, response: Response) -> None:
    """Keep what was asked for until the browser is closed."""
    wish = visit.parameters.get("lang")
    if wish in codes() and wish != visit.cookies.get(COOKIE):
        visit.set_cookie(response, COOKIE, wish)
