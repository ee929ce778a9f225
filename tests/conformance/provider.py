"""An OpenID provider as the OpenID Foundation's suite sees one: a client, a person, a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from account_world import PASSWORD
from browser_world import CALLBACK, Browser, make_browser
from server import Server
from token_reading import fetch_json

PROFILE = {
    "name": "Ada Lovelace",
    "family_name": "Lovelace",
    "given_name": "Ada",
    "middle_name": "King",
    "nickname": "Ada",
    "preferred_username": "ada.l",
    "profile": "https://ada.example/",
    "picture": "https://ada.example/a.png",
    "website": "https://ada.example/",
    "gender": "female",
    "birthdate": "1815-12-10",
    "zoneinfo": "Europe/London",
    "locale": "en-GB",
    "updated_at": "1700000000",
    "email": "ada@example.com",
    "email_verified": "true",
    "phone_number": "+442071234567",
    "phone_number_verified": "true",
    "address": "12 St James's Square, London",
}


class NotConformant(AssertionError):
    """A module of the suite would fail here."""


def require(fact: object, sentence: str) -> None:
    if not fact:
        raise NotConformant(sentence)


@dataclass
class Provider:
    """One server with a pool; ``strict`` says whether it follows the standards to the letter."""

    server: Server
    browser: Browser
    client_id: str
    secret: str
    strict: bool

    @property
    def issuer(self) -> str:
        return self.browser.base

    def visitor(self) -> Provider:
        """The same provider, visited by a browser that was never here."""
        return Provider(
            self.server, Browser(self.browser.world), self.client_id, self.secret, self.strict
        )

    def ask(self, **parameters: str) -> requests.Response:
        """The authorization endpoint's answer."""
        given = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s-1",
            "nonce": "n-1",
            **parameters,
        }
        return self.browser.get("/oauth2/authorize", **{k: v for k, v in given.items() if v})

    def sign_in(self, **parameters: str) -> dict[str, str]:
        """What the app hears in the end; the person signs in where a page asks for it."""
        return self.finish(self.ask(**parameters))

    def finish(self, answer: requests.Response) -> dict[str, str]:
        require(answer.status_code == 302, "the endpoint does not redirect")
        if not answer.headers["location"].startswith(CALLBACK):
            page = self.browser.follow(answer)
            require(page.status_code == 200, "no sign-in page is shown")
            answer = self.browser.submit(page, username="ada", password=PASSWORD)
        return self.heard(answer)

    def heard(self, answer: requests.Response) -> dict[str, str]:
        location = answer.headers["location"]
        require(location.startswith(CALLBACK), f"the app hears nothing: {location}")
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def shows_a_page(self, answer: requests.Response) -> bool:
        return not answer.headers["location"].startswith(CALLBACK)

    def token(self, *, by_post: bool = False, **form: str) -> requests.Response:
        """The token endpoint's answer."""
        authentication = None if by_post else (self.client_id, self.secret)
        if by_post:
            form |= {"client_id": self.client_id, "client_secret": self.secret}
        url = f"{self.issuer}/oauth2/token"
        return requests.post(url, data=form, auth=authentication, timeout=30)

    def redeem(self, code: str, code_verifier: str = "") -> dict[str, Any]:
        answer = self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=code_verifier,
        )
        require(answer.status_code == 200, f"no tokens: {answer.text}")
        tokens: dict[str, Any] = answer.json()
        return tokens

    def tokens(self, **parameters: str) -> dict[str, Any]:
        heard = self.sign_in(**parameters)
        require("code" in heard, f"no code: {heard}")
        return self.redeem(heard["code"])

    def id_claims(self, tokens: dict[str, Any], *, nonce: str | None = "n-1") -> dict[str, Any]:
        """OpenID Connect Core 1.0 section 3.1.3.7."""
        keys = KeySet.import_key_set(fetch_json(f"{self.issuer}/.well-known/jwks.json"))
        token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
        claims: dict[str, Any] = token.claims
        now = self.server.clock.now_ms() // 1000
        require(claims["iss"] == self.issuer, "iss is not the issuer")
        require(claims["aud"] == self.client_id, "aud is not the client")
        require(claims["exp"] > now >= claims["iat"], "exp or iat is off")
        require(claims.get("nonce") == nonce, "nonce is not the one of the request")
        return claims

    def userinfo(self, token: str) -> dict[str, Any]:
        answer = self.browser.userinfo(token)
        require(answer.status_code == 200, f"no claims: {answer.text}")
        claims: dict[str, Any] = answer.json()
        return claims


def make_provider(server: Server, *, strict: bool) -> Provider:
    browser = make_browser(
        server,
        GenerateSecret=True,
        AllowedOAuthScopes=["openid", "email", "phone", "profile"],
    )
    world = browser.world
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="ada",
        UserAttributes=[{"Name": name, "Value": value} for name, value in PROFILE.items()],
    )
    return Provider(server, browser, world.client_id, str(world.client_secret), strict)
