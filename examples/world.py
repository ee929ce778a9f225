"""What the examples share: clients of the server, and deploying a function from a file."""

import io
import os
import uuid
import zipfile
from pathlib import Path
from typing import Any

import boto3
import jwt

URL = os.environ.get("POOLHOUSE_URL", "http://localhost:4566")
PASSWORD = "Harbour-lights-7"
aws = boto3.Session("any", "any", region_name="us-east-1")
idp = aws.client("cognito-idp", endpoint_url=URL)
functions = aws.client("lambda", endpoint_url=URL)


def deploy(source: str | Path, environment: dict[str, str] | None = None) -> str:
    """Deploy Python text or a Python file as a function that any pool may call; its ARN."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", text)
    arn: str = functions.create_function(
        FunctionName=f"example-{uuid.uuid4().hex[:8]}",
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/example",
        Code={"ZipFile": package.getvalue()},
        Environment={"Variables": environment or {}},
        MemorySize=512,
        Timeout=5,
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=arn,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return arn


def pool_with(arn: str, version: Any) -> str:
    """A user pool whose pre token generation trigger is the function."""
    pool = idp.create_user_pool(
        PoolName="example",
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": version}},
    )["UserPool"]
    return str(pool["Id"])


def client_with_user(pool: str, name: str) -> str:
    """An app client for password sign-in, and a user who can sign in."""
    idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    return str(client["ClientId"])


def sign_in(client: str, name: str) -> Any:
    """``AuthenticationResult`` of a password sign-in."""
    return idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


def verified(token: str, pool: str) -> dict[str, Any]:
    """The claims of a token, its signature and issuer checked as any application would."""
    issuer = f"{URL}/{pool}"
    key = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    no_audience: Any = {"verify_aud": False}
    claims: dict[str, Any] = jwt.decode(
        token, key.key, algorithms=["RS256"], issuer=issuer, options=no_audience
    )
    return claims
