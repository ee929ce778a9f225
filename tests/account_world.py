"""A pool with people in it, for tests of accounts: made, spoken to, and their mail read."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from server import Server

PASSWORD = "Ferry-2-Norderney"
OTHER_PASSWORD = "Ferry-3-Juist"


def refusal(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    """The exception and the message with which an operation refuses."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error.get("Message", "")


def attributes(**values: str) -> list[dict[str, str]]:
    """``email="a@b"`` as a list of names and values; ``custom__berth`` is ``custom:berth``."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()]


@dataclass
class World:
    """One pool, one app client, and the server behind them."""

    server: Server
    idp: Any
    pool_id: str
    client_id: str
    client_secret: str | None = None

    def sign_up(self, username: str, password: str = PASSWORD, **values: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.idp.sign_up(
            ClientId=self.client_id,
            Username=username,
            Password=password,
            UserAttributes=attributes(**values),
        )
        return answer

    def confirm(self, username: str, code: str, **parameters: Any) -> None:
        self.idp.confirm_sign_up(
            ClientId=self.client_id, Username=username, ConfirmationCode=code, **parameters
        )

    def member(self, username: str, **values: str) -> str:
        """A confirmed user with a password; the sub."""
        created = self.idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=username,
            UserAttributes=attributes(**values),
            MessageAction="SUPPRESS",
        )
        self.idp.admin_set_user_password(
            UserPoolId=self.pool_id, Username=username, Password=PASSWORD, Permanent=True
        )
        found: dict[str, str] = {
            each["Name"]: each["Value"] for each in created["User"]["Attributes"]
        }
        return found["sub"]

    def sign_in(self, username: str, password: str = PASSWORD) -> dict[str, Any]:
        """The whole answer of InitiateAuth."""
        answer: dict[str, Any] = self.idp.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        return answer

    def token(self, username: str, password: str = PASSWORD) -> str:
        token: str = self.sign_in(username, password)["AuthenticationResult"]["AccessToken"]
        return token

    def get(self, username: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.idp.admin_get_user(UserPoolId=self.pool_id, Username=username)
        return answer

    def profile(self, username: str) -> dict[str, str]:
        """The user's attributes by name, without the sub."""
        found = {each["Name"]: each["Value"] for each in self.get(username)["UserAttributes"]}
        del found["sub"]
        return found

    def mail(self, address: str) -> list[dict[str, Any]]:
        """What the inbox has for an address, newest first."""
        query = urllib.parse.urlencode({"address": address, "pool": self.pool_id})
        url = f"{self.server.url}/poolhouse/v1/inbox?{query}"
        with urllib.request.urlopen(url) as answer:
            messages: list[dict[str, Any]] = json.load(answer)["messages"]
        return messages

    def code(self, address: str) -> str:
        """The newest code sent to an address."""
        code: str = self.mail(address)[0]["code"]
        return code

    def wrong_code(self, address: str) -> str:
        """Six digits that are not the code."""
        return f"{(int(self.code(address)) + 1) % 1_000_000:06d}"


def make_world(server: Server, *, client: dict[str, Any] | None = None, **settings: Any) -> World:
    """A pool with these settings (emails are verified unless they say otherwise)."""
    idp = server.client()
    pool = idp.create_user_pool(
        PoolName="harbour", **{"AutoVerifiedAttributes": ["email"], **settings}
    )["UserPool"]
    made = idp.create_user_pool_client(
        UserPoolId=pool["Id"],
        ClientName="app",
        **{
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            **(client or {}),
        },
    )["UserPoolClient"]
    return World(server, idp, pool["Id"], made["ClientId"], made.get("ClientSecret"))
