from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import client_settings
from poolhouse.domain.records import AppClient, RefreshRotation
from poolhouse.errors import FeatureUnavailableInTierException, ServiceError
from sample_records import CLIENT_ID, POOL_ID, app_client, members_of, pool

HARBOUR = pool(
    Schema=[
        {"Name": "email", "Required": True},
        {"Name": "berth", "AttributeDataType": "String"},
    ]
)
SECRET = "s" * 51
SCOPES = {"tides/read", "tides/publish"}
OAUTH: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "tides/read"],
    "CallbackURLs": ["https://portal.harbour.test/in"],
}
MACHINE: dict[str, Any] = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["tides/read"],
    "GenerateSecret": True,
}


def create(**request: Any) -> dict[str, Any]:
    return client_settings.for_create(
        {"UserPoolId": POOL_ID, "ClientName": "portal", **request},
        HARBOUR,
        ["Lighthouse"],
        SCOPES.__contains__,
    )


def recorded(settings: dict[str, Any], *secrets: str) -> AppClient:
    return client_settings.record(CLIENT_ID, POOL_ID, 1, 2, settings, secrets)


def update(current: AppClient, **request: Any) -> dict[str, Any]:
    return client_settings.for_update(
        current,
        {"UserPoolId": POOL_ID, "ClientId": CLIENT_ID, **request},
        HARBOUR,
        ["Lighthouse"],
        SCOPES.__contains__,
    )


