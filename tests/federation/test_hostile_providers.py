"""Providers that say what is not so, do not answer, or answer too much."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from federation_world import (
    OTHER_KEY,
    FakeProvider,
    Visit,
    make_visit,
    signed,
    signed_with_the_public_key,
)
from server import Server

SIGNATURE = "Bad id_token signature"


def refused(visit: Visit, description: str) -> None:
    assert visit.there_and_back() == {
        "error_description": description,
        "error": "invalid_request",
        "state": "s",
    }
    users = visit.browser.world.idp.list_users(UserPoolId=visit.browser.world.pool_id)["Users"]
    assert [user["Username"] for user in users] == ["ada"]


def test_an_honest_one(visit: Visit) -> None:
    assert "code" in visit.there_and_back()
    assert visit.user()["email"] == "mara@example.com"
    ((_, form, _),) = [each for each in visit.fake.asked if each[0] == "/token"]
    assert form["grant_type"] == "authorization_code"
    assert form["client_id"] == "poolhouse"
    assert form["client_secret"] == "between-us"
    assert form["redirect_uri"] == f"{visit.browser.base}/oauth2/idpresponse"
    assert "code_verifier" not in form
    ((_, _, bearer),) = [each for each in visit.fake.asked if each[0] == "/userinfo"]
    assert bearer == "Bearer a"


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"iss": "https://elsewhere.example"}, "Bad id_token issuer https://elsewhere.example"),
        ({"aud": "somebody-else"}, "Bad id_token audience"),
        ({"aud": None}, "Bad id_token audience"),
        ({"aud": ["poolhouse", "somebody-else"]}, "Bad id_token audience"),
        ({"aud": ["poolhouse"], "azp": "somebody-else"}, "Bad id_token audience"),
        ({"nonce": "another"}, "Bad id_token nonce"),
        ({"nonce": None}, "Bad id_token nonce"),
        ({"exp": 1_700_000_000}, "Bad id_token expiry"),
        ({"exp": None}, "Bad id_token expiry"),
        ({"exp": "never"}, "Bad id_token expiry"),
        ({"iat": 1_990_000_000}, "Bad id_token expiry"),
        ({"sub": None}, "username attribute mapping required"),
        ({"sub": ""}, "username attribute mapping required"),
        ({"sub": "1" * 256}, "username attribute mapping required"),
        ({"sub": 117}, "username attribute mapping required"),
        ({"sub": "118"}, "Bad userInfo subject"),
    ],
)
def test_claims_of_another_sign_in(visit: Visit, claims: dict[str, Any], description: str) -> None:
    visit.fake.claims = claims
    refused(visit, description)


def test_several_audiences_with_a_party_that_is_us(visit: Visit) -> None:
    visit.fake.claims = {"aud": ["poolhouse", "somebody-else"], "azp": "poolhouse"}
    assert "code" in visit.there_and_back()


def unsigned(claims: dict[str, Any]) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"one"}').rstrip(b"=").decode()
    return f"{header}.{signed(claims).split('.')[1]}."


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(unsigned, id="none"),
        pytest.param(signed_with_the_public_key, id="hs256-with-the-public-key"),
        pytest.param(lambda claims: signed(claims, OTHER_KEY), id="another-key"),
        pytest.param(lambda claims: signed(claims, OTHER_KEY, kid="two"), id="unknown-kid"),
        pytest.param(lambda claims: signed(claims, kid=None), id="no-kid"),
        pytest.param(lambda claims: signed(claims)[:-6] + "AAAAAA", id="forged"),
        pytest.param(lambda claims: "a.b.c", id="no-token"),
        pytest.param(lambda claims: "nothing", id="nothing"),
    ],
)
def test_signatures_that_are_none(visit: Visit, sign: Callable[[dict[str, Any]], str]) -> None:
    visit.fake.sign = sign
    refused(visit, SIGNATURE)


def test_a_published_secret_is_no_key(visit: Visit) -> None:
    visit.fake.keys = [{"kty": "oct", "kid": "one", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]
    refused(visit, SIGNATURE)


def test_keys_are_kept_and_fetched_again_for_a_new_kid(
    start_server: Callable[..., Server], fake: FakeProvider
) -> None:
    server = start_server()
    visit = make_visit(server, fake)
    assert "code" in visit.there_and_back()
    assert "code" in visit.there_and_back()
    assert fake.paths().count("/jwks") == 1
    fake.keys = [OTHER_KEY.as_dict(private=False)]
    fake.sign = lambda claims: signed(claims, OTHER_KEY, kid="two")
    assert visit.there_and_back()["error_description"] == SIGNATURE
    assert fake.paths().count("/jwks") == 1  # so soon, nobody makes us look again
    server.clock.advance(seconds=16)
    assert "code" in visit.there_and_back()
    assert fake.paths().count("/jwks") == 2
    fake.sign = lambda claims: signed(claims)
    server.clock.advance(seconds=16)
    assert visit.there_and_back()["error_description"] == SIGNATURE


@pytest.mark.parametrize(
    ("path", "description"),
    [
        ("/token", "Timeout occurred in calling IdP token endpoint"),
        ("/jwks", "error_description=Timeout in calling jwks uri"),
        ("/userinfo", "Read timed out"),
    ],
)
def test_one_that_is_slow(
    start_server: Callable[..., Server], fake: FakeProvider, path: str, description: str
) -> None:
    visit = make_visit(start_server(provider_timeout_seconds=0.3), fake)
    fake.delays = {path: 0.6}
    refused(visit, description)


@pytest.mark.parametrize(
    ("path", "answer", "description"),
    [
        ("/token", (400, b'{"error":"invalid_grant"}'), "Fake Error - 400 error getting token"),
        ("/token", (500, b"oops"), "Fake Error - 500 error getting token"),
        ("/token", (200, b"<html>"), "Fake Error - 200 error getting token"),
        ("/token", (200, b"[]"), "Fake Error - 200 error getting token"),
        ("/token", (200, b'{"access_token":"a"}'), "Bad id_token"),
        ("/token", (200, b'{"access_token":"a","id_token":7}'), "Bad id_token"),
        ("/token", (200, b" " * 300_000), "Connection reset"),
        ("/jwks", (200, b'{"keys":"none"}'), SIGNATURE),
        ("/jwks", (200, b'{"keys":[{"kid":"one","kty":"RSA"}]}'), SIGNATURE),
        ("/jwks", (404, b""), "Connection reset"),
        ("/userinfo", (403, b"{}"), "Fake Error - 403 error getting userInfo"),
        ("/userinfo", (200, b"no"), "Fake Error - 200 error getting userInfo"),
    ],
)
def test_answers_that_are_none(
    visit: Visit, path: str, answer: tuple[int, bytes], description: str
) -> None:
    visit.fake.answers = {path: answer}
    refused(visit, description)


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
def test_redirects_are_not_followed(visit: Visit, path: str) -> None:
    visit.fake.answers = {path: (307, b"")}
    visit.fake.headers = {"location": f"{visit.fake.url}/elsewhere"}
    assert "error" in visit.there_and_back()
    assert "/elsewhere" not in visit.fake.paths()


@pytest.mark.parametrize(
    ("discovery", "description"),
    [
        ({"issuer": "https://elsewhere.example"}, "Bad issuer https://elsewhere.example in the"),
        ({"token_endpoint": None}, "Bad token_endpoint in the discovery document"),
        ({"authorization_endpoint": 7}, "Bad authorization_endpoint in the discovery document"),
    ],
)
def test_discovery_that_leads_astray(
    visit: Visit, discovery: dict[str, Any], description: str
) -> None:
    visit.fake.discovery = discovery
    location = visit.browser.authorize(identity_provider="Fake").headers["location"]
    assert description.replace(" ", "+").replace("/", "%2F").replace(":", "%3A") in location


def test_a_provider_that_is_not_there(server: Server, visit: Visit) -> None:
    world = visit.browser.world
    details = {
        "client_id": "poolhouse",
        "authorize_scopes": "openid",
        "attributes_request_method": "GET",
        "oidc_issuer": "http://127.0.0.1:9",
    }
    world.idp.update_identity_provider(
        UserPoolId=world.pool_id, ProviderName="Fake", ProviderDetails=details
    )
    location = visit.browser.authorize(identity_provider="Fake").headers["location"]
    assert "error_description=Connection+reset&error=invalid_request" in location


def test_endpoints_of_a_http_address_elsewhere_are_not_asked(visit: Visit) -> None:
    visit.fake.discovery = {"token_endpoint": "http://169.254.169.254/latest"}
    assert visit.there_and_back()["error_description"] == "Connection refused"


def test_with_a_challenge_where_discovery_offers_it(visit: Visit) -> None:
    visit.fake.discovery = {"code_challenge_methods_supported": ["plain", "S256"]}
    asked = visit.leave()
    assert asked["code_challenge_method"] == "S256"
    visit.come(asked["state"])
    ((_, form, _),) = [each for each in visit.fake.asked if each[0] == "/token"]
    assert len(form["code_verifier"]) == 43


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"error": "access_denied", "error_description": "The user said no"},
            {"error": "access_denied", "error_description": "The user said no"},
        ),
        (
            {"error": "invalid_scope"},
            {"error": "invalid_request", "error_description": "Fake Error - invalid_scope"},
        ),
        ({}, {"error": "invalid_request", "error_description": "Fake Error - no code"}),
    ],
)
def test_refusals_of_the_provider(
    visit: Visit, answer: dict[str, str], expected: dict[str, str]
) -> None:
    assert visit.there_and_back(**{"code": "", **answer}) == {**expected, "state": "s"}


def test_text_of_the_provider_is_only_ever_a_parameter(visit: Visit) -> None:
    text = "<script>&error=none#\r\nset-cookie: a=b"
    answer = visit.come(
        visit.leave()["state"], code="", error="access_denied", error_description=text
    )
    location = answer.headers["location"]
    assert "<" not in location
    assert "\r" not in location
    assert location.count("error=") == 1
