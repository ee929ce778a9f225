"""USER_SRP_AUTH: a password proven without being sent, and its challenge PASSWORD_VERIFIER.

Nothing is stored between the two calls: the secret block carries the server's half of the
exchange, sealed. Source: Amazon Cognito developer guide, "Authentication with user pools"; API
reference, RespondToAuthChallenge; RFC 5054.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import orjson

from poolhouse.auth import devices, lock_out, sign_in_events, srp_arithmetic
from poolhouse.auth.credentials import Verifier, open_verifier
from poolhouse.auth.lookup import enter
from poolhouse.auth.password import METHOD, RESET_REQUIRED
from poolhouse.auth.passwords import WRONG_PASSWORD
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import srp, usernames
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import srp_verifiers, users
from poolhouse.store.sealing import SealBroken, token_hash

NAME = "PASSWORD_VERIFIER"

_SECRET_BITS = 256


@dataclass(frozen=True, slots=True)
class _Exchange:
    """The server's half. ``sub`` is empty for a user who does not exist.

    ``carried`` is what earlier steps of the same sign-in have shown and asked for.
    """

    sub: str
    username: str
    client_value: int
    secret: int
    started_ms: int
    carried: Mapping[str, Any] | None = None


async def begin(house: House, request: FlowRequest) -> Challenge:
    """Offer an exchange for USERNAME and SRP_A.

    A user without a verifier, or one who does not exist where that is kept secret, gets an offer
    too, the same salt each time. Raises :class:`InvalidParameterException` for an SRP_A that
    would prove anything, :class:`UserNotFoundException`, :class:`NotAuthorizedException` and the
    three Lambda exceptions.
    """
    name = request.required("USERNAME")
    srp.public_value(request.required("SRP_A"))
    return await offer(house, request, await enter(house, request, name), name)


async def offer(
    house: House,
    request: FlowRequest,
    user: User | None,
    name: str,
    carried: Mapping[str, Any] | None = None,
) -> Challenge:
    """Offer an exchange to the user of a sign-in that has begun under ``name``.

    ``carried`` is what its earlier steps have shown and asked for (:meth:`Proof.carried`).
    Raises :class:`InvalidParameterException` and :class:`PasswordResetRequiredException`.
    """
    client_value = srp.public_value(request.required("SRP_A"))
    if (
        user is not None
        and user.password_hash is None
        and user.status == "RESET_REQUIRED"
        and not request.client.hides_user_existence
    ):
        raise PasswordResetRequiredException(RESET_REQUIRED)
    username = user.username if user is not None else decoy_username(house, request, name)
    verifier = await _verifier(house, request, user, username)
    secret = house.ids.source.getrandbits(_SECRET_BITS) | 1 << (_SECRET_BITS - 1)
    offered = await srp_arithmetic.offer(verifier.value, secret)
    exchange = _Exchange(
        user.sub if user is not None else "",
        username,
        client_value,
        secret,
        house.clock.now_ms(),
        carried,
    )
    parameters = {
        "SALT": f"{verifier.salt:x}",
        "SECRET_BLOCK": base64.b64encode(_seal(house, request, exchange)).decode("ascii"),
        "SRP_B": f"{offered:x}",
        "USERNAME": username,
        "USER_ID_FOR_SRP": username,
    }
    return Challenge(NAME, None, parameters)


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the client's proof. Raises :class:`NotAuthorizedException`, and
    :class:`ResourceNotFoundException` for a DEVICE_KEY that is not the user's.

    A block proves once: who overhears an answer cannot send it again.
    """
    name = request.required("USERNAME")
    text = request.required("PASSWORD_CLAIM_SECRET_BLOCK")
    claimed = _decoded(request.required("PASSWORD_CLAIM_SIGNATURE"))
    timestamp = request.required("TIMESTAMP")
    block = _decoded(text)
    exchange = _open(house, request, block)
    user = await users.find(house.db, request.pool, name)
    if user is None or user.sub != exchange.sub:
        user = None
    elif not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    check = partial(_check, house, request, user, exchange, block, timestamp, claimed)
    if user is None:
        await lock_out.guarded_unknown(house, request.pool, name, check)
        _refuse()
    async with sign_in_events.password_watched(house, request, user):
        await lock_out.guarded(house, user, check)
    if exchange.carried is not None:
        return Proof.resumed(request, user, exchange.carried, METHOD)
    return Proof(request, user, client_metadata=request.client_metadata, methods=(METHOD,))


