"""The trigger from end to end: its whole event, its answers by version, in Python and Node.js."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from account_world import refusal
from lambda_world import zipped
from oauth_world import post_token, send, sign_in_by_oauth
from server import Server
from sign_in_world import TEMPORARY, add_client, admin_start, exchange, invite, refresh, sign_in
from token_reading import unverified, verified_by
from trigger_world import PASSWORD, SHOWS_ITS_EVENT, Pool, claims, make_pool

PILOT = "arn:aws:iam::210987654321:role/pilot"
UNCHANGED = "def handler(event, context):\n    return event\n"

CUSTOMIZES = """
def handler(event, context):
    event["response"] = {
        "claimsOverrideDetails": {
            "claimsToAddOrOverride": {"tier": "gold", "email": "other@harbour.test"},
            "claimsToSuppress": ["name"],
            "groupOverrideDetails": {
                "groupsToOverride": ["made-up"], "iamRolesToOverride": ["arn:a"],
                "preferredRole": "arn:a"}},
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {
                "claimsToAddOrOverride": {
                    "tier": {"pier": "C", "slots": [1, 2.5, True, None]},
                    "big": 9223372036854775807, "bigger": 2 ** 80},
                "claimsToSuppress": ["name", "email_verified"]},
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {
                    "tier": "gold", "email": "ines@harbour.test",
                    "aud": event["callerContext"]["clientId"]},
                "claimsToSuppress": ["cognito:groups"],
                "scopesToAdd": ["tides/publish", "membership:USA.Premium"],
                "scopesToSuppress": ["aws.cognito.signin.user.admin"]},
            "groupOverrideDetails": {"groupsToOverride": ["made-up"]}}}
    return event
