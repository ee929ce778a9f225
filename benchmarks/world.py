"""A server and what it needs to be measured: pools without, with a Python, with a Node trigger."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.srp_load import Account

PASSWORD = "Corr3ct-Horse!"

_PYTHON = """
def handler(event, context):
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"demo:membershipLevel": "Premium"},
        "scopesToAdd": ["membership:USA.Premium"]}}}
    return event
"""
_NODE = """
export const handler = async (event) => {
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: {
    claimsToAddOrOverride: { "demo:membershipLevel": "Premium" },
    scopesToAdd: ["membership:USA.Premium"] } } };
  return event;
};
"""
FUNCTIONS = {
    "python": ("python3.12", "index.py", _PYTHON),
    "node": ("nodejs22.x", "index.mjs", _NODE),
}


@dataclass(frozen=True)
class Scenario:
    """One request to repeat, and how many RS256 signatures its answer carries."""

    name: str
    trigger: str
    url: str
    body: str
    headers: dict[str, str]
    signatures: int
    method: str = "POST"
    srp: Account | None = None


@contextmanager
def running(
    data: Path,
    port: int,
    workers: int,
    signer: str = "openssl",
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, int]]:
    """A server as a user starts it; yields its URL and process id."""
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "poolhouse", "serve", "--port", str(port)]
    command += ["--data", str(data), "--workers", str(workers), "--log-level", "error"]
    process = subprocess.Popen(
        [*command, "--signer", signer],
        stdout=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        health = json.loads(wait_for(f"{url}/health"))
        if health["signer"] != signer:
            raise SystemExit(f"{signer} does not sign here: install poolhouse[{signer}]")
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str) -> bytes:
    """The first answer of a server that starts."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                found: bytes = answer.read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return found


def client(url: str, service: str) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",
        config=Config(retries={"max_attempts": 1}),
    )


def scenarios(url: str) -> list[Scenario]:
    """Seed the server and describe what to measure."""
    found = []
    for trigger in ("none", "python", "node"):
        found += scenarios_with(url, trigger)
    return found


def scenarios_with(url: str, trigger: str, *, srp: bool = True) -> list[Scenario]:
    """The same with one kind of trigger, on any server that speaks the API."""
    idp = client(url, "cognito-idp")
    pool = idp.create_user_pool(PoolName=f"bench-{trigger}", **_lambda_config(url, trigger))
    pool_id = pool["UserPool"]["Id"]
    idp.create_resource_server(
        UserPoolId=pool_id,
        Identifier="api",
        Name="api",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    app = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="app",
        ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    )["UserPoolClient"]["ClientId"]
    machine = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
    )["UserPoolClient"]
    idp.admin_create_user(UserPoolId=pool_id, Username="ines", MessageAction="SUPPRESS")
    idp.admin_set_user_password(
        UserPoolId=pool_id, Username="ines", Password=PASSWORD, Permanent=True
    )
    parameters = {"USERNAME": "ines", "PASSWORD": PASSWORD}
    tokens = idp.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )["AuthenticationResult"]
    refresh = {"REFRESH_TOKEN": tokens["RefreshToken"]}
    credentials = f"{machine['ClientId']}:{machine['ClientSecret']}".encode()
    by_srp = Account(pool_id, app, "ines", PASSWORD)
    others = [
        Scenario("srp", trigger, url, "", {}, 2, srp=by_srp),
        Scenario("jwks", trigger, f"{url}/{pool_id}/.well-known/jwks.json", "", {}, 0, "GET"),
    ]
    return [
        *(others if srp else []),
        _api_scenario("sign-in", trigger, url, app, "USER_PASSWORD_AUTH", parameters),
        _api_scenario("refresh", trigger, url, app, "REFRESH_TOKEN_AUTH", refresh),
        Scenario(
            "client_credentials",
            trigger,
            f"{url}/{pool_id}/oauth2/token",
            "grant_type=client_credentials&scope=api%2Fread",
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
            },
            1,
        ),
    ]


def _api_scenario(
    name: str, trigger: str, url: str, app: str, flow: str, parameters: dict[str, str]
) -> Scenario:
    body = {"ClientId": app, "AuthFlow": flow, "AuthParameters": parameters}
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
    }
    return Scenario(name, trigger, f"{url}/", json.dumps(body), headers, 2)


def _lambda_config(url: str, trigger: str) -> dict[str, Any]:
    if trigger == "none":
        return {}
    runtime, file_name, source = FUNCTIONS[trigger]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(file_name, source)
    functions = client(url, "lambda")
    arn = functions.create_function(
        FunctionName=f"bench-{trigger}",
        Runtime=runtime,
        Role="arn:aws:iam::123456789012:role/bench",
        Handler="index.handler",
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=arn,
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return {
        "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V3_0"}}
    }
