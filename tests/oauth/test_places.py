"""Where a pool's endpoints and documents are found, and what else they answer over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from account_world import World, make_world
from oauth_world import FORM, OAuthClient, error_of, machine_client, post, send
from server import Server
from token_reading import fetch_json, key_set

GRANT = {"grant_type": "client_credentials"}
DOCUMENTS = ["/.well-known/openid-configuration", "/.well-known/jwks.json"]
ENDPOINTS = ["/oauth2/token", "/oauth2/revoke"]


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    made = make_world(server)
    made.idp.create_resource_server(
        UserPoolId=made.pool_id,
        Identifier="tides",
        Name="tides",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain="quay-of-places")
    made.idp.create_user_pool_domain(
        UserPoolId=made.pool_id,
        Domain="login.harbour.test",
        CustomDomainConfig={"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"},
    )
    return made


@pytest.fixture(scope="module")
def machine(world: World) -> OAuthClient:
    return machine_client(world, ["tides/read"])


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [
            "quay-of-places.auth.localhost",
            "quay-of-places.auth.localhost:4566",
            "Quay-Of-Places.AUTH.localhost",
            "quay-of-places.auth.us-east-1.localhost",
            "quay-of-places.auth.us-east-1.amazoncognito.com",
            "login.harbour.test",
            "login.harbour.test:443",
        ],
    )
    def test_of_the_pools_domains(self, world: World, machine: OAuthClient, host: str) -> None:
        answer = post(world.server, "/oauth2/token", GRANT, machine, Host=host)
        assert answer.status == 200
        for path in DOCUMENTS:
            assert send(world.server, "GET", path, headers={"Host": host}).status == 200

    @pytest.mark.parametrize(
        "host",
        [
            "nobody.auth.localhost",
            "quay-of-places.auth.eu-west-1.localhost",
            "quay-of-places.auth.eu-west-1.amazoncognito.com",
            "quay-of-places.auth.amazoncognito.com",
            "x.quay-of-places.auth.localhost",
        ],
    )
    def test_that_no_pool_has(self, world: World, machine: OAuthClient, host: str) -> None:
        for path in DOCUMENTS:
            assert send(world.server, "GET", path, headers={"Host": host}).status == 404

    def test_a_client_of_another_pool(self, world: World, server: Server) -> None:
        other = make_world(server)
        form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": other.client_id}
        for host in ("quay-of-places.auth.localhost", "login.harbour.test"):
            answer = post(world.server, "/oauth2/token", form, Host=host)
            assert error_of(answer) == (400, "invalid_client", None)

    def test_nobody_catches_the_requests_of_a_host_by_its_name(
        self, world: World, machine: OAuthClient, server: Server
    ) -> None:
        other = make_world(server)
        other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="localhost")
        answer = post(world.server, "/oauth2/token", GRANT, machine, Host="localhost:4566")
        assert answer.status == 200
        path = DOCUMENTS[0]
        assert send(world.server, "GET", path, headers={"Host": "localhost"}).status == 404

    def test_a_deleted_domain_answers_no_more(self, server: Server) -> None:
        world = make_world(server)
        world.idp.create_user_pool_domain(UserPoolId=world.pool_id, Domain="short-lived")
        headers = {"Host": "short-lived.auth.localhost"}
        assert send(server, "GET", DOCUMENTS[0], headers=headers).status == 200
        world.idp.delete_user_pool_domain(UserPoolId=world.pool_id, Domain="short-lived")
        assert send(server, "GET", DOCUMENTS[0], headers=headers).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/{pool}/oauth2/token",
        "/oauth2/token",
        "/_aws/cognito-idp/oauth2/token",
        "/cognito-idp/oauth2/token",
    ],
)
def test_paths_of_the_token_endpoint(world: World, machine: OAuthClient, path: str) -> None:
    answer = post(world.server, path.format(pool=world.pool_id), GRANT, machine)
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/", "/oauth2", "/oauth2/nothing", "/nothing", "/x_y/nothing"])
def test_paths_of_nothing(world: World, path: str) -> None:
    assert send(world.server, "GET", path).status == 404


class TestEndpoints:
    @pytest.mark.parametrize("path", ENDPOINTS)
    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
    def test_another_method(self, world: World, path: str, method: str) -> None:
        answer = send(world.server, method, f"/{world.pool_id}{path}")
        assert (answer.status, answer.body) == (405, b"")

    @pytest.mark.parametrize("path", ENDPOINTS)
    @pytest.mark.parametrize(
        "content_type", ["application/json", "text/plain", "multipart/form-data", ""]
    )
    def test_another_type(self, world: World, path: str, content_type: str) -> None:
        answer = send(
            world.server,
            "POST",
            f"/{world.pool_id}{path}",
            b"grant_type=client_credentials",
            {"Content-Type": content_type},
        )
        assert (answer.status, answer.body) == (405, b"")

    @pytest.mark.parametrize(
        "content_type", [f"{FORM}; charset=UTF-8", f"{FORM.upper()}", f"{FORM};charset=utf-8"]
    )
    def test_the_type_may_have_parameters(
        self, world: World, machine: OAuthClient, content_type: str
    ) -> None:
        headers = {"Content-Type": content_type, "Authorization": machine.basic}
        path = f"/{world.pool_id}/oauth2/token"
        answer = send(world.server, "POST", path, b"grant_type=client_credentials", headers)
        assert answer.status == 200

    @pytest.mark.parametrize(
        "body",
        [
            b"grant_type=client_credentials&grant_type=client_credentials",
            b"grant_type=client_credentials&scope=a&scope=b",
            b"grant_type=client_credentials&x=%ff",
            b"grant_type=client_credentials&x=\xff",
            b"&".join(b"f%d=1" % number for number in range(101)),
            b"",
            b"{}",
        ],
    )
    def test_a_body_that_cannot_be_read(
        self, world: World, machine: OAuthClient, body: bytes
    ) -> None:
        answer = post(world.server, f"/{world.pool_id}/oauth2/token", body, machine)
        assert error_of(answer) == (400, "invalid_request", None)

    def test_a_body_that_is_too_long(self, world: World, machine: OAuthClient) -> None:
        body = b"grant_type=client_credentials&x=" + b"a" * 65_536
        answer = post(world.server, f"/{world.pool_id}/oauth2/token", body, machine)
        assert error_of(answer) == (413, "invalid_request", None)

    def test_empty_parameters_count_as_absent(self, world: World, machine: OAuthClient) -> None:
        body = b"grant_type=client_credentials&client_id=&scope=&aws_client_metadata="
        answer = post(world.server, f"/{world.pool_id}/oauth2/token", body, machine)
        assert answer.status == 200

    @pytest.mark.parametrize("path", [*ENDPOINTS, "/oauth2/userInfo"])
    def test_a_browser_asks_first(self, world: World, path: str) -> None:
        answer = send(
            world.server,
            "OPTIONS",
            f"/{world.pool_id}{path}",
            headers={
                "Origin": "https://app.test",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            },
        )
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert {"authorization", "content-type"} <= {
            *answer.headers["access-control-allow-headers"].split(", ")
        }

    def test_headers_of_successes_and_refusals(self, world: World, machine: OAuthClient) -> None:
        path = f"/{world.pool_id}/oauth2/token"
        for answer in (
            post(world.server, path, GRANT, machine),
            post(world.server, path, {}, machine),
            post(world.server, path, GRANT),
        ):
            assert answer.headers["content-type"] == "application/json;charset=UTF-8"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "no-store" in answer.headers["cache-control"]
            assert answer.headers["pragma"] == "no-cache"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert len(answer.headers["x-amz-cognito-request-id"]) == 36
            assert "set-cookie" not in answer.headers


class TestDocuments:
    def test_discovery(self, world: World) -> None:
        base = f"{world.server.url}/{world.pool_id}"
        document = fetch_json(f"{base}/.well-known/openid-configuration")
        assert document["issuer"] == base
        assert document["jwks_uri"] == f"{base}/.well-known/jwks.json"
        for member, path in (
            ("token_endpoint", "/oauth2/token"),
            ("revocation_endpoint", "/oauth2/revoke"),
            ("userinfo_endpoint", "/oauth2/userInfo"),
            ("authorization_endpoint", "/oauth2/authorize"),
        ):
            assert document[member] == base + path
            assert send(world.server, "OPTIONS", f"/{world.pool_id}{path}").status != 404
        assert document["id_token_signing_alg_values_supported"] == ["RS256"]
        assert document["subject_types_supported"] == ["public"]
        assert document["scopes_supported"] == ["openid", "email", "phone", "profile"]
        assert document["token_endpoint_auth_methods_supported"] == [
            "client_secret_basic",
            "client_secret_post",
        ]

    def test_the_key_set(self, world: World) -> None:
        keys = key_set(world.server, world.pool_id)["keys"]
        assert len(keys) == 2
        for key in keys:
            assert key.keys() == {"alg", "e", "kid", "kty", "n", "use"}
            assert (key["alg"], key["e"], key["kty"], key["use"]) == (
                "RS256",
                "AQAB",
                "RSA",
                "sig",
            )
            assert len(key["n"]) == 342
        assert keys[0]["n"] != keys[1]["n"]

    def test_in_the_issuer_mode_of_the_real_service_only_the_name_is_its(
        self, start_server: Callable[..., Server]
    ) -> None:
        server = start_server(issuer_mode="aws")
        world = make_world(server)
        document = fetch_json(f"{server.url}/{world.pool_id}/.well-known/openid-configuration")
        issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{world.pool_id}"
        assert document["issuer"] == issuer
        assert document["jwks_uri"] == f"{server.url}/{world.pool_id}/.well-known/jwks.json"
        assert len(fetch_json(document["jwks_uri"])["keys"]) == 2

    def test_behind_a_proxy_the_public_url_counts(
        self, start_server: Callable[..., Server]
    ) -> None:
        server = start_server(public_url="https://id.harbour.test/auth/")
        listening = f"http://127.0.0.1:{server.house.settings.port}"
        server.url = listening
        world = make_world(server)
        document = fetch_json(f"{listening}/{world.pool_id}/.well-known/openid-configuration")
        base = f"https://id.harbour.test/auth/{world.pool_id}"
        assert document["issuer"] == base
        assert document["token_endpoint"] == f"{base}/oauth2/token"

    @pytest.mark.parametrize("path", DOCUMENTS)
    def test_anybody_may_read_them(self, world: World, path: str) -> None:
        for method in ("GET", "HEAD"):
            answer = send(world.server, method, f"/{world.pool_id}{path}")
            assert answer.status == 200
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cache-control"].startswith("public, max-age=")
        assert send(world.server, "OPTIONS", f"/{world.pool_id}{path}").status == 200
        assert send(world.server, "POST", f"/{world.pool_id}{path}").status == 405

    @pytest.mark.parametrize("path", DOCUMENTS)
    def test_of_a_pool_that_is_not(self, world: World, server: Server, path: str) -> None:
        gone = make_world(server)
        assert send(server, "GET", f"/{gone.pool_id}{path}").status == 200
        gone.idp.delete_user_pool(UserPoolId=gone.pool_id)
        for pool_id in (gone.pool_id, "us-east-1_nosuchpoo"):
            answer = send(server, "GET", f"/{pool_id}{path}")
            assert answer.status == 404
            assert answer.json == {"message": f"User pool {pool_id} does not exist."}
