"""A pool whose users come from elsewhere: from another pool, or from a provider that misbehaves."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from account_world import PASSWORD, World
from browser_world import CALLBACK, Browser, make_browser, outcome
from provider_world import add_provider
from server import Server

MAPPING = {"email": "email", "name": "name"}
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})


def allow(world: World, *names: str, **changes: Any) -> None:
    """Let the app client's users sign in there."""
    client = world.idp.describe_user_pool_client(
        UserPoolId=world.pool_id, ClientId=world.client_id
    )["UserPoolClient"]
    for name in ("CreationDate", "LastModifiedDate", "ClientSecret"):
        client.pop(name, None)
    world.idp.update_user_pool_client(
        **{**client, "SupportedIdentityProviders": list(names), **changes}
    )


def query_of(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def link(world: World, user: str, provider: str, value: str, by: str = "Cognito_Subject") -> None:
    world.idp.admin_link_provider_for_user(
        UserPoolId=world.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": user},
        SourceUser={
            "ProviderName": provider,
            "ProviderAttributeName": by,
            "ProviderAttributeValue": value,
        },
    )


@dataclass
class Harbour:
    """An app's pool, and another pool that says who people are. ``here`` and ``there`` are one
    browser, seen from either side.
    """

    here: Browser
    there: Browser

    def visit(self, **parameters: str) -> requests.Response:
        """To the provider and its sign-in page, by its name."""
        leaving = self.here.authorize(**{"identity_provider": "Quay", **parameters})
        return self.there.follow(self.there.get(leaving.headers["location"]))

    def back(self, name: str = "ada", **parameters: str) -> requests.Response:
        """Sign in there, and come back: the answer of the app's pool to the code."""
        signed_in = self.there.submit(self.visit(**parameters), username=name, password=PASSWORD)
        assert signed_in.headers["location"].startswith(self.here.base), signed_in.text
        return self.here.get(signed_in.headers["location"])

    def tokens(self, name: str = "ada", **parameters: str) -> dict[str, Any]:
        answer = self.here.redeem(outcome(self.back(name, **parameters))["code"])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def forget(self) -> None:
        self.here.session.cookies.clear()


def make_harbour(server: Server, provider_server: Server | None = None, **provider: Any) -> Harbour:
    """The provider is named Quay; its users are those of the other pool, ada among them."""
    here = make_browser(server)
    callback = f"{here.base}/oauth2/idpresponse"
    there = make_browser(provider_server or server, CallbackURLs=[callback], GenerateSecret=True)
    there.session = here.session
    details = {
        "client_id": there.world.client_id,
        "client_secret": there.world.client_secret or "",
        "authorize_scopes": "openid email profile",
        "attributes_request_method": "GET",
        "oidc_issuer": there.base,
    }
    given = {"AttributeMapping": MAPPING, **provider}
    add_provider(here.world.idp, here.world.pool_id, "Quay", "OIDC", details, **given)
    allow(here.world, "COGNITO", "Quay")
    return Harbour(here, there)


def sub_there(harbour: Harbour, name: str = "ada") -> str:
    """By what the provider knows somebody."""
    found = harbour.there.world.get(name)["UserAttributes"]
    return next(str(each["Value"]) for each in found if each["Name"] == "sub")


@dataclass
class FakeProvider:
    """An OpenID provider that says whatever the test wants. Every member may be replaced."""

    url: str
    claims: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] = lambda claims: signed(claims)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    now_seconds: Callable[[], int] = lambda: int(time.time())
    nonce: str = ""

    def document(self, path: str) -> dict[str, Any]:
        if path.endswith("/openid-configuration"):
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
                **self.discovery,
            }
        if path == "/jwks":
            return {"keys": self.keys}
        if path == "/token":
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
        return {"sub": "117", "email": "mara@example.com", **self.user_info}

    def id_token(self) -> str:
        now = self.now_seconds()
        claims = {
            "iss": self.url,
            "sub": "117",
            "aud": "poolhouse",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    given = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode({name: value for name, value in given.items() if value}, claims, key)


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    """HS256, with the published key as the secret: what a confused verifier takes. By hand, for
    libraries refuse to make it.
    """
    message = f"{_segment({'alg': 'HS256', 'kid': 'one'})}.{_segment(claims)}"
    mac = hmac.digest(KEY.as_pem(private=False), message.encode(), "sha256")
    return f"{message}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _segment(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


@contextmanager
def fake_provider() -> Iterator[FakeProvider]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode()
            path = urlsplit(self.path).path
            form = query_of(f"?{body or urlsplit(self.path).query}")
            fake.asked.append((path, form, self.headers.get("authorization", "")))
            time.sleep(fake.delays.get(path, 0))
            status, content = fake.answers.get(path) or (
                200,
                json.dumps(fake.document(path)).encode(),
            )
            try:
                self.send_response(status)
                for name, value in fake.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # whoever asked did not wait

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeProvider(f"http://127.0.0.1:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


@dataclass
class Visit:
    """A browser at the app's pool, on its way to the fake provider and back."""

    browser: Browser
    fake: FakeProvider

    def leave(self, **parameters: str) -> dict[str, str]:
        """What the provider is asked; its next token answers that."""
        given = {"identity_provider": "Fake", "state": "s", **parameters}
        answer = self.browser.authorize(**given)
        asked = query_of(answer.headers["location"])
        self.fake.nonce = asked.get("nonce", "")
        return asked

    def come(self, state: str, **parameters: str) -> requests.Response:
        given = {"code": "c", **parameters}
        sent = {name: value for name, value in given.items() if value}
        return self.browser.get("/oauth2/idpresponse", state=state, **sent)

    def there_and_back(self, **parameters: str) -> dict[str, str]:
        return outcome(self.come(self.leave()["state"], **parameters))

    def user(self, name: str = "Fake_117") -> dict[str, str]:
        return self.browser.world.profile(name)


def make_visit(server: Server, fake: FakeProvider, **provider: Any) -> Visit:
    """A pool whose users sign in at the fake provider, which keeps the server's time."""
    browser = make_browser(server)
    fake.now_seconds = lambda: server.clock.now_ms() // 1000
    details = {
        "client_id": "poolhouse",
        "client_secret": "between-us",
        "authorize_scopes": "openid email",
        "attributes_request_method": "GET",
        "oidc_issuer": fake.url,
        **provider.pop("details", {}),
    }
    world = browser.world
    given = {"AttributeMapping": {"email": "email"}, **provider}
    add_provider(world.idp, world.pool_id, "Fake", "OIDC", details, **given)
    allow(world, "COGNITO", "Fake")
    return Visit(browser, fake)


def error_page(answer: requests.Response) -> bool:
    """Whether the app hears nothing, and the person sees an error."""
    location = answer.headers["location"]
    return "/error?error=invalid_request" in location and not location.startswith(CALLBACK)
