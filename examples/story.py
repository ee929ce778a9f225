"""The story through boto3 alone: a function decides what the access token says."""

import io
import os
import zipfile
from pathlib import Path

import boto3
import jwt

# fmt: off  # a story of few lines
URL = os.environ.get("POOLHOUSE_URL", "http://localhost:4566")
aws = boto3.Session("any", "any", region_name="us-east-1")
idp = aws.client("cognito-idp", endpoint_url=URL)
functions = aws.client("lambda", endpoint_url=URL)

source = Path(__file__).parent / "functions" / "membership.mjs"
package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    archive.write(source, "index.mjs")
arn = functions.create_function(
    FunctionName="membership",
    Runtime="nodejs22.x",
    Handler="index.handler",
    Role="arn:aws:iam::123456789012:role/membership",
    Code={"ZipFile": package.getvalue()},
)["FunctionArn"]
functions.add_permission(
    FunctionName=arn,
    StatementId="pools",
    Action="lambda:InvokeFunction",
    Principal="cognito-idp.amazonaws.com",
)
pool = idp.create_user_pool(
    PoolName="story",
    Schema=[{"Name": n, "AttributeDataType": "String"} for n in ("membership", "location")],
    LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
)["UserPool"]["Id"]
client = idp.create_user_pool_client(
    UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
)["UserPoolClient"]["ClientId"]
idp.admin_create_user(
    UserPoolId=pool,
    Username="mara",
    MessageAction="SUPPRESS",
    UserAttributes=[
        {"Name": "custom:membership", "Value": "Premium"},
        {"Name": "custom:location", "Value": "USA"},
    ],
)
idp.admin_set_user_password(
    UserPoolId=pool, Username="mara", Password="Harbour-lights-7", Permanent=True
)
token = idp.initiate_auth(
    ClientId=client,
    AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "mara", "PASSWORD": "Harbour-lights-7"},
)["AuthenticationResult"]["AccessToken"]

issuer = f"{URL}/{pool}"
key = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json").get_signing_key_from_jwt(token)
claims = jwt.decode(token, key.key, algorithms=["RS256"], issuer=issuer)
print("demo:membershipLevel =", claims["demo:membershipLevel"])
print("scope =", claims["scope"])
