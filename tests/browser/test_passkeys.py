"""Passkeys with a real browser: Chromium, with the authenticator of its debugging protocol."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Error, Page

from account_world import PASSWORD, World
from choice_world import choose, make_choice_world, request_options, respond
from refusals import refused
from server import Server

_REGISTER = """async options => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({publicKey})).toJSON();
}"""
_SIGN = """async options => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
    return JSON.stringify((await navigator.credentials.get({publicKey})).toJSON());
}"""
REFUSED = ("NotAuthorizedException", "Incorrect username or password.")


@dataclass
class Device:
    """A page of an app on localhost, and the authenticator built into its machine."""

    page: Page
    protocol: CDPSession
    authenticator_id: str

    def register(self, world: World, username: str) -> None:
        token = world.token(username)
        options = world.idp.start_web_authn_registration(AccessToken=token)
        credential = self.page.evaluate(_REGISTER, options["CredentialCreationOptions"])
        world.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)

    def sign(self, challenge: Any) -> str:
        signed: str = self.page.evaluate(_SIGN, request_options(challenge))
        return signed

    def rewind(self) -> None:
        """Put a copy of the key in its place that has not counted along."""
        place = {"authenticatorId": self.authenticator_id}
        [credential] = self.protocol.send("WebAuthn.getCredentials", place)["credentials"]
        self.protocol.send("WebAuthn.clearCredentials", place)
        self.protocol.send(
            "WebAuthn.addCredential", {**place, "credential": {**credential, "signCount": 1}}
        )


@pytest.fixture
def device(server: Server, chromium: Browser) -> Iterator[Device]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.url.replace("127.0.0.1", "localhost") + "/health")
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield Device(page, protocol, added["authenticatorId"])
    context.close()


@pytest.fixture
def world(server: Server) -> World:
    made = make_choice_world(server, passkeys={"UserVerification": "required"})
    made.member("ines")
    return made


def asked(world: World) -> Any:
    return choose(world, "ines", PREFERRED_CHALLENGE="WEB_AUTHN")


def test_register_sign_in_and_no_replay(world: World, device: Device) -> None:
    device.register(world, "ines")
    challenge = asked(world)
    assertion = device.sign(challenge)
    assert respond(world, challenge, "ines", CREDENTIAL=assertion)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        respond(world, challenge, "ines", CREDENTIAL=assertion)
    with refused(*REFUSED):
        respond(world, asked(world), "ines", CREDENTIAL=assertion)
    [listed] = world.idp.list_web_authn_credentials(AccessToken=world.token("ines"))["Credentials"]
    assert listed["AuthenticatorAttachment"] == "platform"
    assert listed["AuthenticatorTransports"] == ["internal"]


def test_a_copy_of_the_key_is_noticed(world: World, device: Device) -> None:
    device.register(world, "ines")
    for _ in range(3):
        challenge = asked(world)
        respond(world, challenge, "ines", CREDENTIAL=device.sign(challenge))
    device.rewind()
    challenge = asked(world)
    with refused(*REFUSED):
        respond(world, challenge, "ines", CREDENTIAL=device.sign(challenge))


def test_another_origin_is_refused(world: World, device: Device, server: Server) -> None:
    """By the browser where it knows better, and by the server where the browser was lied to."""
    device.register(world, "ines")
    challenge = asked(world)
    options = json.loads(request_options(challenge))
    device.page.goto(server.url + "/health")
    with pytest.raises(Error, match=r"SecurityError|relying party"):
        device.page.evaluate(_SIGN, json.dumps(options))
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id, WebAuthnConfiguration={"RelyingPartyId": "harbour.test"}
    )
    token = world.token("ines")
    started = world.idp.start_web_authn_registration(AccessToken=token)
    party = {"rp": {"id": "localhost", "name": "localhost"}, "excludeCredentials": []}
    creation = {**started["CredentialCreationOptions"], **party}
    device.page.goto(server.url.replace("127.0.0.1", "localhost") + "/health")
    credential = device.page.evaluate(_REGISTER, creation)
    with refused("WebAuthnOriginNotAllowedException"):
        world.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def test_another_relying_party_is_refused(world: World, device: Device, server: Server) -> None:
    """The key is bound to the name it was made for, whatever a pool says later."""
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id, WebAuthnConfiguration={"RelyingPartyId": "app.localhost"}
    )
    token = world.token("ines")
    started = world.idp.start_web_authn_registration(AccessToken=token)
    with pytest.raises(Error):
        device.page.evaluate(_REGISTER, started["CredentialCreationOptions"])
    device.page.goto(server.url.replace("127.0.0.1", "app.localhost") + "/health")
    device.register(world, "ines")
    challenge = asked(world)
    assert respond(world, challenge, "ines", CREDENTIAL=device.sign(challenge))
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id, WebAuthnConfiguration={"RelyingPartyId": "localhost"}
    )
    assert asked(world)["ChallengeName"] == "SELECT_CHALLENGE"


class _HowTo(BaseHTTPRequestHandler):
    """Serves one page, as ``python3 -m http.server`` would."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_the_page_of_the_how_to(world: World, device: Device, server: Server) -> None:
    """What ``docs/how-to/passkeys.md`` has its readers paste."""
    text = (Path(__file__).parents[2] / "docs/how-to/passkeys.md").read_text(encoding="utf-8")
    found = re.search(r"```html\n(.*?)```", text, re.DOTALL)
    assert found
    _HowTo.page = found[1].replace("http://localhost:4566/", server.url + "/").encode()
    with ThreadingHTTPServer(("127.0.0.1", 0), _HowTo) as web:
        serving = threading.Thread(target=web.serve_forever, daemon=True)
        serving.start()
        device.page.goto(f"http://localhost:{web.server_port}/")
        device.page.get_by_label("App client").fill(world.client_id)
        device.page.get_by_label("Name").fill("ines")
        device.page.get_by_label("Password").fill(PASSWORD)
        device.page.get_by_role("button", name="Register a passkey").click()
        device.page.get_by_text("registered", exact=True).wait_for()
        device.page.get_by_role("button", name="Sign in with it").click()
        device.page.get_by_text("signed in: ines").wait_for()
        web.shutdown()
        serving.join()
