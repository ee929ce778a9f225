"""A function's resource policy: the statements AddPermission makes, and what they allow.

Only statements of that form exist here, so every one allows; what none allows is refused. A
condition that this file does not know is never met: a grant is read too narrowly, never too widely.
Sources: AWS Lambda API reference, AddPermission; IAM user guide, "IAM JSON policy elements:
Condition operators".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Statement = Mapping[str, Any]

INVOKE = "lambda:InvokeFunction"
USER_POOLS = "cognito-idp.amazonaws.com"

# AddPermission's parameters, and the condition each becomes (observed in answers of the service).
_CONDITIONS = (
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
)


def statement(function_arn: str, permission: Mapping[str, Any]) -> dict[str, Any]:
    """The policy statement of one AddPermission request (``permission``: its members)."""
    conditions: dict[str, dict[str, str]] = {}
    for member, operator, key in _CONDITIONS:
        value = permission.get(member)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else value
            conditions.setdefault(operator, {})[key] = text
    result = {
        "Sid": permission["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(permission["Principal"]),
        "Action": permission["Action"],
        "Resource": function_arn,
    }
    return {**result, "Condition": conditions} if conditions else result


def _principal(text: str) -> str | dict[str, str]:
    if text == "*":
        return text
    if re.fullmatch(r"\d{12}", text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    if text.startswith("arn:"):
        return {"AWS": text}
    return {"Service": text}


@dataclass(frozen=True, slots=True)
class Invocation:
    """An AWS service (``principal``) that wants to invoke on behalf of one of its resources."""

    principal: str
    source_arn: str
    source_account: str


def by_user_pool(pool_arn: str) -> Invocation:
    """The invocation of a trigger by the user pool with this ARN."""
    parts = pool_arn.split(":", 5)
    return Invocation(USER_POOLS, pool_arn, parts[4] if len(parts) == 6 else "")


def allows(statements: Iterable[Statement], invocation: Invocation) -> bool:
    """Whether any statement lets the invocation through."""
    return any(_grants(each, invocation) for each in statements)


def _grants(each: Statement, invocation: Invocation) -> bool:
    principal = each["Principal"]
    if principal != "*" and principal.get("Service") != invocation.principal:
        return False
    # Names of actions are not case-sensitive.
    if not _pattern(each["Action"].lower()).fullmatch(INVOKE.lower()):
        return False
    known = {
        "aws:sourcearn": invocation.source_arn,
        "aws:sourceaccount": invocation.source_account,
    }
    return all(
        _meets(operator, pattern, known.get(key.lower()))
        for operator, pairs in each.get("Condition", {}).items()
        for key, pattern in pairs.items()
    )


def _meets(operator: str, pattern: str, value: str | None) -> bool:
    if value is None:
        return False
    if operator == "StringEquals":
        return value == pattern
    if operator == "StringLike":
        return _pattern(pattern).fullmatch(value) is not None
    if operator in ("ArnLike", "ArnEquals"):
        # Compared part by part: a star never reaches over a colon into the next part.
        wanted, given = pattern.split(":", 5), value.split(":", 5)
        return len(wanted) == len(given) and all(
            _pattern(part).fullmatch(text) for part, text in zip(wanted, given, strict=True)
        )
    return False


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """``*`` stands for any text, ``?`` for one character, everything else for itself."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
