"""What threat protection remembers of users, and what they say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, make_world, refusal
from server import Server
from sign_in_world import add_client
from threat_world import AWAY, HOME, PHONE, arrive, events, guarded_world
from token_reading import unverified


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    """A server of one's own: its clock moves."""
    return guarded_world(start_server())


def later(world: World) -> None:
    world.server.clock.advance(seconds=1)


def test_a_sign_in_is_one_event_that_its_tokens_name(world: World) -> None:
    world.member("ann")
    tokens = arrive(world, "ann")["AuthenticationResult"]
    (event,) = events(world, "ann")
    assert event["EventId"] == unverified(tokens["AccessToken"])["event_id"]
    assert (event["EventType"], event["EventResponse"]) == ("SignIn", "Pass")
    assert event["EventRisk"] == {
        "RiskDecision": "NoRisk",
        "CompromisedCredentialsDetected": False,
    }
    assert event["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Success"}
    ]
    assert event["EventContextData"] == {"IpAddress": HOME, "DeviceName": PHONE}
    assert event["CreationDate"].timestamp() * 1000 == world.server.clock.now_ms()


def test_a_wrong_password_is_a_failure(world: World) -> None:
    world.member("ben")
    refusal(arrive, world=world, username="ben", password="Wrong-1-Wrong")
    later(world)
    refusal(world.sign_in, username="ben", password="Wrong-1-Wrong")
    first, second = events(world, "ben")
    assert (first["EventResponse"], second["EventResponse"]) == ("Fail", "Fail")
    assert first["EventContextData"]["IpAddress"] == "127.0.0.1"
    assert second["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Failure"}
    ]


def test_every_kind_newest_first_and_in_pages(world: World) -> None:
    idp, client_id = world.idp, world.client_id
    world.sign_up("cleo", email="cleo@mast.test")
    later(world)
    idp.resend_confirmation_code(ClientId=client_id, Username="cleo")
    world.confirm("cleo", world.code("cleo@mast.test"))
    later(world)
    token = world.token("cleo")
    later(world)
    idp.forgot_password(ClientId=client_id, Username="cleo")
    later(world)
    idp.confirm_forgot_password(
        ClientId=client_id,
        Username="cleo",
        ConfirmationCode=world.code("cleo@mast.test"),
        Password=OTHER_PASSWORD,
    )
    later(world)
    idp.change_password(
        AccessToken=token, PreviousPassword=OTHER_PASSWORD, ProposedPassword=PASSWORD
    )
    kinds = [event["EventType"] for event in events(world, "cleo")]
    assert kinds == [
        "PasswordChange",
        "PasswordChange",
        "ForgotPassword",
        "SignIn",
        "ResendCode",
        "SignUp",
    ]
    where = {"UserPoolId": world.pool_id, "Username": "cleo", "MaxResults": 4}
    first = idp.admin_list_user_auth_events(**where)
    second = idp.admin_list_user_auth_events(**where, NextToken=first["NextToken"])
    pages = [event["EventType"] for page in (first, second) for event in page["AuthEvents"]]
    assert pages == kinds
    assert "NextToken" not in second
    assert refusal(idp.admin_list_user_auth_events, **where, NextToken="x")[0] == (
        "InvalidParameterException"
    )


def test_a_new_password_goes_on_with_the_same_event(world: World) -> None:
    world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username="dan",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    asked = world.sign_in("dan")
    (event,) = events(world, "dan")
    assert event["EventResponse"] == "InProgress"
    answered = world.idp.respond_to_auth_challenge(
        ClientId=world.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "dan", "NEW_PASSWORD": OTHER_PASSWORD},
    )
    (after,) = events(world, "dan")
    assert (after["EventId"], after["EventResponse"]) == (event["EventId"], "Pass")
    claims = unverified(answered["AuthenticationResult"]["AccessToken"])
    assert claims["event_id"] == event["EventId"]


def test_an_app_with_a_secret_may_say_where_its_user_is(world: World) -> None:
    world.member("eve")
    trusted = add_client(
        world,
        "USER_PASSWORD_AUTH",
        GenerateSecret=True,
        EnablePropagateAdditionalUserContextData=True,
    )
    other = add_client(world, "USER_PASSWORD_AUTH", GenerateSecret=True)
    addresses = []
    for client in (trusted, other):
        later(world)
        parameters = {
            "USERNAME": "eve",
            "PASSWORD": PASSWORD,
            "SECRET_HASH": client.hash("eve"),
        }
        world.idp.initiate_auth(
            ClientId=client.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
            UserContextData={"IpAddress": AWAY},
        )
        addresses.append(events(world, "eve")[0]["EventContextData"]["IpAddress"])
    assert addresses == [AWAY, "127.0.0.1"]


def give(world: World, username: str, event_id: str, value: str) -> None:
    world.idp.admin_update_auth_event_feedback(
        UserPoolId=world.pool_id, Username=username, EventId=event_id, FeedbackValue=value
    )


def test_an_administrator_says_what_was_not_the_user(world: World) -> None:
    world.member("finn")
    arrive(world, "finn")
    later(world)
    arrive(world, "finn", AWAY)
    (away, _) = events(world, "finn")
    assert away["EventRisk"]["RiskLevel"] == "Low"
    give(world, "finn", away["EventId"], "Invalid")
    feedback = events(world, "finn")[0]["EventFeedback"]
    assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Invalid", "Admin")
    later(world)
    arrive(world, "finn", AWAY)
    assert events(world, "finn")[0]["EventRisk"]["RiskLevel"] == "Low"  # not a habit
    give(world, "finn", away["EventId"], "Valid")
    later(world)
    arrive(world, "finn", AWAY)
    assert events(world, "finn")[0]["EventRisk"]["RiskDecision"] == "NoRisk"


def test_what_there_is_not(world: World) -> None:
    world.member("gus")
    world.member("hal")
    arrive(world, "gus")
    event_id = events(world, "gus")[0]["EventId"]
    missing = "ResourceNotFoundException"
    for username, wanted in (("hal", event_id), ("gus", "0")):
        refused = refusal(give, world=world, username=username, event_id=wanted, value="Valid")
        assert refused[0] == missing
    assert refusal(
        world.idp.update_auth_event_feedback,
        UserPoolId=world.pool_id,
        Username="gus",
        EventId=event_id,
        FeedbackToken="0" * 64,
        FeedbackValue="Valid",
    ) == ("NotAuthorizedException", "Invalid feedback token.")
    assert refusal(events, world=world, username="nobody")[0] == "UserNotFoundException"


def test_a_pool_without_it_keeps_nothing(server: Server) -> None:
    world = make_world(server)
    world.member("ida")
    world.token("ida")
    not_enabled = "UserPoolAddOnNotEnabledException"
    assert refusal(events, world=world, username="ida")[0] == not_enabled
    where: dict[str, Any] = {"UserPoolId": world.pool_id}
    assert refusal(world.idp.describe_risk_configuration, **where)[0] == not_enabled
    assert refusal(world.idp.set_risk_configuration, **where)[0] == not_enabled
