"""The modules of the OpenID Foundation's Basic OP plan, by their names, each as a test of ours.

``DEVIATIONS`` are Cognito's own: a server that does as Cognito does fails these modules, and one
with ``strict_oauth`` passes them all. Source: the suite's plan oidcc-basic-certification-test-plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import requests
from joserfc import jws

from browser_world import CALLBACK, CHALLENGE, VERIFIER
from conformance.provider import PROFILE, NotConformant, Provider, make_provider, require
from server import Server, running
from token_reading import fetch_json

DEVIATIONS: Final = {
    "oidcc-scope-profile": "userInfo's values are strings, updated_at among them",
    "oidcc-scope-email": "userInfo's email_verified is a string",
    "oidcc-scope-phone": "userInfo's phone_number_verified is a string",
    "oidcc-scope-address": "there is no scope address: invalid_scope",
    "oidcc-scope-all": "there is no scope address: invalid_scope",
    "oidcc-id-token-hint": "id_token_hint is not read",
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": (
        "request_uri is ignored as an unknown parameter"
    ),
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": (
        "request is ignored as an unknown parameter"
    ),
    "oidcc-ensure-request-object-with-redirect-uri": ("request is ignored as an unknown parameter"),
}
_MODULES: dict[str, Callable[[Provider], None]] = {}
_UNSIGNED = (  # {"alg": "none"}, {"state": "from-the-object"}, no signature
    "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImZyb20tdGhlLW9iamVjdCJ9."
)


def module(check: Callable[[Provider], None]) -> Callable[[Provider], None]:
    _MODULES["oidcc-" + check.__name__.replace("_", "-")] = check
    return check


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("strict"), strict_oauth=True) as server:
        yield server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its clock moves from module to module."""
    with running(tmp_path_factory.mktemp("cognito")) as server:
        yield server


@module
def server(provider: Provider) -> None:
    heard = provider.sign_in()
    require(heard["state"] == "s-1", "state is not returned")
    tokens = provider.redeem(heard["code"])
    require(tokens["token_type"] == "Bearer", "token_type is not Bearer")
    claims = provider.id_claims(tokens)
    require(provider.userinfo(tokens["access_token"])["sub"] == claims["sub"], "another sub")


@module
def response_type_missing(provider: Provider) -> None:
    heard = provider.heard(provider.ask(response_type=""))
    require(heard["error"] in ("invalid_request", "unsupported_response_type"), "another error")


@module
def idtoken_signature(provider: Provider) -> None:
    tokens = provider.tokens()
    provider.id_claims(tokens)
    headers = jws.extract_compact(tokens["id_token"].encode()).headers()
    require(headers["alg"] == "RS256" and headers["kid"], "no RS256, or no kid")


@module
def idtoken_unsigned(provider: Provider) -> None:
    document = fetch_json(f"{provider.issuer}/.well-known/openid-configuration")
    require("none" not in document["id_token_signing_alg_values_supported"], "none is offered")


@module
def userinfo_get(provider: Provider) -> None:
    provider.userinfo(provider.tokens()["access_token"])


def _post_userinfo(provider: Provider, *, in_body: bool) -> None:
    tokens = provider.tokens()
    url, token = f"{provider.issuer}/oauth2/userInfo", tokens["access_token"]
    if in_body:
        answer = requests.post(url, data={"access_token": token}, timeout=30)
    else:
        answer = requests.post(url, headers={"authorization": f"Bearer {token}"}, timeout=30)
    require(answer.status_code == 200, answer.text)
    require(answer.json()["sub"] == provider.id_claims(tokens)["sub"], "another sub")


@module
def userinfo_post_header(provider: Provider) -> None:
    _post_userinfo(provider, in_body=False)


@module
def userinfo_post_body(provider: Provider) -> None:
    _post_userinfo(provider, in_body=True)


@module
def ensure_request_without_nonce_succeeds_for_code_flow(provider: Provider) -> None:
    provider.id_claims(provider.tokens(nonce=""), nonce=None)


def _claims_of(provider: Provider, scope: str) -> dict[str, Any]:
    return provider.userinfo(provider.tokens(scope=scope)["access_token"])


def _require_profile(claims: dict[str, Any]) -> None:
    for name in ("name", "family_name", "given_name", "middle_name", "nickname", "profile"):
        require(claims.get(name) == PROFILE[name], f"{name} is missing")
    require(claims.get("updated_at") == int(PROFILE["updated_at"]), "updated_at is no number")