DEFAULTS = {
    "ClientName": "portal",
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {},
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
EVERYTHING: dict[str, Any] = {
    **OAUTH,
    "RefreshTokenValidity": 12,
    "AccessTokenValidity": 10,
    "IdTokenValidity": 1,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "days", "RefreshToken": "hours"},
    "ReadAttributes": ["email", "email_verified"],
    "WriteAttributes": ["email", "custom:berth"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "SupportedIdentityProviders": ["COGNITO", "Lighthouse"],
    "LogoutURLs": ["http://localhost:3000/out"],
    "DefaultRedirectURI": "https://portal.harbour.test/in",
    "AnalyticsConfiguration": {"ApplicationArn": "arn:aws:mobiletargeting:eu-west-1:1:apps/1"},
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 15,
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
}


def test_defaults() -> None:
    assert create() == DEFAULTS
    assert create(GenerateSecret=True) == DEFAULTS


def test_everything_given_is_echoed() -> None:
    settings = create(GenerateSecret=True, **EVERYTHING)
    assert settings == {"ClientName": "portal", **EVERYTHING}
    assert set(settings) <= members_of("UserPoolClientType")


@pytest.mark.parametrize(
    "member",
    [
        "ReadAttributes",
        "WriteAttributes",
        "ExplicitAuthFlows",
        "SupportedIdentityProviders",
        "CallbackURLs",
        "LogoutURLs",
        "AllowedOAuthFlows",
        "AllowedOAuthScopes",
    ],
)
def test_empty_lists_are_no_settings(member: str) -> None:
    assert create(**{member: []}) == DEFAULTS


class TestUpdate:
    def test_an_echoed_client_stays_as_it_is(self) -> None:
        for settings in (create(), create(GenerateSecret=True, **EVERYTHING)):
            assert update(recorded(settings, SECRET), **settings) == settings

    def test_what_is_left_out_goes_back_to_its_default(self) -> None:
        settings = create(GenerateSecret=True, **EVERYTHING)
        assert update(recorded(settings, SECRET)) == {
            **DEFAULTS,
            "RefreshTokenRotation": {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0},
        }

    def test_the_name_changes_when_given(self) -> None:
        assert update(recorded(create()), ClientName="quay")["ClientName"] == "quay"

    def test_the_secret_decides_what_an_update_may_turn_on(self) -> None:
        machine = {member: value for member, value in MACHINE.items() if member != "GenerateSecret"}
        assert update(recorded(create(), SECRET), **machine)["AllowedOAuthFlows"]
        with pytest.raises(ServiceError) as refusal:
            update(recorded(create()), **machine)
        assert refusal.value.code == "InvalidOAuthFlowException"


READ = "Invalid read attributes specified while creating a client"
WRITE = "Invalid write attributes specified while creating a client"
ANALYTICS = (
    "Invalid analytics configuration given, either <application arn> or <application id, role "
    "arn, external id> are valid"
)
REQUIRED = (
    "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use "
    "OAuth flows."
)
NO_CALLBACKS = "CallbackUrls can not be empty when code flow or implicit flow is selected"


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            {"GenerateSecret": True, "ClientSecret": SECRET},
            "InvalidParameterException",
            client_settings.SECRET_GIVEN_AND_GENERATED,
        ),
        (
            {"EnablePropagateAdditionalUserContextData": True},
            "InvalidParameterException",
            client_settings.CONTEXT_WITHOUT_SECRET,
        ),
        ({"AllowedOAuthFlowsUserPoolClient": True}, "InvalidParameterException", REQUIRED),
        ({**OAUTH, "AllowedOAuthScopes": []}, "InvalidParameterException", REQUIRED),
        ({**OAUTH, "AllowedOAuthFlows": []}, "InvalidParameterException", REQUIRED),
        ({**OAUTH, "CallbackURLs": []}, "InvalidParameterException", NO_CALLBACKS),
        (
            {**OAUTH, "AllowedOAuthFlows": ["implicit"], "CallbackURLs": []},
            "InvalidParameterException",
            NO_CALLBACKS,
        ),
        (
            {**MACHINE, "AllowedOAuthFlows": ["client_credentials", "code"]},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            {**MACHINE, "GenerateSecret": False},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            {**OAUTH, "CallbackURLs": ["http://portal.harbour.test/in"]},
            "InvalidParameterException",
            "http://portal.harbour.test/in cannot use the HTTP protocol.",
        ),
        (
            {**OAUTH, "LogoutURLs": ["http://portal.harbour.test/out"]},
            "InvalidParameterException",
            "http://portal.harbour.test/out cannot use the HTTP protocol.",
        ),
        (
            {**OAUTH, "DefaultRedirectURI": "https://elsewhere.test"},
            "InvalidParameterException",
            "The default redirect URI https://elsewhere.test is not in the callback URIs list.",
        ),
        (
            {**OAUTH, "AllowedOAuthScopes": ["openid", "tides/drain"]},
            "ScopeDoesNotExistException",
            "Invalid scope requested: tides/drain",
        ),
        (
            {"SupportedIdentityProviders": ["COGNITO", "Google"]},
            "InvalidParameterException",
            f"The provider Google does not exist for User Pool {POOL_ID}.",
        ),
        ({"ReadAttributes": ["custom:nowhere"]}, "InvalidParameterException", READ),
        ({"WriteAttributes": ["email", "sub"]}, "InvalidParameterException", WRITE),
        ({"WriteAttributes": ["custom:berth"]}, "InvalidParameterException", WRITE),
        (
            {"AnalyticsConfiguration": {"ApplicationId": "1f", "RoleArn": "arn"}},
            "InvalidParameterException",
            ANALYTICS,
        ),
        (
            {"AnalyticsConfiguration": {"UserDataShared": True}},
            "InvalidParameterException",
            ANALYTICS,
        ),
        (
            {"AccessTokenValidity": 25},
            "InvalidParameterException",
            "Invalid range for token validity.",
        ),
    ],
)
def test_refused(asked: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        create(**asked)
    assert (refusal.value.code, refusal.value.message) == (code, message)


def test_machine_clients_need_no_callbacks() -> None:
    assert create(**MACHINE)["AllowedOAuthScopes"] == ["tides/read"]
    given = {member: value for member, value in MACHINE.items() if member != "GenerateSecret"}
    assert create(**given, ClientSecret=SECRET)["AllowedOAuthFlows"] == ["client_credentials"]


def test_choice_based_sign_in_needs_a_plan() -> None:
    flows = ["ALLOW_USER_AUTH"]
    app_client(pool(), ExplicitAuthFlows=flows)
    with pytest.raises(FeatureUnavailableInTierException):
        app_client(pool(UserPoolTier="LITE"), ExplicitAuthFlows=flows)


def test_a_plain_record() -> None:
    client = recorded(create())
    assert (client.id, client.pool_id, client.name) == (CLIENT_ID, POOL_ID, "portal")
    assert client.auth_flows == {
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
    }
    assert (client.access_token_seconds, client.id_token_seconds) == (3600, 3600)
    assert (client.refresh_token_seconds, client.auth_session_seconds) == (2_592_000, 180)
    assert client.read_attributes is None
    assert client.write_attributes is None
    assert not client.oauth_enabled
    assert not client.hides_user_existence
    assert client.token_revocation
    assert client.refresh_rotation is None
    assert client.secrets == ()


def test_a_full_record() -> None:
    client = recorded(create(GenerateSecret=True, **EVERYTHING), SECRET)
    assert client.secrets == (SECRET,)
    assert client.auth_flows == {"ALLOW_USER_SRP_AUTH"}
    assert (client.access_token_seconds, client.id_token_seconds) == (600, 86400)
    assert (client.refresh_token_seconds, client.auth_session_seconds) == (43200, 900)
    assert client.read_attributes == frozenset({"email", "email_verified"})
    assert client.write_attributes == frozenset({"email", "custom:berth"})
    assert client.oauth_enabled
    assert client.oauth_flows == {"code"}
    assert client.oauth_scopes == ("openid", "tides/read")
    assert client.callback_urls == ("https://portal.harbour.test/in",)
    assert client.hides_user_existence
    assert not client.token_revocation
    assert client.refresh_rotation == RefreshRotation(grace_seconds=10)
