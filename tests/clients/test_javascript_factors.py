"""amazon-cognito-identity-js, unmodified: second factors and devices."""

from __future__ import annotations

from account_world import PASSWORD
from clients.conftest import Run
from device_world import tracking_world
from mfa_world import register_app, set_mfa, totp
from server import Server
from sign_in_world import add_client
from token_reading import unverified


def test_a_remembered_device_takes_the_place_of_the_app(server_of_today: Server, node: Run) -> None:
    world = tracking_world(server_of_today)
    set_mfa(world, "OPTIONAL", "TOTP")
    app = add_client(world, "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH")
    world.member("ines")
    secret = register_app(world, "ines")
    set_mfa(world, "ON", "TOTP")
    seen = node(
        "identity_js_factors.mjs",
        url=server_of_today.url,
        pool=world.pool_id,
        client=app.id,
        password=PASSWORD,
        codes=[totp(world, secret), totp(world, secret, 1)],
    )
    assert seen["first"]["asked"] == 1
    assert unverified(seen["first"]["access"])["device_key"] == seen["key"]
    assert seen["remembered"]["asked"] == 0
    assert unverified(seen["remembered"]["access"])["device_key"] == seen["key"]
    assert unverified(seen["refreshed"])["device_key"] == seen["key"]
    assert seen["afterwards"]["asked"] == 1
    assert unverified(seen["afterwards"]["access"])["device_key"] != seen["key"]
