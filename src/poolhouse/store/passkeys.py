"""Passkeys: the public halves of what users sign in with."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import bindparam, update

from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import passkeys
from poolhouse.store.statements import Statement, delete_by, insert_if_absent, select_by


@dataclass(frozen=True, slots=True)
class Passkey:
    """One registered passkey. ``id`` is base64url, as browsers write it; ``public_key`` is COSE.

    ``attachment`` is ``platform`` or ``cross-platform``, if the browser said so.
    """

    pool_id: str
    id: str
    sub: str
    relying_party_id: str
    public_key: bytes
    sign_count: int
    created_ms: int
    name: str
    attachment: str | None = None
    transports: tuple[str, ...] = ()


_FIND = select_by(passkeys, "pool_id", "credential_id")
_OF_USER = select_by(passkeys, "pool_id", "sub")
_INSERT = insert_if_absent(passkeys)
_COUNT_UP = Statement(
    update(passkeys)
    .where(
        passkeys.c.pool_id == bindparam("key_pool_id"),
        passkeys.c.credential_id == bindparam("key_credential_id"),
        passkeys.c.sign_count == bindparam("key_sign_count"),
    )
    .values(sign_count=bindparam("sign_count"))
)
_DELETE = delete_by(passkeys, "pool_id", "credential_id", "sub")
_FORGET = delete_by(passkeys, "pool_id", "sub")


def _passkey(row: Row) -> Passkey:
    pool_id, credential_id, sub, rp, public_key, sign_count, document, created_ms = row
    fields = orjson.loads(document)
    fields["transports"] = tuple(fields["transports"])
    key = bytes(public_key)
    return Passkey(pool_id, credential_id, sub, rp, key, sign_count, created_ms, **fields)


async def find(reader: Reader, pool_id: str, credential_id: str) -> Passkey | None:
    row = await reader.one(_FIND, pool_id=pool_id, credential_id=credential_id)
    return None if row is None else _passkey(row)


async def of_user(reader: Reader, pool_id: str, sub: str) -> list[Passkey]:
    """Oldest first; a user has twenty at most."""
    rows = await reader.all(_OF_USER, pool_id=pool_id, sub=sub)
    return sorted((_passkey(row) for row in rows), key=lambda each: (each.created_ms, each.id))


async def insert(transaction: Transaction, passkey: Passkey) -> bool:
    """False when the pool has a passkey of that id, whoever's."""
    document = {
        "name": passkey.name,
        "attachment": passkey.attachment,
        "transports": passkey.transports,
    }
    touched = await transaction.run(
        _INSERT,
        pool_id=passkey.pool_id,
        credential_id=passkey.id,
        sub=passkey.sub,
        relying_party_id=passkey.relying_party_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        document=orjson.dumps(document).decode(),
        created_ms=passkey.created_ms,
    )
    return touched == 1


async def count_up(transaction: Transaction, passkey: Passkey, sign_count: int) -> bool:
    """Keep the counter of a signature. False when another signature came in between, or the
    passkey is gone.
    """
    touched = await transaction.run(
        _COUNT_UP,
        key_pool_id=passkey.pool_id,
        key_credential_id=passkey.id,
        key_sign_count=passkey.sign_count,
        sign_count=sign_count,
    )
    return touched == 1


async def delete(transaction: Transaction, pool_id: str, sub: str, credential_id: str) -> bool:
    """Whether the user had it."""
    deleted = await transaction.run(_DELETE, pool_id=pool_id, sub=sub, credential_id=credential_id)
    return deleted == 1


async def forget_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET, pool_id=pool_id, sub=sub)
