"""Pools with second factors, and users who answer them."""

from __future__ import annotations

from typing import Any

import pyotp

from account_world import PASSWORD, World, make_world
from server import Server

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
PHONE = "+4915112345678"
BLOCKS: dict[str, dict[str, Any]] = {
    "TOTP": {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
    "SMS": {"SmsMfaConfiguration": {"SmsConfiguration": SMS}},
    "EMAIL": {"EmailMfaConfiguration": {}},
}


def mfa_world(server: Server, mode: str, *factors: str, **settings: Any) -> World:
    """A pool in that mode with these factors: ``TOTP``, ``SMS``, ``EMAIL``."""
    world = make_world(server, **settings)
    set_mfa(world, mode, *factors)
    return world


def set_mfa(world: World, mode: str, *factors: str) -> None:
    blocks = {name: block for factor in factors for name, block in BLOCKS[factor].items()}
    world.idp.set_user_pool_mfa_config(UserPoolId=world.pool_id, MfaConfiguration=mode, **blocks)


def totp(world: World, secret: str, step: int = 0) -> str:
    """The app's code now, or ``step`` times 30 seconds from now."""
    return pyotp.TOTP(secret).at(world.server.clock.now_ms() // 1000 + 30 * step)


def wrong_totp(world: World, secret: str) -> str:
    """Six digits that are none of the codes the server may take."""
    near = {totp(world, secret, step) for step in (-1, 0, 1)}
    return next(code for code in (f"{n:06d}" for n in range(10)) if code not in near)


def respond(
    world: World,
    challenge: str,
    session: str | None,
    username: str,
    client_id: str | None = None,
    **responses: str,
) -> Any:
    """RespondToAuthChallenge."""
    return world.idp.respond_to_auth_challenge(
        ClientId=client_id or world.client_id,
        ChallengeName=challenge,
        ChallengeResponses={"USERNAME": username, **responses},
        **({"Session": session} if session is not None else {}),
    )


def prefer(world: World, username: str, **blocks: dict[str, bool]) -> None:
    """AdminSetUserMFAPreference: ``SMS={"Enabled": True}``."""
    names = {"SMS": "SMS", "TOTP": "SoftwareToken", "EMAIL": "Email", "WEB_AUTHN": "WebAuthn"}
    world.idp.admin_set_user_mfa_preference(
        UserPoolId=world.pool_id,
        Username=username,
        **{f"{names[name]}MfaSettings": block for name, block in blocks.items()},
    )


def with_app(world: World, username: str, **values: str) -> str:
    """A member with a verified authenticator app, not yet preferred; the secret."""
    world.member(username, **values)
    return register_app(world, username)


def register_app(world: World, username: str, step: int = -1) -> str:
    """Verify an app by its code of that time step, which is used then; the secret."""
    token = world.token(username)
    secret: str = world.idp.associate_software_token(AccessToken=token)["SecretCode"]
    world.idp.verify_software_token(
        AccessToken=token, UserCode=totp(world, secret, step), FriendlyDeviceName="the phone"
    )
    return secret


def asked_for_app(world: World, username: str, step: int = -1) -> tuple[str, str]:
    """A member who signs in with an app, at the challenge: the secret and the session."""
    world.member(username)
    secret = register_app(world, username, step)
    prefer(world, username, TOTP={"Enabled": True, "PreferredMfa": True})
    return secret, again(world, username)


def again(world: World, username: str, password: str = PASSWORD) -> str:
    """Sign in anew, up to the second factor: the session."""
    session: str = world.sign_in(username, password)["Session"]
    return session
