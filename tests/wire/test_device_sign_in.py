"""Signing in from devices that a pool remembers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from account_world import PASSWORD, World, make_world
from device_world import (
    Device,
    confirmed,
    offered,
    password_sign_in,
    speaker,
    tracking_world,
    vouch,
    with_device,
)
from mfa_world import prefer, respond, set_mfa, totp, with_app
from refusals import refused
from server import Server
from sign_in_world import add_client, invite
from token_reading import unverified

WRONG = "Incorrect username or password."
INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
UNKNOWN = "Device does not exist."
SRP, VERIFIER = "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"
STRANGER = Device("us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab", "-v7w9UcY6", "c2VjcmV0")
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    """Devices are tracked, and stand in for a second factor."""
    made = tracking_world(server)
    set_mfa(made, "OPTIONAL", "TOTP")
    return made


def with_app_and_device(world: World, username: str) -> tuple[str, Device]:
    secret = with_app(world, username)
    device = confirmed(world, world.sign_in(username)["AuthenticationResult"])
    prefer(world, username, TOTP={"Enabled": True})
    return secret, device


def test_a_sign_in_without_a_device_is_offered_one(world: World) -> None:
    world.member("ines")
    tokens = world.sign_in("ines")["AuthenticationResult"]
    metadata = tokens["NewDeviceMetadata"]
    region, _, number = metadata["DeviceKey"].partition("_")
    assert (region, len(number)) == ("us-east-1", 36)
    assert metadata["DeviceGroupKey"][0] == "-"
    assert len(metadata["DeviceGroupKey"]) == 9
    assert unverified(tokens["AccessToken"])["device_key"] == metadata["DeviceKey"]
    assert "device_key" not in unverified(tokens["IdToken"])


def test_no_device_where_none_are_tracked(server: Server) -> None:
    world = make_world(server)
    world.member("ines")
    tokens = password_sign_in(world, "ines", **STRANGER.parameter)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    assert "device_key" not in unverified(tokens["AccessToken"])


def test_a_remembered_device_vouches_in_place_of_a_second_factor(world: World) -> None:
    _, device = with_app_and_device(world, "olaf")
    answer = password_sign_in(world, "olaf", **device.parameter)
    assert answer["ChallengeName"] == SRP
    tokens = vouch(world, "olaf", device, answer["Session"])["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    assert unverified(tokens["AccessToken"])["device_key"] == device.key
    assert password_sign_in(world, "olaf")["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_a_device_vouches_where_no_second_factor_is_due(world: World) -> None:
    device = with_device(world, "plain")
    answer = password_sign_in(world, "plain", **device.parameter)
    assert answer["ChallengeName"] == SRP
    assert "AuthenticationResult" in vouch(world, "plain", device, answer["Session"])


def test_a_device_vouches_after_the_second_factor_where_it_may_not_stand_in(
    server: Server,
) -> None:
    world = tracking_world(server, ChallengeRequiredOnNewDevice=False)
    set_mfa(world, "OPTIONAL", "TOTP")
    secret, device = with_app_and_device(world, "ines")
    answer = password_sign_in(world, "ines", **device.parameter)
    assert answer["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer = respond(
        world,
        "SOFTWARE_TOKEN_MFA",
        answer["Session"],
        "ines",
        SOFTWARE_TOKEN_MFA_CODE=totp(world, secret),
        DEVICE_KEY=device.key,
    )
    assert answer["ChallengeName"] == SRP
    tokens = vouch(world, "ines", device, answer["Session"])["AuthenticationResult"]
    assert unverified(tokens["AccessToken"])["device_key"] == device.key


def test_a_device_stands_in_for_a_factor_not_for_the_lack_of_one(server: Server) -> None:
    world = tracking_world(server)
    device = with_device(world, "ines")
    set_mfa(world, "ON", "TOTP")
    assert password_sign_in(world, "ines", **device.parameter)["ChallengeName"] == "MFA_SETUP"


def test_a_device_that_is_not_remembered_does_not_stand_in(world: World) -> None:
    secret, device = with_app_and_device(world, "forgetful")
    world.idp.admin_update_device_status(
        UserPoolId=world.pool_id,
        Username="forgetful",
        DeviceKey=device.key,
        DeviceRememberedStatus="not_remembered",
    )
    answer = password_sign_in(world, "forgetful", **device.parameter)
    assert answer["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    code = totp(world, secret)
    tokens = respond(
        world, "SOFTWARE_TOKEN_MFA", answer["Session"], "forgetful", SOFTWARE_TOKEN_MFA_CODE=code
    )["AuthenticationResult"]
    assert "NewDeviceMetadata" not in tokens
    assert unverified(tokens["AccessToken"])["device_key"] == device.key


def test_a_wrong_secret_vouches_for_nothing(world: World) -> None:
    device = with_device(world, "wrong")
    session = password_sign_in(world, "wrong", **device.parameter)["Session"]
    liar = Device(device.key, device.group_key, "b3RoZXI=")
    proof, session = offered(world, "wrong", liar, session)
    for _ in range(2):
        with refused("NotAuthorizedException", WRONG):
            respond(world, VERIFIER, session, "wrong", **proof)
    for broken in ({"PASSWORD_CLAIM_SIGNATURE": "?"}, {"PASSWORD_CLAIM_SECRET_BLOCK": "YWJj"}):
        with refused("NotAuthorizedException", WRONG):
            respond(world, VERIFIER, session, "wrong", **{**proof, **broken})
    with refused("InvalidParameterException", "SRP_A is not a valid public value."):
        respond(world, SRP, session, "wrong", DEVICE_KEY=device.key, SRP_A="0")


def test_a_proof_counts_once(world: World) -> None:
    device = with_device(world, "once")
    session = password_sign_in(world, "once", **device.parameter)["Session"]
    proof, second = offered(world, "once", device, session)
    with refused("NotAuthorizedException", USED):
        offered(world, "once", device, session)
    respond(world, VERIFIER, second, "once", **proof)
    for again in (second, None):
        with refused("NotAuthorizedException", USED):
            respond(world, VERIFIER, again, "once", **proof)


def test_a_key_the_user_has_not_confirmed_is_unknown(world: World) -> None:
    others = with_device(world, "hers")
    device = with_device(world, "his")
    for key in (others.key, STRANGER.key):
        with refused("ResourceNotFoundException", UNKNOWN):
            password_sign_in(world, "his", DEVICE_KEY=key)
    session = password_sign_in(world, "his", **device.parameter)["Session"]
    with refused("ResourceNotFoundException", UNKNOWN):
        respond(world, SRP, session, "his", DEVICE_KEY=others.key, SRP_A="2")


def test_a_forgotten_device_is_dropped_and_the_same_proof_sent_again(world: World) -> None:
    """What amazon-cognito-identity-js does when it reads that its device does not exist."""
    client = add_client(world, "USER_SRP_AUTH")
    device = with_device(world, "dropped")
    world.idp.admin_forget_device(
        UserPoolId=world.pool_id, Username="dropped", DeviceKey=device.key
    )
    speaking = speaker(world, client.id, "dropped", device)
    sent = speaking.get_auth_params()
    challenge = world.idp.initiate_auth(
        ClientId=client.id, AuthFlow="USER_SRP_AUTH", AuthParameters=sent
    )
    proof = speaking.process_challenge(challenge["ChallengeParameters"], sent)
    with refused("ResourceNotFoundException", UNKNOWN):
        world.idp.respond_to_auth_challenge(
            ClientId=client.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
        )
    del proof["DEVICE_KEY"]
    answer = world.idp.respond_to_auth_challenge(
        ClientId=client.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=proof
    )
    assert answer["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"] != device.key


def test_a_wrong_password_tells_nothing_about_devices(world: World) -> None:
    device = with_device(world, "secretive")
    for key in (device.key, STRANGER.key):
        with refused("NotAuthorizedException", WRONG):
            world.idp.initiate_auth(
                ClientId=world.client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={
                    "USERNAME": "secretive",
                    "PASSWORD": "Wr0ng!pass",
                    "DEVICE_KEY": key,
                },
            )


def test_what_happens_between_the_steps_counts(world: World) -> None:
    device = with_device(world, "between")
    place = {"UserPoolId": world.pool_id, "Username": "between"}
    proof, session = offered(
        world,
        "between",
        device,
        password_sign_in(world, "between", **device.parameter)["Session"],
    )
    world.idp.admin_disable_user(**place)
    with refused("NotAuthorizedException", "User is disabled."):
        respond(world, VERIFIER, session, "between", **proof)
    world.idp.admin_enable_user(**place)
    with_device(world, "bystander")
    with refused("NotAuthorizedException", INVALID):
        respond(world, VERIFIER, session, "bystander", **proof)
    other = add_client(world, "USER_PASSWORD_AUTH")
    with refused("NotAuthorizedException", WRONG):
        respond(world, VERIFIER, session, "between", other.id, **proof)
    world.idp.admin_forget_device(DeviceKey=device.key, **place)
    with refused("ResourceNotFoundException", UNKNOWN):
        respond(world, VERIFIER, session, "between", **proof)
    world.idp.admin_delete_user(**place)
    with refused("NotAuthorizedException", INVALID):
        respond(world, VERIFIER, session, "between", **proof)


def test_without_a_session_the_pending_challenge_is_found(world: World) -> None:
    device = with_device(world, "sessionless")
    with refused("NotAuthorizedException", INVALID):
        offered(world, "sessionless", device, None)
    with refused("NotAuthorizedException", INVALID):
        offered(world, "nobody-at-all", device, None)
    password_sign_in(world, "sessionless", **device.parameter)
    proof, _ = offered(world, "sessionless", device, None)
    answer = respond(world, VERIFIER, None, "sessionless", **proof)
    assert "AuthenticationResult" in answer
    with refused("NotAuthorizedException", INVALID):
        offered(world, "sessionless", device, None)


def test_a_pending_challenge_expires(start_server: Callable[..., Server]) -> None:
    world = tracking_world(start_server())
    device = with_device(world, "ines")
    session = password_sign_in(world, "ines", **device.parameter)["Session"]
    world.server.clock.advance(seconds=180)
    with refused("NotAuthorizedException", INVALID):
        offered(world, "ines", device, None)
    with refused("NotAuthorizedException", f"{INVALID[:-1]}, session is expired."):
        offered(world, "ines", device, session)


def test_a_refresh_token_is_good_on_its_device(world: World) -> None:
    device = with_device(world, "bound")
    session = password_sign_in(world, "bound", **device.parameter)["Session"]
    tokens = vouch(world, "bound", device, session)["AuthenticationResult"]
    token = {"REFRESH_TOKEN": tokens["RefreshToken"]}

    def refreshed(**more: str) -> dict[str, str]:
        answer: dict[str, str] = world.idp.initiate_auth(
            ClientId=world.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={**token, **more},
        )["AuthenticationResult"]
        return answer

    for wrong in ({}, {"DEVICE_KEY": STRANGER.key}):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            refreshed(**wrong)
    fresh = refreshed(DEVICE_KEY=device.key)
    assert unverified(fresh["AccessToken"])["device_key"] == device.key
    given = {"ClientId": world.client_id, "RefreshToken": tokens["RefreshToken"]}
    with refused("NotAuthorizedException", "Invalid Refresh Token."):
        world.idp.get_tokens_from_refresh_token(**given)
    answer = world.idp.get_tokens_from_refresh_token(DeviceKey=device.key, **given)
    assert "AccessToken" in answer["AuthenticationResult"]


def test_a_new_password_comes_before_the_device(world: World) -> None:
    device = with_device(world, "renewed")
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id, Username="renewed", Password="Tide-1-Baltrum", Permanent=False
    )
    answer = world.idp.initiate_auth(
        ClientId=world.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": "renewed",
            "PASSWORD": "Tide-1-Baltrum",
            "DEVICE_KEY": device.key,
        },
    )
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    answer = respond(
        world, "NEW_PASSWORD_REQUIRED", answer["Session"], "renewed", NEW_PASSWORD=PASSWORD
    )
    assert answer["ChallengeName"] == SRP
    assert "AuthenticationResult" in vouch(world, "renewed", device, answer["Session"])


def test_an_invited_user_is_offered_a_device_at_the_end(world: World) -> None:
    invite(world, "newcomer")
    session = world.sign_in("newcomer", "Tide-1-Baltrum")["Session"]
    answer = respond(world, "NEW_PASSWORD_REQUIRED", session, "newcomer", NEW_PASSWORD=PASSWORD)
    assert "NewDeviceMetadata" in answer["AuthenticationResult"]
