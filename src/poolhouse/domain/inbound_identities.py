"""What an identity provider said of a user, as a function is shown it and may change it.

Amazon Cognito developer guide, "Inbound federation Lambda trigger".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from poolhouse.domain.trigger_members import texts
from poolhouse.errors import InvalidLambdaResponseException

ProviderType = Literal["OIDC", "SAML", "Facebook", "Google", "SignInWithApple", "LoginWithAmazon"]

SKELETON: Final = {"userAttributesToMap": None}
LONGEST_VALUE: Final = 2048

# ``federated-value-length``
_TOO_LONG: Final = "Unrecognizable lambda output: {name} has more than 2048 characters"


@dataclass(frozen=True, slots=True)
class InboundIdentity:
    """One sign-in at a provider.

    ``saml`` holds the attributes of an assertion; the others are what OIDC and social providers
    answer: the token response, the validated claims of the ID token, and userinfo (maybe empty).
    ``subject`` is by what the provider knows the user; ``level`` is the level of assurance (1 to 4)
    that it vouches for, where it was mapped.
    """

    provider_name: str
    provider_type: ProviderType
    saml: Mapping[str, Any] = field(default_factory=dict)
    token_response: Mapping[str, Any] = field(default_factory=dict)
    id_token: Mapping[str, Any] = field(default_factory=dict)
    user_info: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    level: int | None = None

    @property
    def claims(self) -> Mapping[str, Any]:
        """Everything that may be mapped: what userinfo says counts before the ID token, and the
        tokens themselves may be kept.
        """
        tokens = {
            name: self.token_response[name]
            for name in ("access_token", "id_token")
            if name in self.token_response
        }
        return {**tokens, **self.saml, **self.id_token, **self.user_info}


def request(identity: InboundIdentity) -> dict[str, Any]:
    """``request`` of the event. Scalars of the token response are sent as strings."""
    if identity.provider_type == "SAML":
        attributes: dict[str, Any] = {"samlResponse": dict(identity.saml)}
    else:
        attributes = {
            "tokenResponse": {
                name: value if isinstance(value, str) else str(value)
                for name, value in identity.token_response.items()
            },
            "idToken": dict(identity.id_token),
            "userInfo": dict(identity.user_info),
        }
    return {
        "providerName": identity.provider_name,
        "providerType": identity.provider_type,
        "attributes": attributes,
    }


def read(response: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The complete set of attributes to go on with; None leaves the provider's as they are.

    Raises :class:`InvalidLambdaResponseException`.
    """
    attributes = texts(response, "userAttributesToMap")
    for name, value in attributes.items():
        if len(value) > LONGEST_VALUE:
            raise InvalidLambdaResponseException(_TOO_LONG.format(name=name))
    return attributes or None
