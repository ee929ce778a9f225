"""``SECRET_HASH``, by which a confidential app client proves itself in public operations.

Source: Amazon Cognito developer guide, "Computing secret hash values".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

from poolhouse.domain.records import AppClient
from poolhouse.errors import NotAuthorizedException


def compute(username: str, client_id: str, secret: str) -> str:
    """Base64 of HMAC-SHA-256, keyed by the client secret, over username and client id."""
    message = (username + client_id).encode()
    return base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode("ascii")


def check(client: AppClient, usernames: Iterable[str], given: str | None) -> None:
    """Refuse a missing or wrong hash. Raises NotAuthorizedException.

    ``usernames`` are the forms it may have been computed over: the name as sent in the request,
    and the internal username and the sub (``secret-hash-forms``). Any active secret of the client
    will do. A client without a secret passes whatever it sends (``secret-hash-unasked``).
    """
    if not client.secrets:
        return
    if not given:
        raise NotAuthorizedException(
            f"Client {client.id} is configured with secret but SECRET_HASH was not received"
        )
    matched = False
    for username in usernames:
        for secret in client.secrets:
            # No early exit and no ordinary comparison: time must not tell a near miss.
            matched |= _equal(compute(username, client.id, secret), given)
    if not matched:
        raise NotAuthorizedException(f"Unable to verify secret hash for client {client.id}")


def is_secret(client: AppClient, given: str | None) -> bool:
    """Whether ``given`` is an active secret of the client, in constant time.

    For operations that send the secret itself: RevokeToken, GetTokensFromRefreshToken, and client
    authentication at the OAuth endpoints. A client without a secret has none to match.
    """
    matched = False
    for secret in client.secrets:
        matched |= _equal(secret, given or "")
    return matched


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))
