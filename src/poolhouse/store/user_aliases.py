"""The names beside the username that lead to a user. Each has one owner, by primary key."""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import user_aliases
from poolhouse.store.statements import delete_by, insert_if_absent, select_by

_OWNER = select_by(user_aliases, "pool_id", "attribute", "value_key")
_CLAIM = insert_if_absent(user_aliases)
_RELEASE = delete_by(user_aliases, "pool_id", "attribute", "value_key", "sub")
_RELEASE_ALL = delete_by(user_aliases, "pool_id", "sub")


async def owner(reader: Reader, pool_id: str, attribute: str, value_key: str) -> str | None:
    """The sub of the user who holds a name."""
    row = await reader.one(_OWNER, pool_id=pool_id, attribute=attribute, value_key=value_key)
    return None if row is None else str(row[3])


async def claim(
    transaction: Transaction, pool_id: str, sub: str, attribute: str, value_key: str
) -> bool:
    """Take a name. False when somebody holds it."""
    claimed = await transaction.run(
        _CLAIM, pool_id=pool_id, attribute=attribute, value_key=value_key, sub=sub
    )
    return claimed == 1


async def release(
    transaction: Transaction, pool_id: str, sub: str, names: Mapping[str, str]
) -> None:
    """Give up names: attribute to key."""
    for attribute, value_key in names.items():
        await transaction.run(
            _RELEASE, pool_id=pool_id, attribute=attribute, value_key=value_key, sub=sub
        )


async def release_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_RELEASE_ALL, pool_id=pool_id, sub=sub)