def _require_email(claims: dict[str, Any]) -> None:
    require(claims.get("email") == PROFILE["email"], "no email")
    require(claims.get("email_verified") is True, "email_verified is no boolean")


def _require_phone(claims: dict[str, Any]) -> None:
    require(claims.get("phone_number") == PROFILE["phone_number"], "no phone_number")
    require(claims.get("phone_number_verified") is True, "phone_number_verified is no boolean")


def _require_address(claims: dict[str, Any]) -> None:
    require(claims.get("address") == {"formatted": PROFILE["address"]}, "address is no object")


@module
def scope_profile(provider: Provider) -> None:
    claims = _claims_of(provider, "openid profile")
    _require_profile(claims)
    require("email" not in claims, "more than was asked for")


@module
def scope_email(provider: Provider) -> None:
    claims = _claims_of(provider, "openid email")
    _require_email(claims)
    require("name" not in claims, "more than was asked for")


@module
def scope_address(provider: Provider) -> None:
    claims = _claims_of(provider, "openid address")
    _require_address(claims)
    require("email" not in claims, "more than was asked for")


@module
def scope_phone(provider: Provider) -> None:
    _require_phone(_claims_of(provider, "openid phone"))


@module
def scope_all(provider: Provider) -> None:
    claims = _claims_of(provider, "openid profile email address phone")
    for require_part in (_require_profile, _require_email, _require_address, _require_phone):
        require_part(claims)


@module
def ensure_other_scope_order_succeeds(provider: Provider) -> None:
    provider.id_claims(provider.tokens(scope="email openid"))


@module
def display_page(provider: Provider) -> None:
    provider.tokens(display="page")


@module
def display_popup(provider: Provider) -> None:
    provider.tokens(display="popup")


@module
def prompt_login(provider: Provider) -> None:
    first = provider.id_claims(provider.tokens())
    provider.server.clock.advance(seconds=2)
    answer = provider.ask(prompt="login")
    require(provider.shows_a_page(answer), "nobody is asked to sign in again")
    second = provider.id_claims(provider.redeem(provider.finish(answer)["code"]))
    require(second["auth_time"] > first["auth_time"], "auth_time is the old one")
    require(second["sub"] == first["sub"], "another sub")


@module
def prompt_none_not_logged_in(provider: Provider) -> None:
    heard = provider.heard(provider.ask(prompt="none"))
    require(heard["error"] == "login_required", "another error")


@module
def prompt_none_logged_in(provider: Provider) -> None:
    first = provider.id_claims(provider.tokens())
    heard = provider.heard(provider.ask(prompt="none"))
    second = provider.id_claims(provider.redeem(heard["code"]))
    require(second["sub"] == first["sub"], "another sub")
    require(second["auth_time"] == first["auth_time"], "another auth_time")


@module
def max_age_1(provider: Provider) -> None:
    first = provider.id_claims(provider.tokens())
    provider.server.clock.advance(seconds=2)
    answer = provider.ask(max_age="1")
    require(provider.shows_a_page(answer), "nobody is asked to sign in again")
    second = provider.id_claims(provider.redeem(provider.finish(answer)["code"]))
    require(second["auth_time"] > first["auth_time"], "auth_time is the old one")


@module
def max_age_10000(provider: Provider) -> None:
    first = provider.id_claims(provider.tokens())
    provider.server.clock.advance(seconds=2)
    heard = provider.heard(provider.ask(max_age="10000"))
    second = provider.id_claims(provider.redeem(heard["code"]))
    require(second["auth_time"] == first["auth_time"], "another auth_time")


@module
def ensure_request_with_unknown_parameter_succeeds(provider: Provider) -> None:
    provider.tokens(extra="foobar")


@module
def id_token_hint(provider: Provider) -> None:
    tokens = provider.tokens()
    heard = provider.heard(provider.ask(prompt="none", id_token_hint=tokens["id_token"]))
    require("code" in heard, "the right hint is refused")
    head, _, signature = tokens["id_token"].split(".")
    other = provider.ask(prompt="none", id_token_hint=f"{head}.e30.{signature}")
    require(provider.heard(other).get("error") == "login_required", "a hint is not looked at")


@module
def login_hint(provider: Provider) -> None:
    page = provider.browser.follow(provider.ask(login_hint="ada"))
    require('value="ada"' in page.text, "the name is not filled in")
    provider.tokens(login_hint="ada")


