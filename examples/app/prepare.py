"""Make what the example app needs: a pool with the membership function, two app clients, a person.

Prints the app's settings as NAME=VALUE lines; ``python3 prepare.py > .env``.
"""

import io
import os
import zipfile
from pathlib import Path

import boto3

URL = os.environ.get("POOLHOUSE_URL", "http://localhost:4566")
APP = os.environ.get("APP_URL", "http://localhost:8000")
FUNCTION = Path(__file__).parents[1] / "functions" / "membership.mjs"


def main() -> None:
    aws = boto3.Session("any", "any", region_name="us-east-1")
    idp = aws.client("cognito-idp", endpoint_url=URL)
    pool = idp.create_user_pool(
        PoolName="members",
        Schema=[{"Name": n, "AttributeDataType": "String"} for n in ("membership", "location")],
        LambdaConfig={
            "PreTokenGenerationConfig": {
                "LambdaArn": deploy(aws.client("lambda", endpoint_url=URL)),
                "LambdaVersion": "V2_0",
            }
        },
    )["UserPool"]["Id"]
    shared = {
        "UserPoolId": pool,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile"],
        "SupportedIdentityProviders": ["COGNITO"],
        "PreventUserExistenceErrors": "ENABLED",
    }
    server_client = idp.create_user_pool_client(
        **shared,
        ClientName="server",
        GenerateSecret=True,
        CallbackURLs=[f"{APP}/callback"],
        LogoutURLs=[f"{APP}/"],
    )["UserPoolClient"]
    page_client = idp.create_user_pool_client(
        **shared,
        ClientName="page",
        CallbackURLs=[f"{APP}/page"],
        LogoutURLs=[f"{APP}/page"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"],
    )["UserPoolClient"]
    for name, level in (("mara", "Premium"), ("jon", "Basic")):
        idp.admin_create_user(
            UserPoolId=pool,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": f"{name}@members.example"},
                {"Name": "custom:membership", "Value": level},
                {"Name": "custom:location", "Value": "USA"},
            ],
        )
        idp.admin_set_user_password(
            UserPoolId=pool, Username=name, Password="Harbour-lights-7", Permanent=True
        )
    print(f"ISSUER={URL}/{pool}")
    print(f"CLIENT_ID={server_client['ClientId']}")
    print(f"CLIENT_SECRET={server_client['ClientSecret']}")
    print(f"PAGE_CLIENT_ID={page_client['ClientId']}")


def deploy(functions) -> str:  # type: ignore[no-untyped-def]  # boto3 makes its clients as it runs
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(FUNCTION, "index.mjs")
    name = "members-tokens"
    arn: str = functions.create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/members",
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return arn


if __name__ == "__main__":
    main()
