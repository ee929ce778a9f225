"""What kind of image some bytes are, judged by the bytes and never by what they are called.

A file is served again under the type found here, so that nobody uploads a page and calls it a
logo. Source: the signatures of PNG (RFC 2083), JPEG (JFIF), WebP (RFC 9649) and ICO.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

CONTENT_TYPES: Final = MappingProxyType(
    {
        "PNG": "image/png",
        "JPEG": "image/jpeg",
        "WEBP": "image/webp",
        "ICO": "image/x-icon",
        "SVG": "image/svg+xml",
    }
)
SUFFIXES: Final = MappingProxyType(
    {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "ICO": "ico", "SVG": "svg"}
)

_SIGNATURES: Final = (
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("WEBP", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("ICO", re.compile(rb"\x00\x00\x01\x00")),
    # A prologue may stand before the root element: declaration, comments, document type.
    (
        "SVG",
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>]*>\s*)*"
            rb"<(?:svg:)?svg[\s>/]",
            re.DOTALL,
        ),
    ),
)


def sniff(content: bytes) -> str | None:
    """``PNG``, ``JPEG``, ``WEBP``, ``ICO`` or ``SVG``; None for anything else."""
    for kind, signature in _SIGNATURES:
        if signature.match(content):
            return kind
    return None
