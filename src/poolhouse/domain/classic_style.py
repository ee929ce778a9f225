"""The classic pages' style: which CSS and which logo SetUICustomization takes.

Source: Amazon Cognito developer guide, "Hosted UI (classic) branding" (the classes, what is
refused, 100 KB for a logo). The sentences are ours (``classic-style`` in
:mod:`poolhouse.domain.management_choices`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from poolhouse.domain import images
from poolhouse.errors import InvalidParameterException

ALL_CLIENTS: Final = "ALL"
"""The ``ClientId`` of the style of every client that has none of its own."""

LARGEST_LOGO_BYTES: Final = 100_000
LOGO_KINDS: Final = ("PNG", "JPEG")

_CLASSES: Final = (
    "background",
    "banner",
    "errorMessage",
    "idpButton",
    "idpDescription",
    "inputField",
    "label",
    "legalText",
    "logo",
    "passwordCheck-notValid",
    "passwordCheck-valid",
    "redirect",
    "socialButton",
    "submitButton",
    "textDescription",
)
SELECTORS: Final = frozenset(
    {f".{name}-customizable" for name in _CLASSES}
    | {f".{name}-customizable:hover" for name in ("idpButton", "submitButton", "socialButton")}
    | {".inputField-customizable:focus"}
)
_EMBEDDED_IMAGE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_SELECTOR_TOKENS: Final = frozenset({"ident", "literal", "whitespace", "comment"})
_DEEPEST_VALUE: Final = 16
_SCRIPTED: Final = frozenset({"behavior", "-moz-binding"})


def check_css(css: str) -> None:
    """Refuse CSS that reaches beyond the classes meant for it, or out of the page.

    A style sheet that may load from elsewhere tells a stranger who signs in, and one with other
    selectors can read what is typed, letter by letter. Raises InvalidParameterException.
    """
    import tinycss2

    if "<" in css:  # what ends a style sheet in a page
        raise InvalidParameterException("CSS contains a character that is not allowed: <")
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            raise InvalidParameterException(f"CSS cannot be parsed: {rule.message}.")
        if rule.type == "at-rule":
            raise InvalidParameterException(
                f"CSS contains a rule that is not allowed: @{rule.at_keyword}"
            )
        if any(token.type not in _SELECTOR_TOKENS for token in rule.prelude):
            raise InvalidParameterException("CSS contains a selector that is not allowed.")
        for selector in tinycss2.serialize(rule.prelude).split(","):
            if selector.strip() not in SELECTORS:
                raise InvalidParameterException(
                    f"CSS contains a selector that is not allowed: {selector.strip()}"
                )
        _check_declarations(rule.content)


def check_logo(content: bytes) -> str:
    """The kind of a logo, ``PNG`` or ``JPEG``. Raises InvalidParameterException."""
    if len(content) > LARGEST_LOGO_BYTES:
        raise InvalidParameterException(
            f"Image file cannot be larger than {LARGEST_LOGO_BYTES // 1000} KB."
        )
    kind = images.sniff(content)
    if kind not in LOGO_KINDS:
        raise InvalidParameterException("Image file must be a PNG or JPG image.")
    return kind


def _check_declarations(content: list[Any]) -> None:
    import tinycss2

    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            raise InvalidParameterException("CSS contains something that is no declaration.")
        if node.lower_name in _SCRIPTED:
            raise InvalidParameterException(
                f"CSS contains a property that is not allowed: {node.lower_name}"
            )
        for url in _urls(node.value):
            if not _EMBEDDED_IMAGE.match(url):
                raise InvalidParameterException("CSS cannot refer to other resources.")


def _urls(tokens: list[Any]) -> Iterator[str]:
    """What a value may refer to: ``url()``, and every string that a function is given.

    Not recursive: a value is as deep as a stranger makes it.
    """
    waiting = [(token, 0) for token in tokens]
    while waiting:
        token, depth = waiting.pop()
        if depth > _DEEPEST_VALUE:
            raise InvalidParameterException("CSS is nested too deeply.")
        if token.type == "url":
            yield token.value
        elif token.type == "function":
            if token.lower_name == "expression":  # script, in browsers of another age
                yield token.lower_name
            yield from (each.value for each in token.arguments if each.type == "string")
            waiting.extend((each, depth + 1) for each in token.arguments)
        elif token.type.endswith("block"):
            waiting.extend((each, depth + 1) for each in token.content)
