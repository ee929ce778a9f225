"""User sign-ins and the refresh tokens they gave: what revocation and refreshing are judged by."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import and_, bindparam, select, update

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import refresh_tokens, sign_ins
from poolhouse.store.statements import Statement, delete_by, insert_into, select_by


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in. Its tokens name ``event_id``; ``scopes`` are those before customization.

    ``methods`` are the factors shown, whether or not the tokens report them in ``acr`` and ``amr``.
    """

    pool_id: str
    event_id: str
    origin_jti: str | None
    client_id: str
    sub: str
    auth_time: int
    revoked_ms: int | None
    expires_ms: int
    scopes: tuple[str, ...]
    by_oauth: bool = False
    device_key: str | None = None
    resource: str | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is kept of a refresh token; ``superseded_ms`` is set when it was rotated."""

    pool_id: str
    token_hash: str
    event_id: str
    expires_ms: int
    superseded_ms: int | None = None


_SIGN_IN_COLUMNS = (
    sign_ins.c.pool_id,
    sign_ins.c.event_id,
    sign_ins.c.origin_jti,
    sign_ins.c.client_id,
    sign_ins.c.sub,
    sign_ins.c.auth_time,
    sign_ins.c.revoked_ms,
    sign_ins.c.expires_ms,
    sign_ins.c.document,
)
_GET = Statement(
    select(*_SIGN_IN_COLUMNS).where(
        sign_ins.c.pool_id == bindparam("pool_id"), sign_ins.c.event_id == bindparam("event_id")
    )
)
_REVOCATION = Statement(
    select(sign_ins.c.revoked_ms).where(
        sign_ins.c.pool_id == bindparam("pool_id"), sign_ins.c.event_id == bindparam("event_id")
    )
)
_FIND_TOKEN = Statement(
    select(
        refresh_tokens.c.token_hash,
        refresh_tokens.c.expires_ms,
        refresh_tokens.c.superseded_ms,
        *_SIGN_IN_COLUMNS,
    )
    .join(
        sign_ins,
        and_(
            sign_ins.c.pool_id == refresh_tokens.c.pool_id,
            sign_ins.c.event_id == refresh_tokens.c.event_id,
        ),
    )
    .where(
        refresh_tokens.c.pool_id == bindparam("pool_id"),
        refresh_tokens.c.token_hash == bindparam("token_hash"),
    )
)
_INSERT = insert_into(sign_ins)
_INSERT_TOKEN = insert_into(refresh_tokens)
_SUPERSEDE = Statement(
    update(refresh_tokens)
    .where(
        refresh_tokens.c.pool_id == bindparam("key_pool_id"),
        refresh_tokens.c.token_hash == bindparam("key_token_hash"),
        refresh_tokens.c.superseded_ms.is_(None),
    )
    .values(superseded_ms=bindparam("superseded_ms"))
)


def _revoke_where(column: str) -> Statement:
    return Statement(
        update(sign_ins)
        .where(
            sign_ins.c.pool_id == bindparam("key_pool_id"),
            sign_ins.c[column] == bindparam("key_value"),
            sign_ins.c.revoked_ms.is_(None),
        )
        .values(revoked_ms=bindparam("revoked_ms"))
    )


_REVOKE_ONE = _revoke_where("event_id")
_REVOKE_USER = _revoke_where("sub")
_REVOKE_CLIENT = _revoke_where("client_id")
_OF_USER = select_by(sign_ins, "pool_id", "sub")
_DELETE_TOKENS = delete_by(refresh_tokens, "pool_id", "event_id")
_DELETE_OF_USER = delete_by(sign_ins, "pool_id", "sub")


def _sign_in(row: tuple[object, ...]) -> SignIn:
    *columns, document = row
    fields = orjson.loads(str(document))
    for name in ("scopes", "amr", "methods"):
        fields[name] = tuple(fields.get(name, ()))
    return SignIn(*columns, **fields)  # type: ignore[arg-type]  # columns in the order of fields


async def find(reader: Reader, pool_id: str, event_id: str) -> SignIn | None:
    row = await reader.one(_GET, pool_id=pool_id, event_id=event_id)
    return None if row is None else _sign_in(row)


async def is_live(reader: Reader, pool_id: str, event_id: str) -> bool:
    """Whether tokens of this sign-in are still good: it is known, and nobody revoked it."""
    row = await reader.one(_REVOCATION, pool_id=pool_id, event_id=event_id)
    return row is not None and row[0] is None


async def find_refresh_token(
    reader: Reader, pool_id: str, token_hash: str
) -> tuple[RefreshToken, SignIn] | None:
    row = await reader.one(_FIND_TOKEN, pool_id=pool_id, token_hash=token_hash)
    if row is None:
        return None
    sign_in = _sign_in(row[3:])
    return RefreshToken(pool_id, row[0], sign_in.event_id, row[1], row[2]), sign_in


async def insert(transaction: Transaction, sign_in: SignIn) -> None:
    document = {
        "scopes": sign_in.scopes,
        "by_oauth": sign_in.by_oauth,
        "device_key": sign_in.device_key,
        "resource": sign_in.resource,
        "acr": sign_in.acr,
        "amr": sign_in.amr,
        "methods": sign_in.methods,
    }
    await transaction.run(
        _INSERT,
        pool_id=sign_in.pool_id,
        event_id=sign_in.event_id,
        origin_jti=sign_in.origin_jti,
        client_id=sign_in.client_id,
        sub=sign_in.sub,
        document=orjson.dumps(document).decode(),
        auth_time=sign_in.auth_time,
        revoked_ms=sign_in.revoked_ms,
        expires_ms=sign_in.expires_ms,
    )


async def insert_refresh_token(transaction: Transaction, token: RefreshToken) -> None:
    await transaction.run(
        _INSERT_TOKEN,
        pool_id=token.pool_id,
        token_hash=token.token_hash,
        event_id=token.event_id,
        expires_ms=token.expires_ms,
        superseded_ms=token.superseded_ms,
    )


async def supersede(transaction: Transaction, token: RefreshToken, now_ms: int) -> bool:
    """Mark a token as rotated. True for exactly one caller, whoever came first."""
    return (
        await transaction.run(
            _SUPERSEDE,
            key_pool_id=token.pool_id,
            key_token_hash=token.token_hash,
            superseded_ms=now_ms,
        )
        == 1
    )


async def revoke(transaction: Transaction, pool_id: str, event_id: str, now_ms: int) -> None:
    """End one sign-in: its refresh tokens and every access token that names it."""
    await transaction.run(_REVOKE_ONE, key_pool_id=pool_id, key_value=event_id, revoked_ms=now_ms)


async def revoke_of_user(transaction: Transaction, pool_id: str, sub: str, now_ms: int) -> None:
    await transaction.run(_REVOKE_USER, key_pool_id=pool_id, key_value=sub, revoked_ms=now_ms)


async def revoke_of_client(
    transaction: Transaction, pool_id: str, client_id: str, now_ms: int
) -> None:
    await transaction.run(
        _REVOKE_CLIENT, key_pool_id=pool_id, key_value=client_id, revoked_ms=now_ms
    )


async def delete_of_user(transaction: Transaction, pool_id: str, sub: str) -> None:
    """Everything a deleted user's sign-ins left behind."""
    for row in await transaction.all(_OF_USER, pool_id=pool_id, sub=sub):
        await transaction.run(_DELETE_TOKENS, pool_id=pool_id, event_id=row[1])
    await transaction.run(_DELETE_OF_USER, pool_id=pool_id, sub=sub)
