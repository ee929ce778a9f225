"""A pool whose pre token generation function is a few lines of Python given by the test."""

from __future__ import annotations

import base64
import io
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from account_world import World
from server import Server

PASSWORD = "Harbour-lights-7"

SHOWS_ITS_EVENT = """
def handler(event, context):
    seen = {**event}
    event["response"] = {"claimsAndScopeOverrideDetails": {
        "accessTokenGeneration": {"claimsToAddOrOverride": {"seen": seen}}}}
    return event
"""
"""Puts the whole event into the access token, where the test reads it."""


@dataclass(frozen=True)
class Pool:
    """One pool with its function, an app client for people and one for machines."""

    server: Server
    idp: Any
    functions: Any
    id: str
    function: str
    client: str
    machine: str
    machine_secret: str

    def sign_in(self, name: str = "ines", **metadata: str) -> Any:
        extra = {"ClientMetadata": metadata} if metadata else {}
        return self.idp.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
            **extra,
        )["AuthenticationResult"]

    def refresh(self, token: str) -> Any:
        return self.idp.initiate_auth(
            ClientId=self.client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": token},
        )["AuthenticationResult"]

    def redeploy(self, source: str) -> None:
        self.functions.update_function_code(FunctionName=self.function, ZipFile=package(source))

    def token_endpoint(
        self, *, basic: str | None = None, path: str | None = None, **form: str
    ) -> tuple[int, dict[str, Any]]:
        """POST to the token endpoint; status and document."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if basic is not None:
            headers["Authorization"] = f"Basic {base64.b64encode(basic.encode()).decode()}"
        request = urllib.request.Request(
            f"{self.server.url}{path or f'/{self.id}/oauth2/token'}",
            urllib.parse.urlencode(form).encode(),
            headers,
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)

    @property
    def world(self) -> World:
        """The same pool and app client, for what takes a world."""
        return World(self.server, self.idp, self.id, self.client)

    @property
    def machine_basic(self) -> str:
        return f"{self.machine}:{self.machine_secret}"


def make_pool(
    server: Server,
    source: str,
    version: str = "V2_0",
    *,
    permission: bool = True,
    username: str = "ines",
    **settings: Any,
) -> Pool:
    """A pool, ``source`` as its trigger, user ines, and the scope ``tides/read`` for machines.

    ``settings`` are more members of CreateUserPool.
    """
    idp, functions = server.client(), server.client("lambda")
    name = f"trigger-{uuid.uuid4().hex[:8]}"
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/trigger",
        Code={"ZipFile": package(source)},
        Timeout=30,
        MemorySize=512,
    )["FunctionArn"]
    if permission:
        functions.add_permission(
            FunctionName=name,
            StatementId="pools",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
        )
    pool = idp.create_user_pool(
        PoolName=name,
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": version}},
        **settings,
    )["UserPool"]["Id"]
    idp.create_resource_server(
        UserPoolId=pool,
        Identifier="tides",
        Name="tides",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    machine = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="machine",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["tides/read"],
    )["UserPoolClient"]
    idp.admin_create_user(
        UserPoolId=pool,
        Username=username,
        MessageAction="SUPPRESS",
        TemporaryPassword=PASSWORD + "t",
    )
    idp.admin_set_user_password(
        UserPoolId=pool, Username=username, Password=PASSWORD, Permanent=True
    )
    return Pool(
        server, idp, functions, pool, name, client, machine["ClientId"], machine["ClientSecret"]
    )


def package(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", source)
    return archive.getvalue()


def claims(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    segment = token.split(".")[1]
    found: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    )
    return found
