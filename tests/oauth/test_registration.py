"""POST /oauth2/register: applications that register themselves, and what they may not have."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from account_world import World, make_world, refusal
from browser_world import VERIFIER, Browser
from oauth_world import OAuthClient, machine_client, post_token, send
from server import Server
from token_reading import fetch_json

APP = {"client_name": "Tide table", "redirect_uris": ["https://tides.example/back"]}
SCOPE = "aws.cognito/dcr/register"
OPEN = {"EnableStatus": "Enabled", "OpenDcrEnabled": True, "AllowedScopes": ["tides/read"]}


def make_pool(server: Server, configuration: dict[str, Any]) -> World:
    world = make_world(server)
    world.idp.create_resource_server(
        UserPoolId=world.pool_id,
        Identifier="tides",
        Name="tides",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    world.idp.update_user_pool(UserPoolId=world.pool_id, DcrConfiguration=configuration)
    return world


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_pool(server, OPEN)


def register(world: World, document: Any, token: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = send(world.server, "POST", f"/{world.pool_id}/oauth2/register", body, headers)
    return answer.status, json.loads(answer.body)


def machine_token(world: World, scope: str) -> str:
    client = machine_client(world, [scope])
    answer = post_token(world, {"grant_type": "client_credentials"}, client)
    token: str = json.loads(answer.body)["access_token"]
    return token


def test_a_registered_client_signs_people_in(world: World) -> None:
    world.member("ada", email="ada@example.com", email_verified="true")
    status, made = register(world, {**APP, "token_endpoint_auth_method": "client_secret_post"})
    assert status == 201
    assert made["client_id_issued_at"] == world.server.clock.now_ms() // 1000
    assert made["client_secret_expires_at"] == 0
    assert made["redirect_uris"] == APP["redirect_uris"]
    assert made["scope"] == "openid email phone profile tides/read"
    browser = Browser(World(world.server, world.idp, world.pool_id, made["client_id"]))
    page = browser.follow(
        browser.get(
            "/oauth2/authorize",
            response_type="code",
            client_id=made["client_id"],
            redirect_uri=APP["redirect_uris"][0],
            scope="openid tides/read",
        )
    )
    back = browser.submit(page, username="ada", password="Ferry-2-Norderney")
    code = back.headers["location"].partition("code=")[2]
    tokens = browser.redeem(
        code,
        client_id=made["client_id"],
        client_secret=made["client_secret"],
        redirect_uri=APP["redirect_uris"][0],
    )
    assert tokens.status_code == 200
    assert "refresh_token" in tokens.json()


def test_one_without_a_secret_gets_rotating_refresh_tokens(world: World) -> None:
    _, made = register(world, {**APP, "token_endpoint_auth_method": "none"})
    assert "client_secret" not in made
    described = world.idp.describe_user_pool_client(
        UserPoolId=world.pool_id, ClientId=made["client_id"]
    )["UserPoolClient"]
    assert described["ClientType"] == "DCR"
    assert described["RefreshTokenRotation"]["Feature"] == "ENABLED"
    assert described["PreventUserExistenceErrors"] == "ENABLED"


def test_registered_clients_are_listed_apart(world: World) -> None:
    _, made = register(world, APP)

    def listed(**parameters: str) -> set[str]:
        pages = world.idp.get_paginator("list_user_pool_clients").paginate(
            UserPoolId=world.pool_id, PaginationConfig={"PageSize": 1}, **parameters
        )
        return {each["ClientId"] for page in pages for each in page["UserPoolClients"]}

    assert made["client_id"] in listed(ClientType="DCR")
    assert made["client_id"] not in listed(ClientType="REGULAR")
    assert listed() == listed(ClientType="DCR") | listed(ClientType="REGULAR")


def test_a_registered_client_keeps_its_kind_and_cannot_register_others(world: World) -> None:
    _, made = register(world, APP)
    names = {"UserPoolId": world.pool_id, "ClientId": made["client_id"]}
    changed = world.idp.update_user_pool_client(**names, ClientName="other")["UserPoolClient"]
    assert changed["ClientType"] == "DCR"
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", SCOPE],
        "CallbackURLs": APP["redirect_uris"],
    }
    assert refusal(world.idp.update_user_pool_client, **names, **oauth)[0] == (
        "InvalidParameterException"
    )
    assert refusal(world.idp.add_user_pool_client_secret, **names)[0] == (
        "InvalidParameterException"
    )


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({**APP, "redirect_uris": []}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["https://x.example/#f"]}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["http://x.example/"]}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": "https://x.example/"}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["https://x.example/\n"]}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["https://h\u00e4fen.example/"]}, "invalid_redirect_uri"),
        ({**APP, "redirect_uris": ["https://x.example/" + "y" * 1024]}, "invalid_redirect_uri"),
        ({**APP, "grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({**APP, "grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({**APP, "grant_types": []}, "invalid_client_metadata"),
        ({**APP, "response_types": ["token"]}, "invalid_client_metadata"),
        ({**APP, "scope": "openid tides/write"}, "invalid_client_metadata"),
        ({**APP, "scope": SCOPE}, "invalid_client_metadata"),
        ({**APP, "scope": ["openid"]}, "invalid_client_metadata"),
        ({**APP, "client_name": "<script>"}, "invalid_client_metadata"),
        ({**APP, "client_name": 7}, "invalid_client_metadata"),
        ({**APP, "token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ([], "invalid_client_metadata"),
        (b"{", "invalid_client_metadata"),
    ],
)
def test_metadata_that_is_refused(world: World, document: Any, error: str) -> None:
    status, answer = register(world, document)
    assert (status, answer["error"]) == (400, error)
    assert answer["error_description"]


def test_unknown_metadata_is_ignored(world: World) -> None:
    status, made = register(world, {**APP, "logo_uri": "https://x.example/l.png", "x": {"y": 1}})
    assert status == 201
    assert "logo_uri" not in made


@pytest.fixture(scope="module")
def closed(server: Server) -> World:
    return make_pool(server, {"EnableStatus": "Enabled", "AllowedScopes": ["tides/read"]})


@pytest.fixture(scope="module")
def token(closed: World) -> str:
    client = closed.idp.create_user_pool_client(
        UserPoolId=closed.pool_id,
        ClientName="registrar",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["implicit"],
        AllowedOAuthScopes=["openid", SCOPE],
        CallbackURLs=["https://app.example/signed-in"],
    )["UserPoolClient"]
    closed.member("ines")
    browser = Browser(World(closed.server, closed.idp, closed.pool_id, client["ClientId"]))
    page = browser.follow(browser.authorize(response_type="token"))
    back = browser.submit(page, username="ines", password="Ferry-2-Norderney")
    found: str = back.headers["location"].partition("access_token=")[2].partition("&")[0]
    return found


class TestWithAToken:
    def test_of_the_right_scope_a_machine_may_be_registered(
        self, closed: World, token: str
    ) -> None:
        status, made = register(closed, {"grant_types": ["client_credentials"]}, token)
        assert (status, made["scope"]) == (201, "tides/read")
        assert "redirect_uris" not in made
        client = OAuthClient(made["client_id"], made["client_secret"])
        answer = post_token(closed, {"grant_type": "client_credentials"}, client)
        assert answer.status == 200

    def test_none_another_or_a_weak_one_is_not_enough(self, closed: World, world: World) -> None:
        assert register(closed, APP) == (
            401,
            {
                "error": "invalid_token",
                "error_description": "An initial access token is required.",
            },
        )
        assert register(closed, APP, "nonsense")[0] == 401
        weak = machine_token(closed, "tides/read")
        assert register(closed, APP, weak)[1]["error"] == "insufficient_scope"
        foreign = machine_token(world, "tides/read")
        assert register(closed, APP, foreign)[1]["error"] == "invalid_token"

    def test_that_ended_is_refused_where_none_is_needed(self, world: World) -> None:
        assert register(world, APP, "nonsense")[0] == 401


@pytest.mark.parametrize(
    "configuration", [{"EnableStatus": "Disabled"}, {"EnableStatus": "Enabled"}]
)
def test_discovery_names_the_endpoint_only_where_it_answers(
    server: Server, configuration: dict[str, Any]
) -> None:
    world = make_pool(server, configuration)
    document = fetch_json(f"{server.url}/{world.pool_id}/.well-known/openid-configuration")
    url = document.get("registration_endpoint")
    if configuration["EnableStatus"] == "Enabled":
        assert url == f"{server.url}/{world.pool_id}/oauth2/register"
    else:
        assert url is None
        assert register(world, APP)[0] == 404


def test_an_empty_list_of_grants_refuses_everybody(server: Server) -> None:
    world = make_pool(server, {**OPEN, "OpenDcrGrantTypes": []})
    assert register(world, APP)[1]["error"] == "invalid_client_metadata"


def test_the_code_of_a_registered_client_is_still_bound_to_its_challenge(world: World) -> None:
    _, made = register(world, {**APP, "token_endpoint_auth_method": "none"})
    answer = post_token(
        world,
        {
            "grant_type": "authorization_code",
            "client_id": made["client_id"],
            "code": "00000000-0000-4000-8000-000000000000",
            "redirect_uri": APP["redirect_uris"][0],
            "code_verifier": VERIFIER,
        },
    )
    assert json.loads(answer.body)["error"] == "invalid_grant"


def test_no_session_alone_gives_a_registered_client_a_code(browser: Browser) -> None:
    world = browser.world
    world.idp.update_user_pool(
        UserPoolId=world.pool_id,
        DcrConfiguration={"EnableStatus": "Enabled", "OpenDcrEnabled": True},
    )
    _, made = register(world, APP)
    browser.sign_in()
    asked = {"client_id": made["client_id"], "redirect_uri": APP["redirect_uris"][0]}
    back = browser.authorize(prompt="none", **asked).headers["location"]
    assert back == f"{APP['redirect_uris'][0]}?error=consent_required"
    page = browser.follow(browser.authorize(**asked))
    assert "Tide table" in page.text
    agreed = browser.submit(page, continueAsButton="yes").headers["location"]
    assert agreed.startswith(f"{APP['redirect_uris'][0]}?code=")


def test_strangers_cannot_fill_a_pool(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_pool(server, OPEN)
    for _ in range(60):
        assert register(world, APP)[0] == 201
    status, answer = register(world, APP)
    assert (status, answer["error"]) == (429, "temporarily_unavailable")
    server.clock.advance(seconds=3600)
    assert register(world, APP)[0] == 201
