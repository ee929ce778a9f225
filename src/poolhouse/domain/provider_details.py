"""``ProviderDetails`` of each type of identity provider: what must be given, what is added.

Source: API reference of CreateIdentityProvider (the keys, and what a description adds); the
sentence for missing keys and ``cannot be of type`` as observed (aws-amplify/amplify-cli issue 8266,
aws/aws-cli issue 3179). Other sentences are ours (``provider-sentences`` in
:mod:`poolhouse.domain.management_choices`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from poolhouse.errors import InvalidParameterException

Details = Mapping[str, str]

SECRETS: Final = frozenset({"client_secret", "private_key"})
"""Sealed at rest; of these ``private_key`` is never shown again."""
NEVER_SHOWN: Final = frozenset({"private_key"})

_SOCIAL: Final = ("client_id", "client_secret", "authorize_scopes")
_OIDC_ENDPOINTS: Final = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
_SWITCHES: Final = ("IDPSignout", "IDPInit", "EncryptedResponses")
_FACEBOOK_VERSION: Final = "v17.0"


@dataclass(frozen=True, slots=True)
class ProviderType:
    """``subject`` is the claim a user is known by; ``added`` is what a description has more."""

    required: tuple[str, ...]
    subject: str | None
    added: Details
    is_social: bool = True


TYPES: Final[Mapping[str, ProviderType]] = MappingProxyType(
    {
        "OIDC": ProviderType(
            ("client_id", "authorize_scopes", "attributes_request_method", "oidc_issuer"),
            "sub",
            {"attributes_url_add_attributes": "false"},
            is_social=False,
        ),
        "SAML": ProviderType((), None, {}, is_social=False),
        "Google": ProviderType(
            _SOCIAL,
            "sub",
            {
                "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                "oidc_issuer": "https://accounts.google.com",
                "token_request_method": "POST",
                "token_url": "https://www.googleapis.com/oauth2/v4/token",
            },
        ),
        "Facebook": ProviderType(
            _SOCIAL,
            "id",
            {
                "attributes_url": "https://graph.facebook.com/{version}/me?fields=",
                "attributes_url_add_attributes": "true",
                "authorize_url": "https://www.facebook.com/{version}/dialog/oauth",
                "token_request_method": "GET",
                "token_url": "https://graph.facebook.com/{version}/oauth/access_token",
            },
        ),
        "LoginWithAmazon": ProviderType(
            _SOCIAL,
            "user_id",
            {
                "attributes_url": "https://api.amazon.com/user/profile",
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://www.amazon.com/ap/oa",
                "token_request_method": "POST",
                "token_url": "https://api.amazon.com/auth/o2/token",
            },
        ),
        "SignInWithApple": ProviderType(
            ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
            "sub",
            {
                "attributes_url_add_attributes": "false",
                "authorize_url": "https://appleid.apple.com/auth/authorize",
                "oidc_issuer": "https://appleid.apple.com",
                "token_request_method": "POST",
                "token_url": "https://appleid.apple.com/auth/token",
            },
        ),
    }
)


def checked(kind: str, given: Details) -> dict[str, str]:
    """The details of a provider of type ``kind``, with what the service adds.

    What SAML metadata says is added by who has read it. Raises InvalidParameterException.
    """
    required = TYPES[kind].required
    if any(not given.get(name) for name in required):
        raise InvalidParameterException(f"{_listed(required)} are all required idp details.")
    if kind == "OIDC":
        _check_oidc(given)
    elif kind == "SAML":
        _check_saml(given)
    version = given.get("api_version", _FACEBOOK_VERSION)
    if not version.removeprefix("v").replace(".", "").isdigit():
        raise InvalidParameterException("api_version is not a version of the API.")
    added = {name: text.format(version=version) for name, text in TYPES[kind].added.items()}
    if kind == "Facebook":
        added["api_version"] = version
    return {**given, **added}


def check_address(name: str, address: str) -> None:
    """Refuse an address that is not https, or http on this machine (``provider-loopback``).

    Raises InvalidParameterException.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    is_local = host in ("localhost", "127.0.0.1", "::1")
    if host is None or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise InvalidParameterException(f"{name} must be an https URL.")


def _check_oidc(given: Details) -> None:
    if given["attributes_request_method"] not in ("GET", "POST"):
        raise InvalidParameterException("attributes_request_method must be GET or POST.")
    if "openid" not in given["authorize_scopes"].split():
        raise InvalidParameterException("authorize_scopes must contain openid.")
    endpoints = [name for name in _OIDC_ENDPOINTS if given.get(name)]
    if endpoints and len(endpoints) < len(_OIDC_ENDPOINTS):
        raise InvalidParameterException(
            f"{_listed(_OIDC_ENDPOINTS)} must all be given, or none of them."
        )
    for name in ("oidc_issuer", *endpoints):
        check_address(name, given[name])


def _check_saml(given: Details) -> None:
    if bool(given.get("MetadataURL")) == bool(given.get("MetadataFile")):
        raise InvalidParameterException("Either MetadataURL or MetadataFile must be given.")
    if given.get("MetadataURL"):
        check_address("MetadataURL", given["MetadataURL"])
    for name in _SWITCHES:
        if given.get(name, "false").lower() not in ("true", "false"):
            raise InvalidParameterException(f"{name} must be true or false.")
    if given.get("RequestSigningAlgorithm", "rsa-sha256") != "rsa-sha256":
        raise InvalidParameterException("RequestSigningAlgorithm must be rsa-sha256.")


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
