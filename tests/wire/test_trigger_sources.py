"""Every source that the flows reach: the event to the field, once per issuance, from real calls."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from server import Server
from trigger_world import PASSWORD, SHOWS_ITS_EVENT, Pool, claims, make_pool


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    return make_pool(server, SHOWS_ITS_EVENT)


@pytest.fixture(scope="module")
def machine_pool(server: Server) -> Pool:
    return make_pool(server, SHOWS_ITS_EVENT, "V3_0")


def _seen(token: str) -> Any:
    return claims(token)["seen"]


def _calls(pool: Pool) -> int:
    return pool.server.house.functions.counts[(pool.function, "returned")]


def test_a_sign_in(pool: Pool) -> None:
    before = _calls(pool)
    tokens = pool.sign_in(terminal="north")
    event = _seen(tokens["AccessToken"])
    sub = claims(tokens["AccessToken"])["sub"]
    assert event == {
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "region": "us-east-1",
        "userPoolId": pool.id,
        "userName": "ines",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": pool.client},
        "request": {
            "userAttributes": {"sub": sub, "cognito:user_status": "CONFIRMED"},
            "groupConfiguration": {
                "groupsToOverride": [],
                "iamRolesToOverride": [],
                "preferredRole": None,
            },
            "scopes": ["aws.cognito.signin.user.admin"],
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }, "and no clientMetadata: that of InitiateAuth never comes through"
    assert _calls(pool) == before + 1


def test_a_refresh(pool: Pool) -> None:
    tokens = pool.sign_in()
    before = _calls(pool)
    event = _seen(pool.refresh(tokens["RefreshToken"])["AccessToken"])
    assert event["triggerSource"] == "TokenGeneration_RefreshTokens"
    assert event["request"]["scopes"] == ["aws.cognito.signin.user.admin"]
    assert _calls(pool) == before + 1


def test_a_refresh_by_its_own_operation_brings_metadata(pool: Pool) -> None:
    answer = pool.idp.get_tokens_from_refresh_token(
        RefreshToken=pool.sign_in()["RefreshToken"],
        ClientId=pool.client,
        ClientMetadata={"terminal": "north"},
    )
    event = _seen(answer["AuthenticationResult"]["AccessToken"])
    assert event["triggerSource"] == "TokenGeneration_Authentication"
    assert event["request"]["clientMetadata"] == {"terminal": "north"}


def test_a_refresh_at_the_token_endpoint(pool: Pool) -> None:
    status, document = pool.token_endpoint(
        grant_type="refresh_token",
        client_id=pool.client,
        refresh_token=pool.sign_in()["RefreshToken"],
        aws_client_metadata=json.dumps({"terminal": "north"}),
    )
    assert status == 200
    event = _seen(document["access_token"])
    assert event["triggerSource"] == "TokenGeneration_RefreshTokens"
    assert "clientMetadata" not in event["request"]


def test_a_new_password(pool: Pool) -> None:
    pool.idp.admin_create_user(
        UserPoolId=pool.id, Username="nils", MessageAction="SUPPRESS", TemporaryPassword="Once-1-ok"
    )
    challenge = pool.idp.initiate_auth(
        ClientId=pool.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "nils", "PASSWORD": "Once-1-ok"},
    )
    before = _calls(pool)
    answer = pool.idp.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "nils", "NEW_PASSWORD": PASSWORD},
        ClientMetadata={"terminal": "south"},
    )
    event = _seen(answer["AuthenticationResult"]["AccessToken"])
    assert event["triggerSource"] == "TokenGeneration_NewPasswordChallenge"
    assert event["userName"] == "nils"
    assert event["request"]["clientMetadata"] == {"terminal": "south"}
    assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert _calls(pool) == before + 1


def test_a_machine(machine_pool: Pool) -> None:
    status, document = machine_pool.token_endpoint(
        basic=machine_pool.machine_basic,
        grant_type="client_credentials",
        aws_client_metadata=json.dumps({"actingFor": "ines"}),
    )
    assert status == 200
    assert _seen(document["access_token"]) == {
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        "region": "us-east-1",
        "userPoolId": machine_pool.id,
        "userName": "ClientCredentials",
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": machine_pool.machine,
        },
        "request": {
            "userAttributes": {},
            "groupConfiguration": None,
            "scopes": ["tides/read"],
            "clientMetadata": {"actingFor": "ines"},
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def test_a_machine_by_the_api(machine_pool: Pool) -> None:
    answer = machine_pool.idp.get_client_token(
        ClientId=machine_pool.machine,
        Secret=machine_pool.machine_secret,
        ClientMetadata={"actingFor": "nils"},
    )
    token = answer["ClientAuthenticationResult"]["AccessToken"]
    assert _seen(token)["request"]["clientMetadata"] == {"actingFor": "nils"}


def test_a_person_in_a_version_3_pool(machine_pool: Pool) -> None:
    assert _seen(machine_pool.sign_in()["AccessToken"])["version"] == "3"


def test_machines_call_no_function_below_version_3(pool: Pool) -> None:
    before = _calls(pool)
    status, document = pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="tides/read"
    )
    assert status == 200
    assert "seen" not in claims(document["access_token"])
    assert _calls(pool) == before


def test_version_1_changes_the_id_token_only(server: Server) -> None:
    source = """
