"""Keys and verifiers of devices."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import devices, srp
from poolhouse.domain.devices import DeviceVerifier
from poolhouse.errors import InvalidParameterException, InvalidUserPoolConfigurationException
from sample_records import pool

VECTOR = json.loads(
    (Path(__file__).parents[2] / "vectors" / "srp" / "device.json").read_text(encoding="utf-8")
)


def encoded(number: int) -> str:
    return base64.b64encode(srp.pad(number)).decode()


@given(st.integers(1, (1 << 128) - 1), st.integers(2, srp.N - 2))
def test_what_a_client_sends_is_what_is_kept(salt: int, value: int) -> None:
    given_config = {"Salt": encoded(salt), "PasswordVerifier": encoded(value)}
    read = devices.read_verifier(given_config)
    assert read == DeviceVerifier(salt, value)
    assert DeviceVerifier.from_bytes(read.to_bytes()) == read


@pytest.mark.parametrize("value", [0, 1, srp.N - 1, srp.N, srp.N + 5])
def test_a_verifier_that_many_passwords_fit_is_refused(value: int) -> None:
    with pytest.raises(InvalidParameterException):
        devices.read_verifier({"Salt": encoded(5), "PasswordVerifier": encoded(value)})


@given(st.binary(min_size=32, max_size=32))
def test_group_keys_have_the_services_form(digest: bytes) -> None:
    assert re.fullmatch(r"-[0-9A-Za-z]{8}", devices.group_key(digest.hex()))


def test_the_vectors_group_key_has_that_form() -> None:
    assert re.fullmatch(r"-[0-9A-Za-z]{8}", VECTOR["scope"])


def test_tracking_is_what_the_pool_says() -> None:
    assert devices.tracking(pool()) is None
    with pytest.raises(InvalidUserPoolConfigurationException):
        devices.tracked(pool())
    on = devices.tracking(
        pool(
            DeviceConfiguration={
                "ChallengeRequiredOnNewDevice": True,
                "DeviceOnlyRememberedOnUserPrompt": False,
            }
        )
    )
    assert on == devices.Tracking(stands_in=True, on_prompt=False)
