"""The preview says what the mint does, and explains what the wire keeps quiet about."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
import zipfile
from typing import Any

import jwt
import pytest
from click.testing import CliRunner

from poolhouse.cli import main
from poolhouse.cli.signed_requests import post
from server import Server

_ISSUANCE = {"jti", "origin_jti", "event_id"}
_SOURCE = """
import json

def handler(event, context):
    wish = json.loads(event["request"]["userAttributes"].get("custom:wish", "{}"))
    event["response"] = {"claimsAndScopeOverrideDetails": wish}
    return event
"""
_WISHES: list[dict[str, Any]] = [
    {},
    {"accessTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold", "sub": "me"}}},
    {"accessTokenGeneration": {"scopesToAdd": ["a/b"], "claimsToSuppress": ["username"]}},
    {"idTokenGeneration": {"claimsToSuppress": ["email"]}, "groupOverrideDetails": None},
    {"groupOverrideDetails": {"groupsToOverride": ["made", "up"]}},
]


@pytest.fixture(scope="module")
def world(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    idp, functions = server.client(), server.client("lambda")
    path = tmp_path_factory.mktemp("function") / "wishes.py"
    path.write_text(_SOURCE, encoding="utf-8")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(path, "wishes.py")
    arn = functions.create_function(
        FunctionName="preview-wishes",
        Runtime="python3.13",
        Role="arn:aws:iam::123456789012:role/x",
        Handler="wishes.handler",
        Code={"ZipFile": package.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=arn,
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    pool = idp.create_user_pool(
        PoolName="preview",
        Schema=[{"Name": "wish", "AttributeDataType": "String", "Mutable": True}],
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
    )["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    idp.create_group(UserPoolId=pool, GroupName="pilots")
    idp.admin_create_user(
        UserPoolId=pool,
        Username="ines",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "ines@harbour.test"}],
    )
    idp.admin_set_user_password(
        UserPoolId=pool, Username="ines", Password="Corr3ct-Horse!", Permanent=True
    )
    idp.admin_add_user_to_group(UserPoolId=pool, Username="ines", GroupName="pilots")
    return {"idp": idp, "pool": pool, "client": client, "arn": arn, "path": path}


def _minted(world: dict[str, Any]) -> dict[str, Any]:
    result = world["idp"].initiate_auth(
        ClientId=world["client"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ines", "PASSWORD": "Corr3ct-Horse!"},
    )["AuthenticationResult"]
    unverified: Any = {"verify_signature": False}
    return {
        "access": jwt.decode(result["AccessToken"], options=unverified),
        "id": jwt.decode(result["IdToken"], options=unverified),
        "sizes": {"access": len(result["AccessToken"]), "id": len(result["IdToken"])},
    }


@pytest.mark.parametrize("wish", _WISHES)
def test_the_preview_equals_the_mint(
    server: Server, world: dict[str, Any], wish: dict[str, Any]
) -> None:
    world["idp"].admin_update_user_attributes(
        UserPoolId=world["pool"],
        Username="ines",
        UserAttributes=[{"Name": "custom:wish", "Value": json.dumps(wish)}],
    )
    request = {"pool": world["pool"], "client": world["client"], "user": "ines"}
    preview = post(server.url, "/poolhouse/v1/preview", request)
    minted = _minted(world)
    for token in ("access", "id"):
        expected = {k: v for k, v in minted[token].items() if k not in _ISSUANCE}
        shown = {k: v for k, v in preview["after"][token].items() if k not in _ISSUANCE}
        assert shown == expected
        assert preview["sizes"][token]["token_bytes"] == minted["sizes"][token]


def test_an_ignored_wish_is_explained(server: Server, world: dict[str, Any]) -> None:
    wish = {"accessTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold", "iss": "me"}}}
    request = {
        "pool": world["pool"],
        "client": world["client"],
        "attributes": {"custom:wish": json.dumps(wish)},
        "groups": ["night-watch"],
    }
    preview = post(server.url, "/poolhouse/v1/preview", request)
    changes = {change["name"]: change for change in preview["changes"]}
    assert changes["tier"]["outcome"] == "applied"
    assert (changes["iss"]["outcome"], changes["iss"]["rule"]) == ("ignored", "protected-claim")
    assert preview["after"]["access"]["cognito:groups"] == ["night-watch"]
    assert "tier" not in preview["before"]["access"]


def test_a_failing_issuance_is_a_preview_with_its_error(
    server: Server, world: dict[str, Any]
) -> None:
    wish = {"accessTokenGeneration": {"scopesToAdd": ["with blank"]}}
    request = {
        "pool": world["pool"],
        "client": world["client"],
        "attributes": {"custom:wish": json.dumps(wish)},
    }
    preview = post(server.url, "/poolhouse/v1/preview", request)
    assert preview["error"]["type"] == "InvalidLambdaResponseException"
    assert preview["after"] is None
    assert "with blank" in preview["answer"]
    assert preview["event"]["version"] == "2"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pool": None}, "pool is required"),
        ({"pool": "us-east-1_nowhere99"}, "does not exist"),
        ({"user": "nobody"}, "User does not exist"),
        ({"user": 7}, "user must be a str"),
        ({"source": "Elsewhere"}, "no trigger source"),
        ({"version": "V9_0"}, "no event version"),
        ({"colour": "blue"}, "no member colour"),
        ({"scopes": [7]}, "strings only"),
    ],
)
def test_bad_requests_say_why(
    server: Server, world: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    request = {"pool": world["pool"], "client": world["client"], "user": "ines", **changes}
    with pytest.raises(Exception, match=message):
        post(server.url, "/poolhouse/v1/preview", request)


def test_a_preview_must_be_signed(server: Server) -> None:
    request = urllib.request.Request(f"{server.url}/poolhouse/v1/preview", b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert json.load(answer)["__type"] == "MissingAuthenticationTokenException"


def test_the_command_tries_a_file_and_leaves_nothing_behind(
    server: Server, world: dict[str, Any]
) -> None:
    arguments = ["preview", "--url", server.url, "--pool", world["pool"]]
    arguments += ["--client", world["client"], "--function", str(world["path"])]
    wish = {"accessTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold", "exp": 1}}}
    result = CliRunner().invoke(
        main, [*arguments, "--attribute", f"custom:wish={json.dumps(wish)}"]
    )
    assert result.exit_code == 0, result.output
    assert "+ tier" in result.output
    assert "ignored" in result.output
    names = [f["FunctionName"] for f in server.client("lambda").list_functions()["Functions"]]
    assert not [name for name in names if name.startswith("preview-") and name != "preview-wishes"]


def test_the_command_fails_where_the_issuance_would(server: Server, world: dict[str, Any]) -> None:
    arguments = ["preview", "--url", server.url, "--pool", world["pool"]]
    arguments += [
        "--client",
        world["client"],
        "--function",
        "arn:aws:lambda:us-east-1:123456789012:function:gone",
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "UnexpectedLambdaException" in result.output
