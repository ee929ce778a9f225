"""Who the client is: Basic, in the body, or public; and every way of getting it wrong."""

from __future__ import annotations

import base64

import pytest

from account_world import World, make_world
from oauth_world import OAuthClient, error_of, machine_client, post, post_token
from server import Server

GRANT = {"grant_type": "client_credentials"}
PLUS = "pl+us+and_letters_0123456789"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    made.idp.create_resource_server(
        UserPoolId=made.pool_id,
        Identifier="tides",
        Name="tides",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    return made


@pytest.fixture(scope="module")
def machine(world: World) -> OAuthClient:
    return machine_client(world, ["tides/read"])


def _basic(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return f"Basic {base64.b64encode(raw).decode()}"


def _with_header(world: World, authorization: str, **form: str) -> tuple[int, str, str | None]:
    path = f"/{world.pool_id}/oauth2/token"
    answer = post(world.server, path, {**GRANT, **form}, Authorization=authorization)
    return error_of(answer)


def test_both_methods(world: World, machine: OAuthClient) -> None:
    in_body = {**GRANT, "client_id": machine.id, "client_secret": machine.secret}
    for answer in (
        post_token(world, GRANT, machine),
        post_token(world, in_body),
        post_token(world, {**GRANT, "client_id": machine.id}, machine),
        post_token(world, in_body, machine),
    ):
        assert answer.status == 200
        assert answer.json["token_type"] == "Bearer"


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Basic"])
def test_the_name_of_a_scheme_has_no_case(world: World, machine: OAuthClient, scheme: str) -> None:
    header = machine.basic.replace("Basic", scheme)
    path = f"/{world.pool_id}/oauth2/token"
    assert post(world.server, path, GRANT, Authorization=header).status == 200


def test_a_plus_in_a_secret_is_a_plus(world: World) -> None:
    """Decoding Basic credentials as a form, as RFC 6749 has it, would make a blank of it."""
    machine = machine_client(world, ["tides/read"], ClientSecret=PLUS)
    assert machine.secret == PLUS
    assert post_token(world, GRANT, machine).status == 200
    in_body = {**GRANT, "client_id": machine.id, "client_secret": PLUS}
    assert post_token(world, in_body).status == 200
    assert _with_header(world, _basic(f"{machine.id}:{PLUS.replace('+', '%2B')}"))[1] == (
        "invalid_client"
    )


def test_either_of_two_secrets(world: World) -> None:
    first = machine_client(world, ["tides/read"])
    added = world.idp.add_user_pool_client_secret(UserPoolId=world.pool_id, ClientId=first.id)
    second = OAuthClient(first.id, added["ClientSecretDescriptor"]["ClientSecretValue"])
    for client in (first, second):
        assert post_token(world, GRANT, client).status == 200


def test_a_wrong_secret(world: World, machine: OAuthClient) -> None:
    refusal = (400, "invalid_client", "invalid_client_secret")
    wrong = OAuthClient(machine.id, machine.secret[:-1])
    assert error_of(post_token(world, GRANT, wrong)) == refusal
    in_body = {**GRANT, "client_id": machine.id, "client_secret": wrong.secret}
    assert error_of(post_token(world, in_body)) == refusal


@pytest.mark.parametrize("form", [{}, {"client_secret": ""}])
def test_a_missing_secret(world: World, machine: OAuthClient, form: dict[str, str]) -> None:
    answer = post_token(world, {**GRANT, "client_id": machine.id, **form})
    assert error_of(answer) == (400, "invalid_client", None)


def test_no_client_at_all(world: World) -> None:
    assert error_of(post_token(world, GRANT)) == (400, "invalid_client", None)


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic ",
        "Basic not-base64!",
        "Basic !!!!",
        _basic("no-colon"),
        _basic(":only-a-secret"),
        _basic(b"\xff\xfe:x"),
        _basic("1nobody1nobody:secret"),
    ],
)
def test_basic_credentials_that_are_none(world: World, authorization: str) -> None:
    assert _with_header(world, authorization)[:2] == (400, "invalid_client")


def test_two_names_of_a_client(world: World, machine: OAuthClient) -> None:
    other = machine_client(world, ["tides/read"])
    answer = post_token(world, {**GRANT, "client_id": other.id}, machine)
    assert error_of(answer) == (400, "invalid_request", None)


def test_another_scheme_is_not_looked_at(world: World, machine: OAuthClient) -> None:
    in_body = {**GRANT, "client_id": machine.id, "client_secret": machine.secret}
    path = f"/{world.pool_id}/oauth2/token"
    assert post(world.server, path, in_body, Authorization="Bearer abc").status == 200


def test_a_public_client_has_no_secret_to_send(world: World) -> None:
    token = world.sign_in("ines")["AuthenticationResult"]["RefreshToken"]
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": world.client_id}
    assert post_token(world, form).status == 200
    assert error_of(post_token(world, {**form, "client_secret": "any"}))[:2] == (
        400,
        "invalid_client",
    )
    path = f"/{world.pool_id}/oauth2/token"
    named_by_basic = _basic(f"{world.client_id}:")
    assert post(world.server, path, form, Authorization=named_by_basic).status == 200


def test_a_client_of_another_pool(world: World, server: Server) -> None:
    machine = machine_client(world, ["tides/read"])
    other = make_world(server)
    assert error_of(post_token(other, GRANT, machine)) == (400, "invalid_client", None)


def test_a_client_that_was_deleted(world: World) -> None:
    machine = machine_client(world, ["tides/read"])
    world.idp.delete_user_pool_client(UserPoolId=world.pool_id, ClientId=machine.id)
    assert error_of(post_token(world, GRANT, machine)) == (400, "invalid_client", None)
