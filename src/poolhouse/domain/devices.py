"""Devices a pool remembers: keys, verifiers, and what a device shows of itself. Pure.

Source: Amazon Cognito developer guide, "Working with user devices in your user pool"; API
reference, ConfirmDevice and GetDevice.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from poolhouse.domain import srp
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException, InvalidUserPoolConfigurationException

# Ours: the exceptions are documented, the sentences are not.
NOT_TRACKED: Final = "Device tracking is not enabled for the user pool."
INVALID_VERIFIER: Final = "Invalid device secret verifier given."

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_GROUP_KEY_LENGTH: Final = 8
_LONGEST_SALT_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Tracking:
    """``stands_in``: a remembered device takes the place of a second factor. ``on_prompt``:
    devices are remembered once the user says so, not when they are confirmed.
    """

    stands_in: bool
    on_prompt: bool


@dataclass(frozen=True, slots=True)
class Device:
    """A confirmed device. Its sealed ``verifier`` is what its password is proven against."""

    pool_id: str
    sub: str
    device_key: str
    name: str
    last_address: str
    remembered: bool
    sealed_verifier: bytes
    created_ms: int
    modified_ms: int
    authenticated_ms: int


@dataclass(frozen=True, slots=True)
class DeviceVerifier:
    """Salt and v of a device's password, as numbers."""

    salt: int
    value: int

    def to_bytes(self) -> bytes:
        return self.value.to_bytes(srp.SIZE_BYTES, "big") + srp.pad(self.salt)

    @classmethod
    def from_bytes(cls, data: bytes) -> DeviceVerifier:
        value, salt = data[: srp.SIZE_BYTES], data[srp.SIZE_BYTES :]
        return cls(int.from_bytes(salt, "big"), int.from_bytes(value, "big"))


def tracking(pool: UserPool) -> Tracking | None:
    """How the pool tracks devices; None when it does not."""
    configuration = pool.settings.get("DeviceConfiguration")
    if not configuration:
        return None
    return Tracking(
        bool(configuration.get("ChallengeRequiredOnNewDevice")),
        bool(configuration.get("DeviceOnlyRememberedOnUserPrompt")),
    )


def tracked(pool: UserPool) -> Tracking:
    """The same. Raises :class:`InvalidUserPoolConfigurationException` when it does not."""
    found = tracking(pool)
    if found is None:
        raise InvalidUserPoolConfigurationException(NOT_TRACKED)
    return found


def group_key(digest: str) -> str:
    """``DeviceGroupKey`` from a keyed hash of the pool, in hexadecimal."""
    number, text = int(digest, 16), ""
    for _ in range(_GROUP_KEY_LENGTH):
        number, index = divmod(number, len(_ALPHABET))
        text += _ALPHABET[index]
    return f"-{text}"


def read_verifier(given: Mapping[str, str] | None) -> DeviceVerifier:
    """``DeviceSecretVerifierConfig``: base64 of big-endian numbers.

    Raises :class:`InvalidParameterException`, also for a verifier that any password fits.
    """
    given = given or {}
    salt = _number(given.get("Salt", ""), longest=_LONGEST_SALT_BYTES)
    value = _number(given.get("PasswordVerifier", ""), longest=srp.SIZE_BYTES + 1)
    if salt < 1 or not 1 < value < srp.N - 1:
        raise InvalidParameterException(INVALID_VERIFIER)
    return DeviceVerifier(salt, value)


def attributes(device: Device, pool: UserPool, username: str, account_id: str) -> dict[str, str]:
    """``DeviceAttributes`` by name."""
    owner = f"{username}.{pool.id}"
    arn = f"arn:aws:cognito-idp:{pool.region}:{account_id}:owner/{owner}/device/{device.device_key}"
    return {
        "device_status": "valid",
        "device_name": device.name,
        "dev:device_arn": arn,
        "dev:device_owner": owner,
        "last_ip_used": device.last_address,
        "dev:device_remembered_status": "remembered" if device.remembered else "not_remembered",
        "dev:device_sdk": "aws-sdk",
    }


def _number(text: str, *, longest: int) -> int:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidParameterException(INVALID_VERIFIER) from error
    if len(data) > longest:
        raise InvalidParameterException(INVALID_VERIFIER)
    return int.from_bytes(data, "big")
