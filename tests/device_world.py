"""Devices: their secrets made and proven by pycognito, which is not ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pycognito.aws_srp import AWSSRP, generate_hash_device

from account_world import PASSWORD, World, make_world
from mfa_world import respond
from server import Server
from sign_in_world import start

TRACKS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@dataclass(frozen=True)
class Device:
    """What a client keeps of a device."""

    key: str
    group_key: str
    password: str

    @property
    def parameter(self) -> dict[str, str]:
        return {"DEVICE_KEY": self.key}


def tracking_world(server: Server, **configuration: bool) -> World:
    """A pool that tracks devices."""
    return make_world(server, DeviceConfiguration={**TRACKS, **configuration})


def password_sign_in(world: World, username: str, **more: str) -> Any:
    """USER_PASSWORD_AUTH with more parameters, say a device's key."""
    given = {"USERNAME": username, "PASSWORD": PASSWORD, **more}
    return start(world, "USER_PASSWORD_AUTH", None, **given)


def confirmed(world: World, tokens: dict[str, Any], name: str = "the tablet") -> Device:
    """Confirm the device that a sign-in was given."""
    metadata = tokens["NewDeviceMetadata"]
    key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
    password, verifier = generate_hash_device(group_key, key)
    world.idp.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=key,
        DeviceName=name,
        DeviceSecretVerifierConfig=verifier,
    )
    return Device(key, group_key, password)


def with_device(world: World, username: str, name: str = "the tablet", **values: str) -> Device:
    """A member with a confirmed device."""
    world.member(username, **values)
    return confirmed(world, world.sign_in(username)["AuthenticationResult"], name)


def speaker(world: World, client_id: str, username: str, device: Device) -> AWSSRP:
    """pycognito with a device."""
    return AWSSRP(
        username,
        PASSWORD,
        world.pool_id,
        client_id,
        client=world.idp,
        device_key=device.key,
        device_group_key=device.group_key,
        device_password=device.password,
    )


def offered(
    world: World, username: str, device: Device, session: str | None
) -> tuple[dict[str, str], str]:
    """Answer DEVICE_SRP_AUTH: the proof that the device would give, and the new session."""
    speaking = speaker(world, world.client_id, username, device)
    challenge = respond(
        world,
        "DEVICE_SRP_AUTH",
        session,
        username,
        DEVICE_KEY=device.key,
        SRP_A=speaking.get_auth_params()["SRP_A"],
    )
    assert challenge["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    proof = speaking.process_device_challenge(challenge["ChallengeParameters"])
    return {name: value for name, value in proof.items() if name != "USERNAME"}, challenge[
        "Session"
    ]


def vouch(world: World, username: str, device: Device, session: str | None) -> Any:
    """Both answers of a device, with their sessions: the tokens, or what comes next."""
    proof, session = offered(world, username, device, session)
    return respond(world, "DEVICE_PASSWORD_VERIFIER", session, username, **proof)
