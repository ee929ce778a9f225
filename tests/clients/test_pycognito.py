"""pycognito, unmodified: an authenticator app, SMS, and a device from its first sign-in on."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import requests
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SMSMFAChallengeException, SoftwareTokenMFAChallengeException

from account_world import PASSWORD, World
from device_world import tracking_world
from mfa_world import PHONE, mfa_world, set_mfa
from server import Server
from sign_in_world import Client, add_client
from token_reading import unverified

# pycognito asks for the time in a way that Python 3.12 discourages.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")

_numbers = itertools.count()


@pytest.fixture
def led_here(server_of_today: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of its calls go to a host name it makes up from the pool's region: that host is here."""
    plain_post = requests.post

    def post(url: str, **given: Any) -> requests.Response:
        assert urlsplit(url).netloc == "cognito-idp.us-east-1.amazonaws.com"
        return plain_post(f"{server_of_today.url}/", **given)

    monkeypatch.setattr(requests, "post", post)


def person(world: World, app: Client, username: str) -> Cognito:
    """The library's user, speaking to this server."""
    return Cognito(
        world.pool_id,
        app.id,
        username=username,
        user_pool_region="us-east-1",
        boto3_client_kwargs={"endpoint_url": world.server.url},
    )


def code(world: World, secret: str, step: int = 0) -> str:
    return pyotp.TOTP(secret).at(world.server.clock.now_ms() // 1000 + 30 * step)


def test_an_authenticator_app(server_of_today: Server) -> None:
    world = mfa_world(server_of_today, "OPTIONAL", "TOTP")
    app = add_client(world, "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH")
    world.member("ines")
    ines = person(world, app, "ines")
    ines.authenticate(password=PASSWORD)
    secret = ines.associate_software_token()
    assert ines.verify_software_token(code(world, secret, -1), "the phone")
    ines.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
    assert world.get("ines")["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"

    again = person(world, app, "ines")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(password=PASSWORD)
    again.respond_to_software_token_mfa_challenge(code(world, secret))
    assert world.idp.get_user(AccessToken=again.access_token)["Username"] == "ines"
    again.set_user_mfa_preference(sms_mfa=False, software_token_mfa=False)
    person(world, app, "ines").authenticate(password=PASSWORD)


def test_a_code_by_sms(server_of_today: Server) -> None:
    world = mfa_world(server_of_today, "ON", "SMS")
    app = add_client(world, "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH")
    world.member("ines", phone_number=PHONE)
    ines = person(world, app, "ines")
    with pytest.raises(SMSMFAChallengeException):
        ines.authenticate(password=PASSWORD)
    ines.respond_to_sms_mfa_challenge(world.code(PHONE))
    assert world.idp.get_user(AccessToken=ines.access_token)["Username"] == "ines"


@pytest.mark.usefixtures("led_here")
def test_a_device_from_first_sign_in_to_forgetting(server_of_today: Server) -> None:
    world = tracking_world(server_of_today)
    set_mfa(world, "OPTIONAL", "TOTP")
    app = add_client(world, "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH")
    world.member("ines")

    def speaker(**device: str) -> AWSSRP:
        return AWSSRP(
            "ines",
            PASSWORD,
            world.pool_id,
            app.id,
            client=world.idp,
            **device,
        )

    first = speaker()
    tokens = first.authenticate_user()
    answer, device_password = first.confirm_device(tokens, device_name="the tablet")
    assert answer.json() == {"UserConfirmationNecessary": False}
    metadata = tokens["AuthenticationResult"]["NewDeviceMetadata"]
    device = {
        "device_key": metadata["DeviceKey"],
        "device_group_key": metadata["DeviceGroupKey"],
        "device_password": device_password,
    }
    result = speaker(**device).authenticate_user()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result
    assert unverified(result["AccessToken"])["device_key"] == metadata["DeviceKey"]

    first.update_device_status(False, result["AccessToken"], metadata["DeviceKey"])
    place = {"UserPoolId": world.pool_id, "Username": "ines"}
    (shown,) = world.idp.admin_list_devices(**place)["Devices"]
    status = {each["Name"]: each["Value"] for each in shown["DeviceAttributes"]}
    assert status["dev:device_remembered_status"] == "not_remembered"
    first.forget_device(result["AccessToken"], metadata["DeviceKey"])
    assert world.idp.admin_list_devices(**place)["Devices"] == []
    with pytest.raises(world.idp.exceptions.ResourceNotFoundException):
        speaker(**device).authenticate_user()
