"""App clients of every kind, and signing in through them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from account_world import PASSWORD, World

TEMPORARY = "Tide-1-Baltrum"


@dataclass(frozen=True)
class Client:
    """An app client's credentials."""

    id: str
    secret: str = ""

    def hash(self, name: str) -> str:
        """SECRET_HASH as the developer guide computes it."""
        digest = hmac.new(self.secret.encode(), (name + self.id).encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def add_client(world: World, *flows: str, **settings: Any) -> Client:
    """A new app client; ``flows`` are ExplicitAuthFlows without ``ALLOW_``, if any."""
    if flows:
        settings["ExplicitAuthFlows"] = [f"ALLOW_{flow}" for flow in flows]
    made = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id, ClientName="app", **settings
    )["UserPoolClient"]
    return Client(made["ClientId"], made.get("ClientSecret", ""))


def start(world: World, flow: str, client: Client | None = None, **parameters: str) -> Any:
    """InitiateAuth with AuthParameters."""
    return world.idp.initiate_auth(
        ClientId=client.id if client else world.client_id,
        AuthFlow=flow,
        AuthParameters=parameters,
    )


def admin_start(world: World, flow: str, client: Client | None = None, **parameters: str) -> Any:
    """AdminInitiateAuth with AuthParameters."""
    return world.idp.admin_initiate_auth(
        UserPoolId=world.pool_id,
        ClientId=client.id if client else world.client_id,
        AuthFlow=flow,
        AuthParameters=parameters,
    )


def sign_in(world: World, username: str, client: Client, password: str = PASSWORD) -> Any:
    """The tokens of USER_PASSWORD_AUTH through ``client``, with its secret hash if it has one."""
    parameters = {"USERNAME": username, "PASSWORD": password}
    if client.secret:
        parameters["SECRET_HASH"] = client.hash(username)
    return start(world, "USER_PASSWORD_AUTH", client, **parameters)["AuthenticationResult"]


def refresh(world: World, token: str, client: Client | None = None, **parameters: str) -> Any:
    """The tokens of REFRESH_TOKEN_AUTH."""
    given = {"REFRESH_TOKEN": token, **parameters}
    return start(world, "REFRESH_TOKEN_AUTH", client, **given)["AuthenticationResult"]


def exchange(world: World, token: str, client: Client | None = None, **more: Any) -> Any:
    """The tokens of GetTokensFromRefreshToken."""
    return world.idp.get_tokens_from_refresh_token(
        ClientId=client.id if client else world.client_id, RefreshToken=token, **more
    )["AuthenticationResult"]


def invite(world: World, username: str, **values: str) -> None:
    """A user with a temporary password, as AdminCreateUser leaves them."""
    world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username=username,
        TemporaryPassword=TEMPORARY,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()
        ],
    )
