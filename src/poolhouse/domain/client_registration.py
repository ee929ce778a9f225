"""Dynamic client registration: from the metadata an application sends to an app client's settings.

Source: RFC 7591 sections 2 and 3; Amazon Cognito API reference, ``DcrConfigurationType``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain import redirect_uris
from poolhouse.domain.scopes import CLIENT_REGISTRATION, OPENID_SCOPES, SYSTEM_SCOPES
from poolhouse.errors import InvalidParameterException

_FLOWS: Final = {"authorization_code": "code", "client_credentials": "client_credentials"}
_METHODS: Final = ("client_secret_basic", "client_secret_post", "none")
_NAME: Final = re.compile(r"[\w\s+=,.@-]{1,128}")
_MOST_REDIRECT_URIS: Final = 100
# RFC 3986 section 2; what else is in an address of a stranger's choice would get into our headers.
_URI: Final = re.compile(r"[A-Za-z0-9%:/?#\[\]@!$&'()*+,;=._~-]{1,1024}", re.ASCII)
_MOST_SCOPES: Final = 50
_DEFAULT_NAME: Final = "Registered application"


class RegistrationRefused(Exception):
    """``error`` is a code of RFC 7591 section 3.2.2, ``description`` for the developer."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Registration:
    """A request that may be granted: what it asks for, with RFC 7591's defaults filled in."""

    name: str
    grant_types: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    authentication_method: str

    @property
    def confidential(self) -> bool:
        return self.authentication_method != "none"

    def settings_request(self) -> dict[str, Any]:
        """The members of CreateUserPoolClient that make this client.

        Ours: no sign-in through the API, unknown users hidden, and for clients without a secret
        rotating refresh tokens (RFC 9700 section 2.2.2).
        """
        request: dict[str, Any] = {
            "ClientName": self.name,
            "GenerateSecret": self.confidential,
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": sorted({_FLOWS[each] for each in self._flow_grants()}),
            "AllowedOAuthScopes": list(self.scopes),
            "PreventUserExistenceErrors": "ENABLED",
        }
        if self.redirect_uris:
            request["CallbackURLs"] = list(self.redirect_uris)
            request["SupportedIdentityProviders"] = ["COGNITO"]
        if self.confidential:
            request["ExplicitAuthFlows"] = ["ALLOW_REFRESH_TOKEN_AUTH"]
        else:
            request["RefreshTokenRotation"] = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
        return request

    def metadata(self) -> dict[str, Any]:
        """What is registered, as RFC 7591 section 3.2.1 wants it told."""
        shown: dict[str, Any] = {
            "client_name": self.name,
            "grant_types": list(self.grant_types),
            "token_endpoint_auth_method": self.authentication_method,
            "scope": " ".join(self.scopes),
        }
        if self.redirect_uris:
            shown["redirect_uris"] = list(self.redirect_uris)
            shown["response_types"] = ["code"]
        return shown

    def _flow_grants(self) -> tuple[str, ...]:
        return tuple(each for each in self.grant_types if each in _FLOWS)


def is_on(tier: str, configuration: Mapping[str, Any]) -> bool:
    """Whether a pool of this plan and ``DcrConfiguration`` takes registrations at all."""
    return tier != "LITE" and configuration.get("EnableStatus") == "Enabled"


def read(
    document: Mapping[str, Any], configuration: Mapping[str, Any], *, authenticated: bool
) -> Registration:
    """Judge client metadata under a pool's ``DcrConfiguration``. Raises RegistrationRefused.

    Unknown metadata is ignored, as RFC 7591 section 2 asks.
    """
    grant_types = _grant_types(document, configuration, authenticated=authenticated)
    method = document.get("token_endpoint_auth_method", _METHODS[0])
    if method not in _METHODS:
        raise _bad("token_endpoint_auth_method must be one of " + ", ".join(_METHODS))
    by_code = "authorization_code" in grant_types
    if not by_code and method == "none":
        raise _bad("client_credentials needs a client secret")
    if _strings(document, "response_types", ["code"] if by_code else []) not in ([], ["code"]):
        raise _bad("response_types may only be code")
    name = document.get("client_name", _DEFAULT_NAME)
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise _bad("client_name has characters that are not allowed, or is too long")
    return Registration(
        name=name,
        grant_types=grant_types,
        redirect_uris=_redirect_uris(document) if by_code else (),
        scopes=_scopes(document, configuration, by_code=by_code),
        authentication_method=method,
    )


def _grant_types(
    document: Mapping[str, Any], configuration: Mapping[str, Any], *, authenticated: bool
) -> tuple[str, ...]:
    member, default = (
        ("AuthenticatedGrantTypes", ["code", "client_credentials"])
        if authenticated
        else ("OpenDcrGrantTypes", ["code"])
    )
    allowed = configuration.get(member, default)
    asked = _strings(document, "grant_types", ["authorization_code"])
    flows = [each for each in asked if each != "refresh_token"]
    if not flows:
        raise _bad("grant_types must have authorization_code or client_credentials")
    for each in flows:
        if each not in _FLOWS or _FLOWS[each] not in allowed:
            raise _bad(f"the grant type {each} cannot be registered here")
    if len(set(flows)) > 1:
        # A machine's client has that flow alone.
        raise _bad("client_credentials cannot be combined with another grant type")
    if "refresh_token" in asked and flows != ["authorization_code"]:
        raise _bad("refresh_token needs authorization_code")
    return tuple(dict.fromkeys(asked))


def _redirect_uris(document: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        urls = _strings(document, "redirect_uris", [])
        redirect_uris.check(urls)
    except (RegistrationRefused, InvalidParameterException) as error:
        raise RegistrationRefused("invalid_redirect_uri", str(error)) from error
    if not 1 <= len(urls) <= _MOST_REDIRECT_URIS:
        raise RegistrationRefused(
            "invalid_redirect_uri", f"between 1 and {_MOST_REDIRECT_URIS} redirect_uris are needed"
        )
    for url in urls:
        if _URI.fullmatch(url) is None:
            raise RegistrationRefused("invalid_redirect_uri", f"{url[:100]} is not a valid URL.")
    return tuple(dict.fromkeys(urls))


def _scopes(
    document: Mapping[str, Any], configuration: Mapping[str, Any], *, by_code: bool
) -> tuple[str, ...]:
    added = [each for each in configuration.get("AllowedScopes", ()) if each != CLIENT_REGISTRATION]
    allowed = [*OPENID_SCOPES, *added] if by_code else [s for s in added if s not in SYSTEM_SCOPES]
    text = document.get("scope")
    if text is not None and not isinstance(text, str):
        raise _bad("scope must be a string")
    asked = tuple(dict.fromkeys(text.split())) if text else tuple(allowed)
    refused = [each for each in asked if each not in allowed]
    if refused:
        raise _bad(f"the scope {refused[0]} cannot be registered here")
    if not 1 <= len(asked) <= _MOST_SCOPES:
        raise _bad("no scope is left for this client")
    return asked


def _strings(document: Mapping[str, Any], member: str, default: Sequence[str]) -> list[str]:
    value = document.get(member, default)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _bad(f"{member} must be a list of strings")
    return list(value)


def _bad(description: str) -> RegistrationRefused:
    return RegistrationRefused("invalid_client_metadata", description)
