"""Google, Facebook, Amazon and Apple: the same code, with what each does in its own way.

None of them is on this machine, so their records are pointed at a provider that is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from browser_world import make_browser, outcome
from federation_world import FakeProvider, Visit, allow
from provider_world import add_provider
from server import Server

PLAIN = {"client_id": "poolhouse", "client_secret": "between-us"}


def make_social(
    server: Server, fake: FakeProvider, kind: str, details: dict[str, str], **mapping: str
) -> Visit:
    """A pool with that provider, whose addresses are then those of ``fake``."""
    browser = make_browser(server)
    world, house = browser.world, server.house
    fake.now_seconds = lambda: server.clock.now_ms() // 1000
    add_provider(world.idp, world.pool_id, kind, kind, details, AttributeMapping=mapping)
    allow(world, "COGNITO", kind)

    async def point() -> None:
        from poolhouse.store import identity_providers

        provider = await identity_providers.get(house.db, house.sealer, world.pool_id, kind)
        moved = {
            "authorize_url": f"{fake.url}/authorize",
            "token_url": f"{fake.url}/token",
        }
        if "oidc_issuer" in provider.details:
            moved["oidc_issuer"] = fake.url
        if "attributes_url" in provider.details:
            end = provider.details["attributes_url"].partition("?")
            moved["attributes_url"] = f"{fake.url}/userinfo{end[1]}{end[2]}"
        changed = replace(provider, details={**provider.details, **moved})
        await house.db.write(identity_providers.update, house.sealer, changed)

    server.ask(point())
    return Visit(browser, fake)


def asked(fake: FakeProvider, path: str) -> Any:
    (found,) = [each for each in fake.asked if each[0] == path]
    return found


def test_google(server: Server, fake: FakeProvider) -> None:
    scopes = {"authorize_scopes": "openid email"}
    visit = make_social(server, fake, "Google", {**PLAIN, **scopes}, email="email", name="names")
    fake.claims = {"email": "mara@gmail.example"}
    fake.user_info = {"names": "Mara", "email": "mara@gmail.example"}
    given = visit.leave(identity_provider="Google", login_hint="mara")
    assert given["login_hint"] == "mara"
    assert "code" in outcome(visit.come(given["state"]))
    # What the ID token says already is not asked for again.
    assert asked(fake, "/userinfo")[1] == {"personFields": "names"}
    assert visit.user("Google_117")["name"] == "Mara"
    assert visit.user("Google_117")["email"] == "mara@gmail.example"


def test_google_refuses(server: Server, fake: FakeProvider) -> None:
    scopes = {"authorize_scopes": "openid"}
    visit = make_social(server, fake, "Google", {**PLAIN, **scopes})
    fake.answers = {"/token": (400, b'{"error":"invalid_grant"}')}
    answer = outcome(visit.come(visit.leave(identity_provider="Google")["state"]))
    assert answer["error_description"] == "Google Error - 400 invalid_grant"


def test_facebook(server: Server, fake: FakeProvider) -> None:
    scopes = {"authorize_scopes": "public_profile,email"}
    visit = make_social(server, fake, "Facebook", {**PLAIN, **scopes}, email="email", name="name")
    fake.user_info = {"id": "4711", "name": "Mara"}
    given = visit.leave(identity_provider="Facebook", login_hint="mara")
    assert given["scope"] == "public_profile,email"
    assert not {"nonce", "login_hint"} & given.keys()
    assert "code" in outcome(visit.come(given["state"]))
    path, query, _ = asked(fake, "/token")
    assert query["client_secret"] == "between-us"
    assert asked(fake, "/userinfo")[1] == {"fields": "id,email,name"}
    assert visit.user("Facebook_4711")["name"] == "Mara"
    assert path == "/token"


def test_amazon(server: Server, fake: FakeProvider) -> None:
    scopes = {"authorize_scopes": "profile"}
    visit = make_social(server, fake, "LoginWithAmazon", {**PLAIN, **scopes}, email="email")
    fake.user_info = {"user_id": "amzn1.account.K2LI"}
    given = visit.leave(identity_provider="LoginWithAmazon")
    assert "code" in outcome(visit.come(given["state"]))
    assert asked(fake, "/userinfo")[2] == "Bearer a"
    assert visit.user("LoginWithAmazon_amzn1.account.K2LI")["email"] == "mara@example.com"


@pytest.mark.parametrize("armour", [True, False])
def test_apple(server: Server, fake: FakeProvider, armour: bool) -> None:
    key = ECKey.generate_key("P-256")
    pem = key.as_pem(private=True).decode()
    details = {
        "client_id": "poolhouse",
        "team_id": "TEAM",
        "key_id": "KEY",
        "private_key": pem if armour else "".join(pem.splitlines()[1:-1]),
        "authorize_scopes": "email name",
    }
    visit = make_social(
        server, fake, "SignInWithApple", details, email="email", given_name="firstName"
    )
    fake.claims = {"email": "m@icloud.example"}
    fake.answers = {"/userinfo": (200, b'{"sub":"117"}')}
    given = visit.leave(identity_provider="SignInWithApple")
    assert given["response_mode"] == "form_post"
    user = '{"name":{"firstName":"Mara","lastName":"L"},"email":"forged@example.com"}'
    posted = requests.post(
        f"{visit.browser.base}/oauth2/idpresponse",
        data={"code": "c", "state": given["state"], "user": user},
        allow_redirects=False,
        timeout=30,
    )
    assert "code" in outcome(visit.browser.follow(posted))
    made = visit.user("SignInWithApple_117")
    assert made["given_name"] == "Mara"
    assert made["email"] == "m@icloud.example"
    _, form, _ = asked(fake, "/token")
    proof = jwt.decode(form["client_secret"], key, algorithms=["ES256"])
    assert proof.header["kid"] == "KEY"
    assert proof.claims["iss"] == "TEAM"
    assert proof.claims["sub"] == "poolhouse"
    assert proof.claims["aud"] == fake.url
