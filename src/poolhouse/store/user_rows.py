"""How a user's row becomes a record; shared by the queries on users."""

from __future__ import annotations

import orjson

from poolhouse.domain.records import User
from poolhouse.store.database import Row
from poolhouse.store.schema import users

# In the order of the record's fields.
COLUMNS = tuple(
    users.c[name]
    for name in (
        "pool_id",
        "sub",
        "username",
        "status",
        "enabled",
        "created_ms",
        "modified_ms",
        "attributes",
        "password_hash",
        "temporary_password_expires_ms",
    )
)


def to_user(row: Row) -> User:
    pool_id, sub, username, status, enabled, created_ms, modified_ms, attributes, *password = row
    return User(
        pool_id,
        sub,
        username,
        status,
        bool(enabled),
        created_ms,
        modified_ms,
        orjson.loads(attributes),
        *password,
    )
