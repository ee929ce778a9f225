"""A pool that lets users choose how to sign in, and what tests of it do again and again."""

from __future__ import annotations

from typing import Any

from account_world import World, make_world
from server import Server
from software_authenticator import Authenticator

FACTORS = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]


def make_choice_world(
    server: Server,
    *,
    factors: list[str] | None = None,
    passkeys: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    **settings: Any,
) -> World:
    """A pool with every first factor, passkeys of localhost, and a client that has USER_AUTH."""
    flows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    world = make_world(
        server,
        client={"ExplicitAuthFlows": flows, **(client or {})},
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors or FACTORS}},
        **settings,
    )
    world.idp.set_user_pool_mfa_config(
        UserPoolId=world.pool_id,
        WebAuthnConfiguration={"RelyingPartyId": "localhost", **(passkeys or {})},
    )
    return world


def choose(world: World, username: str, *, client_id: str | None = None, **parameters: str) -> Any:
    """InitiateAuth, USER_AUTH."""
    return world.idp.initiate_auth(
        ClientId=client_id or world.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username, **parameters},
    )


def respond(world: World, asked: Any, username: str, name: str = "", **answers: str) -> Any:
    """RespondToAuthChallenge to what was asked."""
    return world.idp.respond_to_auth_challenge(
        ClientId=world.client_id,
        ChallengeName=name or asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": username, **answers},
    )


def add_passkey(world: World, username: str, **settings: Any) -> Authenticator:
    """Register a passkey of a user who signs in with the password."""
    token = world.token(username)
    authenticator = Authenticator(**settings)
    options = world.idp.start_web_authn_registration(AccessToken=token)
    world.idp.complete_web_authn_registration(
        AccessToken=token,
        Credential=authenticator.register(options["CredentialCreationOptions"]),
    )
    return authenticator


def request_options(asked: Any) -> str:
    options: str = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]
    return options
