"""Authorization codes: what a browser carries from the pages to the app, redeemed once.

Source: RFC 6749 section 4.1.2. Only the hash of a code is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, update

from poolhouse.domain.authentication import Visitor
from poolhouse.domain.records import EventVersion
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import authorization_codes
from poolhouse.store.statements import Statement, insert_into, select_by


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """What the pre token generation function said before the code was given out, as JSON text:
    the event it was sent, its answer, the version in which both are written, and which code it was.
    """

    event: str
    answer: str
    version: EventVersion
    function: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """Everything a code is bound to. ``event_id`` names the sign-in its redemption opens.

    ``auth_time`` is in seconds since the epoch; ``code_challenge`` is an S256 one (RFC 7636).
    """

    pool_id: str
    code_hash: str
    client_id: str
    sub: str
    event_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    auth_time: int
    expires_ms: int
    nonce: str | None = None
    code_challenge: str | None = None
    resource: str | None = None
    function_answer: FunctionAnswer | None = None
    used_ms: int | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    visitor: Visitor | None = None
    origin_session_id: str | None = None


_GET = select_by(authorization_codes, "pool_id", "code_hash")
_INSERT = insert_into(authorization_codes)
_USE = Statement(
    update(authorization_codes)
    .where(
        authorization_codes.c.pool_id == bindparam("key_pool_id"),
        authorization_codes.c.code_hash == bindparam("key_code_hash"),
        authorization_codes.c.used_ms.is_(None),
    )
    .values(used_ms=bindparam("used_ms"))
)


async def insert(transaction: Transaction, code: AuthorizationCode) -> None:
    answer = code.function_answer
    document = {
        "redirect_uri": code.redirect_uri,
        "scopes": code.scopes,
        "auth_time": code.auth_time,
        "nonce": code.nonce,
        "code_challenge": code.code_challenge,
        "resource": code.resource,
        "function_answer": answer
        and [answer.event, answer.answer, answer.version, answer.function],
        "acr": code.acr,
        "amr": code.amr,
        "methods": code.methods,
        "visitor": code.visitor and [code.visitor.address, code.visitor.user_agent],
        "origin_session_id": code.origin_session_id,
    }
    await transaction.run(
        _INSERT,
        pool_id=code.pool_id,
        code_hash=code.code_hash,
        client_id=code.client_id,
        sub=code.sub,
        event_id=code.event_id,
        document=orjson.dumps(document).decode(),
        used_ms=code.used_ms,
        expires_ms=code.expires_ms,
    )


async def find(reader: Reader, pool_id: str, code_hash: str) -> AuthorizationCode | None:
    """The code, used and expired ones included."""
    row = await reader.one(_GET, pool_id=pool_id, code_hash=code_hash)
    if row is None:
        return None
    _, _, client_id, sub, event_id, document, used_ms, expires_ms = row
    fields = orjson.loads(document)
    answer, visitor = fields.pop("function_answer"), fields.pop("visitor", None)
    return AuthorizationCode(
        pool_id=pool_id,
        code_hash=code_hash,
        client_id=client_id,
        sub=sub,
        event_id=event_id,
        scopes=tuple(fields.pop("scopes")),
        amr=tuple(fields.pop("amr", ())),
        visitor=Visitor(*visitor) if visitor else None,
        methods=tuple(fields.pop("methods", ())),
        function_answer=FunctionAnswer(*answer) if answer else None,
        used_ms=used_ms,
        expires_ms=expires_ms,
        **fields,
    )


async def use(transaction: Transaction, code: AuthorizationCode, now_ms: int) -> bool:
    """Spend a code. True for exactly one caller, whoever came first."""
    touched = await transaction.run(
        _USE, key_pool_id=code.pool_id, key_code_hash=code.code_hash, used_ms=now_ms
    )
    return touched == 1
