"""Confirming, seeing, remembering and forgetting devices."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from pycognito.aws_srp import generate_hash_device
from sqlalchemy import select

from account_world import World, make_world
from device_world import (
    Device,
    confirmed,
    password_sign_in,
    tracking_world,
    vouch,
    with_device,
)
from poolhouse.store.schema import devices
from refusals import refused
from server import START_MS, Server

UNKNOWN = "Device does not exist."
STRANGER = "us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return tracking_world(server)


def shown(device: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in device["DeviceAttributes"]}


def on_device(world: World, username: str) -> tuple[str, Device]:
    """A member's access token, and the device it was confirmed with."""
    world.member(username)
    tokens = world.sign_in(username)["AuthenticationResult"]
    return tokens["AccessToken"], confirmed(world, tokens)


def test_a_device_shows_itself_to_its_user_and_to_administrators(world: World) -> None:
    token, device = on_device(world, "ines")
    found = world.idp.get_device(AccessToken=token, DeviceKey=device.key)["Device"]
    assert found["DeviceKey"] == device.key
    owner = f"ines.{world.pool_id}"
    arn = f"arn:aws:cognito-idp:us-east-1:123456789012:owner/{owner}/device/{device.key}"
    assert shown(found) == {
        "device_status": "valid",
        "device_name": "the tablet",
        "dev:device_arn": arn,
        "dev:device_owner": owner,
        "last_ip_used": "127.0.0.1",
        "dev:device_remembered_status": "remembered",
        "dev:device_sdk": "aws-sdk",
    }
    assert found["DeviceCreateDate"].timestamp() == START_MS / 1000
    place = {"UserPoolId": world.pool_id, "Username": "ines"}
    assert world.idp.admin_get_device(DeviceKey=device.key, **place)["Device"] == found
    assert world.idp.list_devices(AccessToken=token)["Devices"] == [found]
    assert world.idp.admin_list_devices(**place)["Devices"] == [found]


def test_users_say_whether_to_remember_where_they_are_asked(server: Server) -> None:
    world = tracking_world(server, DeviceOnlyRememberedOnUserPrompt=True)
    world.member("ines")
    tokens = world.sign_in("ines")["AuthenticationResult"]
    metadata, token = tokens["NewDeviceMetadata"], tokens["AccessToken"]
    _, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    key = metadata["DeviceKey"]
    answer = world.idp.confirm_device(
        AccessToken=token, DeviceKey=key, DeviceSecretVerifierConfig=verifier
    )
    assert answer["UserConfirmationNecessary"] is True
    found = world.idp.get_device(AccessToken=token, DeviceKey=key)["Device"]
    assert shown(found)["dev:device_remembered_status"] == "not_remembered"
    assert "AuthenticationResult" in password_sign_in(world, "ines", DEVICE_KEY=key)
    world.idp.update_device_status(
        AccessToken=token, DeviceKey=key, DeviceRememberedStatus="remembered"
    )
    assert password_sign_in(world, "ines", DEVICE_KEY=key)["ChallengeName"] == "DEVICE_SRP_AUTH"
    world.idp.admin_update_device_status(
        UserPoolId=world.pool_id,
        Username="ines",
        DeviceKey=key,
        DeviceRememberedStatus="not_remembered",
    )
    assert "AuthenticationResult" in password_sign_in(world, "ines", DEVICE_KEY=key)


def test_devices_are_remembered_at_once_where_nobody_is_asked(world: World) -> None:
    world.member("unasked")
    tokens = world.sign_in("unasked")["AuthenticationResult"]
    metadata = tokens["NewDeviceMetadata"]
    _, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    answer = world.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=metadata["DeviceKey"],
        DeviceSecretVerifierConfig=verifier,
    )
    assert answer["UserConfirmationNecessary"] is False


def test_only_the_key_of_the_sign_in_is_confirmed_and_only_once(world: World) -> None:
    world.member("honest")
    tokens = world.sign_in("honest")["AuthenticationResult"]
    others = world.sign_in("honest")["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]
    for key in (others, STRANGER):
        _, verifier = generate_hash_device("-v7w9UcY6", key)
        with refused("InvalidParameterException", "Invalid device key given."):
            world.idp.confirm_device(
                AccessToken=tokens["AccessToken"],
                DeviceKey=key,
                DeviceSecretVerifierConfig=verifier,
            )
    confirmed(world, tokens)
    with refused("DeviceKeyExistsException"):
        confirmed(world, tokens)


@pytest.mark.parametrize(
    "verifier",
    [
        None,
        {},
        {"Salt": "AQ==", "PasswordVerifier": "AQ=="},
        {"Salt": "AA==", "PasswordVerifier": "Ag=="},
        {"Salt": "AQ==", "PasswordVerifier": "?"},
        {"Salt": "AQ==", "PasswordVerifier": "A" * 1024},
        {"Salt": "A" * 1024, "PasswordVerifier": "Ag=="},
    ],
)
def test_a_verifier_that_proves_nothing_is_refused(
    world: World, verifier: dict[str, str] | None, request: pytest.FixtureRequest
) -> None:
    username = f"v{abs(hash(request.node.name))}"
    world.member(username)
    tokens = world.sign_in(username)["AuthenticationResult"]
    given = {} if verifier is None else {"DeviceSecretVerifierConfig": verifier}
    with refused("InvalidParameterException", "Invalid device secret verifier given."):
        world.idp.confirm_device(
            AccessToken=tokens["AccessToken"],
            DeviceKey=tokens["NewDeviceMetadata"]["DeviceKey"],
            **given,
        )


def test_verifiers_are_stored_sealed(world: World) -> None:
    world.member("sealed")
    tokens = world.sign_in("sealed")["AuthenticationResult"]
    metadata = tokens["NewDeviceMetadata"]
    _, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    world.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=metadata["DeviceKey"],
        DeviceSecretVerifierConfig=verifier,
    )
    rows = world.server.rows(select(devices.c.sealed_verifier))

    plain = base64.b64decode(verifier["PasswordVerifier"])[-64:]
    assert rows
    assert all(plain not in row[0] for row in rows)


