"""USER_SRP_AUTH with pycognito, which is not ours, and its refusals."""

from __future__ import annotations

from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

from account_world import OTHER_PASSWORD, PASSWORD, World, make_world
from poolhouse.domain import srp
from poolhouse.store import srp_verifiers
from refusals import refused
from server import Server
from sign_in_world import TEMPORARY, Client, add_client, admin_start, invite, sign_in, start
from token_reading import unverified

WRONG = "Incorrect username or password."
# pycognito asks for the time in a way that Python 3.12 discourages.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    return made


@pytest.fixture(scope="module")
def app(world: World) -> Client:
    return add_client(world, "USER_SRP_AUTH", "USER_PASSWORD_AUTH")


@pytest.fixture(scope="module")
def hiding(world: World) -> Client:
    return add_client(world, "USER_SRP_AUTH", PreventUserExistenceErrors="ENABLED")


def speaker(world: World, client: Client, username: str, password: str = PASSWORD) -> AWSSRP:
    return AWSSRP(
        username,
        password,
        world.pool_id,
        client.id,
        client=world.idp,
        client_secret=client.secret or None,
    )


def by_srp(world: World, client: Client, username: str, password: str = PASSWORD) -> Any:
    return speaker(world, client, username, password).authenticate_user()


def offered(world: World, client: Client, username: str) -> tuple[AWSSRP, dict[str, str]]:
    """A client in mid-exchange, and the answer it is about to give."""
    speaking = speaker(world, client, username)
    sent = speaking.get_auth_params()
    challenge = start(world, "USER_SRP_AUTH", client, **sent)
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    assert "Session" not in challenge
    return speaking, speaking.process_challenge(challenge["ChallengeParameters"], sent)


def prove(world: World, client: Client, answer: dict[str, str]) -> Any:
    return world.idp.respond_to_auth_challenge(
        ClientId=client.id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answer
    )


def test_the_password_signs_in(world: World, app: Client) -> None:
    tokens = by_srp(world, app, "ines")["AuthenticationResult"]
    assert unverified(tokens["AccessToken"])["username"] == "ines"
    assert world.idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ines"


def test_a_wrong_password_does_not(world: World, app: Client) -> None:
    with refused("NotAuthorizedException", WRONG):
        by_srp(world, app, "ines", OTHER_PASSWORD)


def test_a_client_with_a_secret(world: World) -> None:
    client = add_client(world, "USER_SRP_AUTH", GenerateSecret=True)
    assert "AuthenticationResult" in by_srp(world, client, "ines")


def test_a_client_without_the_flow(world: World) -> None:
    with refused("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client."):
        by_srp(world, Client(world.client_id), "ines")


def test_administrators_too(world: World, app: Client) -> None:
    speaking = speaker(world, app, "ines")
    sent = speaking.get_auth_params()
    challenge = admin_start(world, "USER_SRP_AUTH", app, **sent)
    answer = speaking.process_challenge(challenge["ChallengeParameters"], sent)
    result = world.idp.admin_respond_to_auth_challenge(
        UserPoolId=world.pool_id,
        ClientId=app.id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=answer,
    )
    assert "AuthenticationResult" in result


@pytest.mark.parametrize("value", ["0", f"{srp.N:x}", f"{2 * srp.N:x}", "not hex"])
def test_a_value_that_would_prove_anything(world: World, app: Client, value: str) -> None:
    with refused("InvalidParameterException"):
        start(world, "USER_SRP_AUTH", app, USERNAME="ines", SRP_A=value)


def test_an_answer_proves_once(world: World, app: Client) -> None:
    _, answer = offered(world, app, "ines")
    assert "AuthenticationResult" in prove(world, app, answer)
    with refused("NotAuthorizedException", WRONG):
        prove(world, app, answer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSWORD_CLAIM_SIGNATURE", "AAAA"),
        ("PASSWORD_CLAIM_SIGNATURE", "not base64"),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "AAAA"),
        ("TIMESTAMP", "Mon Jan 5 09:07:03 UTC 2026"),
    ],
)
def test_a_changed_answer(world: World, app: Client, name: str, value: str) -> None:
    username = f"changed-{name}-{value[:4].strip()}".lower()
    world.member(username)
    _, answer = offered(world, app, username)
    with refused("NotAuthorizedException", WRONG):
        prove(world, app, {**answer, name: value})


def test_an_answer_of_another_client_or_user(world: World, app: Client, hiding: Client) -> None:
    world.member("jorin")
    _, answer = offered(world, app, "ines")
    with refused("NotAuthorizedException", WRONG):
        prove(world, hiding, answer)
    with refused("NotAuthorizedException", WRONG):
        prove(world, app, {**answer, "USERNAME": "jorin"})


