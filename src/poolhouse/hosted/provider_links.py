"""The ways from the sign-in page to other identity providers.

Source: Amazon Cognito developer guide, "The managed login sign-in endpoint".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from poolhouse.hosted.guests import Guest
from poolhouse.oauth import provider_choice

_BRANDS: Final = {"LoginWithAmazon": "Amazon", "SignInWithApple": "Apple"}


@dataclass(frozen=True, slots=True)
class Way:
    """``name`` is what people call the provider."""

    name: str
    url: str


async def of_guest(guest: Guest) -> list[Way]:
    """One for each provider of the app client that signs people in."""
    names = await provider_choice.offered(guest.house, guest.client)
    return [Way(_BRANDS.get(name, name), _url(guest, name)) for name in names]


async def only(guest: Guest) -> str | None:
    """The URL to go to at once, where there is nothing to choose from."""
    name = await provider_choice.only(guest.house, guest.client)
    return None if name is None else _url(guest, name)


def _url(guest: Guest, name: str) -> str:
    given = {**guest.visit.parameters, "identity_provider": name}
    given.pop("idp_identifier", None)
    return f"{guest.visit.base}/oauth2/authorize?{urlencode(given)}"
