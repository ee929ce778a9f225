"""Fetching a SAML provider's metadata from its ``MetadataURL``.

Source: API reference of CreateIdentityProvider. Nothing is open in the database meanwhile.
"""

from __future__ import annotations

from poolhouse.domain.provider_details import check_address
from poolhouse.domain.saml_metadata import LARGEST_METADATA
from poolhouse.errors import InvalidParameterException

_TIMEOUT_SECONDS = 5.0
_UNREACHABLE = "SAML metadata cannot be fetched from MetadataURL."


async def fetch(url: str) -> str:
    """The document at ``url``. Redirects are not followed: they lead where nobody agreed to.

    Raises :class:`InvalidParameterException`, whose detail says why.
    """
    import httpx

    check_address("MetadataURL", url)
    try:
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise InvalidParameterException(
                    _UNREACHABLE, detail=f"the server answered {answer.status_code}"
                )
            content = b""
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST_METADATA:
                    raise InvalidParameterException(_UNREACHABLE, detail="it is too large")
    except httpx.HTTPError as error:
        raise InvalidParameterException(_UNREACHABLE, detail=repr(error)) from error
    return content.decode(errors="replace")
