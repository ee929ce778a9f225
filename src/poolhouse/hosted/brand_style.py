"""A brand as CSS: managed login settings to the custom properties of ``pages.css``. Pure.

Values are checked when they are stored, and again here: whatever else a document might hold never
gets into a style sheet. Source: Amazon Cognito developer guide, "Managed login branding".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from poolhouse.store.branding import StoredAsset

_COLOR: Final = re.compile(r"[0-9a-fA-F]{8}")
_PATH: Final = re.compile(r"/[\w/.-]+", re.ASCII)
_SCHEMES: Final = {"LIGHT": "light", "DARK": "dark", "DYNAMIC": "light dark"}

_TEXT: Final = ("components", "pageText", "{mode}")
_BUTTON: Final = ("components", "primaryButton", "{mode}")
_SECONDARY: Final = ("components", "secondaryButton", "{mode}")
_INPUT: Final = ("componentClasses", "input", "{mode}", "defaults")
_LABEL: Final = ("componentClasses", "inputLabel", "{mode}", "textColor")
_ALERT: Final = ("components", "alert", "{mode}", "error")
_SUCCESS: Final = ("componentClasses", "statusIndicator", "{mode}", "success")
_COLORS: Final[Mapping[str, tuple[str, ...]]] = {
    "page-background": ("components", "pageBackground", "{mode}", "color"),
    "card-background": ("components", "form", "{mode}", "backgroundColor"),
    "card-border": ("components", "form", "{mode}", "borderColor"),
    "header-background": ("components", "pageHeader", "{mode}", "background", "color"),
    "header-border": ("components", "pageHeader", "{mode}", "borderColor"),
    "footer-background": ("components", "pageFooter", "{mode}", "background", "color"),
    "footer-border": ("components", "pageFooter", "{mode}", "borderColor"),
    "heading": (*_TEXT, "headingColor"),
    "text": (*_TEXT, "bodyColor"),
    "quiet": (*_TEXT, "descriptionColor"),
    "label": _LABEL,
    "hint": ("componentClasses", "inputDescription", "{mode}", "textColor"),
    "divider": ("componentClasses", "divider", "{mode}", "borderColor"),
    "input-background": (*_INPUT, "backgroundColor"),
    "input-border": (*_INPUT, "borderColor"),
    "input-text": _LABEL,
    "button-background": (*_BUTTON, "defaults", "backgroundColor"),
    "button-border": (*_BUTTON, "defaults", "borderColor"),
    "button-text": (*_BUTTON, "defaults", "textColor"),
    "button-background-hover": (*_BUTTON, "hover", "backgroundColor"),
    "button-text-hover": (*_BUTTON, "hover", "textColor"),
    "secondary-background": (*_SECONDARY, "defaults", "backgroundColor"),
    "secondary-border": (*_SECONDARY, "defaults", "borderColor"),
    "secondary-text": (*_SECONDARY, "defaults", "textColor"),
    "secondary-background-hover": (*_SECONDARY, "hover", "backgroundColor"),
    "secondary-text-hover": (*_SECONDARY, "hover", "textColor"),
    "link": ("componentClasses", "link", "{mode}", "defaults", "textColor"),
    "link-hover": ("componentClasses", "link", "{mode}", "hover", "textColor"),
    "focus": ("componentClasses", "focusState", "{mode}", "borderColor"),
    "error-background": (*_ALERT, "backgroundColor"),
    "error-border": (*_ALERT, "borderColor"),
    "error-text": (*_TEXT, "headingColor"),
    "notice-background": (*_SUCCESS, "backgroundColor"),
    "notice-border": (*_SUCCESS, "borderColor"),
    "notice-text": (*_TEXT, "headingColor"),
}
_RADII: Final[Mapping[str, tuple[str, ...]]] = {
    "card-radius": ("components", "form", "borderRadius"),
    "button-radius": ("componentClasses", "buttons", "borderRadius"),
    "input-radius": ("componentClasses", "input", "borderRadius"),
    "alert-radius": ("components", "alert", "borderRadius"),
}
_BACKGROUNDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "page-image": ("PAGE_BACKGROUND", ("components", "pageBackground", "image", "enabled")),
    "card-image": ("FORM_BACKGROUND", ("components", "form", "backgroundImage", "enabled")),
    "header-image": (
        "PAGE_HEADER_BACKGROUND",
        ("components", "pageHeader", "backgroundImage", "enabled"),
    ),
    "footer-image": (
        "PAGE_FOOTER_BACKGROUND",
        ("components", "pageFooter", "backgroundImage", "enabled"),
    ),
}
_FORM: Final = ("categories", "form", "location")


def at(settings: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path; None where there is none."""
    value: Any = settings
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def css(settings: Mapping[str, Any], assets: tuple[StoredAsset, ...]) -> str:
    """The style sheet of a completed settings document."""
    scheme = _SCHEMES.get(at(settings, ("categories", "global", "colorSchemeMode")), "light dark")
    light, dark = _backgrounds(settings, assets, scheme)
    lines = [f"color-scheme: {scheme};", *_colors(settings), *_lengths(settings), *light]
    in_the_dark = f"@media (prefers-color-scheme: dark) {{\n{_rule(dark)}}}\n" if dark else ""
    return _rule(lines) + in_the_dark


def _colors(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, path in _COLORS.items():
        light, dark = (
            _color(at(settings, tuple(mode if part == "{mode}" else part for part in path)))
            for mode in ("lightMode", "darkMode")
        )
        if light and dark:
            yield f"--{name}: light-dark({light}, {dark});"


def _lengths(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, path in _RADII.items():
        radius = at(settings, path)
        if isinstance(radius, int | float) and not isinstance(radius, bool):
            yield f"--{name}: {float(radius):g}px;"
    if at(settings, ("categories", "global", "spacingDensity")) == "COMPACT":
        yield "--gap: .75rem;"
    for axis in ("horizontal", "vertical"):
        place = at(settings, (*_FORM, axis))
        if place in ("START", "CENTER", "END"):
            yield f"--{axis}: {place.lower()};"


def _backgrounds(
    settings: Mapping[str, Any], assets: tuple[StoredAsset, ...], scheme: str
) -> tuple[list[str], list[str]]:
    light, dark = [], []
    for name, (category, switch) in _BACKGROUNDS.items():
        if at(settings, switch) is True:
            light_image, dark_image = images(assets, category, scheme)
            light += _image(name, light_image)
            dark += _image(name, dark_image)
    return light, dark


def images(
    assets: tuple[StoredAsset, ...], category: str, scheme: str
) -> tuple[str | None, str | None]:
    """The image of a category, and another one for browsers in the dark if there is one."""
    found = {asset.color_mode: asset.path for asset in assets if asset.category == category}
    any_mode = found.get("DYNAMIC")
    light, dark = found.get("LIGHT", any_mode), found.get("DARK", any_mode)
    if scheme == "dark":
        return dark or light, None
    if scheme == "light" or dark == light:
        return light or dark, None
    return light or dark, dark


def _color(value: object) -> str | None:
    is_color = isinstance(value, str) and _COLOR.fullmatch(value)
    return f"#{value}" if is_color else None


def _image(name: str, path: str | None) -> list[str]:
    return [f'--{name}: url("{path}");'] if path and _PATH.fullmatch(path) else []


def _rule(lines: list[str]) -> str:
    return ":root {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"
