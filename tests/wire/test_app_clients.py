"""App clients and their secrets over boto3."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from poolhouse.store.schema import app_clients, client_secrets
from refusals import refused
from server import START_MS, Server

PASSWORD = "Correct-Horse-7"
REFRESH = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def _create(idp: Any, pool_id: str, **request: Any) -> dict[str, Any]:
    asked = {"ClientName": "portal", **request}
    made: dict[str, Any] = idp.create_user_pool_client(UserPoolId=pool_id, **asked)[
        "UserPoolClient"
    ]
    return made


def _describe(idp: Any, pool_id: str, client_id: str) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)[
        "UserPoolClient"
    ]
    return found


class TestCreating:
    def test_a_name_is_enough(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id)
        assert re.fullmatch(r"[0-9a-z]{26}", client.pop("ClientId"))
        assert client.pop("CreationDate").timestamp() == START_MS / 1000
        assert client.pop("LastModifiedDate").timestamp() == START_MS / 1000
        assert client == {
            "UserPoolId": pool_id,
            "ClientName": "portal",
            "RefreshTokenValidity": 30,
            "TokenValidityUnits": {},
            "AllowedOAuthFlowsUserPoolClient": False,
            "EnableTokenRevocation": True,
            "EnablePropagateAdditionalUserContextData": False,
            "AuthSessionValidity": 3,
        }

    def test_it_is_described_as_it_was_created(self, idp: Any, pool_id: str) -> None:
        created = _create(
            idp,
            pool_id,
            GenerateSecret=True,
            ExplicitAuthFlows=REFRESH,
            AccessTokenValidity=10,
            TokenValidityUnits={"AccessToken": "minutes"},
            ReadAttributes=["email", "name"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            CallbackURLs=["https://portal.test/back"],
            SupportedIdentityProviders=["COGNITO"],
            PreventUserExistenceErrors="ENABLED",
        )
        assert _describe(idp, pool_id, created["ClientId"]) == created

    def test_a_generated_secret(self, idp: Any, pool_id: str) -> None:
        one, other = (_create(idp, pool_id, GenerateSecret=True) for _ in range(2))
        assert re.fullmatch(r"[0-9a-z]{51}", one["ClientSecret"])
        assert one["ClientSecret"] != other["ClientSecret"]

    def test_a_given_secret(self, idp: Any, pool_id: str) -> None:
        secret = "given" * 6
        client = _create(idp, pool_id, ClientSecret=secret)
        assert _describe(idp, pool_id, client["ClientId"])["ClientSecret"] == secret

    def test_a_secret_is_sealed_in_the_database(
        self, server: Server, idp: Any, pool_id: str
    ) -> None:
        secret = "findable" * 4
        _create(idp, pool_id, ClientSecret=secret)
        stored = [
            row for table in (app_clients, client_secrets) for row in server.rows(select(table))
        ]
        assert pool_id in str(stored)
        assert secret not in str(stored)

    def test_scopes_of_resource_servers_exist(self, idp: Any, pool_id: str) -> None:
        idp.create_resource_server(
            UserPoolId=pool_id,
            Identifier="https://api.test/v1",
            Name="api",
            Scopes=[{"ScopeName": "read", "ScopeDescription": "look"}],
        )
        asked: dict[str, Any] = {
            "GenerateSecret": True,
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["client_credentials"],
        }
        client = _create(idp, pool_id, AllowedOAuthScopes=["https://api.test/v1/read"], **asked)
        assert client["AllowedOAuthScopes"] == ["https://api.test/v1/read"]
        with refused(
            "ScopeDoesNotExistException", "Invalid scope requested: https://api.test/v1/write"
        ):
            _create(idp, pool_id, AllowedOAuthScopes=["https://api.test/v1/write"], **asked)

    @pytest.mark.parametrize(
        ("request_", "code", "message"),
        [
            (
                {"AllowedOAuthFlowsUserPoolClient": True},
                "InvalidParameterException",
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
                "allowed to use OAuth flows.",
            ),
            (
                {
                    "AllowedOAuthFlowsUserPoolClient": True,
                    "AllowedOAuthFlows": ["client_credentials"],
                    "AllowedOAuthScopes": ["openid"],
                },
                "InvalidOAuthFlowException",
                "client_credentials flow can not be selected if client does not have a client "
                "secret.",
            ),
            (
                {"CallbackURLs": ["http://portal.test/back"]},
                "InvalidParameterException",
                "http://portal.test/back cannot use the HTTP protocol.",
            ),
            (
                {"WriteAttributes": ["sub"]},
                "InvalidParameterException",
                "Invalid write attributes specified while creating a client",
            ),
            (
                {"AccessTokenValidity": 25},
                "InvalidParameterException",
                "Invalid range for token validity.",
            ),
            (
                {"GenerateSecret": True, "ClientSecret": "given" * 6},
                "InvalidParameterException",
                None,
            ),
        ],
    )
    def test_rules_refuse(
        self, idp: Any, pool_id: str, request_: dict[str, Any], code: str, message: str | None
    ) -> None:
        with refused(code, message):
            _create(idp, pool_id, **request_)

    def test_an_unknown_provider_is_named(self, idp: Any, pool_id: str) -> None:
        with refused(
            "InvalidParameterException",
            f"The provider Google does not exist for User Pool {pool_id}.",
        ):
            _create(idp, pool_id, SupportedIdentityProviders=["Google"])

    def test_in_an_absent_pool(self, idp: Any) -> None:
        with refused("ResourceNotFoundException", "User pool us-east-1_absent000 does not exist."):
            _create(idp, "us-east-1_absent000")


class TestUpdating:
    def test_it_replaces_all_but_name_and_secret(self, idp: Any, pool_id: str) -> None:
        created = _create(
            idp, pool_id, GenerateSecret=True, ExplicitAuthFlows=REFRESH, RefreshTokenValidity=5
        )
        client_id = created["ClientId"]
        updated = idp.update_user_pool_client(UserPoolId=pool_id, ClientId=client_id)[
            "UserPoolClient"
        ]
        assert updated == _describe(idp, pool_id, client_id)
        assert updated["RefreshTokenValidity"] == 30
        assert "ExplicitAuthFlows" not in updated
        assert updated["ClientName"] == "portal"
        assert updated["ClientSecret"] == created["ClientSecret"]

    def test_it_moves_the_date_of_change_only(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        idp = server.client()
        pool_id = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
        client_id = _create(idp, pool_id)["ClientId"]
        server.clock.advance(seconds=90)
        updated = idp.update_user_pool_client(
            UserPoolId=pool_id, ClientId=client_id, ClientName="other"
        )["UserPoolClient"]
        assert updated["CreationDate"].timestamp() == START_MS / 1000
        assert updated["LastModifiedDate"].timestamp() == START_MS / 1000 + 90
        assert updated == _describe(idp, pool_id, client_id)

    def test_rotation_that_was_on_is_shown_as_off(self, idp: Any, pool_id: str) -> None:
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
        client = _create(idp, pool_id, RefreshTokenRotation=rotation)
        assert client["RefreshTokenRotation"] == rotation
        updated = idp.update_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])
        assert updated["UserPoolClient"]["RefreshTokenRotation"] == {
            "Feature": "DISABLED",
            "RetryGracePeriodSeconds": 0,
        }

    def test_of_an_absent_client(self, idp: Any, pool_id: str) -> None:
        with refused("ResourceNotFoundException", "User pool client absent does not exist."):
            idp.update_user_pool_client(UserPoolId=pool_id, ClientId="absent")

    def test_of_another_pools_client(self, idp: Any, pool_id: str, fresh_pool_id: str) -> None:
        client_id = _create(idp, fresh_pool_id)["ClientId"]
        with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
            _describe(idp, pool_id, client_id)


class TestDeleting:
    def test_its_refresh_tokens_die_with_it(self, idp: Any, pool_id: str) -> None:
        idp.admin_create_user(UserPoolId=pool_id, Username="bo", MessageAction="SUPPRESS")
        idp.admin_set_user_password(
            UserPoolId=pool_id, Username="bo", Password=PASSWORD, Permanent=True
        )
        client_id = _create(idp, pool_id, ExplicitAuthFlows=REFRESH)["ClientId"]
        tokens = idp.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "bo", "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "bo"
        idp.delete_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
        with refused("NotAuthorizedException"):
            idp.get_user(AccessToken=tokens["AccessToken"])
        with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
            idp.initiate_auth(
                ClientId=client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
            )
        with refused("ResourceNotFoundException", f"User pool client {client_id} does not exist."):
            idp.delete_user_pool_client(UserPoolId=pool_id, ClientId=client_id)


class TestListing:
    def test_pages_hold_every_client_once(self, idp: Any, fresh_pool_id: str) -> None:
        made = {_create(idp, fresh_pool_id, ClientName=f"c{n}")["ClientId"] for n in range(5)}
        pages = idp.get_paginator("list_user_pool_clients").paginate(
            UserPoolId=fresh_pool_id, MaxResults=2
        )
        seen = [client for page in pages for client in page["UserPoolClients"]]
        assert {client["ClientId"] for client in seen} == made
        assert len(seen) == 5
        assert all(set(client) == {"ClientId", "UserPoolId", "ClientName"} for client in seen)

    def test_none_registered_themselves(self, idp: Any, fresh_pool_id: str) -> None:
        _create(idp, fresh_pool_id)
        listed = idp.list_user_pool_clients(UserPoolId=fresh_pool_id, ClientType="DCR")
        assert listed["UserPoolClients"] == []
        listed = idp.list_user_pool_clients(UserPoolId=fresh_pool_id, ClientType="REGULAR")
        assert len(listed["UserPoolClients"]) == 1

    def test_a_token_of_another_pool_is_refused(
        self, idp: Any, pool_id: str, fresh_pool_id: str
    ) -> None:
        for name in ("a", "b"):
            _create(idp, fresh_pool_id, ClientName=name)
        token = idp.list_user_pool_clients(UserPoolId=fresh_pool_id, MaxResults=1)["NextToken"]
        with refused("InvalidParameterException", "Invalid pagination token."):
            idp.list_user_pool_clients(UserPoolId=pool_id, MaxResults=1, NextToken=token)


def _secret_hash(secret: str, username: str, client_id: str) -> str:
    digest = hmac.digest(secret.encode(), (username + client_id).encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


class TestSecrets:
    def test_a_second_secret_is_generated_and_shown_once(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        named = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
        added = idp.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]
        assert re.fullmatch(r"[0-9a-z]{51}", added["ClientSecretValue"])
        listed = idp.list_user_pool_client_secrets(**named)["ClientSecrets"]
        assert len(listed) == 2
        assert all(set(each) == {"ClientSecretId", "ClientSecretCreateDate"} for each in listed)
        prefix = client["ClientId"] + "--"
        assert all(each["ClientSecretId"].startswith(prefix) for each in listed)
        assert added["ClientSecretId"] in {each["ClientSecretId"] for each in listed}

    def test_a_given_one_is_not_repeated(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        added = idp.add_user_pool_client_secret(
            UserPoolId=pool_id, ClientId=client["ClientId"], ClientSecret="given" * 6
        )["ClientSecretDescriptor"]
        assert set(added) == {"ClientSecretId", "ClientSecretCreateDate"}

    def test_both_are_good_until_one_is_deleted(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        client_id = client["ClientId"]
        named = {"UserPoolId": pool_id, "ClientId": client_id}
        (first,) = idp.list_user_pool_client_secrets(**named)["ClientSecrets"]
        second = idp.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]

        def sign_up(username: str, secret: str) -> None:
            idp.sign_up(
                ClientId=client_id,
                Username=username,
                Password=PASSWORD,
                SecretHash=_secret_hash(secret, username, client_id),
            )

        sign_up("one", client["ClientSecret"])
        sign_up("two", second["ClientSecretValue"])
        idp.delete_user_pool_client_secret(**named, ClientSecretId=first["ClientSecretId"])
        sign_up("three", second["ClientSecretValue"])
        with refused(
            "NotAuthorizedException", f"Unable to verify secret hash for client {client_id}"
        ):
            sign_up("four", client["ClientSecret"])
        described = _describe(idp, pool_id, client_id)
        assert described["ClientSecret"] == second["ClientSecretValue"]

    def test_no_third(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        named = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
        idp.add_user_pool_client_secret(**named)
        with refused("LimitExceededException", "Client secrets cannot exceed limit of 2 secrets."):
            idp.add_user_pool_client_secret(**named)

    def test_not_the_last(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        named = {"UserPoolId": pool_id, "ClientId": client["ClientId"]}
        (only,) = idp.list_user_pool_client_secrets(**named)["ClientSecrets"]
        with refused("InvalidParameterException"):
            idp.delete_user_pool_client_secret(**named, ClientSecretId=only["ClientSecretId"])

    def test_not_an_absent_one(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        with refused("ResourceNotFoundException"):
            idp.delete_user_pool_client_secret(
                UserPoolId=pool_id, ClientId=client["ClientId"], ClientSecretId="absent"
            )

    def test_none_for_a_client_without(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id)
        with refused("InvalidParameterException"):
            idp.add_user_pool_client_secret(UserPoolId=pool_id, ClientId=client["ClientId"])

    def test_no_token_opens_a_second_page(self, idp: Any, pool_id: str) -> None:
        client = _create(idp, pool_id, GenerateSecret=True)
        with refused("InvalidParameterException", "Invalid pagination token."):
            idp.list_user_pool_client_secrets(
                UserPoolId=pool_id, ClientId=client["ClientId"], NextToken="abc"
            )
