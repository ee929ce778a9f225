"""Identity providers over boto3."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from poolhouse.store.schema import identity_providers
from provider_world import GOOGLE, METADATA, OIDC, add_provider
from refusals import refused
from server import Server


def _describe(idp: Any, pool_id: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = idp.describe_identity_provider(UserPoolId=pool_id, ProviderName=name)[
        "IdentityProvider"
    ]
    return found


def test_an_oidc_provider(idp: Any, fresh_pool_id: str) -> None:
    made = add_provider(
        idp,
        fresh_pool_id,
        "harbour-login",
        "OIDC",
        OIDC,
        AttributeMapping={"email": "email"},
        IdpIdentifiers=["harbour", "example.com"],
        AcrMapping={"Level1": "urn:example:low"},
    )
    assert made["ProviderDetails"] == {**OIDC, "attributes_url_add_attributes": "false"}
    assert made["AttributeMapping"] == {"email": "email", "username": "sub"}
    assert made["AcrMapping"] == {"Level1": "urn:example:low"}
    assert _describe(idp, fresh_pool_id, "harbour-login") == made
    for identifier in ("harbour", "example.com"):
        found = idp.get_identity_provider_by_identifier(
            UserPoolId=fresh_pool_id, IdpIdentifier=identifier
        )
        assert found["IdentityProvider"] == made
    with refused("ResourceNotFoundException", "Identity provider nobody does not exist."):
        idp.get_identity_provider_by_identifier(UserPoolId=fresh_pool_id, IdpIdentifier="nobody")


@pytest.mark.parametrize(
    ("kind", "details", "added", "username"),
    [
        ("Google", GOOGLE, {"oidc_issuer": "https://accounts.google.com"}, "sub"),
        (
            "Facebook",
            {**GOOGLE, "api_version": "v21.0"},
            {"token_url": "https://graph.facebook.com/v21.0/oauth/access_token"},
            "id",
        ),
        ("LoginWithAmazon", GOOGLE, {"token_request_method": "POST"}, "user_id"),
    ],
)
def test_social_providers(
    idp: Any,
    fresh_pool_id: str,
    kind: str,
    details: dict[str, str],
    added: dict[str, str],
    username: str,
) -> None:
    shown = add_provider(idp, fresh_pool_id, kind, kind, details)
    assert shown["ProviderDetails"].items() >= {**details, **added}.items()
    assert shown["AttributeMapping"] == {"username": username}


def test_a_private_key_is_never_shown(server: Server, idp: Any, fresh_pool_id: str) -> None:
    details = {
        "client_id": "com.example",
        "team_id": "T",
        "key_id": "K",
        "private_key": "very-private-key",
        "authorize_scopes": "email name",
    }
    shown = add_provider(idp, fresh_pool_id, "SignInWithApple", "SignInWithApple", details)
    assert "private_key" not in shown["ProviderDetails"]
    # What is shown can be sent back.
    idp.update_identity_provider(
        UserPoolId=fresh_pool_id,
        ProviderName="SignInWithApple",
        ProviderDetails={**shown["ProviderDetails"], "team_id": "other"},
    )
    assert _describe(idp, fresh_pool_id, "SignInWithApple")["ProviderDetails"]["team_id"] == "other"
    rows = server.rows(
        select(identity_providers).where(identity_providers.c.pool_id == fresh_pool_id)
    )
    assert len(rows) == 1
    assert "very-private-key" not in str(rows)


def test_a_saml_provider_from_a_file(idp: Any, fresh_pool_id: str) -> None:
    details = {"MetadataFile": METADATA, "IDPSignout": "true"}
    shown = add_provider(idp, fresh_pool_id, "Quay", "SAML", details)
    assert shown["ProviderDetails"].pop("ActiveEncryptionCertificate").startswith("MII")
    assert shown["ProviderDetails"] == {
        **details,
        "SSORedirectBindingURI": "https://idp.example.com/sso",
        "SLORedirectBindingURI": "https://idp.example.com/slo",
    }
    assert shown["AttributeMapping"] == {}


@pytest.fixture
def metadata_url() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path.endswith("/none") else 200)
            packed = self.path.endswith("/packed")
            if packed:
                self.send_header("content-encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(METADATA.encode()) if packed else METADATA.encode())

        def log_message(self, *args: object) -> None:
            """Nothing: a test's output is its own."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}/metadata"
        served.shutdown()
        thread.join()


