"""A pool with threat protection, and users who come from everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from account_world import PASSWORD, World, make_world
from server import Server

HOME = "192.0.2.1"
AWAY = "198.51.100.7"
PHONE = "Phone/1.0"
FRIDGE = "Fridge/2.0"


def guarded_world(server: Server, mode: str = "ENFORCED", **settings: Any) -> World:
    """Threat protection is on; the client may also sign users in for a server."""
    return make_world(
        server,
        client={
            "ExplicitAuthFlows": [
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ]
        },
        UserPoolAddOns={"AdvancedSecurityMode": mode},
        **settings,
    )


def context(address: str, device: str) -> dict[str, Any]:
    return {
        "IpAddress": address,
        "ServerName": "app",
        "ServerPath": "/login",
        "HttpHeaders": [{"headerName": "User-Agent", "headerValue": device}],
    }


def arrive(
    world: World,
    username: str,
    address: str = HOME,
    device: str = PHONE,
    password: str = PASSWORD,
) -> Any:
    """AdminInitiateAuth on behalf of somebody there."""
    return world.idp.admin_initiate_auth(
        UserPoolId=world.pool_id,
        ClientId=world.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
        ContextData=context(address, device),
    )


def events(world: World, username: str, **paging: Any) -> list[dict[str, Any]]:
    """The user's events, newest first; the clock moves on, so that they have an order."""
    found: list[dict[str, Any]] = world.idp.admin_list_user_auth_events(
        UserPoolId=world.pool_id, Username=username, **paging
    )["AuthEvents"]
    return found


def takeover(
    low: str = "NO_ACTION",
    medium: str = "NO_ACTION",
    high: str = "NO_ACTION",
    *,
    notify: bool = False,
    **notice: Any,
) -> dict[str, Any]:
    """An AccountTakeoverRiskConfiguration."""
    actions: Mapping[str, str] = {"LowAction": low, "MediumAction": medium, "HighAction": high}
    configuration: dict[str, Any] = {
        "Actions": {
            name: {"Notify": notify, "EventAction": action} for name, action in actions.items()
        }
    }
    if notify:
        configuration["NotifyConfiguration"] = {
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/harbour.test",
            **notice,
        }
    return configuration