def test_unknown_users_look_like_others(world: World, hiding: Client) -> None:
    known, unknown = (
        [start(world, "USER_SRP_AUTH", hiding, USERNAME=name, SRP_A="2") for _ in range(2)]
        for name in ("ines", "nobody")
    )
    for first, second in (known, unknown):
        one, other = first["ChallengeParameters"], second["ChallengeParameters"]
        assert one["SALT"] == other["SALT"]
        assert len(one["SALT"]) == 32
        assert one["SRP_B"] != other["SRP_B"]
    assert unknown[0]["ChallengeParameters"]["USER_ID_FOR_SRP"] == "nobody"
    with refused("NotAuthorizedException", WRONG):
        by_srp(world, hiding, "nobody")


def test_unknown_users_where_that_is_no_secret(world: World, app: Client) -> None:
    with refused("UserNotFoundException", "User does not exist."):
        by_srp(world, app, "nobody")


def test_unknown_addresses_seem_to_have_a_sub(server: Server) -> None:
    world = make_world(server, UsernameAttributes=["email"])
    client = add_client(world, "USER_SRP_AUTH", PreventUserExistenceErrors="ENABLED")
    answers = [
        start(world, "USER_SRP_AUTH", client, USERNAME="no@body.test", SRP_A="2")[
            "ChallengeParameters"
        ]["USER_ID_FOR_SRP"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 36
    world.member("ines@harbour.test")
    assert "AuthenticationResult" in by_srp(world, client, "ines@harbour.test")


def test_a_temporary_password_is_replaced(world: World, app: Client) -> None:
    invite(world, "newcomer")
    with pytest.raises(ForceChangePasswordException):
        by_srp(world, app, "newcomer", TEMPORARY)
    speaker(world, app, "newcomer", TEMPORARY).set_new_password_challenge(OTHER_PASSWORD)
    assert "AuthenticationResult" in by_srp(world, app, "newcomer", OTHER_PASSWORD)


def test_every_new_password_replaces_the_old(world: World, app: Client) -> None:
    world.sign_up("enno", email="enno@harbour.test")
    world.confirm("enno", world.code("enno@harbour.test"))
    token = by_srp(world, app, "enno")["AuthenticationResult"]["AccessToken"]
    world.idp.change_password(
        AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=OTHER_PASSWORD
    )
    assert "AuthenticationResult" in by_srp(world, app, "enno", OTHER_PASSWORD)
    world.idp.forgot_password(ClientId=app.id, Username="enno")
    world.idp.confirm_forgot_password(
        ClientId=app.id,
        Username="enno",
        ConfirmationCode=world.code("enno@harbour.test"),
        Password=PASSWORD,
    )
    assert "AuthenticationResult" in by_srp(world, app, "enno")
    with refused("NotAuthorizedException", WRONG):
        by_srp(world, app, "enno", OTHER_PASSWORD)


def test_failures_lock_out_and_a_block_expires(start_server: Any) -> None:
    own = start_server()
    world = make_world(own)
    world.member("ines")
    app = add_client(world, "USER_SRP_AUTH", "USER_PASSWORD_AUTH")
    for _ in range(5):
        with refused("NotAuthorizedException", WRONG):
            by_srp(world, app, "ines", OTHER_PASSWORD)
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        by_srp(world, app, "ines")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        sign_in(world, "ines", app)
    own.clock.advance(seconds=2)
    _, answer = offered(world, app, "ines")
    own.clock.advance(seconds=180)
    with refused("NotAuthorizedException", WRONG):
        prove(world, app, answer)


def test_without_verifiers_nobody_proves_until_they_are_kept(
    start_server: Any, tmp_path: Any
) -> None:
    data = tmp_path / "kept"
    own = start_server(data, srp_verifiers=False)
    world = make_world(own)
    world.member("ines")
    app = add_client(world, "USER_SRP_AUTH", "USER_PASSWORD_AUTH")
    with refused("NotAuthorizedException", WRONG):
        by_srp(world, app, "ines")
    keeping = start_server(data)
    again = World(keeping, keeping.client(), world.pool_id, world.client_id)
    with refused("NotAuthorizedException", WRONG):
        by_srp(again, app, "ines")
    sign_in(again, "ines", app)
    assert "AuthenticationResult" in by_srp(again, app, "ines")


def test_the_verifier_is_sealed_and_goes_with_its_user(world: World, app: Client) -> None:
    sub = world.member("gone")
    house = world.server.house
    sealed = world.server.ask(srp_verifiers.find(house.db, world.pool_id, sub))
    assert sealed is not None
    assert len(sealed) == 1 + 12 + 16 + 384 + 16
    world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="gone")
    assert world.server.ask(srp_verifiers.find(house.db, world.pool_id, sub)) is None
