"""OAuth errors as values, and the one translation from the service's own vocabulary.

Source: RFC 6749 section 5.2; Amazon Cognito developer guide, "The token issuer endpoint".
"""

from __future__ import annotations

from poolhouse.errors import (
    NotAuthorizedException,
    RefreshTokenReuseException,
    ServiceError,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
    UserNotFoundException,
)


class OAuthError(Exception):
    """``error`` is the code a client acts on; ``description`` is public."""

    def __init__(self, error: str, description: str | None = None, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


_INVALID_GRANT = (NotAuthorizedException, RefreshTokenReuseException, UserNotFoundException)


def translate(error: ServiceError) -> OAuthError:
    """What the token and revocation endpoints say of a refusal from below.

    A trigger failure carries its message, as it does on the callback URL of a browser sign-in.
    """
    if isinstance(error, _INVALID_GRANT):
        return OAuthError("invalid_grant")
    if isinstance(error, UnsupportedTokenTypeException):
        return OAuthError("unsupported_token_type")
    if isinstance(error, UnsupportedOperationException):
        return OAuthError("invalid_request")
    return OAuthError("invalid_request", error.message)
