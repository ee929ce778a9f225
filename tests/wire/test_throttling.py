"""Rates of API categories and users, over boto3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from refusals import refused
from server import Server


def _limit(category: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}


def _pool(idp: Any) -> str:
    made: str = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    return made


def test_defaults_are_free(idp: Any) -> None:
    limit = idp.get_provisioned_limit(LimitDefinition=_limit("UserAuthentication"))["Limit"]
    assert limit == {
        "LimitDefinition": _limit("UserAuthentication"),
        "ProvisionedLimitValue": 120,
        "FreeLimitValue": 120,
    }


def test_a_rate_is_provisioned_for_one_region(server: Server) -> None:
    here, there = server.client(region="eu-west-3"), server.client(region="eu-north-1")
    made = here.update_provisioned_limit(
        LimitDefinition=_limit("UserCreation"), RequestedLimitValue=75
    )["Limit"]
    assert (made["ProvisionedLimitValue"], made["FreeLimitValue"]) == (75, 50)
    for client, rate in ((here, 75), (there, 50)):
        shown = client.get_provisioned_limit(LimitDefinition=_limit("UserCreation"))["Limit"]
        assert shown["ProvisionedLimitValue"] == rate


@pytest.mark.parametrize(
    ("category", "rate", "code"),
    [
        ("UserCreation", 49, "InvalidParameterException"),
        ("UserCreation", 501, "ServiceQuotaExceededException"),
        ("UserPoolRead", 20, "InvalidParameterException"),
        ("Everything", 20, "ResourceNotFoundException"),
        ("", 20, "InvalidParameterException"),
    ],
)
def test_rates_that_cannot_be(idp: Any, category: str, rate: int, code: str) -> None:
    with refused(code):
        idp.update_provisioned_limit(LimitDefinition=_limit(category), RequestedLimitValue=rate)


def test_an_unknown_category_has_no_rate(idp: Any) -> None:
    with refused("ResourceNotFoundException", "API category Everything does not exist."):
        idp.get_provisioned_limit(LimitDefinition=_limit("Everything"))


def test_nothing_is_throttled_unless_asked_for(idp: Any, pool_id: str) -> None:
    for _ in range(20):
        idp.describe_user_pool(UserPoolId=pool_id)


def test_a_category_has_its_rate_per_region(start_server: Callable[..., Server]) -> None:
    server = start_server(throttle=True, throttle_rates="UserList=2")
    idp, other = server.client(), server.client(region="eu-west-1")
    pool_id = _pool(idp)
    for _ in range(2):
        idp.list_users(UserPoolId=pool_id)
    with refused("TooManyRequestsException", "Rate exceeded"):
        idp.list_users(UserPoolId=pool_id)
    other.list_users(UserPoolId=pool_id)
    idp.describe_user_pool(UserPoolId=pool_id)
    server.clock.advance(seconds=0.5)
    idp.list_users(UserPoolId=pool_id)
    with refused("TooManyRequestsException", "Rate exceeded"):
        idp.list_users(UserPoolId=pool_id)


def test_a_provisioned_rate_is_in_force_at_once(start_server: Callable[..., Server]) -> None:
    server = start_server(throttle=True, throttle_rates="UserList=1")
    idp = server.client()
    pool_id = _pool(idp)
    idp.update_provisioned_limit(LimitDefinition=_limit("UserList"), RequestedLimitValue=3)
    for _ in range(3):
        idp.list_users(UserPoolId=pool_id)
    with refused("TooManyRequestsException"):
        idp.list_users(UserPoolId=pool_id)


def test_machine_tokens_are_counted(start_server: Callable[..., Server]) -> None:
    server = start_server(throttle=True, throttle_rates="ClientAuthentication=1")
    idp = server.client()
    pool_id = _pool(idp)
    idp.create_resource_server(
        UserPoolId=pool_id,
        Identifier="pier",
        Name="pier",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="machine",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["pier/read"],
        AllowedOAuthFlowsUserPoolClient=True,
    )["UserPoolClient"]
    form = {
        "grant_type": "client_credentials",
        "client_id": client["ClientId"],
        "client_secret": client["ClientSecret"],
    }
    answers = [httpx.post(f"{server.url}/{pool_id}/oauth2/token", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json() == {
        "error": "temporarily_unavailable",
        "error_description": "Rate exceeded",
    }


def test_a_user_is_read_ten_times_a_second(start_server: Callable[..., Server]) -> None:
    server = start_server(throttle=True)
    idp = server.client()
    pool_id = _pool(idp)
    for name in ("ines", "olga"):
        idp.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
    server.clock.advance(seconds=1)
    for _ in range(10):
        idp.admin_get_user(UserPoolId=pool_id, Username="ines")
    with refused("TooManyRequestsException", "Rate exceeded"):
        idp.admin_get_user(UserPoolId=pool_id, Username="ines")
    idp.admin_get_user(UserPoolId=pool_id, Username="olga")
    idp.admin_disable_user(UserPoolId=pool_id, Username="ines")
    server.clock.advance(seconds=1)
    idp.admin_get_user(UserPoolId=pool_id, Username="ines")
