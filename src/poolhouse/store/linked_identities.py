"""Which users are whom at identity providers: the doors federation comes through.

:func:`find` by provider and subject says whose account signs in; :func:`insert` keeps a first
sign-in or a link; :func:`settle` turns a link by a mapped attribute into one by the subject, once
the provider told it.
"""

from __future__ import annotations

from poolhouse.domain.identities import SUBJECT, LinkedIdentity
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import linked_identities
from poolhouse.store.statements import delete_by, insert_if_absent, select_by, update_by

_KEY = ("pool_id", "provider_name", "attribute", "value")
_FIND = select_by(linked_identities, *_KEY)
_OF_USER = select_by(linked_identities, "pool_id", "sub")
_INSERT = insert_if_absent(linked_identities)
_SETTLE = update_by(linked_identities, _KEY, ("attribute", "value"))
_DELETE = delete_by(linked_identities, *_KEY)
_DELETE_OF_USER = delete_by(linked_identities, "pool_id", "sub")


def _identity(row: Row) -> LinkedIdentity:
    pool_id, provider_name, attribute, value, sub, is_primary, created_ms = row
    return LinkedIdentity(
        pool_id, provider_name, attribute, value, sub, bool(is_primary), created_ms
    )


async def find(
    reader: Reader, pool_id: str, provider_name: str, value: str, *, attribute: str = SUBJECT
) -> LinkedIdentity | None:
    """Whose account that is: ``LinkedIdentity.sub``."""
    row = await reader.one(
        _FIND, pool_id=pool_id, provider_name=provider_name, attribute=attribute, value=value
    )
    return None if row is None else _identity(row)


async def of_user(reader: Reader, pool_id: str, sub: str) -> tuple[LinkedIdentity, ...]:
    return tuple(_identity(row) for row in await reader.all(_OF_USER, pool_id=pool_id, sub=sub))


async def insert(transaction: Transaction, identity: LinkedIdentity) -> bool:
    """False when that account is somebody's already, this user's or another's."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=identity.pool_id,
        provider_name=identity.provider_name,
        attribute=identity.attribute,
        value=identity.value,
        sub=identity.sub,
        is_primary=int(identity.is_primary),
        created_ms=identity.created_ms,
    )
    return inserted == 1


async def settle(transaction: Transaction, identity: LinkedIdentity, subject: str) -> None:
    """From now on the account is known by its subject; it must not be somebody's already."""
    await transaction.run(
        _SETTLE,
        key_pool_id=identity.pool_id,
        key_provider_name=identity.provider_name,
        key_attribute=identity.attribute,
        key_value=identity.value,
        attribute=SUBJECT,
        value=subject,
    )


async def delete(transaction: Transaction, identity: LinkedIdentity) -> None:
    await transaction.run(
        _DELETE,
        pool_id=identity.pool_id,
        provider_name=identity.provider_name,
        attribute=identity.attribute,
        value=identity.value,
    )


async def delete_of_user(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_DELETE_OF_USER, pool_id=pool_id, sub=sub)
