"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a device proves the secret it was confirmed with.

The arithmetic of :mod:`poolhouse.auth.srp` with the device's keys in the place of pool and user.
Some clients leave the ``Session`` out of both answers (``device-without-session``): the first one
is then found by the user and the device, the second one in the secret block.
Source: Amazon Cognito developer guide, "Signing in with a device".
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import replace

import orjson

from poolhouse.auth import auth_sessions, devices, lock_out, srp_arithmetic
from poolhouse.auth.devices import DEVICE_SRP_AUTH, UNKNOWN
from poolhouse.auth.passwords import WRONG_PASSWORD
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import srp
from poolhouse.domain.devices import Device
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import auth_sessions as stored_sessions
from poolhouse.store import devices as stored_devices
from poolhouse.store import users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import SealBroken

NAME = "DEVICE_PASSWORD_VERIFIER"

_SECRET_BITS = 256


async def begin(house: House, request: FlowRequest) -> Challenge:
    """Answer DEVICE_SRP_AUTH: the server's half of the exchange.

    Raises :class:`ResourceNotFoundException` for another device than the sign-in began with,
    :class:`InvalidParameterException` for an SRP_A that would prove anything,
    :class:`NotAuthorizedException`.
    """
    client_value = srp.public_value(request.required("SRP_A"))
    device_key = request.required("DEVICE_KEY")
    session, user = await _pending(house, request, device_key)
    device = await _device(house, session, device_key)
    verifier = devices.open_verifier(house, user, device)
    secret = house.ids.source.getrandbits(_SECRET_BITS) | 1 << (_SECRET_BITS - 1)
    offered = await srp_arithmetic.offer(verifier.value, secret)
    await house.db.write(auth_sessions.spend, session)
    made = await auth_sessions.challenge(house, request, user, NAME, {}, session.state)
    content = orjson.dumps([made.session, f"{client_value:x}", f"{secret:x}"])
    block = house.sealer.seal(content, _purpose(request))
    parameters = {
        "SALT": f"{verifier.salt:x}",
        "SRP_B": f"{offered:x}",
        "SECRET_BLOCK": base64.b64encode(block).decode("ascii"),
        "DEVICE_KEY": device_key,
        "USERNAME": user.username,
    }
    return replace(made, parameters=parameters)


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the device's proof. Raises :class:`ResourceNotFoundException` for a device that was
    forgotten meanwhile, :class:`NotAuthorizedException`.
    """
    device_key = request.required("DEVICE_KEY")
    block = _decoded(request.required("PASSWORD_CLAIM_SECRET_BLOCK"))
    claimed = _decoded(request.required("PASSWORD_CLAIM_SIGNATURE"))
    timestamp = request.required("TIMESTAMP")
    token, client_value, secret = _open(house, request, block)
    if request.session not in (None, "", token):
        raise NotAuthorizedException(auth_sessions.INVALID)
    request = replace(request, session=token)
    session, user = await auth_sessions.resume(house, request, NAME)
    device = await _device(house, session, device_key)

    async def check() -> None:
        verifier = devices.open_verifier(house, user, device).value
        offered = await srp_arithmetic.offer(verifier, secret)
        key = await srp_arithmetic.agree(client_value, offered, verifier, secret)
        scope = devices.group_key(house, request.pool)
        expected = b"" if key is None else srp.claim(key, scope, device_key, block, timestamp)
        if not hmac.compare_digest(expected, claimed):
            raise NotAuthorizedException(WRONG_PASSWORD)

    await lock_out.guarded(house, user, check)
    now_ms = house.clock.now_ms()
    await house.db.write(_vouched, session, device, request.client_address, now_ms)
    return replace(
        Proof.resumed(request, user, session.state),
        source="TokenGeneration_AuthenticateDevice",
        device_proven=True,
    )


async def _vouched(
    transaction: Transaction, session: AuthSession, device: Device, address: str, now_ms: int
) -> None:
    user = await users.find_by_sub(transaction, session.pool_id, session.sub)
    auth_sessions.checked(session, user)
    await auth_sessions.spend(transaction, session)
    await stored_devices.touch(transaction, device, address, now_ms)


async def _pending(house: House, request: FlowRequest, device_key: str) -> tuple[AuthSession, User]:
    if request.session:
        return await auth_sessions.resume(house, request, DEVICE_SRP_AUTH)
    user = await users.find(house.db, request.pool, request.required("USERNAME"))
    if user is None:
        raise NotAuthorizedException(auth_sessions.INVALID)
    waiting = await stored_sessions.pending(
        house.db,
        request.pool.id,
        user.sub,
        client_id=request.client.id,
        challenge=DEVICE_SRP_AUTH,
        now_ms=house.clock.now_ms(),
    )
    for session in waiting:
        if session.state["device_key"] == device_key:
            return session, auth_sessions.checked(session, user)
    raise NotAuthorizedException(auth_sessions.INVALID)


async def _device(house: House, session: AuthSession, device_key: str) -> Device:
    """The device that the sign-in began with, and no other."""
    device = await stored_devices.find(house.db, session.pool_id, session.sub, device_key)
    if device is None or session.state["device_key"] != device_key:
        raise ResourceNotFoundException(UNKNOWN)
    return device


def _open(house: House, request: FlowRequest, block: bytes) -> tuple[str, int, int]:
    try:
        token, client_value, secret = orjson.loads(house.sealer.unseal(block, _purpose(request)))
    except SealBroken as error:
        raise NotAuthorizedException(WRONG_PASSWORD) from error
    return token, int(client_value, 16), int(secret, 16)


def _purpose(request: FlowRequest) -> str:
    return f"device srp block {request.pool.id} {request.client.id}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAuthorizedException(WRONG_PASSWORD) from error
