"""Fetching a SAML provider's metadata from its ``MetadataURL``.

Source: API reference of CreateIdentityProvider. Nothing is open in the database meanwhile.
"""

from __future__ import annotations

from poolhouse.domain.provider_details import check_address
from poolhouse.domain.saml_metadata import LARGEST_METADATA
from poolhouse.errors import InvalidParameterException
from poolhouse.federation.asking import ask
from poolhouse.federation.failures import Unreachable
from poolhouse.house import House

_UNREACHABLE = "SAML metadata cannot be fetched from MetadataURL."


async def fetch(house: House, url: str) -> str:
    """The document at ``url``. Raises :class:`InvalidParameterException`, whose detail says why."""
    check_address("MetadataURL", url)
    try:
        answer = await ask(
            house,
            "GET",
            url,
            accept="application/samlmetadata+xml, */*;q=0.1",
            most_bytes=LARGEST_METADATA,
        )
    except Unreachable as error:
        raise InvalidParameterException(_UNREACHABLE, detail=error.detail) from error
    if answer.status != 200:
        detail = f"the server answered {answer.status}"
        raise InvalidParameterException(_UNREACHABLE, detail=detail)
    return answer.content.decode(errors="replace")
