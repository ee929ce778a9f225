"""OpenID Connect libraries, as they are published, from discovery to sign-out."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session

from account_world import PASSWORD
from browser_world import CALLBACK, SIGNED_OUT, Browser, make_browser
from clients.conftest import Run
from server import Server
from token_reading import fetch_json

ROTATION = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}


def make_app(server: Server, **settings: Any) -> Browser:
    return make_browser(
        server, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"], RefreshTokenRotation=ROTATION, **settings
    )


@pytest.fixture(scope="module", params=["public", "confidential"])
def app(server_of_today: Server, request: pytest.FixtureRequest) -> Browser:
    return make_app(server_of_today, GenerateSecret=request.param == "confidential")


def given(app: Browser) -> dict[str, Any]:
    return {
        "url": app.world.server.url,
        "pool": app.world.pool_id,
        "client": app.world.client_id,
        "secret": app.world.client_secret,
        "callback": CALLBACK,
        "signedOut": SIGNED_OUT,
        "username": "ada",
        "password": PASSWORD,
    }


def sub(app: Browser) -> str:
    attributes = app.world.get("ada")["UserAttributes"]
    return str(next(each["Value"] for each in attributes if each["Name"] == "sub"))


def test_openid_client(app: Browser, node: Run) -> None:
    seen = node("openid_client.mjs", **given(app))
    assert seen["sub"] == seen["userinfo"]["sub"] == sub(app)
    assert seen["userinfo"]["email"] == "ada@example.com"
    assert seen["rotated"]
    assert (seen["reused"], seen["revoked"]) == ("invalid_grant", "ResponseBodyError")
    assert seen["left"] == f"{SIGNED_OUT}?state=bye"


def test_oauth4webapi(app: Browser, node: Run) -> None:
    seen = node("oauth4webapi.mjs", **given(app))
    assert seen["sub"] == seen["userinfo"]["sub"] == sub(app)
    assert seen["rotated"]
    assert seen["revoked"] == "ResponseBodyError"


def test_oidc_client_ts(server_of_today: Server, node: Run) -> None:
    app = make_app(server_of_today)
    seen = node("oidc_client_ts.mjs", **given(app))
    assert seen["profile"]["sub"] == sub(app)
    assert seen["profile"]["email"] == "ada@example.com"
    assert seen["page"] == 7
    assert seen["rotated"]
    assert seen["newAccessToken"]
    assert seen["left"].startswith(SIGNED_OUT)


def _signed_in(app: Browser, url: str) -> str:
    """The URL that the app is called back with."""
    page = app.follow(app.session.get(url, allow_redirects=False))
    return app.submit(page, username="ada", password=PASSWORD).headers["location"]


def test_authlib(app: Browser) -> None:
    base = app.base
    document = fetch_json(f"{base}/.well-known/openid-configuration")
    session: Any = AuthlibSession(
        app.world.client_id,
        app.world.client_secret,
        scope="openid email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if app.world.client_secret else "none",
    )
    verifier = "v" * 48
    url, state = session.create_authorization_url(
        document["authorization_endpoint"], code_verifier=verifier
    )
    tokens = session.fetch_token(
        document["token_endpoint"],
        authorization_response=_signed_in(Browser(app.world), url),
        state=state,
        code_verifier=verifier,
    )
    assert session.get(document["userinfo_endpoint"]).json()["sub"] == sub(app)
    first = tokens["refresh_token"]
    refreshed = session.refresh_token(document["token_endpoint"], refresh_token=first)
    assert refreshed["refresh_token"] != first
    answer = session.revoke_token(
        document["revocation_endpoint"], refreshed["refresh_token"], "refresh_token"
    )
    assert answer.status_code == 200
    assert session.get(document["userinfo_endpoint"]).status_code == 401


def test_requests_oauthlib(app: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    # The answer's scopes are not named, and the library's own are the ones asked for.
    document = fetch_json(f"{app.base}/.well-known/openid-configuration")
    session = OAuth2Session(
        app.world.client_id, redirect_uri=CALLBACK, scope=["openid", "email"], pkce="S256"
    )
    url, _ = session.authorization_url(document["authorization_endpoint"])
    secret: dict[str, Any] = {"include_client_id": True}
    if app.world.client_secret:
        secret = {"client_secret": app.world.client_secret}
    tokens = session.fetch_token(
        document["token_endpoint"],
        authorization_response=_signed_in(Browser(app.world), url),
        **secret,
    )
    assert session.get(document["userinfo_endpoint"]).json()["email"] == "ada@example.com"
    basic = (app.world.client_id, app.world.client_secret) if app.world.client_secret else None
    refreshed = session.refresh_token(
        document["token_endpoint"], auth=basic, client_id=app.world.client_id
    )
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    revoked = requests.post(
        document["revocation_endpoint"],
        data={"token": refreshed["refresh_token"], "client_id": app.world.client_id},
        auth=basic,
        timeout=30,
    )
    assert revoked.status_code == 200
    assert session.get(document["userinfo_endpoint"]).status_code == 401
