"""What a pool does about risk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, refusal
from server import Server
from threat_world import AWAY, FRIDGE, HOME, PHONE, arrive, events, guarded_world, takeover

BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")


@pytest.fixture
def world(start_server: Callable[..., Server]) -> World:
    return guarded_world(start_server())


def configure(world: World, client_id: str | None = None, **blocks: Any) -> dict[str, Any]:
    where = {"UserPoolId": world.pool_id, **({"ClientId": client_id} if client_id else {})}
    found: dict[str, Any] = world.idp.set_risk_configuration(**where, **blocks)["RiskConfiguration"]
    assert found == world.idp.describe_risk_configuration(**where)["RiskConfiguration"]
    return found


def later(world: World, seconds: int = 1) -> None:
    world.server.clock.advance(seconds=seconds)


def test_a_configuration_is_kept_completed_and_taken_back(world: World) -> None:
    found = configure(
        world,
        CompromisedCredentialsRiskConfiguration={"Actions": {"EventAction": "BLOCK"}},
        RiskExceptionConfiguration={"BlockedIPRangeList": ["192.0.2.0/24"]},
    )
    assert found["CompromisedCredentialsRiskConfiguration"]["EventFilter"] == [
        "SIGN_IN",
        "PASSWORD_CHANGE",
        "SIGN_UP",
    ]
    assert found["RiskExceptionConfiguration"] == {"BlockedIPRangeList": ["192.0.2.0/24"]}
    assert "LastModifiedDate" in found
    assert configure(world) == {"UserPoolId": world.pool_id}


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        (
            {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/33"]}},
            "Incorrect CIDR format",
        ),
        (
            {
                "AccountTakeoverRiskConfiguration": {
                    **takeover(),
                    "NotifyConfiguration": {
                        "SourceArn": "arn:aws:sns:us-east-1:123456789012:identity"
                    },
                }
            },
            "SourceArn must be the ARN of an SES identity.",
        ),
    ],
)
def test_what_a_configuration_may_not_say(
    world: World, blocks: dict[str, Any], message: str
) -> None:
    refused = refusal(configure, world=world, **blocks)
    assert refused == ("InvalidParameterException", message)


def test_ranges_that_are_blocked_and_skipped(world: World) -> None:
    world.member("ann")
    arrive(world, "ann")
    configure(
        world,
        AccountTakeoverRiskConfiguration=takeover(low="BLOCK", medium="BLOCK"),
        RiskExceptionConfiguration={
            "BlockedIPRangeList": ["203.0.113.0/24", "198.51.100.9"],
            "SkippedIPRangeList": ["198.51.100.8/29"],
        },
    )
    for address, refused in (
        ("203.0.113.5", True),
        ("198.51.100.9", True),
        ("198.51.100.8", False),
    ):
        later(world)
        if refused:
            assert refusal(arrive, world=world, username="ann", address=address) == BLOCKED
            assert events(world, "ann")[0]["EventRisk"]["RiskDecision"] == "Block"
        else:
            assert arrive(world, "ann", address, FRIDGE)["AuthenticationResult"]
            assert events(world, "ann")[0]["EventRisk"]["RiskDecision"] == "NoRisk"


def test_levels_have_actions(world: World) -> None:
    world.member("ben")
    arrive(world, "ben")
    configure(
        world,
        AccountTakeoverRiskConfiguration=takeover(low="MFA_IF_CONFIGURED", medium="MFA_REQUIRED"),
    )
    later(world)
    assert arrive(world, "ben", AWAY)["AuthenticationResult"]
    low = events(world, "ben")[0]
    assert low["EventRisk"]["RiskDecision"] == "AccountTakeover"
    assert low["EventRisk"]["RiskLevel"] == "Low"
    later(world, 3600)
    # No second factor is there to be shown.
    assert refusal(arrive, world=world, username="ben", address="203.0.113.9", device=FRIDGE) == (
        BLOCKED
    )
    blocked = events(world, "ben")[0]
    assert (blocked["EventResponse"], blocked["EventRisk"]["RiskLevel"]) == ("Fail", "Medium")


def test_a_wrong_password_is_never_told_as_risk(world: World) -> None:
    world.member("cleo")
    arrive(world, "cleo")
    configure(world, AccountTakeoverRiskConfiguration=takeover("BLOCK", "BLOCK", "BLOCK"))
    later(world)
    refused = refusal(arrive, world=world, username="cleo", address=AWAY, password="Wrong-1-Wrong")
    assert refused == ("NotAuthorizedException", "Incorrect username or password.")


def test_audit_looks_and_does_nothing(start_server: Callable[..., Server]) -> None:
    world = guarded_world(start_server(), "AUDIT")
    world.member("dan")
    arrive(world, "dan")
    configure(world, AccountTakeoverRiskConfiguration=takeover("BLOCK", "BLOCK", "BLOCK"))
    later(world)
    assert arrive(world, "dan", AWAY, FRIDGE)["AuthenticationResult"]
    assert events(world, "dan")[0]["EventRisk"]["RiskLevel"] == "Medium"


def test_an_app_client_overrides_the_pool(world: World) -> None:
    world.member("eve")
    arrive(world, "eve")
    configure(world, AccountTakeoverRiskConfiguration=takeover(low="BLOCK"))
    later(world)
    assert refusal(arrive, world=world, username="eve", address=AWAY) == BLOCKED
    configure(world, world.client_id, AccountTakeoverRiskConfiguration=takeover())
    later(world)
    assert arrive(world, "eve", AWAY)["AuthenticationResult"]


def test_a_user_is_told_and_answers(world: World) -> None:
    world.member("finn", email="finn@mast.test")
    arrive(world, "finn")
    configure(
        world,
        AccountTakeoverRiskConfiguration=takeover(
            low="BLOCK",
            notify=True,
            From="safety@harbour.test",
            BlockEmail={
                "Subject": "Stopped",
                "HtmlBody": "<p>{ip-address} {device-name}</p>",
                "TextBody": "{event-id} {feedback-token}",
            },
        ),
    )
    later(world)
    assert refusal(arrive, world=world, username="finn", address=AWAY, device=PHONE) == BLOCKED
    (told,) = world.mail("finn@mast.test")
    assert told["subject"] == "Stopped"
    assert told["body"] == f"<p>{AWAY} {PHONE}</p>"
    configure(
        world,
        AccountTakeoverRiskConfiguration=takeover(
            low="NO_ACTION",
            notify=True,
            NoActionEmail={"Subject": "Seen", "TextBody": "{event-id} {feedback-token}"},
        ),
    )
    later(world)
    arrive(world, "finn", AWAY)
    event_id, token = world.mail("finn@mast.test")[0]["body"].split()
    world.idp.update_auth_event_feedback(
        UserPoolId=world.pool_id,
        Username="finn",
        EventId=event_id,
        FeedbackToken=token,
        FeedbackValue="Invalid",
    )
    feedback = events(world, "finn")[0]["EventFeedback"]
    assert (feedback["FeedbackValue"], feedback["Provider"]) == ("Invalid", "User")


@pytest.fixture
def breached(tmp_path: Path) -> str:
    """A list with PASSWORD on it."""
    words = (PASSWORD, "123456", "password")
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in words)  # noqa: S324 - the list's own form
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{each}:7\n" for each in hashes), encoding="ascii")
    return str(path)


def test_a_stolen_password_must_be_reset(
    start_server: Callable[..., Server], breached: str
) -> None:
    world = guarded_world(start_server(breached_passwords=breached))
    world.member("gus", email="gus@mast.test", email_verified="true")
    assert world.token("gus")  # nothing is configured yet
    compromised = {"Actions": {"EventAction": "NO_ACTION"}}
    configure(world, CompromisedCredentialsRiskConfiguration=compromised)
    later(world)
    assert world.token("gus")
    assert events(world, "gus")[0]["EventRisk"]["CompromisedCredentialsDetected"] is True
    compromised = {"Actions": {"EventAction": "BLOCK"}}
    configure(world, CompromisedCredentialsRiskConfiguration=compromised)
    later(world)
    assert refusal(world.sign_in, username="gus")[0] == "PasswordResetRequiredException"
    assert world.get("gus")["UserStatus"] == "RESET_REQUIRED"
    found = events(world, "gus")[0]
    assert (found["EventResponse"], found["EventRisk"]["RiskDecision"]) == ("Fail", "Block")
    world.idp.forgot_password(ClientId=world.client_id, Username="gus")
    code = world.code("gus@mast.test")
    chosen = {"ClientId": world.client_id, "Username": "gus", "ConfirmationCode": code}
    refused = ("InvalidPasswordException", "Provided password cannot be used for security reasons.")
    assert refusal(world.idp.confirm_forgot_password, **chosen, Password=PASSWORD) == refused
    world.idp.confirm_forgot_password(**chosen, Password=OTHER_PASSWORD)
    token = world.token("gus", OTHER_PASSWORD)
    assert (
        refusal(
            world.idp.change_password,
            AccessToken=token,
            PreviousPassword=OTHER_PASSWORD,
            ProposedPassword=PASSWORD,
        )
        == refused
    )
    assert refusal(world.sign_up, username="hal", email="hal@mast.test") == refused


def test_only_the_occasions_that_were_chosen(
    start_server: Callable[..., Server], breached: str
) -> None:
    world = guarded_world(start_server(breached_passwords=breached))
    configure(
        world,
        CompromisedCredentialsRiskConfiguration={
            "EventFilter": ["SIGN_UP"],
            "Actions": {"EventAction": "BLOCK"},
        },
    )
    world.member("ida")
    assert world.token("ida")
    assert refusal(world.sign_up, username="jan")[0] == "InvalidPasswordException"


def test_a_list_that_is_gone_stops_nobody(start_server: Callable[..., Server]) -> None:
    world = guarded_world(start_server(breached_passwords="/nowhere/at/all"))
    compromised = {"Actions": {"EventAction": "BLOCK"}}
    configure(world, CompromisedCredentialsRiskConfiguration=compromised)
    world.member("kim")
    assert world.token("kim")


def test_home_is_where_one_was_before(world: World) -> None:
    world.member("lou")
    configure(world, AccountTakeoverRiskConfiguration=takeover("BLOCK", "BLOCK", "BLOCK"))
    for _ in range(3):
        later(world)
        assert arrive(world, "lou", HOME, PHONE)["AuthenticationResult"]
