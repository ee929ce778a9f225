"""Form bodies of the OAuth endpoints, parsed once; a parameter given twice is refused.

Source: RFC 6749 section 3.2 ("parameters MUST NOT be included more than once").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from poolhouse.oauth.errors import OAuthError

Form = Mapping[str, str]

_TYPE: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 100


def is_form(content_type: str) -> bool:
    """Whether a ``Content-Type`` is that of a form, whatever its parameters."""
    return content_type.partition(";")[0].strip().lower() == _TYPE


def parse(body: bytes) -> Form:
    """Field names to values; empty values are left out (RFC 6749 section 3.2).

    Raises :class:`OAuthError` (invalid_request).
    """
    given = pairs(body)
    fields = dict(given)
    if len(fields) != len(given):
        raise OAuthError("invalid_request")
    return {name: value for name, value in fields.items() if value}


def pairs(body: bytes) -> list[tuple[str, str]]:
    """Names and values as they were sent. Raises :class:`OAuthError` (invalid_request)."""
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise OAuthError("invalid_request") from error