async def _check(
    house: House,
    request: FlowRequest,
    user: User | None,
    exchange: _Exchange,
    block: bytes,
    timestamp: str,
    claimed: bytes,
) -> None:
    verifier = await _verifier(house, request, user, exchange.username)
    offered = await srp_arithmetic.offer(verifier.value, exchange.secret)
    key = await srp_arithmetic.agree(
        exchange.client_value, offered, verifier.value, exchange.secret
    )
    if key is None:
        _refuse()
    scope = srp.pool_scope(request.pool.id)
    expected = srp.claim(key, scope, exchange.username, block, timestamp)
    if not hmac.compare_digest(expected, claimed) or user is None:
        _refuse()
    # Before the block is spent: a client whose device was forgotten drops the key and sends the
    # same proof again.
    await devices.named(house, request, user)
    spent = await house.db.write(
        srp_verifiers.spend_block,
        request.pool.id,
        token_hash(block.hex()),
        client_id=request.client.id,
        sub=user.sub,
        challenge=NAME,
        expires_ms=exchange.started_ms + request.client.auth_session_seconds * 1000,
    )
    if not spent:
        _refuse()


async def _verifier(
    house: House, request: FlowRequest, user: User | None, username: str
) -> Verifier:
    """The user's, or one that no password fits."""
    if user is not None:
        sealed = await srp_verifiers.find(house.db, user.pool_id, user.sub)
        found = open_verifier(house, user.pool_id, user.sub, user.password_hash, sealed)
        if found is not None:
            return found
    purpose = f"srp decoy {request.pool.id}"
    digest = house.sealer.keyed_hash(username, purpose)
    salt = 1 << (8 * srp.SALT_BYTES - 1) | int(digest[: 2 * srp.SALT_BYTES], 16)
    # A square is in the subgroup of the real ones. Nobody knows its logarithm, so nobody has a
    # password for it.
    stretched = "".join(house.sealer.keyed_hash(f"{n} {username}", purpose) for n in range(12))
    return Verifier(salt, int(stretched, 16) ** 2 % srp.N)


def decoy_username(house: House, request: FlowRequest, name: str) -> str:
    """The internal username an unknown name seems to have.

    Documented as a UUID that is the same each time. Ours: where users are known by plain names,
    the name itself, since a UUID there would tell that nobody has it.
    """
    pool = request.pool
    if not pool.username_attributes and usernames.kind(name) not in pool.alias_attributes:
        return usernames.key(pool, name)
    digest = house.sealer.keyed_hash(usernames.key(pool, name), f"srp username {pool.id}")
    return str(uuid.UUID(hex=digest[:32], version=4))


def _seal(house: House, request: FlowRequest, exchange: _Exchange) -> bytes:
    content = [
        exchange.sub,
        exchange.username,
        f"{exchange.client_value:x}",
        f"{exchange.secret:x}",
        exchange.started_ms,
        exchange.carried,
    ]
    return house.sealer.seal(orjson.dumps(content), _purpose(request))


def _open(house: House, request: FlowRequest, block: bytes) -> _Exchange:
    try:
        content = house.sealer.unseal(block, _purpose(request))
    except SealBroken:
        _refuse()
    sub, username, client_value, secret, started_ms, carried = orjson.loads(content)
    life_ms = request.client.auth_session_seconds * 1000
    if house.clock.now_ms() >= started_ms + life_ms:
        _refuse()
    return _Exchange(sub, username, int(client_value, 16), int(secret, 16), started_ms, carried)


def _purpose(request: FlowRequest) -> str:
    return f"srp block {request.pool.id} {request.client.id}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse()


def _refuse() -> NoReturn:
    raise NotAuthorizedException(WRONG_PASSWORD)
