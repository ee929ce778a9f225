"""What every token says, flow by flow: the exact claims, their types, and where they agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from account_world import World, make_world
from lambda_world import on_server
from oauth_world import OAuthClient, machine_client, post_token, sign_in_by_oauth
from poolhouse.store.schema import refresh_tokens, sign_ins
from poolhouse.store.statements import select_by
from server import START_MS, Server
from sign_in_world import Client, add_client, exchange, invite, refresh, sign_in
from token_reading import header, key_set, verified, verified_by

NOW = START_MS // 1000
PILOT = "arn:aws:iam::210987654321:role/pilot"
WATCH = "arn:aws:iam::210987654321:role/watch"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

PROFILE = {
    "email": "ines@harbour.test",
    "email_verified": "true",
    "phone_number": "+491700000001",
    "phone_number_verified": "false",
    "name": "Ines",
    "address": "Quay 1",
    "updated_at": "1789999999",
    "custom__berth": "C14",
    "custom__depth": "7",
    "custom__keel": "true",
}
# What the profile above becomes: each in its JSON type.
ATTRIBUTES: dict[str, Any] = {
    "email": "ines@harbour.test",
    "email_verified": True,
    "phone_number": "+491700000001",
    "phone_number_verified": False,
    "name": "Ines",
    "address": {"formatted": "Quay 1"},
    "updated_at": 1_789_999_999,
    "custom:berth": "C14",
    "custom:depth": "7",
    "custom:keel": "true",
}
EMAIL = {name: ATTRIBUTES[name] for name in ("email", "email_verified")}
GROUPS = ["night-watch", "pilots"]

# Sets of claims, by what decides that they are there.
ALWAYS = {"sub", "iss", "token_use", "auth_time", "exp", "iat"}
REVOCABLE = {"jti", "origin_jti"}
ID = ALWAYS | REVOCABLE | {"aud", "event_id", "cognito:username"}
ID_GROUPS = {"cognito:groups", "cognito:roles", "cognito:preferred_role"}
ACCESS = ALWAYS | REVOCABLE | {"client_id", "event_id", "username", "scope", "cognito:groups"}
MACHINE = ALWAYS | {"client_id", "jti", "version", "scope"}

SELF_SERVICE = "aws.cognito.signin.user.admin"


@dataclass(frozen=True)
class Harbour:
    """A pool with everything a token can tell of: a user of it, a machine, and their clients."""

    world: World
    sub: str
    app: Client
    machine: OAuthClient
    token_client: OAuthClient


@pytest.fixture(scope="module")
def harbour(server: Server) -> Harbour:
    world = make_world(
        server,
        Schema=[
            {"Name": "berth", "AttributeDataType": "String"},
            {"Name": "depth", "AttributeDataType": "Number"},
            {"Name": "keel", "AttributeDataType": "Boolean"},
        ],
    )
    sub = world.member("ines", **PROFILE)
    for name, role, precedence in (("pilots", PILOT, 5), ("night-watch", WATCH, 1)):
        world.idp.create_group(
            UserPoolId=world.pool_id, GroupName=name, RoleArn=role, Precedence=precedence
        )
        world.idp.admin_add_user_to_group(UserPoolId=world.pool_id, Username="ines", GroupName=name)
    world.idp.create_resource_server(
        UserPoolId=world.pool_id,
        Identifier="tides",
        Name="tides",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "publish")],
    )
    return Harbour(
        world,
        sub,
        add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH"),
        machine_client(world, ["tides/read", "tides/publish"]),
        machine_client(world, ["tides/read", "tides/publish"], by_api=True),
    )


# --- flows: each gives an ID token (or None) and an access token ---

Tokens = tuple[str | None, str]


def _api(result: dict[str, Any]) -> Tokens:
    return result.get("IdToken"), result["AccessToken"]


def password(harbour: Harbour) -> Tokens:
    return _api(sign_in(harbour.world, "ines", harbour.app))


def first_sign_in(harbour: Harbour) -> Tokens:
    """By the answer to NEW_PASSWORD_REQUIRED."""
    world = harbour.world
    world.idp.admin_set_user_password(
        UserPoolId=world.pool_id, Username="ines", Password="Tide-1-Baltrum", Permanent=False
    )
    session = world.idp.initiate_auth(
        ClientId=harbour.app.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ines", "PASSWORD": "Tide-1-Baltrum"},
    )["Session"]
    answer = world.idp.respond_to_auth_challenge(
        ClientId=harbour.app.id,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=session,
        ChallengeResponses={"USERNAME": "ines", "NEW_PASSWORD": "Ferry-2-Norderney"},
    )
    return _api(answer["AuthenticationResult"])


def refreshed(harbour: Harbour) -> Tokens:
    token = sign_in(harbour.world, "ines", harbour.app)["RefreshToken"]
    return _api(refresh(harbour.world, token, harbour.app))


def exchanged(harbour: Harbour) -> Tokens:
    token = sign_in(harbour.world, "ines", harbour.app)["RefreshToken"]
    return _api(exchange(harbour.world, token, harbour.app))


def refreshed_at_the_endpoint(harbour: Harbour) -> Tokens:
    """An API sign-in stays one, wherever it is refreshed."""
    token = sign_in(harbour.world, "ines", harbour.app)["RefreshToken"]
    return _oauth(
        post_token(
            harbour.world,
            {"grant_type": "refresh_token", "refresh_token": token, "client_id": harbour.app.id},
        ).json
    )


def _oauth(document: dict[str, Any]) -> Tokens:
    return document.get("id_token"), document["access_token"]


def _by_oauth(*scopes: str) -> Callable[[Harbour], Tokens]:
    def flow(harbour: Harbour) -> Tokens:
        tokens = sign_in_by_oauth(harbour.world, "ines", harbour.app.id, scopes)
        return tokens.id_token, tokens.access_token

    return flow


def _refreshed_by_oauth(*scopes: str) -> Callable[[Harbour], Tokens]:
    def flow(harbour: Harbour) -> Tokens:
        tokens = sign_in_by_oauth(harbour.world, "ines", harbour.app.id, scopes)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": str(tokens.refresh_token),
            "client_id": harbour.app.id,
        }
        return _oauth(post_token(harbour.world, form).json)

    return flow


def client_credentials(harbour: Harbour) -> Tokens:
    form = {"grant_type": "client_credentials", "scope": "tides/publish tides/read"}
    return _oauth(post_token(harbour.world, form, harbour.machine).json)


def client_token(harbour: Harbour) -> Tokens:
    answer = harbour.world.idp.get_client_token(
        ClientId=harbour.token_client.id,
        Secret=harbour.token_client.secret,
        Scopes=["tides/publish", "tides/read"],
    )
    assert answer["ClientAuthenticationResult"]["TokenType"] == "Bearer"
    return None, answer["ClientAuthenticationResult"]["AccessToken"]


EVERYTHING = set(ATTRIBUTES)
BY_OAUTH = ACCESS | {"version"}
PLAIN_ID = ID | ID_GROUPS
OAUTH_ID = PLAIN_ID | {"at_hash"}

# Flow; claims of the ID token (None: no such token); claims of the access token; scope.
TABLE: list[tuple[str, Callable[[Harbour], Tokens], set[str] | None, set[str], str]] = [
    ("password", password, PLAIN_ID | EVERYTHING, ACCESS, SELF_SERVICE),
    ("new password", first_sign_in, PLAIN_ID | EVERYTHING, ACCESS, SELF_SERVICE),
    ("refresh", refreshed, PLAIN_ID | EVERYTHING, ACCESS, SELF_SERVICE),
    ("GetTokensFromRefreshToken", exchanged, PLAIN_ID | EVERYTHING, ACCESS, SELF_SERVICE),
    (
        "refresh at the endpoint",
        refreshed_at_the_endpoint,
        PLAIN_ID | EVERYTHING,
        ACCESS,
        SELF_SERVICE,
    ),
    ("code", _by_oauth("openid"), OAUTH_ID | EVERYTHING, BY_OAUTH, "openid"),
    (
        "code with e-mail",
        _by_oauth("email", "openid", "tides/read"),
        OAUTH_ID | set(EMAIL),
        BY_OAUTH,
        "email openid tides/read",
    ),
    (
        "code with profile",
        _by_oauth("openid", "profile"),
        OAUTH_ID | EVERYTHING - set(EMAIL) - {"phone_number", "phone_number_verified"},
        BY_OAUTH,
        "openid profile",
    ),
    ("code without openid", _by_oauth("tides/read"), None, BY_OAUTH, "tides/read"),
    (
        "refresh of a code",
        _refreshed_by_oauth("email", "openid"),
        OAUTH_ID | set(EMAIL),
        BY_OAUTH,
        "email openid",
    ),
    (
        "refresh of a code without openid",
        _refreshed_by_oauth("tides/read"),
        None,
        BY_OAUTH,
        "tides/read",
    ),
    ("client credentials", client_credentials, None, MACHINE, "tides/publish tides/read"),
    ("GetClientToken", client_token, None, MACHINE, "tides/publish tides/read"),
]


@pytest.mark.parametrize(
    ("flow", "id_claims", "access_claims", "scope"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_claims_of_a_flow(
    harbour: Harbour,
    flow: Callable[[Harbour], Tokens],
    id_claims: set[str] | None,
    access_claims: set[str],
    scope: str,
) -> None:
    world = harbour.world
    id_token, access_token = flow(harbour)
    access = verified_by(world.server, world.pool_id, access_token)
    assert access.keys() == access_claims
    assert access["scope"] == scope
    assert (id_token is not None) == (id_claims is not None)
    if "username" in access_claims:
        _check_user(harbour, access)
    else:
        _check_machine(harbour, access)
    _check_common(harbour, access, "access")
    if id_token is None or id_claims is None:
        return
    claims = verified_by(world.server, world.pool_id, id_token)
    assert claims.keys() == id_claims
    _check_common(harbour, claims, "id")
    assert claims["aud"] == access["client_id"]
    assert claims["cognito:username"] == "ines"
    assert claims["cognito:groups"] == GROUPS
    assert sorted(claims["cognito:roles"]) == [PILOT, WATCH]
    assert claims["cognito:preferred_role"] == WATCH
    assert json.dumps({name: claims[name] for name in ATTRIBUTES if name in claims}) == json.dumps(
        {name: value for name, value in ATTRIBUTES.items() if name in id_claims}
    )
    for shared in ("sub", "event_id", "origin_jti", "auth_time", "iat", "iss"):
        assert claims[shared] == access[shared]
    assert claims["jti"] != access["jti"]


def _check_common(harbour: Harbour, claims: dict[str, Any], use: str) -> None:
    assert claims["token_use"] == use
    assert claims["iss"] == f"{harbour.world.server.url}/{harbour.world.pool_id}"
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (NOW, NOW + 3600, NOW)
    assert all(type(claims[name]) is int for name in ("iat", "exp", "auth_time"))
    for name in ("jti", "origin_jti", "event_id"):
        assert name not in claims or UUID.fullmatch(claims[name])


def _check_user(harbour: Harbour, claims: dict[str, Any]) -> None:
    assert claims["sub"] == harbour.sub
    assert claims["username"] == "ines"
    assert claims["client_id"] == harbour.app.id
    assert claims["cognito:groups"] == GROUPS
    assert claims.get("version") in (None, 2)


def _check_machine(harbour: Harbour, claims: dict[str, Any]) -> None:
    assert claims["sub"] == claims["client_id"]
    assert claims["client_id"] in (harbour.machine.id, harbour.token_client.id)
    assert claims["version"] == 2


def test_the_header_names_key_and_algorithm_and_nothing_else(harbour: Harbour) -> None:
    id_token, access_token = password(harbour)
    assert id_token is not None
    keys = key_set(harbour.world.server, harbour.world.pool_id)["keys"]
    kids = [header(token)["kid"] for token in (id_token, access_token)]
    for token in (id_token, access_token):
        assert header(token) == {"kid": header(token)["kid"], "alg": "RS256"}
    assert kids[0] != kids[1]
    assert {key["kid"] for key in keys} == set(kids)
    assert all(len(kid) == 44 and kid.endswith("=") for kid in kids)


def test_a_token_verifies_under_its_own_key_only(harbour: Harbour) -> None:
    id_token, _ = password(harbour)
    assert id_token is not None
    published = key_set(harbour.world.server, harbour.world.pool_id)
    others = [key for key in published["keys"] if key["kid"] != header(id_token)["kid"]]
    swapped = {"keys": [{**others[0], "kid": header(id_token)["kid"]}]}
    with pytest.raises(jwt.InvalidSignatureError):
        verified(id_token, swapped, "unused")


def test_a_refresh_carries_the_sign_in_over(start_server: Callable[..., Server]) -> None:
    server = start_server()
    world = make_world(server)
    world.member("ines")
    first = world.sign_in("ines")["AuthenticationResult"]
    server.clock.advance(seconds=7200)
    again = refresh(world, first["RefreshToken"])
    assert again.keys() == {"AccessToken", "IdToken", "ExpiresIn", "TokenType"}
    for member in ("AccessToken", "IdToken"):
        old = verified_by(server, world.pool_id, first[member])
        new = verified_by(server, world.pool_id, again[member])
        for name in ("auth_time", "event_id", "origin_jti", "sub", "iss", "token_use"):
            assert new[name] == old[name]
        assert new["jti"] != old["jti"]
        assert (new["iat"], new["exp"]) == (NOW + 7200, NOW + 10_800)


def test_a_refresh_tells_what_is_true_now(server: Server) -> None:
    world = make_world(server)
    world.member("ines", name="Ines")
    token = world.sign_in("ines")["AuthenticationResult"]["RefreshToken"]
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id,
        Username="ines",
        UserAttributes=[{"Name": "name", "Value": "Ines Hansen"}],
    )
    world.idp.create_group(UserPoolId=world.pool_id, GroupName="crew")
    world.idp.admin_add_user_to_group(UserPoolId=world.pool_id, Username="ines", GroupName="crew")
    claims = verified_by(server, world.pool_id, refresh(world, token)["IdToken"])
    assert (claims["name"], claims["cognito:groups"]) == ("Ines Hansen", ["crew"])


@pytest.mark.parametrize(
    ("settings", "id_seconds", "access_seconds"),
    [
        ({}, 3600, 3600),
        ({"IdTokenValidity": 2, "AccessTokenValidity": 24}, 7200, 86_400),
        (
            {
                "IdTokenValidity": 5,
                "AccessTokenValidity": 301,
                "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "seconds"},
            },
            300,
            301,
        ),
        (
            {
                "IdTokenValidity": 1,
                "AccessTokenValidity": 1,
                "TokenValidityUnits": {"IdToken": "days", "AccessToken": "hours"},
            },
            86_400,
            3600,
        ),
    ],
)
def test_lives_are_the_clients_choice(
    harbour: Harbour, settings: dict[str, Any], id_seconds: int, access_seconds: int
) -> None:
    world = harbour.world
    client = add_client(world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", **settings)
    result = sign_in(world, "ines", client)
    for tokens in (result, refresh(world, result["RefreshToken"], client)):
        assert tokens["ExpiresIn"] == access_seconds
        for member, seconds in (("IdToken", id_seconds), ("AccessToken", access_seconds)):
            claims = verified_by(world.server, world.pool_id, tokens[member])
            assert claims["exp"] - claims["iat"] == seconds


class TestWithoutRevocation:
    """EnableTokenRevocation false: nothing names the sign-in, unless tokens are rotated."""

    @pytest.fixture
    def client(self, harbour: Harbour) -> Client:
        return add_client(
            harbour.world, "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", EnableTokenRevocation=False
        )

    def test_tokens_have_no_origin_and_the_id_token_no_jti(
        self, harbour: Harbour, client: Client
    ) -> None:
        world = harbour.world
        result = sign_in(world, "ines", client)
        for tokens in (result, refresh(world, result["RefreshToken"], client)):
            access = verified_by(world.server, world.pool_id, tokens["AccessToken"])
            claims = verified_by(world.server, world.pool_id, tokens["IdToken"])
            assert access.keys() == ACCESS - {"origin_jti"}
            assert claims.keys() == PLAIN_ID - REVOCABLE | EVERYTHING

    def test_rotation_needs_both(self, harbour: Harbour) -> None:
        world = harbour.world
        rotating = add_client(
            world,
            "USER_PASSWORD_AUTH",
            EnableTokenRevocation=False,
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )
        result = sign_in(world, "ines", rotating)
        assert verified_by(world.server, world.pool_id, result["IdToken"]).keys() >= REVOCABLE


def test_a_client_reads_what_it_may(harbour: Harbour) -> None:
    world = harbour.world
    client = add_client(world, "USER_PASSWORD_AUTH", ReadAttributes=["name", "custom:berth"])
    claims = verified_by(world.server, world.pool_id, sign_in(world, "ines", client)["IdToken"])
    assert claims.keys() == PLAIN_ID | {"name", "custom:berth"}


def test_a_user_without_attributes_and_groups(server: Server) -> None:
    world = make_world(server, UsernameAttributes=["email"])
    sub = world.member("olaf@harbour.test")
    result = world.sign_in("olaf@harbour.test")["AuthenticationResult"]
    claims = verified_by(server, world.pool_id, result["IdToken"])
    assert claims.keys() == ID | {"email", "email_verified"}
    assert claims["cognito:username"] == sub
    access = verified_by(server, world.pool_id, result["AccessToken"])
    assert access.keys() == ACCESS - {"cognito:groups"}
    assert access["username"] == sub


def test_groups_that_disagree_have_no_preferred_role(server: Server) -> None:
    world = make_world(server)
    world.member("ines")
    for name, role in (("pilots", PILOT), ("night-watch", WATCH)):
        world.idp.create_group(UserPoolId=world.pool_id, GroupName=name, RoleArn=role, Precedence=1)
        world.idp.admin_add_user_to_group(UserPoolId=world.pool_id, Username="ines", GroupName=name)
    claims = verified_by(
        server, world.pool_id, world.sign_in("ines")["AuthenticationResult"]["IdToken"]
    )
    assert sorted(claims["cognito:roles"]) == [PILOT, WATCH]
    assert "cognito:preferred_role" not in claims


class TestIssuer:
    """``iss`` is what the discovery document says, byte for byte."""

    def test_of_this_server(self, harbour: Harbour) -> None:
        world = harbour.world
        _, access_token = password(harbour)
        claims = verified_by(world.server, world.pool_id, access_token)
        assert claims["iss"] == f"{world.server.url}/{world.pool_id}"

    @pytest.mark.parametrize(
        ("kind", "host"),
        [
            (None, "cognito-idp.us-east-1.amazonaws.com"),
            ("ORIGINAL", "cognito-idp.us-east-1.amazonaws.com"),
            ("UPDATED", "issuer-cognito-idp.us-east-1.amazonaws.com"),
        ],
    )
    def test_of_the_real_service_for_code_that_compares_it(
        self, start_server: Callable[..., Server], kind: str | None, host: str
    ) -> None:
        server = start_server(issuer_mode="aws")
        settings = {} if kind is None else {"IssuerConfiguration": {"Type": kind}}
        world = make_world(server, **settings)
        world.member("ines")
        token = world.token("ines")
        issuer = f"https://{host}/{world.pool_id}"
        claims = verified(token, key_set(server, world.pool_id), issuer)
        assert claims["iss"] == issuer
        world.idp.get_user(AccessToken=token)  # and our own operations know it again


def test_a_token_of_a_machine_is_stored_nowhere(harbour: Harbour) -> None:
    """A promise of speed: nothing durable is written for what can only expire."""
    house = harbour.world.server.house

    async def rows() -> list[Any]:
        counted = []
        for table in (sign_ins, refresh_tokens):
            found = await house.db.all(select_by(table, "pool_id"), pool_id=harbour.world.pool_id)
            counted.append(len(found))
        return counted

    before = on_server(harbour.world.server, rows())
    client_credentials(harbour)
    assert on_server(harbour.world.server, rows()) == before


def test_invited_users_have_no_tokens_yet(harbour: Harbour) -> None:
    invite(harbour.world, "guest")
    answer = harbour.world.sign_in("guest", "Tide-1-Baltrum")
    assert "AuthenticationResult" not in answer
