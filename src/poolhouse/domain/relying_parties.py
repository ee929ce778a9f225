"""Whom passkeys are bound to, and from which pages they may be used.

Source: W3C Web Authentication Level 3, sections 5.1.2 (relying party identifiers) and 7.1, 7.2
(origins); Amazon Cognito developer guide, "Passkey sign-in".
"""

from __future__ import annotations

from urllib.parse import urlsplit


def default_id(base_url: str) -> str:
    """The relying party of a prefix domain: the host that serves its pages here
    (``prefix-relying-party``).

    Addresses of this machine count as ``localhost``: a relying party has a name, never an address.
    """
    host = urlsplit(base_url).hostname or "localhost"
    return "localhost" if host == "::1" or host.startswith("127.") else host


def allows_origin(relying_party: str, origin: str, *, development: bool) -> bool:
    """Whether a page of ``origin`` may use passkeys of ``relying_party``.

    The host must be the relying party or below it, over https; in development also over http on
    this machine's own names, which browsers treat as secure. Ports do not matter (WebAuthn).
    """
    try:
        parts = urlsplit(origin)
        host = parts.hostname
    except ValueError:
        return False
    # An origin is nothing but scheme, host and port; anything else was not written by a browser.
    if not host or origin != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        return False
    if host != relying_party and not host.endswith(f".{relying_party}"):
        return False
    if parts.scheme == "https":
        return True
    local = host == "localhost" or host.endswith(".localhost")
    return development and local and parts.scheme == "http"