def test_a_saml_provider_from_an_address(idp: Any, fresh_pool_id: str, metadata_url: str) -> None:
    shown = add_provider(idp, fresh_pool_id, "Quay", "SAML", {"MetadataURL": metadata_url})
    assert shown["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example.com/sso"
    with refused("InvalidParameterException", "SAML metadata cannot be fetched from MetadataURL."):
        add_provider(idp, fresh_pool_id, "Pier", "SAML", {"MetadataURL": f"{metadata_url}/none"})
    with refused("InvalidParameterException"):
        add_provider(idp, fresh_pool_id, "P", "SAML", {"MetadataURL": "http://localhost:99999/"})
    with refused("InvalidParameterException"):  # nothing is unpacked
        add_provider(idp, fresh_pool_id, "P", "SAML", {"MetadataURL": f"{metadata_url}/packed"})


def test_an_update_replaces_what_it_names(idp: Any, fresh_pool_id: str) -> None:
    add_provider(idp, fresh_pool_id, "login", "OIDC", OIDC, IdpIdentifiers=["one", "two"])
    idp.update_identity_provider(
        UserPoolId=fresh_pool_id, ProviderName="login", AttributeMapping={"name": "full_name"}
    )
    idp.update_identity_provider(
        UserPoolId=fresh_pool_id, ProviderName="login", IdpIdentifiers=["two", "three"]
    )
    shown = _describe(idp, fresh_pool_id, "login")
    assert shown["ProviderDetails"].items() >= OIDC.items()
    assert shown["AttributeMapping"] == {"name": "full_name", "username": "sub"}
    assert shown["IdpIdentifiers"] == ["two", "three"]
    with refused("ResourceNotFoundException"):
        idp.get_identity_provider_by_identifier(UserPoolId=fresh_pool_id, IdpIdentifier="one")


def test_names_and_identifiers_have_one_provider(idp: Any, fresh_pool_id: str) -> None:
    add_provider(idp, fresh_pool_id, "login", "OIDC", OIDC, IdpIdentifiers=["one"])
    with refused("DuplicateProviderException"):
        add_provider(idp, fresh_pool_id, "login", "OIDC", OIDC)
    with refused("InvalidParameterException"):
        add_provider(idp, fresh_pool_id, "other", "OIDC", OIDC, IdpIdentifiers=["one"])
    with refused("ResourceNotFoundException", "Identity provider other does not exist."):
        _describe(idp, fresh_pool_id, "other")


def test_lists_come_in_pages(idp: Any, fresh_pool_id: str) -> None:
    for name in ("one", "two", "three"):
        add_provider(idp, fresh_pool_id, name, "OIDC", OIDC)
    first = idp.list_identity_providers(UserPoolId=fresh_pool_id, MaxResults=2)
    second = idp.list_identity_providers(UserPoolId=fresh_pool_id, NextToken=first["NextToken"])
    names = [each["ProviderName"] for each in first["Providers"] + second["Providers"]]
    assert names == ["one", "three", "two"]
    assert first["Providers"][0].keys() == {
        "ProviderName",
        "ProviderType",
        "LastModifiedDate",
        "CreationDate",
    }
    with refused("InvalidParameterException", "Invalid pagination token."):
        idp.list_identity_providers(UserPoolId=fresh_pool_id, NextToken="nonsense")


def test_clients_name_providers_that_exist(idp: Any, fresh_pool_id: str) -> None:
    client = {"UserPoolId": fresh_pool_id, "ClientName": "app"}
    supported = {"SupportedIdentityProviders": ["COGNITO", "login"]}
    missing = f"The provider login does not exist for User Pool {fresh_pool_id}."
    with refused("InvalidParameterException", missing):
        idp.create_user_pool_client(**client, **supported)
    add_provider(idp, fresh_pool_id, "login", "OIDC", OIDC)
    made = idp.create_user_pool_client(**client, **supported)["UserPoolClient"]
    assert made["SupportedIdentityProviders"] == ["COGNITO", "login"]
    idp.delete_identity_provider(UserPoolId=fresh_pool_id, ProviderName="login")
    with refused("ResourceNotFoundException", "Identity provider login does not exist."):
        idp.delete_identity_provider(UserPoolId=fresh_pool_id, ProviderName="login")
    with refused("InvalidParameterException", missing):
        idp.update_user_pool_client(
            UserPoolId=fresh_pool_id, ClientId=made["ClientId"], **supported
        )


SOCIAL_KEYS = "client_id, client_secret and authorize_scopes are all required idp details."


@pytest.mark.parametrize(
    ("name", "kind", "details", "message"),
    [
        ("Google", "Google", {"client_id": "1"}, SOCIAL_KEYS),
        ("mine", "Google", GOOGLE, "Provider mine cannot be of type Google."),
        ("Google", "OIDC", OIDC, "Provider Google cannot be of type OIDC."),
        ("COGNITO", "OIDC", OIDC, "COGNITO is a reserved provider name."),
        ("login", "OIDC", {**OIDC, "authorize_scopes": "email"}, None),
        ("login", "OIDC", {**OIDC, "attributes_request_method": "PUT"}, None),
        ("login", "OIDC", {**OIDC, "oidc_issuer": "http://login.example.com"}, None),
        ("login", "OIDC", {**OIDC, "authorize_url": "https://login.example.com"}, None),
        ("login", "OIDC", {}, None),
        ("quay", "SAML", {}, None),
        ("quay", "SAML", {"MetadataFile": "<xml/>"}, None),
        ("quay", "SAML", {"MetadataFile": METADATA, "IDPInit": "perhaps"}, None),
        ("quay", "SAML", {"MetadataURL": "file:///etc/passwd"}, None),
        ("_login", "OIDC", OIDC, None),
        ("log in", "OIDC", OIDC, None),
    ],
)
def test_what_is_refused(
    idp: Any, pool_id: str, name: str, kind: str, details: dict[str, str], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        add_provider(idp, pool_id, name, kind, details)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"AttributeMapping": {"custom:berth": "berth"}},
            "AttributeMapping contains invalid mapping: [custom:berth]",
        ),
        ({"AttributeMapping": {"sub": "sub"}}, "AttributeMapping contains invalid mapping: [sub]"),
        ({"IdpIdentifiers": ["one", "one"]}, None),
    ],
)
def test_what_else_is_refused(
    idp: Any, pool_id: str, more: dict[str, Any], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        add_provider(idp, pool_id, "login", "OIDC", OIDC, **more)


def test_levels_are_for_oidc(idp: Any, pool_id: str) -> None:
    with refused("InvalidParameterException"):
        add_provider(idp, pool_id, "Google", "Google", GOOGLE, AcrMapping={"Level1": "low"})


def test_an_unknown_provider_is_not_updated(idp: Any, pool_id: str) -> None:
    with refused("ResourceNotFoundException", "Identity provider nobody does not exist."):
        idp.update_identity_provider(UserPoolId=pool_id, ProviderName="nobody")
