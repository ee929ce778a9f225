"""Devices in a sign-in: which one it comes from, whether it must vouch for itself, and new ones.

Source: Amazon Cognito developer guide, "Working with user devices in your user pool".
"""

from __future__ import annotations

from dataclasses import replace

from poolhouse.auth import auth_sessions
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import devices
from poolhouse.domain.devices import Device, DeviceVerifier
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import devices as stored_devices
from poolhouse.tokens.issue import NewDevice

DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"
UNKNOWN = "Device does not exist."


async def named(house: House, request: FlowRequest, user: User) -> Device | None:
    """The device in ``DEVICE_KEY``; None without one, and where devices are not tracked.

    Raises :class:`ResourceNotFoundException` for a key the user has not confirmed: clients
    forget the key then and try once more.
    """
    key = request.parameters.get("DEVICE_KEY")
    if not key or devices.tracking(request.pool) is None:
        return None
    device = await stored_devices.find(house.db, user.pool_id, user.sub, key)
    if device is None:
        raise ResourceNotFoundException(UNKNOWN)
    return device


async def recognized(house: House, proof: Proof) -> Proof:
    """The proof with the device it came from. Raises what :func:`named` raises."""
    if proof.device_key is not None:
        return proof
    device = await named(house, proof.request, proof.user)
    return proof if device is None else replace(proof, device_key=device.device_key)


async def must_vouch(house: House, proof: Proof) -> bool:
    """Whether the sign-in comes from a remembered device that has not shown its secret yet."""
    if proof.device_key is None or proof.device_proven:
        return False
    user = proof.user
    device = await stored_devices.find(house.db, user.pool_id, user.sub, proof.device_key)
    return device is not None and device.remembered


def stands_in(proof: Proof) -> bool:
    """Whether in this pool a device that vouches takes the place of a second factor."""
    tracking = devices.tracking(proof.request.pool)
    return tracking is not None and tracking.stands_in


async def ask(house: House, proof: Proof) -> Challenge:
    """DEVICE_SRP_AUTH: the device shall prove its secret."""
    return await auth_sessions.challenge(
        house, proof.request, proof.user, DEVICE_SRP_AUTH, {}, proof.carried()
    )


def new_device(house: House, proof: Proof) -> NewDevice | None:
    """A key for a device that has none, for its user to confirm; None where nothing is tracked."""
    pool = proof.request.pool
    if proof.device_key is not None or devices.tracking(pool) is None:
        return None
    return NewDevice(house.ids.device_key(pool.region), group_key(house, pool))


def group_key(house: House, pool: UserPool) -> str:
    """What the secrets of a pool's devices are bound to, beside their keys (``group-key``)."""
    return devices.group_key(house.sealer.keyed_hash(pool.id, "device group"))


def seal_verifier(house: House, user: User, device_key: str, verifier: DeviceVerifier) -> bytes:
    return house.sealer.seal(verifier.to_bytes(), _purpose(user, device_key))


def open_verifier(house: House, user: User, device: Device) -> DeviceVerifier:
    sealed, purpose = device.sealed_verifier, _purpose(user, device.device_key)
    return DeviceVerifier.from_bytes(house.sealer.unseal(sealed, purpose))


def _purpose(user: User, device_key: str) -> str:
    return f"device {user.pool_id} {user.sub} {device_key}"
