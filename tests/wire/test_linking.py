"""Linking users to accounts at identity providers, over boto3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provider_world import GOOGLE, METADATA, OIDC, add_provider
from refusals import refused
from server import Server
from token_reading import unverified

PASSWORD = "Harbour-lights-7"
ALREADY = "SourceUser is already linked to DestinationUser"
NOT_NEW = (
    "Merging is not currently supported, provide a SourceUser that has not been signed up in order "
    "to link"
)


@pytest.fixture
def linked_pool(idp: Any, fresh_pool_id: str) -> str:
    add_provider(idp, fresh_pool_id, "Google", "Google", GOOGLE)
    add_provider(idp, fresh_pool_id, "login", "OIDC", OIDC, AttributeMapping={"email": "email"})
    for name in ("ines", "olga"):
        idp.admin_create_user(UserPoolId=fresh_pool_id, Username=name, MessageAction="SUPPRESS")
        idp.admin_set_user_password(
            UserPoolId=fresh_pool_id, Username=name, Password=PASSWORD, Permanent=True
        )
    return fresh_pool_id


def _account(provider: str, value: str, attribute: str = "Cognito_Subject") -> dict[str, str]:
    return {
        "ProviderName": provider,
        "ProviderAttributeName": attribute,
        "ProviderAttributeValue": value,
    }


def _link(idp: Any, pool_id: str, source: dict[str, str], user: str = "ines") -> None:
    idp.admin_link_provider_for_user(
        UserPoolId=pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": user},
        SourceUser=source,
    )


def _identities(idp: Any, pool_id: str, user: str = "ines") -> list[dict[str, Any]]:
    found = idp.admin_get_user(UserPoolId=pool_id, Username=user)["UserAttributes"]
    values = {each["Name"]: each["Value"] for each in found}
    listed: list[dict[str, Any]] = json.loads(values.get("identities", "[]"))
    return listed


def _sign_in(idp: Any, pool_id: str, user: str = "ines") -> dict[str, Any]:
    client = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    tokens: dict[str, Any] = idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return tokens


def test_a_link_shows_in_profile_and_token(server: Server, idp: Any, linked_pool: str) -> None:
    _link(idp, linked_pool, _account("Google", "117"))
    assert _identities(idp, linked_pool) == [
        {
            "userId": "117",
            "providerName": "Google",
            "providerType": "Google",
            "issuer": None,
            "primary": False,
            "dateCreated": server.clock.now_ms(),
        }
    ]
    claims = unverified(_sign_in(idp, linked_pool)["IdToken"])
    assert claims["identities"][0]["userId"] == "117"
    assert claims["identities"][0]["primary"] == "false"


def test_a_link_ends(idp: Any, linked_pool: str) -> None:
    for account in (_account("Google", "117"), _account("login", "a@example.com", "email")):
        _link(idp, linked_pool, account)
    idp.admin_disable_provider_for_user(UserPoolId=linked_pool, User=_account("Google", "117"))
    assert [each["userId"] for each in _identities(idp, linked_pool)] == ["a@example.com"]
    _link(idp, linked_pool, _account("Google", "117"), user="olga")
    with refused("UserNotFoundException", "User does not exist."):
        idp.admin_disable_provider_for_user(UserPoolId=linked_pool, User=_account("login", "b"))


def test_saml_identities_name_their_issuer(idp: Any, linked_pool: str) -> None:
    add_provider(idp, linked_pool, "Quay", "SAML", {"MetadataFile": METADATA})
    _link(idp, linked_pool, _account("Quay", "ines@example.com"))
    assert _identities(idp, linked_pool)[0]["issuer"] == "https://idp.example.com/saml"


def test_an_account_is_one_users(idp: Any, linked_pool: str) -> None:
    _link(idp, linked_pool, _account("Google", "117"))
    with refused("InvalidParameterException", ALREADY):
        _link(idp, linked_pool, _account("Google", "117"))
    with refused("InvalidParameterException", NOT_NEW):
        _link(idp, linked_pool, _account("Google", "117"), user="olga")


def test_five_links_are_all(idp: Any, linked_pool: str) -> None:
    for number in range(5):
        _link(idp, linked_pool, _account("login", str(number)))
    with refused("LimitExceededException"):
        _link(idp, linked_pool, _account("login", "5"))
    assert len(_identities(idp, linked_pool)) == 5


def test_links_go_with_their_user(idp: Any, linked_pool: str) -> None:
    _link(idp, linked_pool, _account("Google", "117"))
    idp.admin_delete_user(UserPoolId=linked_pool, Username="ines")
    _link(idp, linked_pool, _account("Google", "117"), user="olga")


def test_a_disabled_local_user_has_no_password(idp: Any, linked_pool: str) -> None:
    _sign_in(idp, linked_pool)
    idp.admin_disable_provider_for_user(UserPoolId=linked_pool, User=_account("Cognito", "ines"))
    with refused("NotAuthorizedException", "Incorrect username or password."):
        _sign_in(idp, linked_pool)
    assert (
        idp.admin_get_user(UserPoolId=linked_pool, Username="ines")["UserStatus"]
        == "EXTERNAL_PROVIDER"
    )
    idp.admin_set_user_password(
        UserPoolId=linked_pool, Username="ines", Password=PASSWORD, Permanent=True
    )
    _sign_in(idp, linked_pool)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (_account("Cognito", "olga"), "InvalidParameterException"),
        (_account("Google", "a@example.com", "email"), "InvalidParameterException"),
        (_account("login", "x", "name"), "InvalidParameterException"),
        (_account("nobody", "x"), "ResourceNotFoundException"),
        ({"ProviderName": "Google"}, "InvalidParameterException"),
    ],
)
def test_sources_that_cannot_be(
    idp: Any, linked_pool: str, source: dict[str, str], code: str
) -> None:
    with refused(code):
        _link(idp, linked_pool, source)
    with refused("UserNotFoundException", "User does not exist."):
        _link(idp, linked_pool, _account("Google", "117"), user="nobody")
    assert _identities(idp, linked_pool) == []
