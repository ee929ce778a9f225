"""Pre token generation, V2_0: the subscription of a user, looked up in a DynamoDB table.

boto3 finds the table's endpoint in AWS_ENDPOINT_URL_DYNAMODB, and AWS itself without it.
"""

import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["SUBSCRIPTIONS_TABLE"])


def handler(event, context):
    found = table.get_item(Key={"username": event["userName"]}).get("Item", {})
    plan = found.get("plan", "free")
    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"hb:plan": plan, "hb:seats": int(found.get("seats", 1))},
                "scopesToAdd": [f"plan:{plan}"],
            }
        }
    }
    return event
