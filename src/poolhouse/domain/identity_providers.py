"""Identity providers of a user pool: who else may say who somebody is.

Source: the API reference of CreateIdentityProvider and UpdateIdentityProvider; Amazon Cognito
developer guide, "Third-party identity provider sign-in" and "Mapping IdP attributes".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from poolhouse.domain import provider_details
from poolhouse.domain.client_oauth import LOCAL_PROVIDER
from poolhouse.domain.provider_details import TYPES
from poolhouse.domain.records import UserPool
from poolhouse.domain.saml_metadata import POST, REDIRECT, SamlMetadata
from poolhouse.errors import InvalidParameterException

MOST_PROVIDERS: Final = 300
_NEVER_MAPPED: Final = frozenset({"sub", "identities"})


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One provider. ``details`` are complete, with the secrets; ``mapping`` maps user pool
    attributes (and ``username``) to claims. ``saml`` is what its metadata says, None for others.
    """

    pool_id: str
    name: str
    kind: str
    details: Mapping[str, str]
    mapping: Mapping[str, str]
    identifiers: tuple[str, ...]
    created_ms: int
    modified_ms: int
    acr_mapping: Mapping[str, str] = field(default_factory=dict)
    saml: SamlMetadata | None = None
    revision: int = 0

    @property
    def shown_details(self) -> dict[str, str]:
        """``ProviderDetails`` as a description has them."""
        hidden = provider_details.NEVER_SHOWN
        return {name: value for name, value in self.details.items() if name not in hidden}

    @property
    def issuer(self) -> str | None:
        """Who the provider is beyond this pool: SAML entity id or OIDC issuer."""
        return self.saml.entity_id if self.saml else self.details.get("oidc_issuer")


def check_name(name: str, kind: str) -> None:
    """Social providers are named as their type; that of local users is taken.

    Raises InvalidParameterException.
    """
    wrong_social = TYPES[kind].is_social and name != kind
    if wrong_social or (name != kind and name in TYPES and TYPES[name].is_social):
        raise InvalidParameterException(f"Provider {name} cannot be of type {kind}.")
    if name.upper() == LOCAL_PROVIDER:
        raise InvalidParameterException(f"{name} is a reserved provider name.")


def mapping(pool: UserPool, kind: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """The attribute mapping, with the username's claim (``provider-username-claim``).

    Raises InvalidParameterException for attributes the schema lacks.
    """
    given = given or {}
    known = (pool.attributes.keys() | {"username"}) - _NEVER_MAPPED
    wrong = [name for name, claim in given.items() if name not in known or not claim]
    if wrong:
        raise InvalidParameterException(
            f"AttributeMapping contains invalid mapping: [{', '.join(wrong)}]"
        )
    subject = TYPES[kind].subject
    return {**given, **({"username": subject} if subject else {})}


def identifiers(given: Sequence[str] | None) -> tuple[str, ...]:
    """Raises InvalidParameterException when one is there twice."""
    names = tuple(given or ())
    if len(set(names)) < len(names):
        raise InvalidParameterException("IdpIdentifiers must differ.")
    return names


def acr_mapping(kind: str, given: Mapping[str, str] | None) -> Mapping[str, str]:
    """Raises InvalidParameterException for a provider that is not an OIDC one."""
    if given and kind != "OIDC":
        raise InvalidParameterException("AcrMapping is supported for OIDC providers only.")
    return given or {}


def metadata_fields(metadata: SamlMetadata | None) -> dict[str, str]:
    """What SAML metadata adds to the details of its provider."""
    if metadata is None:
        return {}
    added = {"SSORedirectBindingURI": metadata.sign_in.get(REDIRECT, metadata.sign_in.get(POST))}
    added["SLORedirectBindingURI"] = metadata.sign_out.get(REDIRECT)
    return {name: address for name, address in added.items() if address}
