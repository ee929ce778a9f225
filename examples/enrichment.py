"""Enrichment: a function looks up a DynamoDB table before the token is signed.

Start any DynamoDB-compatible server and say where it is in AWS_ENDPOINT_URL_DYNAMODB.
"""

import os
from pathlib import Path

from world import aws, client_with_user, deploy, pool_with, sign_in, verified

DYNAMODB_URL = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
TABLE = "subscriptions"

dynamodb = aws.resource("dynamodb", endpoint_url=DYNAMODB_URL)
table = dynamodb.create_table(
    TableName=TABLE,
    KeySchema=[{"AttributeName": "username", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "username", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
table.put_item(Item={"username": "ines", "plan": "harbour", "seats": 12})

arn = deploy(
    Path(__file__).parent / "functions" / "subscription.py",
    {"AWS_ENDPOINT_URL_DYNAMODB": DYNAMODB_URL, "SUBSCRIPTIONS_TABLE": TABLE},
)
pool = pool_with(arn, "V2_0")
claims = verified(sign_in(client_with_user(pool, "ines"), "ines")["AccessToken"], pool)
print("hb:plan =", claims["hb:plan"], "hb:seats =", claims["hb:seats"])
print("scope =", claims["scope"])
