"""CUSTOM_AUTH: signing in as the pool's functions decide, with and without a password."""

from __future__ import annotations

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP
from sqlalchemy import select

from account_world import OTHER_PASSWORD, PASSWORD, World, refusal
from mfa_world import prefer, set_mfa, totp, with_app
from poolhouse.auth.custom_auth import MOST_STEPS
from poolhouse.store.schema import auth_sessions
from sign_in_world import TEMPORARY, Client, add_client, invite
from token_reading import unverified
from triggers_world import (
    FAILS,
    TRIO,
    Recorder,
    failure,
    make_triggered_world,
    with_pre_token_generation,
)

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
UNRECOGNIZABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
NOT_CONFIGURED = (
    "InvalidParameterException",
    "Custom auth lambda trigger is not configured for the user pool.",
)
# A riddle, at most three times; after a password if the client began with one.
RIDDLE = """def answer(event, source, request, response):
    session = request.get("session")
    if source.startswith("Define"):
        last = session[-1] if session else None
        if last and last["challengeName"] == "SRP_A":
            response["challengeName"] = "PASSWORD_VERIFIER"
        elif last and last["challengeName"] == "CUSTOM_CHALLENGE" and last["challengeResult"]:
            response["issueTokens"] = True
        elif len([each for each in session if each["challengeName"] == "CUSTOM_CHALLENGE"]) == 3:
            response["failAuthentication"] = True
        else:
            response["challengeName"] = "CUSTOM_CHALLENGE"
    elif source.startswith("Create"):
        response["publicChallengeParameters"] = {"question": "Which island?"}
        response["privateChallengeParameters"] = {"answer": "Wangerooge"}
        response["challengeMetadata"] = f"RIDDLE_{len(session) + 1}"
    elif source.startswith("Verify"):
        right = request["privateChallengeParameters"]["answer"]
        response["answerCorrect"] = request["challengeAnswer"] == right
"""
FIRST = {"challengeName": "CUSTOM_CHALLENGE", "challengeMetadata": "RIDDLE_1"}


@pytest.fixture
def world(recorder: Recorder) -> World:
    recorder.answers(RIDDLE)
    made = make_triggered_world(recorder, *TRIO)
    made.member("ines", email="ines@quay.test")
    return made


@pytest.fixture
def app(world: World) -> Client:
    return add_client(world, "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH")


def begin(world: World, app: Client, name: str = "ines", **more: Any) -> Any:
    parameters = {"USERNAME": name, **more.pop("parameters", {})}
    return world.idp.initiate_auth(
        ClientId=app.id, AuthFlow="CUSTOM_AUTH", AuthParameters=parameters, **more
    )


def reply(world: World, app: Client, session: str, answer: str, **more: Any) -> Any:
    name = more.pop("name", "ines")
    return world.idp.respond_to_auth_challenge(
        ClientId=app.id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=session,
        ChallengeResponses={"USERNAME": name, "ANSWER": answer},
        **more,
    )


def tried(challenge: dict[str, Any], result: bool, number: int = 1) -> dict[str, Any]:
    return {**challenge, "challengeResult": result, "challengeMetadata": f"RIDDLE_{number}"}


