"""USER_AUTH: what is offered, each way in, and what keeps strangers out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP

from account_world import PASSWORD, World, make_world, refusal
from choice_world import add_passkey, choose, make_choice_world, respond
from mfa_world import prefer, set_mfa
from refusals import refused
from server import Server
from sign_in_world import add_client, admin_start, invite
from token_reading import unverified

WRONG = "Incorrect username or password."
MISMATCH = "Invalid code or auth state for the user."
SPENT = "Invalid session for the user, session can only be used once."
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_choice_world(server)
    made.member("ines", email="ines@harbour.test", phone_number="+4915112345678")
    made.member("solo")
    return made


@pytest.fixture(scope="module")
def hiding(server: Server) -> World:
    made = make_choice_world(
        server,
        factors=["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
        client={"PreventUserExistenceErrors": "ENABLED"},
    )
    made.member("ines", email="ines@harbour.test", phone_number="+4915112345678")
    return made


def tokens(answer: Any) -> Any:
    return answer["AuthenticationResult"]


class TestOffers:
    def test_a_user_is_offered_what_pool_and_user_have(self, world: World) -> None:
        answer = choose(world, "ines")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert answer["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]
        assert choose(world, "solo")["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]

    def test_a_passkey_is_offered_once_it_is_registered(self, world: World) -> None:
        world.member("key-holder")
        assert "WEB_AUTHN" not in choose(world, "key-holder")["AvailableChallenges"]
        add_passkey(world, "key-holder")
        offered = choose(world, "key-holder")
        assert offered["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]

    def test_a_temporary_password_comes_first(self, world: World) -> None:
        invite(world, "guest", email="guest@harbour.test")
        assert choose(world, "guest")["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        answer = choose(world, "guest", PREFERRED_CHALLENGE="EMAIL_OTP")
        assert answer["ChallengeName"] == "SELECT_CHALLENGE"
        assert world.mail("guest@harbour.test") == []

    def test_what_the_pool_does_not_allow_is_not_offered(self, server: Server) -> None:
        world = make_choice_world(server, factors=["PASSWORD", "SMS_OTP"])
        world.member("ines", email="a@harbour.test", phone_number="+4915112345678")
        assert choose(world, "ines")["AvailableChallenges"] == [
            "PASSWORD_SRP",
            "PASSWORD",
            "SMS_OTP",
        ]

    def test_required_mfa_leaves_no_single_factor(self, server: Server) -> None:
        world = make_choice_world(server, factors=["PASSWORD", "WEB_AUTHN"])
        world.member("ines", email="a@harbour.test")
        add_passkey(world, "ines")
        settings = {"UserPoolId": world.pool_id, "MfaConfiguration": "ON"}
        factors = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
        world.idp.set_user_pool_mfa_config(**settings, **factors)
        assert choose(world, "ines")["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]

    def test_one_mailbox_does_not_pass_two_factors(self, server: Server) -> None:
        world = make_choice_world(server, factors=["PASSWORD", "EMAIL_OTP", "SMS_OTP"])
        world.member("ines", email="ines@harbour.test", phone_number="+4915112345678")
        set_mfa(world, "OPTIONAL", "EMAIL", "SMS")
        prefer(world, "ines", EMAIL={"Enabled": True})
        offered = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        assert offered["ChallengeName"] == "SELECT_CHALLENGE"
        assert offered["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "SMS_OTP"]
        prefer(world, "ines", EMAIL={"Enabled": False})
        assert "EMAIL_OTP" in choose(world, "ines")["AvailableChallenges"]

    def test_the_flow_must_be_enabled_and_the_plan_must_have_it(self, server: Server) -> None:
        world = make_world(server)
        world.member("ines")
        with refused("InvalidParameterException", "USER_AUTH flow not enabled for this client"):
            choose(world, "ines")
        lite = make_world(server, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            add_client(lite, "USER_AUTH")

    def test_a_plan_that_went_down_ends_the_flow(self, server: Server) -> None:
        world = make_choice_world(server, factors=["PASSWORD"])
        world.member("ines")
        world.idp.update_user_pool(UserPoolId=world.pool_id, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            choose(world, "ines")


class TestPasswords:
    def test_preferred_and_sent_along_is_enough(self, world: World) -> None:
        answer = choose(world, "ines", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert unverified(tokens(answer)["AccessToken"])["username"] == "ines"

    def test_asked_for_and_answered(self, world: World) -> None:
        asked = choose(world, "ines", PREFERRED_CHALLENGE="PASSWORD")
        assert asked["ChallengeName"] == "PASSWORD"
        with refused("NotAuthorizedException", WRONG):
            respond(world, asked, "ines", PASSWORD="not-the-Passw0rd")
        assert tokens(respond(world, asked, "ines", PASSWORD=PASSWORD))["IdToken"]
        with refused("NotAuthorizedException", SPENT):
            respond(world, asked, "ines", PASSWORD=PASSWORD)

    def test_selected_in_one_step_or_two(self, world: World) -> None:
        asked = choose(world, "ines")
        assert tokens(respond(world, asked, "ines", ANSWER="PASSWORD", PASSWORD=PASSWORD))
        asked = respond(world, choose(world, "ines"), "ines", ANSWER="PASSWORD")
        assert asked["ChallengeName"] == "PASSWORD"
        assert tokens(respond(world, asked, "ines", PASSWORD=PASSWORD))

    def test_a_session_is_good_for_its_own_user_only(self, world: World) -> None:
        asked = choose(world, "ines", PREFERRED_CHALLENGE="PASSWORD")
        with refused("NotAuthorizedException", "Invalid session for the user."):
            respond(world, asked, "solo", PASSWORD=PASSWORD)

    def test_what_was_not_offered_cannot_be_selected(self, world: World) -> None:
        with refused("InvalidParameterException"):
            respond(world, choose(world, "solo"), "solo", ANSWER="EMAIL_OTP")

    @pytest.mark.parametrize("step", ["InitiateAuth", "SELECT_CHALLENGE", "PASSWORD_SRP"])
    def test_by_srp(self, world: World, step: str) -> None:
        speaker = AWSSRP("ines", PASSWORD, world.pool_id, world.client_id, client=world.idp)
        sent = speaker.get_auth_params()["SRP_A"]
        if step == "InitiateAuth":
            asked = choose(world, "ines", PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=sent)
        elif step == "SELECT_CHALLENGE":
            offered = choose(world, "ines")
            asked = respond(world, offered, "ines", ANSWER="PASSWORD_SRP", SRP_A=sent)
        else:
            offered = choose(world, "ines", PREFERRED_CHALLENGE="PASSWORD_SRP")
            assert offered["ChallengeName"] == "PASSWORD_SRP"
            asked = respond(world, offered, "ines", SRP_A=sent)
        assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
        answers = speaker.process_challenge(asked["ChallengeParameters"], {"USERNAME": "ines"})
        done = world.idp.respond_to_auth_challenge(
            ClientId=world.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answers
        )
        assert tokens(done)["AccessToken"]

    def test_by_an_administrator(self, world: World) -> None:
        asked = admin_start(world, "USER_AUTH", USERNAME="ines")
        assert "EMAIL_OTP" in asked["AvailableChallenges"]
        done = world.idp.admin_respond_to_auth_challenge(
            UserPoolId=world.pool_id,
            ClientId=world.client_id,
            ChallengeName="SELECT_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "ines", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        )
        assert tokens(done)["AccessToken"]


class TestOneTimeCodes:
    @pytest.mark.parametrize(
        ("challenge", "address", "medium", "shown", "mark"),
        [
            ("EMAIL_OTP", "ines@harbour.test", "EMAIL", "i***@h***", "email_verified"),
            ("SMS_OTP", "+4915112345678", "SMS", "+*********5678", "phone_number_verified"),
        ],
    )
    def test_a_code_signs_in_and_verifies_its_address(
        self, server: Server, challenge: str, address: str, medium: str, shown: str, mark: str
    ) -> None:
        world = make_choice_world(server)
        world.member("ines", email="ines@harbour.test", phone_number="+4915112345678")
        assert world.profile("ines").get(mark) != "true"
        asked = choose(world, "ines", PREFERRED_CHALLENGE=challenge)
        assert asked["ChallengeName"] == challenge
        assert asked["ChallengeParameters"] == {
            "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
            "CODE_DELIVERY_DESTINATION": shown,
        }
        code = world.code(address)
        assert len(code) == 8
        assert code.isdigit()
        done = respond(world, asked, "ines", **{f"{challenge}_CODE": code})
        assert unverified(tokens(done)["AccessToken"])["username"] == "ines"
        assert world.profile("ines")[mark] == "true"
        with refused("NotAuthorizedException", SPENT):
            respond(world, asked, "ines", **{f"{challenge}_CODE": code})

    def test_wrong_codes_leave_the_session_alive_but_not_for_ever(self, world: World) -> None:
        asked = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        code = world.code("ines@harbour.test")
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        for _ in range(6):
            with refused("CodeMismatchException", MISMATCH):
                respond(world, asked, "ines", EMAIL_OTP_CODE=wrong)
        assert tokens(respond(world, asked, "ines", EMAIL_OTP_CODE=code))
        asked = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        code = world.code("ines@harbour.test")
        wrong = f"{(int(code) + 1) % 10**8:08d}"
        for _ in range(10):
            with refused("CodeMismatchException", MISMATCH):
                respond(world, asked, "ines", EMAIL_OTP_CODE=wrong)
        with refused("NotAuthorizedException", SPENT):
            respond(world, asked, "ines", EMAIL_OTP_CODE=wrong)
        with refused("NotAuthorizedException", SPENT):
            respond(world, asked, "ines", EMAIL_OTP_CODE=code)

    def test_codes_are_good_for_their_own_session(self, world: World) -> None:
        first = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        code = world.code("ines@harbour.test")
        second = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        with refused("CodeMismatchException", MISMATCH):
            respond(world, second, "ines", EMAIL_OTP_CODE=code)
        assert tokens(respond(world, first, "ines", EMAIL_OTP_CODE=code))

    def test_a_code_is_late_when_its_session_is(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_choice_world(server)
        world.member("ines", email="ines@harbour.test")
        asked = choose(world, "ines", PREFERRED_CHALLENGE="EMAIL_OTP")
        server.clock.advance(seconds=180)
        with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
            respond(world, asked, "ines", EMAIL_OTP_CODE=world.code("ines@harbour.test"))

    def test_codes_are_not_sent_without_end(self, server: Server) -> None:
        world = make_choice_world(server, client={"PreventUserExistenceErrors": "ENABLED"})
        world.member("ines", email="ines@harbour.test")
        for name in ("ines", "nobody@harbour.test"):
            for _ in range(30):
                choose(world, name, PREFERRED_CHALLENGE="EMAIL_OTP")
            with refused("TooManyRequestsException"):
                choose(world, name, PREFERRED_CHALLENGE="EMAIL_OTP")
        assert len(world.mail("ines@harbour.test")) == 30

    def test_a_user_who_was_disabled_meanwhile_is_refused(self, world: World) -> None:
        world.member("gone", email="gone@harbour.test")
        asked = choose(world, "gone", PREFERRED_CHALLENGE="EMAIL_OTP")
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="gone")
        with refused("NotAuthorizedException", "User is disabled."):
            respond(world, asked, "gone", EMAIL_OTP_CODE=world.code("gone@harbour.test"))

    def test_a_changed_address_makes_the_code_worthless(self, world: World) -> None:
        world.member("mover", email="old@harbour.test")
        asked = choose(world, "mover", PREFERRED_CHALLENGE="EMAIL_OTP")
        world.idp.admin_update_user_attributes(
            UserPoolId=world.pool_id,
            Username="mover",
            UserAttributes=[{"Name": "email", "Value": "new@harbour.test"}],
        )
        with refused("NotAuthorizedException", "Invalid session for the user."):
            respond(world, asked, "mover", EMAIL_OTP_CODE=world.code("old@harbour.test"))
        assert world.profile("mover").get("email_verified") != "true"


class TestUsersWithoutPassword:
    def test_signed_up_confirmed_and_signed_in_by_one_code(self, world: World) -> None:
        signed_up = world.idp.sign_up(
            ClientId=world.client_id,
            Username="wanda",
            UserAttributes=[{"Name": "email", "Value": "wanda@harbour.test"}],
        )
        confirmed = world.idp.confirm_sign_up(
            ClientId=world.client_id,
            Username="wanda",
            ConfirmationCode=world.code("wanda@harbour.test"),
            Session=signed_up["Session"],
        )
        parameters = {"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "wanda"}}
        done = world.idp.initiate_auth(
            ClientId=world.client_id, Session=confirmed["Session"], **parameters
        )
        assert unverified(tokens(done)["AccessToken"])["username"] == "wanda"
        with refused("NotAuthorizedException", SPENT):
            world.idp.initiate_auth(
                ClientId=world.client_id, Session=confirmed["Session"], **parameters
            )
        assert choose(world, "wanda")["AvailableChallenges"] == ["EMAIL_OTP"]

    def test_the_session_of_another_user_is_worthless(self, world: World) -> None:
        signed_up = world.sign_up("walter", email="walter@harbour.test")
        confirmed = world.idp.confirm_sign_up(
            ClientId=world.client_id,
            Username="walter",
            ConfirmationCode=world.code("walter@harbour.test"),
            Session=signed_up["Session"],
        )
        with refused("NotAuthorizedException", "Invalid session for the user."):
            world.idp.initiate_auth(
                ClientId=world.client_id,
                AuthFlow="USER_AUTH",
                Session=confirmed["Session"],
                AuthParameters={"USERNAME": "ines"},
            )

    def test_a_sign_up_session_alone_signs_nobody_in(self, world: World) -> None:
        signed_up = world.sign_up("wilma", email="wilma@harbour.test")
        with refused("NotAuthorizedException", "Invalid session for the user."):
            world.idp.initiate_auth(
                ClientId=world.client_id,
                AuthFlow="USER_AUTH",
                Session=signed_up["Session"],
                AuthParameters={"USERNAME": "wilma"},
            )

    def test_made_by_an_administrator(self, world: World) -> None:
        world.idp.admin_create_user(
            UserPoolId=world.pool_id,
            Username="willi",
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": "willi@harbour.test"}],
        )
        asked = choose(world, "willi")
        assert asked["AvailableChallenges"] == ["EMAIL_OTP"]
        asked = respond(world, asked, "willi", ANSWER="EMAIL_OTP")
        done = respond(world, asked, "willi", EMAIL_OTP_CODE=world.code("willi@harbour.test"))
        assert tokens(done)["RefreshToken"]

    def test_unconfirmed_without_a_password_is_told_so(self, world: World) -> None:
        world.idp.sign_up(
            ClientId=world.client_id,
            Username="wolf",
            UserAttributes=[{"Name": "email", "Value": "wolf@harbour.test"}],
        )
        asked = choose(world, "wolf", PREFERRED_CHALLENGE="EMAIL_OTP")
        assert asked["ChallengeName"] == "SELECT_CHALLENGE"
        assert refusal(
            world.idp.respond_to_auth_challenge,
            ClientId=world.client_id,
            ChallengeName="SELECT_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "wolf", "ANSWER": "PASSWORD", "PASSWORD": "x"},
        ) == ("NotAuthorizedException", WRONG)


class TestUnknownUsers:
    def test_are_named_where_the_client_wants_that(self, world: World) -> None:
        with refused("UserNotFoundException", "User does not exist."):
            choose(world, "nobody")

    def test_are_offered_the_same(self, hiding: World) -> None:
        known, unknown = choose(hiding, "ines"), choose(hiding, "nobody")
        for answer in (known, unknown):
            assert answer.pop("Session")
            answer.pop("ResponseMetadata")
        assert known == unknown

    @pytest.mark.parametrize("challenge", ["EMAIL_OTP", "SMS_OTP"])
    def test_are_asked_for_a_code_that_never_fits(self, hiding: World, challenge: str) -> None:
        known = choose(hiding, "ines", PREFERRED_CHALLENGE=challenge)
        asked = choose(hiding, "nobody", PREFERRED_CHALLENGE=challenge)
        again = choose(hiding, "nobody", PREFERRED_CHALLENGE=challenge)
        assert asked["ChallengeParameters"] == again["ChallengeParameters"]
        assert asked["ChallengeParameters"].keys() == known["ChallengeParameters"].keys()
        assert len(asked["Session"]) == len(known["Session"])
        for pending, name in ((known, "ines"), (asked, "nobody")):
            for _ in range(10):
                with refused("CodeMismatchException", MISMATCH):
                    respond(hiding, pending, name, **{f"{challenge}_CODE": "x0000000"})
            with refused("NotAuthorizedException", SPENT):
                respond(hiding, pending, name, **{f"{challenge}_CODE": "x0000000"})

    def test_an_address_as_name_is_masked_as_such(self, hiding: World) -> None:
        asked = choose(hiding, "tide@harbour.test", PREFERRED_CHALLENGE="EMAIL_OTP")
        shown = asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
        assert shown == "t***@h***"
        assert hiding.mail("tide@harbour.test") == []

    @pytest.mark.parametrize("name", ["ines", "nobody"])
    def test_have_no_password_that_fits(self, hiding: World, name: str) -> None:
        asked = choose(hiding, name, PREFERRED_CHALLENGE="PASSWORD")
        with refused("NotAuthorizedException", WRONG):
            respond(hiding, asked, name, PASSWORD="not-the-Passw0rd")
