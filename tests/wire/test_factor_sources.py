"""What the pre token generation function sees of second factors and devices."""

from __future__ import annotations

from typing import Any

import pytest

from account_world import World
from device_world import TRACKS, confirmed, vouch
from mfa_world import prefer, respond, set_mfa
from server import Server
from sign_in_world import TEMPORARY, invite, start
from trigger_world import PASSWORD, SHOWS_ITS_EVENT, Pool, claims, make_pool

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    made = make_pool(server, SHOWS_ITS_EVENT, DeviceConfiguration=TRACKS)
    set_mfa(made.world, "OPTIONAL", "EMAIL")
    return made


def seen(answer: dict[str, Any]) -> Any:
    return claims(answer["AuthenticationResult"]["AccessToken"])["seen"]


def answer_by_email(world: World, username: str, session: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = world.idp.respond_to_auth_challenge(
        ClientId=world.client_id,
        ChallengeName="EMAIL_OTP",
        Session=session,
        ChallengeResponses={
            "USERNAME": username,
            "EMAIL_OTP_CODE": world.code(f"{username}@mast.test"),
        },
        **more,
    )
    return answer


def test_a_device_that_vouched(pool: Pool) -> None:
    device = confirmed(pool.world, pool.sign_in())
    parameters = {"USERNAME": "ines", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key}
    session = start(pool.world, "USER_PASSWORD_AUTH", None, **parameters)["Session"]
    event = seen(vouch(pool.world, "ines", device, session))
    assert event["triggerSource"] == "TokenGeneration_AuthenticateDevice"


def test_a_second_factor_brings_the_metadata_of_its_answer(pool: Pool) -> None:
    world = pool.world
    world.member("olaf", email="olaf@mast.test")
    prefer(world, "olaf", EMAIL={"Enabled": True})
    session = world.sign_in("olaf")["Session"]
    event = seen(answer_by_email(world, "olaf", session, ClientMetadata={"terminal": "north"}))
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert event["request"]["clientMetadata"] == {"terminal": "north"}
    attributes = event["request"]["userAttributes"]
    assert attributes["email_verified"] == "true", "the code has proven the address by then"


def test_a_new_password_before_a_second_factor_is_no_source(pool: Pool) -> None:
    world = pool.world
    invite(world, "newcomer", email="newcomer@mast.test")
    prefer(world, "newcomer", EMAIL={"Enabled": True})
    answer = world.sign_in("newcomer", TEMPORARY)
    answer = respond(
        world, "NEW_PASSWORD_REQUIRED", answer["Session"], "newcomer", NEW_PASSWORD=PASSWORD
    )
    event = seen(answer_by_email(world, "newcomer", answer["Session"]))
    assert event["triggerSource"] == "TokenGeneration_Authentication"
