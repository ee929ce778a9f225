"""JavaScript clients as they are published: the AWS SDK, amazon-cognito-identity-js, Amplify."""

from __future__ import annotations

from typing import Any

import pytest

from account_world import OTHER_PASSWORD, PASSWORD, World, make_world
from clients.conftest import Run
from server import Server
from token_reading import unverified

WRONG = "Incorrect username or password."


@pytest.fixture(scope="module")
def world(server_of_today: Server) -> World:
    return make_world(
        server_of_today,
        client={
            "ExplicitAuthFlows": [
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ]
        },
    )


@pytest.fixture(scope="module")
def given(world: World) -> dict[str, Any]:
    return {
        "url": world.server.url,
        "pool": world.pool_id,
        "client": world.client_id,
        "password": PASSWORD,
        "newPassword": OTHER_PASSWORD,
    }


def test_identity_js_from_sign_up_to_global_sign_out(
    world: World, node: Run, given: dict[str, Any]
) -> None:
    seen = node("identity_js.mjs", **given)
    assert seen["unconfirmed"]["code"] == "UserNotConfirmedException"
    assert seen["mistaken"]["code"] == "CodeMismatchException"
    assert seen["wrong"]["message"] == WRONG
    assert seen["sub"] == seen["userSub"] == seen["attributes"]["sub"]
    assert seen["attributes"]["email_verified"] == "true"
    assert world.profile("ines")["name"] == "Ines"
    assert unverified(seen["access"])["username"] == "ines"
    assert unverified(seen["refreshedAccess"])["jti"] != unverified(seen["access"])["jti"]
    assert seen["signedOut"]["message"] == "Refresh Token has been revoked"


def test_the_sdk_from_sign_up_to_global_sign_out(node: Run, given: dict[str, Any]) -> None:
    seen = node("sdk.mjs", **given)
    assert seen["unconfirmed"] == "UserNotConfirmedException"
    assert seen["profile"]["sub"] == seen["sub"]
    assert unverified(seen["refreshed"])["username"] == "jonas"
    assert seen["revoked"] == "Refresh Token has been revoked"
    assert seen["signedOut"] == "Access Token has been revoked"
    assert seen["stranger"] == "UserNotFoundException"
    assert "jonas" in seen["names"]


def test_amplify_from_sign_up_to_a_new_password(node: Run, given: dict[str, Any]) -> None:
    seen = node("amplify.mjs", **given)
    assert seen["next"] == "CONFIRM_SIGN_UP"
    assert seen["confirmed"]
    assert seen["wrong"] == "NotAuthorizedException"
    assert seen["signedIn"]
    first, refreshed = unverified(seen["first"]), unverified(seen["refreshed"])
    assert (first["username"], refreshed["username"]) == ("kaia", "kaia")
    assert first["jti"] != refreshed["jti"]
    assert seen["attributes"]["email"] == "kaia@harbour.test"
    assert seen["afterwards"]
    assert seen["again"]


def test_aws_jwt_verify_takes_our_token_and_no_forged_one(
    world: World, node: Run, given: dict[str, Any]
) -> None:
    world.member("lasse")
    seen = node("jwt_verify.mjs", **given, token=world.token("lasse"))
    assert seen["payload"]["username"] == "lasse"
    assert seen["forged"] == "JwtInvalidSignatureError"
