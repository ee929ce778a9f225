"""NEW_PASSWORD_REQUIRED: the first sign-in of a user whom an administrator made."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import OTHER_PASSWORD, PASSWORD, World, make_world
from refusals import refused
from server import Server
from sign_in_world import TEMPORARY, Client, add_client, admin_start, invite
from token_reading import verified_by

USED = "Invalid session for the user, session can only be used once."
INVALID = "Invalid session for the user."
NAMELESS = "x" * 40

_numbers = itertools.count()


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_world(server)


@pytest.fixture(scope="module")
def asking(server: Server) -> World:
    """A pool that requires a family name and an e-mail address of everybody."""
    return make_world(
        server,
        Schema=[
            {"Name": "email", "Required": True, "Mutable": True},
            {"Name": "family_name", "Required": True, "Mutable": True},
            {"Name": "berth", "AttributeDataType": "String"},
        ],
    )


def challenged(world: World, username: str, **values: str) -> dict[str, Any]:
    """Invite a user and sign in for the first time."""
    invite(world, username, **values)
    answer: dict[str, Any] = world.sign_in(username, TEMPORARY)
    return answer


def respond(
    world: World,
    session: str | None,
    client: Client | None = None,
    metadata: dict[str, str] | None = None,
    **responses: str,
) -> Any:
    """RespondToAuthChallenge; ``family_name="x"`` is given as ``userAttributes.family_name``."""
    named = {
        name if name.isupper() else f"userAttributes.{name}": value
        for name, value in responses.items()
    }
    return world.idp.respond_to_auth_challenge(
        ClientId=client.id if client else world.client_id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        ChallengeResponses={"NEW_PASSWORD": PASSWORD, **named},
        **({"Session": session} if session is not None else {}),
        **({"ClientMetadata": metadata} if metadata else {}),
    )


def test_the_challenge_tells_what_is_needed(asking: World) -> None:
    answer = challenged(asking, "ines", email="ines@harbour.test", given_name="Ines")
    assert answer.keys() >= {"ChallengeName", "Session", "ChallengeParameters"}
    assert "AuthenticationResult" not in answer
    assert answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    parameters = answer["ChallengeParameters"]
    assert parameters["USER_ID_FOR_SRP"] == "ines"
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.family_name"]
    assert json.loads(parameters["userAttributes"]) == {
        "email": "ines@harbour.test",
        "email_verified": "false",
        "given_name": "Ines",
    }


def test_the_answer_confirms_the_user_and_gives_tokens(asking: World) -> None:
    session = challenged(asking, "olaf", email="olaf@harbour.test")["Session"]
    result = respond(asking, session, USERNAME="olaf", family_name="Hansen")["AuthenticationResult"]
    claims = verified_by(asking.server, asking.pool_id, result["IdToken"])
    assert claims["family_name"] == "Hansen"
    assert asking.get("olaf")["UserStatus"] == "CONFIRMED"
    assert asking.profile("olaf")["family_name"] == "Hansen"
    assert "AuthenticationResult" in asking.sign_in("olaf")
    with refused("NotAuthorizedException", "Incorrect username or password."):
        asking.sign_in("olaf", TEMPORARY)


def test_an_administrator_answers_for_a_user(world: World) -> None:
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    invite(world, "admin-made")
    session = admin_start(
        world, "ADMIN_USER_PASSWORD_AUTH", client, USERNAME="admin-made", PASSWORD=TEMPORARY
    )["Session"]
    answer = world.idp.admin_respond_to_auth_challenge(
        UserPoolId=world.pool_id,
        ClientId=client.id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": "admin-made", "NEW_PASSWORD": PASSWORD},
    )
    assert answer["AuthenticationResult"].keys() >= {"AccessToken", "IdToken", "RefreshToken"}


def test_the_temporary_password_may_stay(world: World) -> None:
    session = challenged(world, "stayer")["Session"]
    respond(world, session, USERNAME="stayer", NEW_PASSWORD=TEMPORARY)
    assert "AuthenticationResult" in world.sign_in("stayer", TEMPORARY)


def test_more_attributes_may_be_given(world: World) -> None:
    session = challenged(world, "giver", email="giver@harbour.test")["Session"]
    respond(world, session, USERNAME="giver", nickname="Gi", phone_number="+491700000001")
    assert world.profile("giver") == {
        "email": "giver@harbour.test",
        "email_verified": "false",
        "nickname": "Gi",
        "phone_number": "+491700000001",
        "phone_number_verified": "false",
    }


@pytest.mark.parametrize(
    ("responses", "code", "message"),
    [
        (
            {"NEW_PASSWORD": ""},
            "InvalidParameterException",
            "Missing required parameter NEW_PASSWORD",
        ),
        ({"USERNAME": ""}, "InvalidParameterException", "Missing required parameter USERNAME"),
        (
            {"NEW_PASSWORD": "short"},
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            {"family_name": ""},
            "InvalidParameterException",
            "Invalid attributes given, family_name is missing",
        ),
        (
            {"email": "new@harbour.test"},
            "InvalidParameterException",
            "Cannot modify an already provided email",
        ),
        (
            {"email": "fritz@harbour.test", "email_verified": "false", "given_name": "F"},
            "InvalidParameterException",
            "Cannot modify an already provided email",
        ),
        (
            {"email_verified": "true"},
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute email_verified",
        ),
        (
            {"custom:berth": "C14"},
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            {"custom:tide": "high"},
            "InvalidParameterException",
            "user.custom:tide: Attribute does not exist in the schema.\n",
        ),
        ({"birthdate": "yesterday"}, "InvalidParameterException", None),
    ],
)
def test_a_refused_answer_changes_nothing_and_leaves_the_session(
    asking: World, responses: dict[str, str], code: str, message: str | None
) -> None:
    username = f"fritz-{next(_numbers)}"
    session = challenged(asking, username, email=f"{username}@harbour.test")["Session"]
    before = asking.profile(username)
    given = {"USERNAME": username, "family_name": "Fritzen", **responses}
    with refused(code, message):
        respond(asking, session, None, None, **given)
    assert asking.profile(username) == before
    assert asking.get(username)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert "AuthenticationResult" in respond(
        asking, session, USERNAME=username, family_name="Fritzen"
    )


class TestSession:
    """A session is good for one client, one user, one step, one use, and a short while."""

    def test_missing_or_unknown(self, world: World) -> None:
        challenged(world, "s1")
        for session in (None, NAMELESS):
            with refused("NotAuthorizedException", INVALID):
                respond(world, session, USERNAME="s1")

    def test_used(self, world: World) -> None:
        session = challenged(world, "s2")["Session"]
        respond(world, session, USERNAME="s2")
        with refused("NotAuthorizedException", USED):
            respond(world, session, USERNAME="s2", NEW_PASSWORD=OTHER_PASSWORD)
        assert "AuthenticationResult" in world.sign_in("s2")

    def test_of_another_user(self, world: World) -> None:
        session = challenged(world, "s3")["Session"]
        invite(world, "s3-victim")
        for username in ("s3-victim", "nobody"):
            with refused("NotAuthorizedException", INVALID):
                respond(world, session, USERNAME=username)
        assert world.get("s3-victim")["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_of_another_client(self, world: World) -> None:
        session = challenged(world, "s4")["Session"]
        with refused("NotAuthorizedException", INVALID):
            respond(world, session, add_client(world, "USER_PASSWORD_AUTH"), USERNAME="s4")

    def test_of_another_pool(self, world: World, server: Server) -> None:
        session = challenged(world, "s5")["Session"]
        other = make_world(server)
        challenged(other, "s5")
        with refused("NotAuthorizedException", INVALID):
            respond(other, session, USERNAME="s5")

    @pytest.mark.parametrize(("minutes", "setting"), [(3, {}), (15, {"AuthSessionValidity": 15})])
    def test_too_old(
        self, start_server: Callable[..., Server], minutes: int, setting: dict[str, int]
    ) -> None:
        server = start_server()
        world = make_world(server, client=setting)
        early = challenged(world, "s6")["Session"]
        server.clock.advance(seconds=minutes * 60 - 0.001)
        late = world.sign_in("s6", TEMPORARY)["Session"]
        server.clock.advance(seconds=0.001)
        with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
            respond(world, early, USERNAME="s6")
        assert "AuthenticationResult" in respond(world, late, USERNAME="s6")

    def test_after_the_temporary_password_was_replaced(self, world: World) -> None:
        """Whoever had the old one must not go on where the administrator drew a line."""
        session = challenged(world, "s7")["Session"]
        world.idp.admin_set_user_password(
            UserPoolId=world.pool_id, Username="s7", Password=OTHER_PASSWORD, Permanent=False
        )
        with refused("NotAuthorizedException", INVALID):
            respond(world, session, USERNAME="s7")
        again = world.sign_in("s7", OTHER_PASSWORD)["Session"]
        assert "AuthenticationResult" in respond(world, again, USERNAME="s7")

    def test_after_the_user_was_confirmed_otherwise(self, world: World) -> None:
        session = challenged(world, "s8")["Session"]
        world.idp.admin_set_user_password(
            UserPoolId=world.pool_id, Username="s8", Password=OTHER_PASSWORD, Permanent=True
        )
        with refused("NotAuthorizedException", INVALID):
            respond(world, session, USERNAME="s8")
        assert "AuthenticationResult" in world.sign_in("s8", OTHER_PASSWORD)

    def test_of_a_disabled_user(self, world: World) -> None:
        session = challenged(world, "s9")["Session"]
        world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="s9")
        with refused("NotAuthorizedException", "User is disabled."):
            respond(world, session, USERNAME="s9")

    def test_of_many_answers_at_once_one_wins(self, world: World) -> None:
        """Each round: one session, eight answers with eight passwords, one of them signs in."""
        for round_number in range(25):
            username = f"duel-{round_number}"
            session = challenged(world, username)["Session"]

            def answer(number: int, username: str = username, session: str = session) -> str:
                try:
                    respond(world, session, USERNAME=username, NEW_PASSWORD=f"{PASSWORD}-{number}")
                except ClientError as error:
                    return str(error.response["Error"]["Message"])
                return f"{PASSWORD}-{number}"

            with ThreadPoolExecutor(8) as pool:
                answers = Counter(pool.map(answer, range(8)))
            assert answers.keys() <= {USED, INVALID, *(f"{PASSWORD}-{n}" for n in range(8))}
            won = [each for each in answers if each.startswith(PASSWORD)]
            assert len(won) == 1
            assert "AuthenticationResult" in world.sign_in(username, won[0])


def test_the_hash_of_a_secret_is_asked_for_again(world: World) -> None:
    client = add_client(world, "USER_PASSWORD_AUTH", GenerateSecret=True)
    invite(world, "hashed")
    session = world.idp.initiate_auth(
        ClientId=client.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": "hashed",
            "PASSWORD": TEMPORARY,
            "SECRET_HASH": client.hash("hashed"),
        },
    )["Session"]
    with refused(
        "NotAuthorizedException",
        f"Client {client.id} is configured with secret but SECRET_HASH was not received",
    ):
        respond(world, session, client, USERNAME="hashed")
    with refused("NotAuthorizedException", f"Unable to verify secret hash for client {client.id}"):
        respond(world, session, client, USERNAME="hashed", SECRET_HASH="c2VjcmV0")
    answer = respond(world, session, client, USERNAME="hashed", SECRET_HASH=client.hash("hashed"))
    assert "AuthenticationResult" in answer


def test_a_password_of_late_is_refused(server: Server) -> None:
    world = make_world(
        server,
        Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}},
    )
    world.member("ines")
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id, Username="ines", Password=TEMPORARY, Permanent=False
    )
    session = world.sign_in("ines", TEMPORARY)["Session"]
    with refused("PasswordHistoryPolicyViolationException", "Password has already been used."):
        respond(world, session, USERNAME="ines", NEW_PASSWORD=PASSWORD)
    assert "AuthenticationResult" in respond(
        world, session, USERNAME="ines", NEW_PASSWORD=OTHER_PASSWORD
    )


def test_an_address_that_another_has_is_refused(server: Server) -> None:
    world = make_world(server, UsernameAttributes=["email", "phone_number"])
    world.member("+491700000009", email="taken@harbour.test", email_verified="true")
    session = challenged(world, "+491700000008")["Session"]
    with refused("AliasExistsException", "An account with the given email already exists."):
        respond(world, session, USERNAME="+491700000008", email="taken@harbour.test")
    assert "AuthenticationResult" in respond(world, session, USERNAME="+491700000008")