def test_a_forgotten_device_is_gone(world: World) -> None:
    token, device = on_device(world, "forgets")
    world.idp.forget_device(AccessToken=token, DeviceKey=device.key)
    assert world.idp.list_devices(AccessToken=token)["Devices"] == []
    place = {"UserPoolId": world.pool_id, "Username": "forgets", "DeviceKey": device.key}
    for call, given in (
        (world.idp.get_device, {"AccessToken": token, "DeviceKey": device.key}),
        (world.idp.forget_device, {"AccessToken": token, "DeviceKey": device.key}),
        (world.idp.update_device_status, {"AccessToken": token, "DeviceKey": device.key}),
        (world.idp.admin_get_device, place),
        (world.idp.admin_forget_device, place),
        (world.idp.admin_update_device_status, place),
    ):
        with refused("ResourceNotFoundException", UNKNOWN):
            call(**given)


def test_another_users_device_is_nobodys(world: World) -> None:
    _, hers = on_device(world, "she")
    token, _ = on_device(world, "he")
    with refused("ResourceNotFoundException", UNKNOWN):
        world.idp.get_device(AccessToken=token, DeviceKey=hers.key)
    with refused("ResourceNotFoundException", UNKNOWN):
        world.idp.forget_device(AccessToken=token, DeviceKey=hers.key)


def test_many_devices_come_in_pages(world: World) -> None:
    token, first = on_device(world, "many")
    keys = {first.key} | {
        confirmed(world, world.sign_in("many")["AuthenticationResult"]).key for _ in range(4)
    }
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = world.idp.list_devices(AccessToken=token, Limit=2, **more)
        found += [device["DeviceKey"] for device in page["Devices"]]
        assert len(page["Devices"]) <= 2
        if "PaginationToken" not in page:
            break
        more = {"PaginationToken": page["PaginationToken"]}
    assert len(found) == 5
    assert set(found) == keys
    with refused("InvalidParameterException", "Invalid pagination token."):
        world.idp.list_devices(AccessToken=token, PaginationToken="x")


def test_a_pool_that_tracks_nothing_has_no_devices(server: Server) -> None:
    world = make_world(server)
    world.member("ines")
    token = world.token("ines")
    place = {"UserPoolId": world.pool_id, "Username": "ines"}
    for call, given in (
        (world.idp.confirm_device, {"AccessToken": token, "DeviceKey": STRANGER}),
        (world.idp.get_device, {"AccessToken": token, "DeviceKey": STRANGER}),
        (world.idp.list_devices, {"AccessToken": token}),
        (world.idp.forget_device, {"AccessToken": token, "DeviceKey": STRANGER}),
        (world.idp.update_device_status, {"AccessToken": token, "DeviceKey": STRANGER}),
        (world.idp.admin_get_device, {"DeviceKey": STRANGER, **place}),
        (world.idp.admin_list_devices, place),
        (world.idp.admin_forget_device, {"DeviceKey": STRANGER, **place}),
        (world.idp.admin_update_device_status, {"DeviceKey": STRANGER, **place}),
    ):
        with refused("InvalidUserPoolConfigurationException"):
            call(**given)


def test_a_token_is_needed_and_a_user(world: World) -> None:
    for call in (world.idp.get_device, world.idp.forget_device):
        with refused("InvalidParameterException"):
            call(DeviceKey=STRANGER)
    place = {"UserPoolId": world.pool_id, "Username": "nobody"}
    with refused("ResourceNotFoundException", "User does not exist."):
        world.idp.admin_list_devices(**place)
    with refused("ResourceNotFoundException", "User does not exist."):
        world.idp.admin_get_device(DeviceKey=STRANGER, **place)
    with refused("UserNotFoundException", "User does not exist."):
        world.idp.admin_forget_device(DeviceKey=STRANGER, **place)


def test_a_device_knows_when_and_where_it_was_used(start_server: Callable[..., Server]) -> None:
    world = tracking_world(start_server())
    device = with_device(world, "ines")
    world.server.clock.advance(seconds=60)
    session = password_sign_in(world, "ines", DEVICE_KEY=device.key)["Session"]
    vouch(world, "ines", device, session)
    place = {"UserPoolId": world.pool_id, "Username": "ines"}
    (found,) = world.idp.admin_list_devices(**place)["Devices"]
    assert found["DeviceLastAuthenticatedDate"].timestamp() == START_MS / 1000 + 60
    assert found["DeviceLastModifiedDate"].timestamp() == START_MS / 1000


def test_nothing_of_a_deleted_users_devices_is_left(world: World) -> None:
    device = with_device(world, "gone")
    world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="gone")
    world.member("gone")
    with refused("ResourceNotFoundException", UNKNOWN):
        password_sign_in(world, "gone", DEVICE_KEY=device.key)
