"""Pre token generation, event version V2_0: puts the member's level into the access token."""


def handler(event, context):
    attributes = event["request"]["userAttributes"]
    level = attributes["custom:membership"]
    place = attributes["custom:location"]

    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"demo:membershipLevel": level},
                "scopesToAdd": [f"membership:{place}.{level}"],
            }
        }
    }
    print(f"{event['userName']} is a {level} member in {place}")
    return event
