"""Event version V1_0: the function changes the ID token, and the access token but for groups."""

from world import client_with_user, deploy, pool_with, sign_in, verified

arn = deploy(
    """
def handler(event, context):
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"berth": "C14"}}}
    return event
"""
)
pool = pool_with(arn, "V1_0")
tokens = sign_in(client_with_user(pool, "ines"), "ines")
print("ID token berth =", verified(tokens["IdToken"], pool)["berth"])
print("access token has it =", "berth" in verified(tokens["AccessToken"], pool))
