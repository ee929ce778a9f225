"""Devices that users have confirmed."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from poolhouse.domain.devices import Device
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import devices
from poolhouse.store.statements import Statement, delete_by, insert_if_absent, select_by, update_by

_KEY = ("pool_id", "sub", "device_key")
_FIND = select_by(devices, *_KEY)
_PAGE = Statement(
    select(devices)
    .where(
        devices.c.pool_id == bindparam("pool_id"),
        devices.c.sub == bindparam("sub"),
        devices.c.device_key > bindparam("after"),
    )
    .order_by(devices.c.device_key)
    .limit(bindparam("size"))
)
_INSERT = insert_if_absent(devices)
_REMEMBER = update_by(devices, _KEY, ("remembered", "modified_ms"))
_TOUCH = update_by(devices, _KEY, ("last_address", "authenticated_ms"))
_DELETE = delete_by(devices, *_KEY)
_DELETE_ALL = delete_by(devices, "pool_id", "sub")


async def find(reader: Reader, pool_id: str, sub: str, device_key: str) -> Device | None:
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub, device_key=device_key)
    return None if row is None else _device(row)


async def list_page(
    reader: Reader, pool_id: str, sub: str, *, after: str, size: int
) -> Page[Device]:
    """A user's devices behind the key ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, sub=sub, after=after, size=size + 1)
    return cut([_device(row) for row in rows], size, lambda device: (device.device_key,))


async def insert(transaction: Transaction, device: Device) -> bool:
    """False, and nothing stored, for a key that the user has confirmed before."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=device.pool_id,
        sub=device.sub,
        device_key=device.device_key,
        name=device.name,
        last_address=device.last_address,
        remembered=int(device.remembered),
        sealed_verifier=device.sealed_verifier,
        created_ms=device.created_ms,
        modified_ms=device.modified_ms,
        authenticated_ms=device.authenticated_ms,
    )
    return inserted == 1


async def remember(
    transaction: Transaction, device: Device, *, remembered: bool, now_ms: int
) -> None:
    await transaction.run(_REMEMBER, **_key(device), remembered=int(remembered), modified_ms=now_ms)


async def touch(transaction: Transaction, device: Device, address: str, now_ms: int) -> None:
    """The device has just vouched for itself, from ``address``."""
    await transaction.run(_TOUCH, **_key(device), last_address=address, authenticated_ms=now_ms)


async def delete(transaction: Transaction, pool_id: str, sub: str, device_key: str) -> bool:
    """True if there was one."""
    deleted = await transaction.run(_DELETE, pool_id=pool_id, sub=sub, device_key=device_key)
    return deleted == 1


async def delete_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_DELETE_ALL, pool_id=pool_id, sub=sub)


def _key(device: Device) -> dict[str, str]:
    return {
        "key_pool_id": device.pool_id,
        "key_sub": device.sub,
        "key_device_key": device.device_key,
    }


def _device(row: Row) -> Device:
    pool_id, sub, device_key, name, last_address, remembered, sealed, *times = row
    return Device(
        pool_id, sub, device_key, name, last_address, bool(remembered), bytes(sealed), *times
    )