"""


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    """Shows its event; ines has attributes, groups and roles."""
    return _populated(make_pool(server, SHOWS_ITS_EVENT))


def _populated(pool: Pool) -> Pool:
    pool.idp.add_custom_attributes(
        UserPoolId=pool.id,
        CustomAttributes=[{"Name": "berth", "AttributeDataType": "String", "Mutable": True}],
    )
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="ines",
        UserAttributes=[
            {"Name": "email", "Value": "ines@harbour.test"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": "Ines"},
            {"Name": "custom:berth", "Value": "C14"},
        ],
    )
    for name, precedence, role in (("pilots", 1, PILOT), ("night-watch", 2, None)):
        pool.idp.create_group(
            UserPoolId=pool.id,
            GroupName=name,
            Precedence=precedence,
            **({"RoleArn": role} if role else {}),
        )
        pool.idp.admin_add_user_to_group(UserPoolId=pool.id, Username="ines", GroupName=name)
    return pool


def _configure(pool: Pool, **lambda_config: Any) -> None:
    pool.idp.update_user_pool(UserPoolId=pool.id, LambdaConfig=lambda_config)


def _arn(pool: Pool) -> str:
    arn: str = pool.functions.get_function_configuration(FunctionName=pool.function)["FunctionArn"]
    return arn


def _calls(pool: Pool, outcome: str = "returned") -> int:
    return pool.server.house.functions.counts[(pool.function, outcome)]


class TestEvent:
    """What a function is sent, to the field."""

    def test_the_whole_profile_whatever_the_client_may_read(self, pool: Pool) -> None:
        world = pool.world
        client = add_client(world, "USER_PASSWORD_AUTH", ReadAttributes=["name"])
        tokens = sign_in(world, "ines", client, PASSWORD)
        assert "custom:berth" not in unverified(tokens["IdToken"])
        event = unverified(tokens["AccessToken"])["seen"]
        assert event["callerContext"]["clientId"] == client.id
        assert event["request"] == {
            "userAttributes": {
                "sub": unverified(tokens["AccessToken"])["sub"],
                "cognito:user_status": "CONFIRMED",
                "email": "ines@harbour.test",
                "email_verified": "true",
                "name": "Ines",
                "custom:berth": "C14",
            },
            "groupConfiguration": {
                "groupsToOverride": ["pilots", "night-watch"],
                "iamRolesToOverride": [PILOT],
                "preferredRole": PILOT,
            },
            "scopes": ["aws.cognito.signin.user.admin"],
        }

    def test_the_scopes_of_a_browser_sign_in_and_of_its_refresh(self, pool: Pool) -> None:
        world = pool.world
        tokens = sign_in_by_oauth(world, "ines", pool.client, ["openid", "tides/read"])
        event = claims(tokens.access_token)["seen"]
        assert event["triggerSource"] == "TokenGeneration_HostedAuth"
        assert event["request"]["scopes"] == ["openid", "tides/read"]
        form = {
            "grant_type": "refresh_token",
            "refresh_token": str(tokens.refresh_token),
            "client_id": pool.client,
        }
        event = claims(post_token(world, form).json["access_token"])["seen"]
        assert event["triggerSource"] == "TokenGeneration_RefreshTokens"
        assert event["request"]["scopes"] == ["openid", "tides/read"]

    def test_what_a_function_added_is_not_in_the_next_event(self, pool: Pool) -> None:
        source = SHOWS_ITS_EVENT.replace(
            '"accessTokenGeneration": {', '"accessTokenGeneration": {"scopesToAdd": ["a/b"], '
        )
        pool.redeploy(source)
        tokens = pool.sign_in()
        assert claims(tokens["AccessToken"])["scope"].endswith(" a/b")
        refreshed = claims(pool.refresh(tokens["RefreshToken"])["AccessToken"])
        assert refreshed["seen"]["request"]["scopes"] == ["aws.cognito.signin.user.admin"]
        pool.redeploy(SHOWS_ITS_EVENT)

    def test_an_active_alias_is_told(self, server: Server) -> None:
        own = make_pool(server, SHOWS_ITS_EVENT, AliasAttributes=["email"])
        own.idp.admin_update_user_attributes(
            UserPoolId=own.id,
            Username="ines",
            UserAttributes=[
                {"Name": "email", "Value": "ines@harbour.test"},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
        event = claims(own.sign_in()["AccessToken"])["seen"]
        attributes = event["request"]["userAttributes"]
        assert attributes["cognito:email_alias"] == "ines@harbour.test"
        assert event["userName"] == "ines"

    def test_in_a_pool_of_email_names_the_user_name_is_the_sub(self, server: Server) -> None:
        own = make_pool(
            server,
            SHOWS_ITS_EVENT,
            username="ines@harbour.test",
            UsernameAttributes=["email"],
        )
        access = claims(own.sign_in("ines@harbour.test")["AccessToken"])
        assert access["seen"]["userName"] == access["sub"]


METADATA = {"terminal": "north"}


def _initiate(pool: Pool, world: Any) -> Any:
    return pool.sign_in(**METADATA)


def _admin_initiate(pool: Pool, world: Any) -> Any:
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    return world.idp.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=client.id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ines", "PASSWORD": PASSWORD},
        ClientMetadata=METADATA,
    )["AuthenticationResult"]


def _refresh(pool: Pool, world: Any) -> Any:
    return world.idp.initiate_auth(
        ClientId=pool.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": pool.sign_in()["RefreshToken"]},
        ClientMetadata=METADATA,
    )["AuthenticationResult"]


def _exchange(pool: Pool, world: Any) -> Any:
    token = pool.sign_in()["RefreshToken"]
    return exchange(world, token, ClientMetadata=METADATA)


def _respond(pool: Pool, world: Any) -> Any:
    """The metadata of the answer comes through, that of the question does not."""
    username = "answering"
    invite(world, username)
    session = world.idp.initiate_auth(
        ClientId=pool.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": TEMPORARY},
        ClientMetadata={"question": "yes"},
    )["Session"]
    return world.idp.respond_to_auth_challenge(
        ClientId=pool.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": username, "NEW_PASSWORD": PASSWORD},
        ClientMetadata=METADATA,
    )["AuthenticationResult"]


def _admin_respond(pool: Pool, world: Any) -> Any:
    username = "answered-for"
    client = add_client(world, "ADMIN_USER_PASSWORD_AUTH")
    invite(world, username)
    session = admin_start(
        world, "ADMIN_USER_PASSWORD_AUTH", client, USERNAME=username, PASSWORD=TEMPORARY
    )["Session"]
    return world.idp.admin_respond_to_auth_challenge(
        UserPoolId=pool.id,
        ClientId=client.id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": username, "NEW_PASSWORD": PASSWORD},
        ClientMetadata=METADATA,
    )["AuthenticationResult"]


@pytest.mark.parametrize(
    ("call", "comes_through", "source"),
    [
        (_initiate, False, "Authentication"),
        (_admin_initiate, False, "Authentication"),
        (_refresh, False, "RefreshTokens"),
        (_exchange, True, "Authentication"),
        (_respond, True, "NewPasswordChallenge"),
        (_admin_respond, True, "NewPasswordChallenge"),
    ],
)
def test_which_metadata_comes_through(
    pool: Pool, call: Callable[[Pool, Any], Any], comes_through: bool, source: str
) -> None:
    event = claims(call(pool, pool.world)["AccessToken"])["seen"]
    assert event["triggerSource"] == f"TokenGeneration_{source}"
    assert event["request"].get("clientMetadata") == (METADATA if comes_through else None)
    assert ("clientMetadata" in event["request"]) == comes_through


class TestAnswers:
    """One function, three event versions: each reads its own member and reaches its own tokens."""

    @pytest.fixture(params=["V1_0", "V2_0", "V3_0"])
    def tokens(self, request: Any, server: Server) -> tuple[str, dict[str, Any], dict[str, Any]]:
        own = _populated(make_pool(server, CUSTOMIZES, request.param))
        result = own.sign_in()
        return (
            request.param,
            verified_by(server, own.id, result["IdToken"]),
            verified_by(server, own.id, result["AccessToken"]),
        )

    def test_the_id_token(self, tokens: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
        version, id_claims, _ = tokens
        assert "name" not in id_claims
        assert id_claims["cognito:groups"] == ["made-up"]
        if version == "V1_0":
            assert id_claims["tier"] == "gold"
            assert id_claims["email"] == "other@harbour.test"
            assert id_claims["cognito:roles"] == ["arn:a"]
            assert id_claims["cognito:preferred_role"] == "arn:a"
            return
        assert id_claims["tier"] == {"pier": "C", "slots": [1, 2.5, True, None]}
        assert (id_claims["big"], id_claims["bigger"]) == (2**63 - 1, 2**80)
        assert id_claims["email"] == "ines@harbour.test"
        assert "email_verified" not in id_claims
        assert "cognito:roles" not in id_claims
        assert "cognito:preferred_role" not in id_claims

    def test_the_access_token(self, tokens: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
        version, _, access = tokens
        if version == "V1_0":
            assert access["scope"] == "aws.cognito.signin.user.admin"
            assert access["cognito:groups"] == ["made-up"]
            assert "tier" not in access
            return
        assert access["scope"] == "tides/publish membership:USA.Premium"
        assert access["tier"] == "gold"
        assert access["email"] == "ines@harbour.test"
        assert access["aud"] == access["client_id"]
        assert "cognito:groups" not in access

    def test_a_machine_token_takes_claims_and_scopes(self, server: Server) -> None:
        own = make_pool(server, CUSTOMIZES, "V3_0")
        _, document = own.token_endpoint(basic=own.machine_basic, grant_type="client_credentials")
        access = verified_by(server, own.id, document["access_token"])
        assert access["scope"] == "tides/read tides/publish membership:USA.Premium"
        assert access["aud"] == own.machine
        assert access["tier"] == "gold"
        assert "cognito:groups" not in access

    def test_without_the_self_service_scope_there_is_no_self_service(self, server: Server) -> None:
        own = make_pool(server, CUSTOMIZES)
        token = own.sign_in()["AccessToken"]
        assert refusal(own.idp.get_user, AccessToken=token) == (
            "NotAuthorizedException",
            "Access Token does not have required scopes",
        )

    def test_openid_that_a_function_added_opens_userinfo(self, server: Server) -> None:
        source = UNCHANGED.replace(
            "    return",
            "    event['response'] = {'claimsAndScopeOverrideDetails': "
            "{'accessTokenGeneration': {'scopesToAdd': ['openid']}}}\n    return",
        )
        own = _populated(make_pool(server, source))
        token = own.sign_in()["AccessToken"]
        answer = _userinfo(own, token)
        assert answer["email"] == "ines@harbour.test"


def _userinfo(pool: Pool, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return send(pool.server, "GET", f"/{pool.id}/oauth2/userInfo", headers=headers).json


class TestConfiguration:
    """Which function is called, and in which version."""

    def test_the_legacy_member_alone_is_version_1(self, server: Server) -> None:
        own = make_pool(server, CUSTOMIZES)
        _configure(own, PreTokenGeneration=_arn(own))
        tokens = own.sign_in()
        assert claims(tokens["IdToken"])["tier"] == "gold"
        assert "tier" not in claims(tokens["AccessToken"])

    def test_removing_it_takes_effect_at_once(self, server: Server) -> None:
        own = make_pool(server, CUSTOMIZES)
        assert "tier" in claims(own.sign_in()["AccessToken"])
        own.idp.update_user_pool(UserPoolId=own.id)
        assert "tier" not in claims(own.sign_in()["AccessToken"])

    def test_a_version_and_an_alias_of_a_function(self, server: Server) -> None:
        own = make_pool(server, UNCHANGED, permission=False)
        own.redeploy(CUSTOMIZES)
        own.functions.publish_version(FunctionName=own.function)
        own.functions.create_alias(FunctionName=own.function, Name="live", FunctionVersion="1")
        own.redeploy(UNCHANGED)
        for qualifier in ("1", "live"):
            arn = f"{_arn(own).removesuffix(':$LATEST')}:{qualifier}"
            _configure(own, PreTokenGenerationConfig={"LambdaArn": arn, "LambdaVersion": "V2_0"})
            assert refusal(own.sign_in)[1].endswith("AccessDeniedException.")
            own.functions.add_permission(
                FunctionName=own.function,
                Qualifier=qualifier,
                StatementId="pool",
                Action="lambda:InvokeFunction",
                Principal="cognito-idp.amazonaws.com",
                SourceAccount="123456789012",
                SourceArn=f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{own.id}",
            )
            assert claims(own.sign_in()["AccessToken"])["tier"] == "gold"

    def test_the_switch_for_policies(self, start_server: Callable[..., Server]) -> None:
        own = make_pool(start_server(enforce_lambda_policy=False), CUSTOMIZES, permission=False)
        assert "tier" in claims(own.sign_in()["AccessToken"])


NODE_STYLES = {
    "async": "export const handler = async (event) => { CHANGE; return event; };",
    "promise": "export const handler = (event) => { CHANGE; return Promise.resolve(event); };",
    "callback": "export const handler = (event, context, callback) => "
    "{ CHANGE; callback(null, event); };",
    "done": "export const handler = (event, context) => { CHANGE; context.done(null, event); };",
    "succeed": "export const handler = (event, context) => { CHANGE; context.succeed(event); };",
}
NODE_FAILURES = {
    "throw new Error('no harbour today.')": "no harbour today..",
    "callback('plain text')": "plain text.",
    "callback(new Error('in an object'))": "in an object.",
    "callback('')": "null.",
    "context.fail()": "handled.",  # the word Lambda's own runtime puts there
    "context.fail('failed')": "failed.",
    "context.done('done for')": "done for.",
    "return Promise.reject(new Error('rejected'))": "rejected.",
}


@pytest.fixture(scope="module")
def node(server: Server) -> Pool:
    """A pool whose function is written in JavaScript."""
    own = make_pool(server, UNCHANGED)
    own.functions.update_function_configuration(
        FunctionName=own.function, Runtime="nodejs22.x", Timeout=10
    )
    return own


class TestNode:
    def _deploy(self, node: Pool, source: str) -> None:
        node.functions.update_function_code(
            FunctionName=node.function, ZipFile=zipped({"index.mjs": source})
        )

    @pytest.mark.parametrize("style", NODE_STYLES)
    def test_every_style_of_answering(self, node: Pool, style: str) -> None:
        change = (
            "event.response = {claimsAndScopeOverrideDetails: {accessTokenGeneration: "
            f"{{claimsToAddOrOverride: {{style: '{style}'}}}}}}}}"
        )
        self._deploy(node, NODE_STYLES[style].replace("CHANGE", change))
        assert claims(node.sign_in()["AccessToken"])["style"] == style

    @pytest.mark.parametrize("statement", NODE_FAILURES)
    def test_every_style_of_failing(self, node: Pool, statement: str) -> None:
        self._deploy(
            node, f"export const handler = (event, context, callback) => {{ {statement}; }};"
        )
        assert refusal(node.sign_in) == (
            "UserLambdaValidationException",
            f"PreTokenGeneration failed with error {NODE_FAILURES[statement]}",
        )

    @pytest.mark.parametrize(
        "statement", ["return event", "", "callback(null)", "context.succeed()"]
    )
    def test_an_answer_that_is_none(self, node: Pool, statement: str) -> None:
        """A function that is not async and returns its event has answered nothing."""
        self._deploy(
            node, f"export const handler = (event, context, callback) => {{ {statement}; }};"
        )
        assert refusal(node.sign_in) == (
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        )


class TestLogs:
    def test_no_secret_of_a_sign_in_reaches_a_log(self, server: Server) -> None:
        """Passwords, tokens and sessions, on good ways and on bad ones."""
        own = make_pool(server, CUSTOMIZES.replace('"tier": "gold"', '"sub": "me"'))
        world = own.world
        invite(world, "guest")
        with structlog.testing.capture_logs() as logs:
            tokens = own.sign_in()
            refreshed = refresh(world, tokens["RefreshToken"])
            session = world.sign_in("guest", TEMPORARY)["Session"]
            refusal(world.sign_in, username="ines", password="Not-the-1st-guess")
            refusal(refresh, world=world, token=tokens["RefreshToken"][:-1])
            own.redeploy("def handler(event, context):\n    return [event]\n")
            refusal(own.sign_in)
        text = json.dumps(logs, default=str)
        assert "wishes of the function were ignored" in text
        for secret in (
            PASSWORD,
            TEMPORARY,
            "Not-the-1st-guess",
            session,
            tokens["RefreshToken"],
            tokens["AccessToken"],
            refreshed["IdToken"],
        ):
            assert secret not in text
