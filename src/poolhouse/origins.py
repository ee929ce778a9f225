"""Keeping web pages of strangers out of a development server.

Development mode takes any credentials, and browsers let every page send requests to localhost. A
page that could deploy a function would run code on the machine. So what only an administrator may
do is refused when a browser says that the request comes from a foreign page, or that it believes
the server to be called by a foreign name (DNS rebinding). Clients that are no browsers send
neither. Source: Fetch standard (``Origin``); RFC 9110 section 7.2 (``Host``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from poolhouse.errors import AccessDeniedException
from poolhouse.settings import Settings

_AWS_SUFFIXES = (".amazonaws.com", ".amazoncognito.com")


def check(settings: Settings, headers: Mapping[str, str]) -> None:
    """Refuse a foreign page. Raises :class:`AccessDeniedException`.

    Production mode passes: there a signature is asked for that no page can make.
    """
    if settings.mode == "production":
        return
    host = _host_of(f"//{headers.get('host', '')}")
    if not _may_be_called(settings, host):
        raise AccessDeniedException(f"This server is not called {host}; see --public-url.")
    origin = headers.get("origin")
    if origin is None or origin in settings.allowed_origins.split(","):
        return
    if not _is_local(settings, _host_of(origin)):
        raise AccessDeniedException(
            f"Pages of {origin} may not administer this server; see --allowed-origins."
        )


def _host_of(url: str) -> str:
    """The host in ``url``; none for what is no URL, such as one with half a pair of brackets."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_local(settings: Settings, host: str) -> bool:
    """A page of this machine, or of the configured public name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    if host and host == urlsplit(settings.base_url).hostname:
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def _may_be_called(settings: Settings, host: str) -> bool:
    """Names that a stranger cannot point at this machine: no DNS entry of theirs matches them."""
    if _is_local(settings, host) or _address(host) is not None:
        return True
    return bool(host) and ("." not in host or host.endswith(_AWS_SUFFIXES))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
