"""The filter language of ListUsers: one attribute, ``=`` or ``^=``, one quoted value.

Source: Amazon Cognito developer guide, "Searching for users using the ListUsers API".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

Operator = Literal["=", "^="]

SEARCHABLE = frozenset(
    {
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
    }
)

_CONDITION = re.compile(
    r"""\s* (?P<attribute>[^\s"=^]+) \s* (?P<operator>\^?=) \s*
        "(?P<value>(?:\\.|[^"\\])*)" \s*""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. ``value`` is unescaped; ``status`` compares with Enabled or Disabled."""

    attribute: str
    operator: Operator
    value: str
    case_sensitive: bool

    @property
    def key(self) -> str:
        """``value`` in the form in which values of this attribute are compared."""
        return self.value if self.case_sensitive else self.value.lower()

    def matches(self, candidate: str | None) -> bool:
        """Whether a user whose attribute is ``candidate`` (None: has none) is found."""
        if candidate is None:
            return False
        compared = candidate if self.case_sensitive else candidate.lower()
        if self.operator == "=":
            return bool(self.value) and compared == self.key
        return compared.startswith(self.key)


def is_case_sensitive(attribute: str, pool: UserPool) -> bool:
    """``status`` and, where the pool's are, ``username`` (``username-search``)."""
    return attribute == "status" or (attribute == "username" and pool.case_sensitive)


def parse(text: str, pool: UserPool) -> Filter | None:
    """The condition that ``text`` spells; None for an empty filter, which finds everybody.

    Raises InvalidParameterException.
    """
    if not text.strip():
        return None
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InvalidParameterException("Error while parsing filter")
    attribute = found["attribute"]
    if attribute not in SEARCHABLE:
        raise InvalidParameterException(f"Invalid search attribute: {attribute}")
    operator: Operator = "^=" if found["operator"] == "^=" else "="
    return Filter(
        attribute=attribute,
        operator=operator,
        value=_ESCAPED.sub(r"\1", found["value"]),
        case_sensitive=is_case_sensitive(attribute, pool),
    )
