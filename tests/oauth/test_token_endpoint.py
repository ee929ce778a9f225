"""The token endpoint: grants, client authentication, scopes, errors, and where it is found."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import jwt
import pytest

from server import Server
from trigger_world import Pool, claims, make_pool

UNCHANGED = "def handler(event, context):\n    return event\n"


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    return make_pool(server, UNCHANGED)


def _public(pool: Pool, token: str) -> Any:
    with urllib.request.urlopen(f"{pool.server.url}/{pool.id}/.well-known/jwks.json") as answer:
        keys = {key["kid"]: key for key in json.load(answer)["keys"]}
    return jwt.PyJWK(keys[jwt.get_unverified_header(token)["kid"]]).key


def test_a_machine_token_says_exactly_this(pool: Pool) -> None:
    status, document = pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="tides/read"
    )
    assert status == 200
    assert sorted(document) == ["access_token", "expires_in", "token_type"]
    assert (document["expires_in"], document["token_type"]) == (3600, "Bearer")
    token = document["access_token"]
    options: Any = {"verify_exp": False, "verify_iat": False}
    found = jwt.decode(token, _public(pool, token), algorithms=["RS256"], options=options)
    now = pool.server.clock.now_ms() // 1000
    jti = found.pop("jti")
    assert len(jti) == 36
    assert found == {
        "sub": pool.machine,
        "token_use": "access",
        "scope": "tides/read",
        "auth_time": now,
        "iss": f"{pool.server.url}/{pool.id}",
        "exp": now + 3600,
        "iat": now,
        "version": 2,
        "client_id": pool.machine,
    }
    assert jwt.get_unverified_header(token).keys() == {"kid", "alg"}


def test_without_a_scope_all_of_the_clients(pool: Pool) -> None:
    _, document = pool.token_endpoint(
        grant_type="client_credentials",
        client_id=pool.machine,
        client_secret=pool.machine_secret,
    )
    assert claims(document["access_token"])["scope"] == "tides/read"


def test_a_refresh_gives_no_new_refresh_token(pool: Pool) -> None:
    original = pool.sign_in()
    status, document = pool.token_endpoint(
        grant_type="refresh_token", client_id=pool.client, refresh_token=original["RefreshToken"]
    )
    assert status == 200
    assert sorted(document) == ["access_token", "expires_in", "id_token", "token_type"]
    before, after = claims(original["AccessToken"]), claims(document["access_token"])
    carried = ("sub", "event_id", "origin_jti", "auth_time", "scope", "username")
    assert [after[name] for name in carried] == [before[name] for name in carried]
    assert after["jti"] != before["jti"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "$machine"}, "invalid_client"),
        (
            {"grant_type": "client_credentials", "client_id": "$machine", "client_secret": "no"},
            "invalid_client",
        ),
        ({"grant_type": "client_credentials", "client_id": "$client"}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "client_id": "$client"}, "invalid_request"),
        (
            {"grant_type": "refresh_token", "client_id": "$client", "refresh_token": "none"},
            "invalid_grant",
        ),
        (
            {"grant_type": "refresh_token", "client_id": "$client", "client_secret": "x"},
            "invalid_client",
        ),
        ({"grant_type": "client_credentials", "scope": "tides/none"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "nowhere/read"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "aws_client_metadata": "no"}, "invalid_request"),
        (
            {"grant_type": "client_credentials", "aws_client_metadata": '{"a": 1}'},
            "invalid_request",
        ),
    ],
)
def test_refusals(pool: Pool, form: dict[str, str], error: str) -> None:
    names = {"$machine": pool.machine, "$client": pool.client}
    filled = {name: names.get(value, value) for name, value in form.items()}
    basic = None if "client_id" in filled or not filled else pool.machine_basic
    status, document = pool.token_endpoint(basic=basic, **filled)
    assert (status, document["error"]) == (400, error)


def test_a_scope_that_exists_but_is_not_the_clients(pool: Pool) -> None:
    pool.idp.create_resource_server(
        UserPoolId=pool.id,
        Identifier="locks",
        Name="locks",
        Scopes=[{"ScopeName": "open", "ScopeDescription": "open"}],
    )
    status, document = pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="locks/open"
    )
    assert (status, document["error"]) == (400, "invalid_grant")


def test_a_client_of_another_pool_is_unknown_here(server: Server, pool: Pool) -> None:
    other = make_pool(server, UNCHANGED)
    status, document = pool.token_endpoint(
        basic=other.machine_basic, grant_type="client_credentials"
    )
    assert (status, document["error"]) == (400, "invalid_client")


@pytest.mark.parametrize("prefix", ["", "/_aws/cognito-idp", "/cognito-idp"])
def test_the_forms_of_other_emulators(pool: Pool, prefix: str) -> None:
    status, _ = pool.token_endpoint(
        basic=pool.machine_basic, path=f"{prefix}/oauth2/token", grant_type="client_credentials"
    )
    assert status == 200


def test_by_the_host_of_a_domain(pool: Pool) -> None:
    pool.idp.create_user_pool_domain(UserPoolId=pool.id, Domain=pool.function)
    port = pool.server.url.rpartition(":")[2]
    request = urllib.request.Request(
        f"{pool.server.url}/oauth2/token",
        f"grant_type=client_credentials&client_id={pool.machine}"
        f"&client_secret={pool.machine_secret}".encode(),
        {
            "Host": f"{pool.function}.auth.localhost:{port}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "no-store" in answer.headers["Cache-Control"]
        assert json.load(answer)["access_token"]


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        ("GET", {}, None),
        ("POST", {"Content-Type": "application/json"}, b"{}"),
    ],
)
def test_wrong_methods_and_types(
    pool: Pool, method: str, headers: dict[str, str], body: bytes | None
) -> None:
    request = urllib.request.Request(
        f"{pool.server.url}/{pool.id}/oauth2/token", body, headers, method=method
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert (answer.code, answer.read()) == (405, b"")


def test_a_parameter_given_twice(pool: Pool) -> None:
    request = urllib.request.Request(
        f"{pool.server.url}/{pool.id}/oauth2/token",
        b"grant_type=client_credentials&grant_type=refresh_token",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert json.load(answer) == {"error": "invalid_request"}


def test_discovery_agrees_with_the_tokens(pool: Pool) -> None:
    url = f"{pool.server.url}/{pool.id}/.well-known/openid-configuration"
    with urllib.request.urlopen(url) as answer:
        document = json.load(answer)
    tokens = pool.sign_in()
    assert document["issuer"] == claims(tokens["AccessToken"])["iss"]
    assert document["issuer"] == claims(tokens["IdToken"])["iss"]
    with urllib.request.urlopen(document["jwks_uri"]) as answer:
        keys = json.load(answer)["keys"]
    kids = {jwt.get_unverified_header(tokens[name])["kid"] for name in ("AccessToken", "IdToken")}
    assert len(kids) == 2
    assert kids == {key["kid"] for key in keys}
    assert all(len(kid) == 44 for kid in kids)
    assert {name for key in keys for name in key} == {"alg", "e", "kid", "kty", "n", "use"}
