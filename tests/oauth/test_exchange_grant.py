"""The token exchange grant in the words of RFC 8693."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from account_world import World, make_world
from server import Server
from sign_in_world import Client, add_client
from token_reading import unverified

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
ID = "urn:ietf:params:oauth:token-type:id_token"
SAML = "urn:ietf:params:oauth:token-type:saml2"


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines", email="ines@harbour.test")
    return made


@pytest.fixture(scope="module")
def service(world: World) -> Client:
    flows = ["TOKEN_EXCHANGE_IMPERSONATION", "TOKEN_EXCHANGE_DELEGATION"]
    return add_client(world, *flows, GenerateSecret=True)


def post(world: World, client: Client, **fields: str) -> requests.Response:
    given = {"grant_type": GRANT, "subject_token_type": ACCESS, **fields}
    url = f"{world.server.url}/{world.pool_id}/oauth2/token"
    auth = (client.id, client.secret) if client.secret else None
    data = {name: value for name, value in given.items() if value}
    if not client.secret:
        data["client_id"] = client.id
    return requests.post(url, data=data, auth=auth, timeout=30)


def test_a_token_is_exchanged(world: World, service: Client) -> None:
    answer = post(world, service, subject_token=world.token("ines"), audience="billing")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    claims = unverified(document.pop("access_token"))
    assert (claims["aud"], claims["client_id"]) == ("billing", service.id)
    assert document == {
        "issued_token_type": ACCESS,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "aws.cognito.signin.user.admin",
    }


def test_an_id_token_opens_nothing(world: World, service: Client) -> None:
    signed_in = world.sign_in("ines")["AuthenticationResult"]
    document = post(
        world,
        service,
        subject_token=signed_in["IdToken"],
        subject_token_type=ID,
        requested_token_type=ID,
    ).json()
    assert (document["token_type"], document["issued_token_type"]) == ("N_A", ID)
    assert unverified(document["access_token"])["token_use"] == "id"
    assert "scope" not in document


def test_an_actor_is_named(world: World, service: Client) -> None:
    sub = world.member("clerk")
    document = post(
        world,
        service,
        subject_token=world.token("ines"),
        actor_token=world.token("clerk"),
        actor_token_type=ACCESS,
    ).json()
    assert unverified(document["access_token"])["act"] == {"sub": sub}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"subject_token": ""}, "invalid_request"),
        ({"subject_token_type": ""}, "invalid_request"),
        ({"subject_token_type": "access_token"}, "invalid_request"),
        ({"subject_token_type": SAML}, "invalid_request"),
        ({"subject_token_provider_name": "Somewhere"}, "invalid_request"),
        ({"requested_token_type": SAML}, "invalid_request"),
        ({"requested_token_type": "jwt"}, "invalid_request"),
        ({"actor_token": "a.b.c"}, "invalid_request"),
        ({"audience": "a", "resource": "b"}, "invalid_request"),
        ({"resource": "https://nobody.test"}, "invalid_target"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"subject_token": "a.b.c"}, "invalid_grant"),
        ({"actor_token": "a.b.c", "actor_token_type": ACCESS}, "invalid_grant"),
    ],
)
def test_refusals(world: World, service: Client, fields: dict[str, str], error: str) -> None:
    answer = post(world, service, **{"subject_token": world.token("ines"), **fields})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_the_client_must_have_the_flow_and_its_secret(world: World, service: Client) -> None:
    token = world.token("ines")
    plain = add_client(world, "USER_PASSWORD_AUTH")
    assert post(world, plain, subject_token=token).json()["error"] == "unauthorized_client"
    forged = Client(service.id, "x" * 30)
    assert post(world, forged, subject_token=token).json()["error"] == "invalid_client"


def test_discovery_names_the_grant(world: World) -> None:
    url = f"{world.server.url}/{world.pool_id}/.well-known/openid-configuration"
    assert GRANT in requests.get(url, timeout=30).json()["grant_types_supported"]
