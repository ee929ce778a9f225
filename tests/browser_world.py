"""A pool with hosted pages, and a browser without JavaScript to visit them."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from account_world import PASSWORD, World, make_world
from server import Server

CALLBACK = "https://app.example/signed-in"
SIGNED_OUT = "https://app.example/bye"
VERIFIER = "wangerooge-spiekeroog-langeoog-baltrum-norderney"
CHALLENGE = "HvN0xEcfCgXyRTgc0h32mWzgSS8ujUOiO6nEEwjdgio"


def deploy(server: Server, pool_id: str, source: str, *, runtime: str, file: str) -> str:
    """A function that the pool may call; its ARN."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(file, source)
    functions = server.client("lambda")
    name = f"claims-{pool_id.rpartition('_')[2]}"
    arn: str = functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role="arn:aws:iam::123456789012:role/none",
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return arn


@dataclass
class Browser:
    """Keeps cookies, follows nothing by itself, and fills in forms as they are written."""

    world: World
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def base(self) -> str:
        return f"{self.world.server.url}/{self.world.pool_id}"

    def carry(self, session: str | None) -> None:
        """Have this session cookie and no other, as if it were planted or stolen."""
        self.session.cookies.clear()
        self.session.cookies.set(
            "cognito", str(session), domain="127.0.0.1", path=f"/{self.world.pool_id}/"
        )

    def get(self, path: str, **parameters: str) -> requests.Response:
        url = path if path.startswith("http") else f"{self.base}{path}"
        return self.session.get(url, params=parameters, allow_redirects=False, timeout=30)

    def follow(self, answer: requests.Response) -> requests.Response:
        location = answer.headers["location"]
        return self.get(f"{self.world.server.url}{location}")

    def request(self, **parameters: str) -> dict[str, str]:
        """An authorization request; empty parameters leave something out."""
        given = {
            "response_type": "code",
            "client_id": self.world.client_id,
            "redirect_uri": CALLBACK,
            **parameters,
        }
        return {name: value for name, value in given.items() if value}

    def authorize(self, **parameters: str) -> requests.Response:
        return self.get("/oauth2/authorize", **self.request(**parameters))

    def page(self, path: str, **parameters: str) -> requests.Response:
        """A page as apps link to it, with an authorization request."""
        return self.get(path, **self.request(**parameters))

    def submit(
        self, page: requests.Response, *, form: str = "", **fields: str
    ) -> requests.Response:
        """Post a form of a page (the first one, or the one to the path ``form``), with its hidden
        fields."""
        action = re.search(rf'action="([^"?]*{form}\?[^"]*)"', page.text)
        assert action, page.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        values = {name: html.unescape(value) for name, value in hidden.items()}
        url = f"{self.world.server.url}{html.unescape(action[1])}"
        return self.session.post(url, data={**values, **fields}, allow_redirects=False, timeout=30)

    def sign_in(self, name: str = "ada", password: str = PASSWORD, **parameters: str) -> Any:
        """From the authorization request to the redirect that ends it."""
        page = self.follow(self.authorize(**parameters))
        return self.submit(page, username=name, password=password)

    def redeem(self, code: str, **fields: str) -> requests.Response:
        given = {
            "grant_type": "authorization_code",
            "client_id": self.world.client_id,
            "redirect_uri": CALLBACK,
            "code": code,
            **fields,
        }
        return requests.post(f"{self.base}/oauth2/token", data=given, timeout=30)

    def userinfo(self, token: str) -> requests.Response:
        headers = {"authorization": f"Bearer {token}"}
        return requests.get(f"{self.base}/oauth2/userInfo", headers=headers, timeout=30)


def outcome(answer: requests.Response) -> dict[str, str]:
    """The parameters with which a browser comes back to the app."""
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(CALLBACK), location
    parts = urlsplit(location)
    return {name: values[0] for name, values in parse_qs(parts.query or parts.fragment).items()}


def error_location(world: World, error: str, **named: str) -> str:
    return f"/{world.pool_id}/error?{urlencode({'error': error, **named})}"


def make_browser(server: Server, **client: Any) -> Browser:
    """A pool with ada in it, and a client that may use both grants."""
    settings: dict[str, Any] = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": [SIGNED_OUT],
        "PreventUserExistenceErrors": "ENABLED",
        **client,
    }
    world = make_world(server, client=settings)
    world.member("ada", email="ada@example.com", email_verified="true", name="Ada")
    return Browser(world)
