"""Devices of a user: confirming one, remembering it or not, forgetting it.

Source: API reference, ConfirmDevice, UpdateDeviceStatus, ForgetDevice.
"""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.auth import devices
from poolhouse.domain.devices import Device, DeviceVerifier, read_verifier, tracked
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    DeviceKeyExistsException,
    InvalidParameterException,
    ResourceNotFoundException,
)
from poolhouse.house import House
from poolhouse.store import devices as stored_devices
from poolhouse.store import sign_ins, users
from poolhouse.store.database import Reader, Transaction

INVALID_KEY = "Invalid device key given."
# Ours.
KEY_EXISTS = "Device already exists."


async def confirm(
    house: House,
    pool: UserPool,
    user: User,
    device_key: str,
    *,
    event_id: str,
    name: str,
    verifier: Mapping[str, str] | None,
    address: str,
) -> bool:
    """Keep the device that a sign-in (``event_id``) was given a key for (``confirmed-key``).

    True when the user must still be asked whether to remember it. Raises
    :class:`InvalidParameterException`, :class:`DeviceKeyExistsException` and
    :class:`InvalidUserPoolConfigurationException` where devices are not tracked.
    """
    tracking = tracked(pool)
    await house.db.write(
        _confirm,
        event_id,
        _new(
            house,
            user,
            device_key,
            name,
            address,
            read_verifier(verifier),
            remembered=not tracking.on_prompt,
        ),
    )
    return tracking.on_prompt


async def get(reader: Reader, pool: UserPool, user: User, device_key: str) -> Device:
    """Raises :class:`ResourceNotFoundException`, and
    :class:`InvalidUserPoolConfigurationException` where devices are not tracked.
    """
    tracked(pool)
    device = await stored_devices.find(reader, pool.id, user.sub, device_key)
    if device is None:
        raise ResourceNotFoundException(devices.UNKNOWN)
    return device


async def set_status(
    house: House, pool: UserPool, user: User, device_key: str, status: str | None
) -> None:
    """Remember a device or not; no status changes nothing. Raises what :func:`get` raises."""
    device = await get(house.db, pool, user, device_key)
    if status is not None:
        await house.db.write(
            stored_devices.remember,
            device,
            remembered=status == "remembered",
            now_ms=house.clock.now_ms(),
        )


async def forget(house: House, pool: UserPool, user: User, device_key: str) -> None:
    """Drop a device: it needs a second factor again. Raises what :func:`get` raises."""
    await get(house.db, pool, user, device_key)
    await house.db.write(stored_devices.delete, pool.id, user.sub, device_key)


def _new(
    house: House,
    user: User,
    device_key: str,
    name: str,
    address: str,
    verifier: DeviceVerifier,
    *,
    remembered: bool,
) -> Device:
    now_ms = house.clock.now_ms()
    return Device(
        pool_id=user.pool_id,
        sub=user.sub,
        device_key=device_key,
        name=name,
        last_address=address,
        remembered=remembered,
        sealed_verifier=devices.seal_verifier(house, user, device_key, verifier),
        created_ms=now_ms,
        modified_ms=now_ms,
        authenticated_ms=now_ms,
    )


async def _confirm(transaction: Transaction, event_id: str, device: Device) -> None:
    # A key of somebody's own making could be one that another person's device already has.
    await users.get_by_sub(transaction, device.pool_id, device.sub)
    sign_in = await sign_ins.find(transaction, device.pool_id, event_id)
    if sign_in is None or sign_in.device_key != device.device_key:
        raise InvalidParameterException(INVALID_KEY)
    if not await stored_devices.insert(transaction, device):
        raise DeviceKeyExistsException(KEY_EXISTS)
