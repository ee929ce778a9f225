"""The names of functions: from a bare name to a full ARN, and back to one ARN.

Source: AWS Lambda API reference, parameter ``FunctionName`` of Invoke ("Name formats").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LATEST = "$LATEST"

_FORM = re.compile(
    r"(?:arn:(?P<partition>aws[a-z-]*):lambda:)?"
    r"(?:(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?"
    r"(?:function:)?"
    r"(?P<name>[a-zA-Z0-9_-]+)"
    r"(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?"
)


class BadFunctionName(ValueError):
    """A text that has none of the forms of a function's name."""


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function, and with a ``qualifier`` one version or alias of it."""

    region: str
    account: str
    name: str
    qualifier: str | None = None
    partition: str = "aws"

    @property
    def unqualified_arn(self) -> str:
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def arn(self) -> str:
        return (
            f"{self.unqualified_arn}:{self.qualifier}" if self.qualifier else self.unqualified_arn
        )


@lru_cache(maxsize=4096)
def parse(text: str, region: str, account: str) -> FunctionName:
    """Read any form; ``region`` and ``account`` stand in for the parts that ``text`` leaves out.

    Raises :class:`BadFunctionName`.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise BadFunctionName(text)
    return FunctionName(
        region=match["region"] or region,
        account=match["account"] or account,
        name=match["name"],
        qualifier=match["qualifier"],
        partition=match["partition"] or "aws",
    )


def is_version(qualifier: str) -> bool:
    """Whether a qualifier is a version number; names of aliases are never all digits."""
    return qualifier.isascii() and qualifier.isdigit()
