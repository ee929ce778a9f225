"""The CSV file of a user import, read line by line: its header, its rows, what is wrong with them.

Source: Amazon Cognito developer guide, "Importing users into user pools from a CSV file". No
quoting: a comma within a value is written as ``\\,``. Reasons never hold a value of the row, since
they end up in a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from poolhouse.domain import attributes, imported_hashes, usernames
from poolhouse.domain.imported_hashes import Algorithm
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

LARGEST_FILE_BYTES = 100 * 1024 * 1024
MOST_ROWS = 500_000
LONGEST_ROW = 16_000

USERNAME = "cognito:username"
MFA_ENABLED = "cognito:mfa_enabled"
# ``password-hash-column``
PASSWORD_HASH = "cognito:password_hash"

NOTHING_VERIFIED = (
    "The User Record does not set any of the auto verified attributes to true. "
    "(Example: email_verified to true)."
)

_NOT_IN_FILES = frozenset({"sub", "identities"})
_COMMA = re.compile(r"(?<!\\),")
_NAME = regex.compile(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}")
_DATE = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/\d{4}")


class BadFile(ValueError):
    """The file as a whole cannot be read; the message is the job's completion message."""


class BadRow(ValueError):
    """A row cannot be imported; the message goes to the job's log."""


@dataclass(frozen=True, slots=True)
class ImportedUser:
    """One good row. ``username`` is None where the user's sub is the username."""

    username: str | None
    attributes: Mapping[str, str]
    mfa_enabled: bool
    password_hash: str | None


def header(pool: UserPool) -> list[str]:
    """The columns of GetCSVHeader: attributes in the schema's order, then Cognito's own two."""
    names = [
        name
        for name, definition in pool.attributes.items()
        if name not in _NOT_IN_FILES and not definition.developer_only
    ]
    return [*names, MFA_ENABLED, USERNAME]


def columns(pool: UserPool, line: str, algorithm: Algorithm | None) -> tuple[str, ...]:
    """The header line of a file: all columns, in any order. Raises :class:`BadFile`."""
    found = tuple(split(line))
    wanted = [*header(pool), *([PASSWORD_HASH] if algorithm else [])]
    if len(set(found)) != len(found) or set(found) != set(wanted):
        raise BadFile("The header does not have the columns of the user pool.")
    return found


def split(line: str) -> list[str]:
    """The values of a line, trimmed."""
    return [value.strip().replace("\\,", ",") for value in _COMMA.split(line)]


def read(
    pool: UserPool, names: Sequence[str], line: str, algorithm: Algorithm | None
) -> ImportedUser:
    """The user of a row. Raises :class:`BadRow`."""
    if len(line) > LONGEST_ROW:
        raise BadRow(f"The row is longer than {LONGEST_ROW} characters.")
    values = split(line)
    if len(values) != len(names):
        raise BadRow("The number of values is not the number of columns.")
    row = dict(zip(names, values, strict=True))
    username, mfa_enabled = row.pop(USERNAME), _truth(MFA_ENABLED, row.pop(MFA_ENABLED))
    password_hash = row.pop(PASSWORD_HASH, None) or None
    if not _NAME.fullmatch(username):
        raise BadRow(f"{USERNAME} must have 1 to 128 characters, and no spaces.")
    _check_mfa(pool, mfa_enabled)
    if password_hash and (
        algorithm is None or not imported_hashes.is_acceptable(algorithm, password_hash)
    ):
        raise BadRow(f"{PASSWORD_HASH} is no hash of the job's algorithm.")
    given = {name: _value(pool, name, value) for name, value in row.items() if value}
    try:
        name = usernames.check_new(pool, username)
        profile = attributes.check_new_user(pool, given, from_username=name.attributes)
    except InvalidParameterException as error:
        raise BadRow(error.message) from error
    missing = attributes.missing_required(pool, profile)
    if missing:
        raise BadRow(f"Required attributes have no value: {', '.join(missing)}.")
    _check_verified(pool, profile)
    return ImportedUser(name.username, profile, mfa_enabled, password_hash)


def _truth(name: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise BadRow(f"{name} must be true or false.")
    return value.lower() == "true"


def _check_mfa(pool: UserPool, enabled: bool) -> None:
    configured = pool.settings.get("MfaConfiguration", "OFF")
    if configured == "ON" and not enabled:
        raise BadRow(f"{MFA_ENABLED} must be true: the user pool requires MFA.")
    if configured == "OFF" and enabled:
        raise BadRow(f"{MFA_ENABLED} must be false: the user pool has no MFA.")


def _value(pool: UserPool, name: str, value: str) -> str:
    if pool.attributes[name].data_type == "Boolean":
        return "true" if _truth(name, value) else "false"
    if name == "birthdate" and not _DATE.fullmatch(value):
        raise BadRow("birthdate must be written as mm/dd/yyyy.")
    return value


def _check_verified(pool: UserPool, profile: Mapping[str, str]) -> None:
    for contact in pool.auto_verified_attributes:
        if profile.get(f"{contact}_verified") == "true" and profile.get(contact):
            return
    raise BadRow(NOTHING_VERIFIED)
