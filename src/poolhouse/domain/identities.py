"""Who a user is at identity providers: linked accounts, and the ``identities`` attribute of them.

Source: Amazon Cognito developer guide, "Linking federated users to an existing user profile"; the
API reference of AdminLinkProviderForUser.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.provider_details import TYPES
from poolhouse.errors import InvalidParameterException

LOCAL: Final = "Cognito"
"""The provider name of users who have a password here."""
SUBJECT: Final = "Cognito_Subject"
"""The attribute name for the identifier by which a provider itself knows somebody."""
MOST_LINKS: Final = 5


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """One account at a provider. ``attribute`` is ``Cognito_Subject``, or, before the first
    sign-in, a mapped attribute; ``is_primary`` where the user was made by signing in so.
    """

    pool_id: str
    provider_name: str
    attribute: str
    value: str
    sub: str
    is_primary: bool
    created_ms: int


def check_source(provider: IdentityProvider, attribute: str) -> None:
    """Which attributes a link may go by: the subject, or what OIDC and SAML providers map.

    Raises InvalidParameterException.
    """
    if attribute == SUBJECT:
        return
    if TYPES[provider.kind].is_social:
        raise InvalidParameterException(
            f"ProviderAttributeName must be {SUBJECT} for {provider.name}."
        )
    if attribute not in provider.mapping:
        raise InvalidParameterException(
            f"{attribute} is not a mapped attribute of provider {provider.name}."
        )


def attribute_text(
    identities: Iterable[LinkedIdentity], providers: Mapping[str, IdentityProvider]
) -> str:
    """The ``identities`` attribute: a JSON list, the primary one first; empty without any."""
    listed = [
        {
            "userId": identity.value,
            "providerName": identity.provider_name,
            "providerType": providers[identity.provider_name].kind
            if identity.provider_name in providers
            else identity.provider_name,
            "issuer": _issuer(providers.get(identity.provider_name)),
            "primary": identity.is_primary,
            "dateCreated": identity.created_ms,
        }
        for identity in sorted(identities, key=lambda each: (not each.is_primary, each.created_ms))
    ]
    return json.dumps(listed, separators=(",", ":"), ensure_ascii=False) if listed else ""


def _issuer(provider: IdentityProvider | None) -> str | None:
    """Only SAML identities name one (``identities-issuer``)."""
    return provider.issuer if provider is not None and provider.saml is not None else None
