"""The settings document of a managed login style: checked, merged, completed with the defaults.

Three branches (``categories``, ``componentClasses``, ``components``); colours are eight hex digits
(RRGGBBAA), each in a ``lightMode`` and a ``darkMode`` branch. Pages write these values into style
sheets, so what is stored here is what may stand there. Source: Amazon Cognito developer guide,
"Managed login branding"; the example document of UpdateManagedLoginBranding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from poolhouse.domain.managed_login_defaults import DEFAULTS
from poolhouse.errors import InvalidParameterException

Settings = Mapping[str, Any]

_COLOR: Final = re.compile(r"[0-9a-fA-F]{8}")
_COLOR_NAME: Final = re.compile(r"color|.*Color")
_WORD: Final = re.compile(r"[\w\- .:/@]{0,256}")
_LARGEST_RADIUS: Final = 200
_DEEPEST: Final = 10

_WORDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "colorSchemeMode": frozenset({"LIGHT", "DARK", "DYNAMIC"}),
        "spacingDensity": frozenset({"REGULAR", "COMPACT"}),
        "horizontal": frozenset({"START", "CENTER", "END"}),
        "vertical": frozenset({"START", "CENTER", "END"}),
        "formInclusion": frozenset({"IN", "OUT"}),
        "position": frozenset({"TOP", "BOTTOM"}),
    }
)
_SWITCHES: Final = frozenset({"enabled", "displayGraphics"})


def check(settings: object) -> None:
    """Refuse what is no settings document (``branding-unknown-settings``).

    Raises InvalidParameterException, which names the place.
    """
    if not isinstance(settings, dict):
        raise InvalidParameterException("Settings must be a JSON object.")
    for branch, parts in settings.items():
        known = DEFAULTS.get(branch)
        if known is None:
            raise _wrong(branch, "is not a part of the settings")
        if not isinstance(parts, dict):
            raise _wrong(branch, "must be an object")
        for name, value in parts.items():
            if name not in known:
                raise _wrong(f"{branch}.{name}", "is not a part of the settings")
            _check(value, name, f"{branch}.{name}", 2)


def merged(settings: Settings, changes: Settings) -> dict[str, Any]:
    """``settings`` with ``changes``: objects are merged, everything else is replaced."""
    result = dict(settings)
    for name, value in changes.items():
        before = result.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            result[name] = merged(before, value)
        else:
            result[name] = value
    return result


def completed(settings: Settings) -> dict[str, Any]:
    """Every setting in force: what pages are drawn with."""
    return merged(DEFAULTS, settings)


def _check(value: object, name: str, place: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise _wrong(place, "is nested too deeply")
    if isinstance(value, dict):
        for part, inner in value.items():
            if not _WORD.fullmatch(part):
                raise _wrong(place, "has a name that is not allowed")
            _check(inner, part, f"{place}.{part}", depth + 1)
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, "", f"{place}.{index}", depth + 1)
        return
    for fits_name, fits_value, sentence in _RULES:
        if fits_name(name) and not fits_value(name, value):
            raise _wrong(place, sentence)


def _wrong(place: str, sentence: str) -> InvalidParameterException:
    return InvalidParameterException(f"Settings: {place} {sentence}.")


def _is_color(name: str, value: object) -> bool:
    return isinstance(value, str) and _COLOR.fullmatch(value) is not None


def _is_radius(name: str, value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= _LARGEST_RADIUS  # type: ignore[operator]  # is_number


def _is_word(name: str, value: object) -> bool:
    return not isinstance(value, str) or _WORD.fullmatch(value) is not None


_Rule = tuple[Callable[[str], object], Callable[[str, object], bool], str]
_RULES: Final[tuple[_Rule, ...]] = (
    (_COLOR_NAME.fullmatch, _is_color, "must be a color of eight hexadecimal digits"),
    (lambda name: name == "borderRadius", _is_radius, "must be a number from 0 to 200"),
    (_SWITCHES.__contains__, lambda name, value: isinstance(value, bool), "must be true or false"),
    (
        _WORDS.__contains__,
        lambda name, value: value in _WORDS[name],
        "must be one of the values it can have",
    ),
    # Texts end up in pages and style sheets: no text that could end one there is kept.
    (lambda name: True, _is_word, "has characters that are not allowed"),
)