import json
def handler(event, context):
    event["response"] = {"claimsOverrideDetails": {
        "claimsToAddOrOverride": {"seen": json.dumps(event)},
        "groupOverrideDetails": {"groupsToOverride": ["pilots"]}}}
    return event
"""
    pool = make_pool(server, source, "V1_0")
    tokens = pool.sign_in()
    event = json.loads(claims(tokens["IdToken"])["seen"])
    assert event["version"] == "1"
    assert "scopes" not in event["request"]
    assert event["response"] == {"claimsOverrideDetails": None}
    assert "seen" not in claims(tokens["AccessToken"])
    assert claims(tokens["AccessToken"])["cognito:groups"] == ["pilots"]


def test_a_function_may_call_the_server_that_waits_for_it(server: Server) -> None:
    source = f"""
import boto3
idp = boto3.client("cognito-idp", endpoint_url="{server.url}", region_name="us-east-1",
                   aws_access_key_id="any", aws_secret_access_key="any")
def handler(event, context):
    idp.admin_update_user_attributes(
        UserPoolId=event["userPoolId"], Username=event["userName"],
        UserAttributes=[{{"Name": "nickname", "Value": "skipper"}}])
    user = idp.admin_get_user(UserPoolId=event["userPoolId"], Username=event["userName"])
    names = {{a["Name"]: a["Value"] for a in user["UserAttributes"]}}
    event["response"] = {{"claimsAndScopeOverrideDetails": {{"accessTokenGeneration": {{
        "claimsToAddOrOverride": {{"nickname": names["nickname"]}}}}}}}}
    return event
"""
    pool = make_pool(server, source)
    assert claims(pool.sign_in()["AccessToken"])["nickname"] == "skipper"


def test_a_javascript_function_that_ends_by_context_done(server: Server) -> None:
    pool = make_pool(server, SHOWS_ITS_EVENT)
    file = Path(__file__).parents[2] / "examples" / "functions" / "membership.mjs"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("index.mjs", file.read_text(encoding="utf-8"))
    pool.functions.update_function_configuration(FunctionName=pool.function, Runtime="nodejs22.x")
    pool.functions.update_function_code(FunctionName=pool.function, ZipFile=archive.getvalue())
    pool.idp.add_custom_attributes(
        UserPoolId=pool.id,
        CustomAttributes=[
            {"Name": name, "AttributeDataType": "String", "Mutable": True}
            for name in ("membership", "location")
        ],
    )
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="ines",
        UserAttributes=[
            {"Name": "custom:membership", "Value": "Premium"},
            {"Name": "custom:location", "Value": "USA"},
        ],
    )
    access = claims(pool.sign_in()["AccessToken"])
    assert access["demo:membershipLevel"] == "Premium"
    assert access["scope"] == "aws.cognito.signin.user.admin membership:USA.Premium"
