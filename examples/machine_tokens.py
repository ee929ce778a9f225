"""Event version V3_0: machines too get customized tokens, by the client credentials grant."""

import base64
import json
import urllib.parse
import urllib.request

from world import URL, deploy, idp, pool_with, verified

arn = deploy(
    """
def handler(event, context):
    acting_for = event["request"].get("clientMetadata", {}).get("actingFor", "nobody")
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"hb:actingFor": acting_for}}}}
    return event
"""
)
pool = pool_with(arn, "V3_0")
idp.create_resource_server(
    UserPoolId=pool,
    Identifier="tides",
    Name="tides",
    Scopes=[{"ScopeName": "read", "ScopeDescription": "read the tides"}],
)
client = idp.create_user_pool_client(
    UserPoolId=pool,
    ClientName="gauge",
    GenerateSecret=True,
    AllowedOAuthFlowsUserPoolClient=True,
    AllowedOAuthFlows=["client_credentials"],
    AllowedOAuthScopes=["tides/read"],
)["UserPoolClient"]

credentials = base64.b64encode(f"{client['ClientId']}:{client['ClientSecret']}".encode()).decode()
body = urllib.parse.urlencode(
    {
        "grant_type": "client_credentials",
        "scope": "tides/read",
        "aws_client_metadata": json.dumps({"actingFor": "ines"}),
    }
)
request = urllib.request.Request(
    f"{URL}/{pool}/oauth2/token",
    body.encode(),
    {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/x-www-form-urlencoded",
    },
)
with urllib.request.urlopen(request) as answer:
    claims = verified(json.load(answer)["access_token"], pool)
print("hb:actingFor =", claims["hb:actingFor"])
print("scope =", claims["scope"])
