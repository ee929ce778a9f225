"""Which URLs an app client may send browsers back to.

Source: Amazon Cognito developer guide, "Application-specific settings with app clients";
RFC 6749 section 3.1.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from poolhouse.errors import InvalidParameterException

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Browsers run or render these in the page that redirects: script injection by configuration
# (``script-schemes``).
_REFUSED_SCHEMES = frozenset({"javascript", "data", "vbscript"})


def check(urls: Iterable[str]) -> None:
    """Refuse URLs that are relative, have a fragment, or use plain HTTP off this machine.

    Schemes of applications (``myapp://signed-in``) pass. Raises InvalidParameterException.
    """
    for url in urls:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            raise InvalidParameterException(f"{url} is not a valid URL.") from None
        # ``urlsplit`` leaves some of these out, so that what it judges is not what is kept.
        is_text = url.isprintable() and " " not in url
        if not is_text or not parts.scheme or parts.scheme in _REFUSED_SCHEMES:
            raise InvalidParameterException(f"{url} is not a valid URL.")
        if "#" in url:
            raise InvalidParameterException(f"{url} cannot contain a fragment.")
        if parts.scheme == "http" and host not in _LOOPBACK:
            raise InvalidParameterException(f"{url} cannot use the HTTP protocol.")
        if parts.scheme == "https" and not host:
            raise InvalidParameterException(f"{url} is not a valid URL.")


def check_default(url: str | None, callback_urls: Collection[str]) -> None:
    """The default has to be one of the callback URLs. Raises InvalidParameterException."""
    if url and url not in callback_urls:
        raise InvalidParameterException(
            f"The default redirect URI {url} is not in the callback URIs list."
        )