class TestWithoutPassword:
    def test_the_right_answer_signs_in(self, world: World, app: Client) -> None:
        challenge = begin(world, app)
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert challenge["ChallengeParameters"] == {
            "USERNAME": "ines",
            "question": "Which island?",
        }
        tokens = reply(world, app, challenge["Session"], "Wangerooge")["AuthenticationResult"]
        assert unverified(tokens["AccessToken"])["username"] == "ines"
        assert "RefreshToken" in tokens

    def test_the_events_to_the_field(self, recorder: Recorder, world: World, app: Client) -> None:
        session = begin(world, app, ClientMetadata={"never": "seen"})["Session"]
        metadata = {"terminal": "north"}
        reply(world, app, session, "Wangerooge", ClientMetadata=metadata)
        profile = {
            "sub": {each["Name"]: each["Value"] for each in world.get("ines")["UserAttributes"]}[
                "sub"
            ],
            "cognito:user_status": "CONFIRMED",
            "email": "ines@quay.test",
            "email_verified": "false",
        }
        common = {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": world.pool_id,
            "userName": "ines",
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": app.id},
        }
        undecided = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
        assert recorder.events() == [
            {
                **common,
                "triggerSource": "DefineAuthChallenge_Authentication",
                "request": {"userAttributes": profile, "session": []},
                "response": undecided,
            },
            {
                **common,
                "triggerSource": "CreateAuthChallenge_Authentication",
                "request": {
                    "userAttributes": profile,
                    "challengeName": "CUSTOM_CHALLENGE",
                    "session": [],
                },
                "response": {
                    "publicChallengeParameters": None,
                    "privateChallengeParameters": None,
                    "challengeMetadata": None,
                },
            },
            {
                **common,
                "triggerSource": "VerifyAuthChallengeResponse_Authentication",
                "request": {
                    "userAttributes": profile,
                    "privateChallengeParameters": {"answer": "Wangerooge"},
                    "challengeAnswer": "Wangerooge",
                    "clientMetadata": metadata,
                },
                "response": {"answerCorrect": None},
            },
            {
                **common,
                "triggerSource": "DefineAuthChallenge_Authentication",
                "request": {
                    "userAttributes": profile,
                    "session": [tried(FIRST, True)],
                    "clientMetadata": metadata,
                },
                "response": undecided,
            },
        ]

    def test_the_functions_end_it_after_three_wrong_answers(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        session = begin(world, app)["Session"]
        for _ in range(2):
            session = reply(world, app, session, "Juist")["Session"]
        refused = refusal(reply, world=world, app=app, session=session, answer="Juist")
        assert refused == WRONG
        assert recorder.events("Define")[-1]["request"]["session"] == [
            tried(FIRST, False, number) for number in (1, 2, 3)
        ]

    def test_a_wrong_answer_may_be_followed_by_the_right_one(
        self, world: World, app: Client
    ) -> None:
        session = begin(world, app)["Session"]
        session = reply(world, app, session, "Juist")["Session"]
        assert "AuthenticationResult" in reply(world, app, session, "Wangerooge")

    def test_an_answer_counts_once(self, recorder: Recorder, world: World, app: Client) -> None:
        session = begin(world, app)["Session"]
        reply(world, app, session, "Juist")
        refused = refusal(reply, world=world, app=app, session=session, answer="Wangerooge")
        assert refused == (
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        )
        assert len(recorder.events("Verify")) == 1

    def test_a_session_is_its_users_and_its_clients(self, world: World, app: Client) -> None:
        world.member("mallory")
        invalid = ("NotAuthorizedException", "Invalid session for the user.")
        session = begin(world, app)["Session"]
        given = {"world": world, "session": session, "answer": "Wangerooge"}
        assert refusal(reply, app=app, name="mallory", **given) == invalid
        other = add_client(world, "CUSTOM_AUTH")
        assert refusal(reply, app=other, **given) == invalid

    def test_the_right_answer_is_not_kept_in_the_clear(self, world: World, app: Client) -> None:
        session = begin(world, app)["Session"]
        reply(world, app, session, "Juist")
        rows = world.server.rows(select(auth_sessions.c.document))
        assert rows
        assert "Wangerooge" not in str(rows)
        assert "RIDDLE" not in str(rows)

    def test_the_other_triggers_run_around_it(self, recorder: Recorder) -> None:
        recorder.answers(RIDDLE)
        config = with_pre_token_generation(
            recorder, *TRIO, "PreAuthentication", "PostAuthentication"
        )
        world = make_triggered_world(recorder, LambdaConfig=config)
        world.member("ines")
        app = add_client(world, "CUSTOM_AUTH")
        session = begin(world, app, ClientMetadata={"terminal": "north"})["Session"]
        reply(world, app, session, "Wangerooge", ClientMetadata={"terminal": "south"})
        assert recorder.sources() == [
            "PreAuthentication_Authentication",
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication",
            "VerifyAuthChallengeResponse_Authentication",
            "DefineAuthChallenge_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]
        validation = recorder.only("PreAuth")["request"]["validationData"]
        assert validation == {"terminal": "north"}
        for source in ("PostAuth", "TokenGen"):
            assert recorder.only(source)["request"]["clientMetadata"] == {"terminal": "south"}

    def test_a_temporary_password_is_not_asked_about(self, world: World, app: Client) -> None:
        invite(world, "guest")
        session = begin(world, app, "guest")["Session"]
        answer = reply(world, app, session, "Wangerooge", name="guest")
        assert "AuthenticationResult" in answer
        assert world.get("guest")["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_nor_is_a_second_factor(self, world: World, app: Client) -> None:
        set_mfa(world, "ON", "TOTP")
        session = begin(world, app)["Session"]
        assert "AuthenticationResult" in reply(world, app, session, "Wangerooge")

    def test_but_unconfirmed_users_stay_out(self, world: World, app: Client) -> None:
        world.sign_up("late", email="late@quay.test")
        session = begin(world, app, "late")["Session"]
        refused = refusal(
            reply, world=world, app=app, session=session, answer="Wangerooge", name="late"
        )
        assert refused == ("UserNotConfirmedException", "User is not confirmed.")

    def test_and_so_do_users_who_were_disabled_meanwhile(self, world: World, app: Client) -> None:
        session = begin(world, app)["Session"]
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="ines")
        refused = refusal(reply, world=world, app=app, session=session, answer="Wangerooge")
        assert refused == ("NotAuthorizedException", "User is disabled.")

    def test_no_sign_in_is_endless(self, recorder: Recorder, world: World, app: Client) -> None:
        recorder.answers("response['challengeName'] = 'CUSTOM_CHALLENGE'")
        session = begin(world, app)["Session"]
        for _ in range(MOST_STEPS - 1):
            session = reply(world, app, session, "Juist")["Session"]
        refused = refusal(reply, world=world, app=app, session=session, answer="Juist")
        assert refused == WRONG


class TestAdministrators:
    def test_the_twins_lead_the_same_flow(self, world: World, app: Client) -> None:
        challenge = world.idp.admin_initiate_auth(
            UserPoolId=world.pool_id,
            ClientId=app.id,
            AuthFlow="CUSTOM_AUTH",
            AuthParameters={"USERNAME": "ines"},
        )
        answer = world.idp.admin_respond_to_auth_challenge(
            UserPoolId=world.pool_id,
            ClientId=app.id,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ines", "ANSWER": "Wangerooge"},
        )
        assert "AuthenticationResult" in answer

    def test_they_may_begin_with_a_plain_password(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        def admin_begin(password: str) -> Any:
            return world.idp.admin_initiate_auth(
                UserPoolId=world.pool_id,
                ClientId=app.id,
                AuthFlow="CUSTOM_AUTH",
                AuthParameters={
                    "USERNAME": "ines",
                    "CHALLENGE_NAME": "ADMIN_NO_SRP_AUTH",
                    "PASSWORD": password,
                },
            )

        assert refusal(admin_begin, password="wrong") == WRONG
        assert recorder.events("Define") == []
        assert admin_begin(PASSWORD)["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert recorder.only("Define")["request"]["session"] == [
            {
                "challengeName": "ADMIN_NO_SRP_AUTH",
                "challengeResult": True,
                "challengeMetadata": None,
            }
        ]

    def test_users_may_not(self, world: World, app: Client) -> None:
        parameters = {"CHALLENGE_NAME": "ADMIN_NO_SRP_AUTH", "PASSWORD": PASSWORD}
        refused = refusal(begin, world=world, app=app, parameters=parameters)
        assert refused[0] == "InvalidParameterException"


class TestWithPassword:
    def _verifier(
        self, world: World, app: Client, name: str = "ines", password: str = PASSWORD
    ) -> tuple[Any, dict[str, str]]:
        speaking = AWSSRP(name, password, world.pool_id, app.id, client=world.idp)
        sent = speaking.get_auth_params()
        challenge = begin(
            world,
            app,
            name,
            parameters={"CHALLENGE_NAME": "SRP_A", "SRP_A": sent["SRP_A"]},
        )
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        parameters = challenge["ChallengeParameters"]
        return challenge, speaking.process_challenge(parameters, sent)

    def _prove(self, world: World, app: Client, **given: str) -> Any:
        challenge, answer = self._verifier(world, app, **given)
        session = {"Session": challenge["Session"]} if challenge.get("Session") else {}
        return world.idp.respond_to_auth_challenge(
            ClientId=app.id,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=answer,
            **session,
        )

    def test_first_the_password_then_the_riddle(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        challenge = self._prove(world, app)
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
        answer = reply(world, app, challenge["Session"], "Wangerooge")
        assert "AuthenticationResult" in answer
        passed = [
            {"challengeName": name, "challengeResult": True, "challengeMetadata": None}
            for name in ("SRP_A", "PASSWORD_VERIFIER")
        ]
        assert [event["request"]["session"] for event in recorder.events("Define")] == [
            passed[:1],
            passed,
            [*passed, tried(FIRST, True, 3)],
        ]

    def test_a_wrong_password_is_refused_without_asking(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        refused = refusal(self._prove, world=world, app=app, password=OTHER_PASSWORD)
        assert refused == WRONG
        assert len(recorder.events("Define")) == 1

    def test_the_password_alone_signs_nobody_in(self, world: World, app: Client) -> None:
        """Nothing that a client leaves out of its answer takes it around the riddle."""
        _, answer = self._verifier(world, app)
        step = world.idp.respond_to_auth_challenge(
            ClientId=app.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answer
        )
        assert "AuthenticationResult" not in step
        assert step["ChallengeName"] == "CUSTOM_CHALLENGE"

    def test_a_second_factor_is_the_pools_to_ask(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        set_mfa(world, "OPTIONAL", "TOTP")
        secret = with_app(world, "ida")
        prefer(world, "ida", TOTP={"Enabled": True, "PreferredMfa": True})
        recorder.forget()
        challenge = self._prove(world, app, name="ida")
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert len(recorder.events("Define")) == 1
        challenge = world.idp.respond_to_auth_challenge(
            ClientId=app.id,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ida", "SOFTWARE_TOKEN_MFA_CODE": totp(world, secret)},
        )
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
        history = recorder.events("Define")[-1]["request"]["session"]
        assert [each["challengeName"] for each in history] == [
            "SRP_A",
            "PASSWORD_VERIFIER",
            "SOFTWARE_TOKEN_MFA",
        ]
        answer = reply(world, app, challenge["Session"], "Wangerooge", name="ida")
        assert "AuthenticationResult" in answer

    def test_a_temporary_password_is_replaced_on_the_way(self, world: World, app: Client) -> None:
        invite(world, "guest")
        challenge = self._prove(world, app, name="guest", password=TEMPORARY)
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        challenge = world.idp.respond_to_auth_challenge(
            ClientId=app.id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "guest", "NEW_PASSWORD": PASSWORD},
        )
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
        answer = reply(world, app, challenge["Session"], "Wangerooge", name="guest")
        assert "AuthenticationResult" in answer

    def test_the_riddle_may_come_first(self, recorder: Recorder, world: World, app: Client) -> None:
        recorder.answers(
            RIDDLE.replace(
                """        if last and last["challengeName"] == "SRP_A":
            response["challengeName"] = "PASSWORD_VERIFIER"
        elif last and last["challengeName"] == "CUSTOM_CHALLENGE" and last["challengeResult"]:
""",
                """        if last and last["challengeMetadata"] == "RIDDLE_2":
            response["challengeName"] = "PASSWORD_VERIFIER"
        elif last and last["challengeName"] == "PASSWORD_VERIFIER":
""",
            )
        )
        speaking = AWSSRP("ines", PASSWORD, world.pool_id, app.id, client=world.idp)
        sent = speaking.get_auth_params()
        challenge = begin(
            world, app, parameters={"CHALLENGE_NAME": "SRP_A", "SRP_A": sent["SRP_A"]}
        )
        assert challenge["ChallengeName"] == "CUSTOM_CHALLENGE"
        challenge = reply(world, app, challenge["Session"], "Wangerooge")
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        answer = speaking.process_challenge(challenge["ChallengeParameters"], sent)
        step = world.idp.respond_to_auth_challenge(
            ClientId=app.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answer
        )
        assert "AuthenticationResult" in step


class TestUnknownUsers:
    def test_are_told_so(self, recorder: Recorder, world: World, app: Client) -> None:
        assert refusal(begin, world=world, app=app, name="nobody") == (
            "UserNotFoundException",
            "User does not exist.",
        )
        assert recorder.events() == []

    def test_unless_existence_is_kept_secret(self, recorder: Recorder, world: World) -> None:
        app = add_client(world, "CUSTOM_AUTH", PreventUserExistenceErrors="ENABLED")
        challenge = begin(world, app, "nobody")
        assert challenge["ChallengeParameters"]["USERNAME"] == "nobody"
        refused = refusal(
            reply,
            world=world,
            app=app,
            session=challenge["Session"],
            answer="Wangerooge",
            name="nobody",
        )
        assert refused == WRONG
        assert len(recorder.events()) == 4
        for event in recorder.events():
            assert event["userName"] == "nobody"
            assert event["request"]["userNotFound"] is True
            assert event["request"]["userAttributes"] == {}
        recorder.forget()
        begin(world, app)
        for event in recorder.events():
            assert event["request"]["userNotFound"] is False

    def test_the_password_comes_first_for_them_too(self, world: World) -> None:
        app = add_client(world, "CUSTOM_AUTH", PreventUserExistenceErrors="ENABLED")
        challenge = begin(
            world, app, "nobody", parameters={"CHALLENGE_NAME": "SRP_A", "SRP_A": "ab" * 300}
        )
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        refused = refusal(
            world.idp.respond_to_auth_challenge,
            ClientId=app.id,
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses={
                "USERNAME": "nobody",
                "PASSWORD_CLAIM_SECRET_BLOCK": challenge["ChallengeParameters"]["SECRET_BLOCK"],
                "PASSWORD_CLAIM_SIGNATURE": "AAAA",
                "TIMESTAMP": "Mon Sep 21 14:13:20 UTC 2026",
            },
        )
        assert refused == WRONG


class TestRefusals:
    def test_a_client_that_may_not(self, world: World) -> None:
        app = add_client(world, "USER_PASSWORD_AUTH")
        assert refusal(begin, world=world, app=app) == (
            "InvalidParameterException",
            "CUSTOM_AUTH is not enabled for the client.",
        )

    @pytest.mark.parametrize("missing", TRIO)
    def test_a_function_that_is_missing(
        self, recorder: Recorder, world: World, app: Client, missing: str
    ) -> None:
        recorder.attach(world, *(name for name in TRIO if name != missing))

        def whole() -> Any:
            return reply(world, app, begin(world, app)["Session"], "Wangerooge")

        assert refusal(whole) == NOT_CONFIGURED

    @pytest.mark.parametrize(
        "answer",
        [
            "pass",
            "response['challengeName'] = 'PASSWORD_VERIFIER'",
            "response['challengeName'] = 'SMS_MFA'",
            "response['challengeName'] = 7",
            "response['issueTokens'] = 'yes'",
            "response['failAuthentication'] = 1",
        ],
    )
    def test_decisions_that_are_none(
        self, recorder: Recorder, world: World, app: Client, answer: str
    ) -> None:
        recorder.answers(answer)
        assert refusal(begin, world=world, app=app) == UNRECOGNIZABLE

    def test_failing_wins_over_tokens(self, recorder: Recorder, world: World, app: Client) -> None:
        recorder.answers("response.update(issueTokens=True, failAuthentication=True)")
        assert refusal(begin, world=world, app=app) == WRONG

    def test_tokens_may_come_at_once(self, recorder: Recorder, world: World, app: Client) -> None:
        recorder.answers("response['issueTokens'] = True")
        assert "AuthenticationResult" in begin(world, app)

    @pytest.mark.parametrize(
        "answer",
        [
            "response['publicChallengeParameters'] = {'n': 1}",
            "response['publicChallengeParameters'] = []",
            "response['privateChallengeParameters'] = 'x'",
            "response['challengeMetadata'] = {}",
        ],
    )
    def test_challenges_that_are_none(
        self, recorder: Recorder, world: World, app: Client, answer: str
    ) -> None:
        recorder.answers(RIDDLE + f"    if source.startswith('Create'): {answer}\n")
        assert refusal(begin, world=world, app=app) == UNRECOGNIZABLE

    def test_a_verdict_that_is_none_spends_the_session(
        self, recorder: Recorder, world: World, app: Client
    ) -> None:
        session = begin(world, app)["Session"]
        recorder.answers(RIDDLE + "    if 'Verify' in source: response['answerCorrect'] = 'y'\n")
        given = {"world": world, "app": app, "session": session, "answer": "Wangerooge"}
        assert refusal(reply, **given) == UNRECOGNIZABLE
        assert refusal(reply, **given)[0] == "NotAuthorizedException"

    @pytest.mark.parametrize(
        ("name", "trigger"),
        [
            ("Define", "DefineAuthChallenge"),
            ("Create", "CreateAuthChallenge"),
            ("Verify", "VerifyAuthChallengeResponse"),
        ],
    )
    def test_a_function_that_fails(
        self, recorder: Recorder, world: World, app: Client, name: str, trigger: str
    ) -> None:
        raises = FAILS.splitlines()[1].strip()
        recorder.answers(RIDDLE + f"    if source.startswith('{name}'): {raises}\n")

        def whole() -> Any:
            return reply(world, app, begin(world, app)["Session"], "Wangerooge")

        assert refusal(whole) == failure(trigger)

    @pytest.mark.parametrize("missing", ["USERNAME", "ANSWER"])
    def test_answers_that_lack_something(self, world: World, app: Client, missing: str) -> None:
        answer = {"USERNAME": "ines", "ANSWER": "Wangerooge"}
        del answer[missing]
        refused = refusal(
            world.idp.respond_to_auth_challenge,
            ClientId=app.id,
            ChallengeName="CUSTOM_CHALLENGE",
            Session=begin(world, app)["Session"],
            ChallengeResponses=answer,
        )
        assert refused == (
            "InvalidParameterException",
            f"Missing required parameter {missing}",
        )
