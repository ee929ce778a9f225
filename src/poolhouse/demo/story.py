"""The steps of the story, through boto3: the calls that would set up the same on AWS."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from poolhouse.demo.verifying import verified_claims

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_lambda import LambdaClient

REGION = "us-east-1"
USERNAME = "mara"
PASSWORD = "Harbour-lights-7"
FUNCTIONS = {"membership.mjs": "nodejs22.x", "membership.py": "python3.13"}
"""File of a function to the Lambda runtime it asks for."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The claims of one sign-in, both tokens verified against the pool's key set."""

    id_claims: Mapping[str, Any]
    access_claims: Mapping[str, Any]


class Story:
    """A user pool on the server at ``url``, and what happens in it."""

    def __init__(self, url: str) -> None:
        session = boto3.Session("any", "any", region_name=REGION)
        config = Config(retries={"max_attempts": 0})
        self.url = url
        self._idp: CognitoIdentityProviderClient = session.client(
            "cognito-idp", endpoint_url=url, config=config
        )
        self._lambda: LambdaClient = session.client("lambda", endpoint_url=url, config=config)
        self.pool_id = ""
        self.client_id = ""

    def make_pool(self) -> None:
        """A pool with two attributes of its own, an app client, and a premium member in the USA."""
        pool = self._idp.create_user_pool(
            PoolName="members",
            Schema=[
                {"Name": name, "AttributeDataType": "String", "Mutable": True}
                for name in ("membership", "location")
            ],
        )
        self.pool_id = pool["UserPool"]["Id"]
        client = self._idp.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        self.client_id = client["UserPoolClient"]["ClientId"]
        self._idp.admin_create_user(
            UserPoolId=self.pool_id,
            Username=USERNAME,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "custom:membership", "Value": "Premium"},
                {"Name": "custom:location", "Value": "USA"},
            ],
        )
        self._idp.admin_set_user_password(
            UserPoolId=self.pool_id, Username=USERNAME, Password=PASSWORD, Permanent=True
        )

    def attach(self, file_name: str) -> str:
        """Deploy a function and make it the pool's pre token generation trigger; its name."""
        name = file_name.replace(".", "-")
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(file_name, source(file_name))
        function = self._lambda.create_function(
            FunctionName=name,
            Runtime=FUNCTIONS[file_name],  # type: ignore[arg-type]  # a member of the literal
            Role="arn:aws:iam::123456789012:role/function",
            Handler="membership.handler",
            Code={"ZipFile": package.getvalue()},
        )
        self._lambda.add_permission(
            FunctionName=name,
            StatementId="pool",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
            SourceArn=f"arn:aws:cognito-idp:{REGION}:123456789012:userpool/{self.pool_id}",
        )
        self._idp.update_user_pool(
            UserPoolId=self.pool_id,
            LambdaConfig={
                "PreTokenGenerationConfig": {
                    "LambdaArn": function["FunctionArn"],
                    "LambdaVersion": "V2_0",
                }
            },
        )
        return name

    def sign_in(self) -> Tokens:
        """The member signs in with her password."""
        answer = self._idp.initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": USERNAME, "PASSWORD": PASSWORD},
        )
        tokens = answer["AuthenticationResult"]
        issuer = f"{self.url}/{self.pool_id}"
        return Tokens(
            verified_claims(tokens["IdToken"], issuer),
            verified_claims(tokens["AccessToken"], issuer),
        )


def source(file_name: str) -> str:
    """The text of one of the story's functions."""
    return files("poolhouse.demo").joinpath("functions", file_name).read_text("utf-8")