@module
def ui_locales(provider: Provider) -> None:
    provider.tokens(ui_locales="se")


@module
def claims_locales(provider: Provider) -> None:
    provider.tokens(claims_locales="se")


@module
def ensure_request_with_acr_values_succeeds(provider: Provider) -> None:
    provider.tokens(acr_values="1 2")


def _code_reuse(provider: Provider, seconds: int) -> None:
    code = provider.sign_in()["code"]
    tokens = provider.redeem(code)
    provider.server.clock.advance(seconds=seconds)
    again = provider.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    require((again.status_code, again.json()["error"]) == (400, "invalid_grant"), again.text)
    stale = provider.browser.userinfo(tokens["access_token"])
    require(stale.status_code == 401, "what the first use gave lives on")


@module
def codereuse(provider: Provider) -> None:
    _code_reuse(provider, 0)


@module
def codereuse_30seconds(provider: Provider) -> None:
    _code_reuse(provider, 30)


@module
def ensure_registered_redirect_uri(provider: Provider) -> None:
    answer = provider.ask(redirect_uri="https://app.example/unregistered")
    require("app.example" not in answer.headers["location"], "the browser is sent there")


@module
def ensure_post_request_succeeds(provider: Provider) -> None:
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "nonce": "n-1",
    }
    answer = provider.browser.session.post(
        f"{provider.issuer}/oauth2/authorize", data=asked, allow_redirects=False
    )
    heard = provider.finish(provider.browser.follow(answer))
    provider.id_claims(provider.redeem(heard["code"]))


@module
def server_client_secret_post(provider: Provider) -> None:
    code = provider.sign_in()["code"]
    answer = provider.token(
        by_post=True, grant_type="authorization_code", code=code, redirect_uri=CALLBACK
    )
    require(answer.status_code == 200, answer.text)


def _rejects(provider: Provider, parameter: str, value: str) -> None:
    heard = provider.sign_in(**{parameter: value})
    require(heard.get("error") == f"{parameter}_not_supported", f"no rejection: {heard}")


@module
def request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    provider: Provider,
) -> None:
    _rejects(provider, "request_uri", "https://app.example/request.jwt")


@module
def unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    provider: Provider,
) -> None:
    _rejects(provider, "request", _UNSIGNED)


@module
def claims_essential(provider: Provider) -> None:
    provider.tokens(claims='{"userinfo":{"name":{"essential":true}}}')


@module
def ensure_request_object_with_redirect_uri(provider: Provider) -> None:
    _rejects(provider, "request", _UNSIGNED)


@module
def refresh_token(provider: Provider) -> None:
    tokens = provider.tokens()
    first = provider.id_claims(tokens)
    provider.server.clock.advance(seconds=5)
    answer = provider.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    require(answer.status_code == 200, answer.text)
    second = provider.id_claims(answer.json(), nonce=None)
    for name in ("iss", "sub", "aud", "auth_time"):
        require(second[name] == first[name], f"{name} changed")
    require(second["iat"] > first["iat"], "iat is the old one")
    provider.userinfo(answer.json()["access_token"])


@module
def ensure_request_with_valid_pkce_succeeds(provider: Provider) -> None:
    heard = provider.sign_in(code_challenge=CHALLENGE, code_challenge_method="S256")
    wrong = provider.token(
        grant_type="authorization_code",
        code=heard["code"],
        redirect_uri=CALLBACK,
        code_verifier="x" * 43,
    )
    require(wrong.status_code == 400, "a wrong verifier is taken")
    provider.id_claims(provider.redeem(heard["code"], code_verifier=VERIFIER))


@pytest.fixture(scope="module")
def strict_provider(strict_server: Server) -> Provider:
    return make_provider(strict_server, strict=True)


@pytest.fixture(scope="module")
def provider(own_server: Server) -> Provider:
    return make_provider(own_server, strict=False)


@pytest.mark.parametrize("name", list(_MODULES))
def test_strictly(strict_provider: Provider, name: str) -> None:
    _MODULES[name](strict_provider.visitor())


@pytest.mark.parametrize("name", list(_MODULES))
def test_as_cognito(provider: Provider, name: str) -> None:
    if name not in DEVIATIONS:
        _MODULES[name](provider.visitor())
    else:
        with pytest.raises(NotConformant):
            _MODULES[name](provider.visitor())


def test_every_module_of_the_plan_is_here() -> None:
    assert len(_MODULES) == 38
    assert set(DEVIATIONS) < set(_MODULES)
