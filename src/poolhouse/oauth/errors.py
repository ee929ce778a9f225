"""OAuth errors as values, and the one translation from the service's own vocabulary.

Source: RFC 6749 section 5.2; Amazon Cognito developer guide, "The token issuer endpoint" and "The
token revocation endpoint".
"""

from __future__ import annotations

from typing import Final

from poolhouse.errors import (
    InvalidLambdaResponseException,
    NotAuthorizedException,
    RefreshTokenReuseException,
    RequestEntityTooLargeException,
    ServiceError,
    TooManyRequestsException,
    UnexpectedLambdaException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
    UserLambdaValidationException,
    UserNotFoundException,
)


class OAuthError(Exception):
    """``error`` is the code a client acts on; ``description`` is public."""

    def __init__(self, error: str, description: str | None = None, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


_CODES: Final[dict[type[ServiceError], str]] = {
    NotAuthorizedException: "invalid_grant",
    RefreshTokenReuseException: "invalid_grant",
    UserNotFoundException: "invalid_grant",
    UnsupportedTokenTypeException: "unsupported_token_type",
    UnsupportedOperationException: "invalid_request",
}
# A trigger failure carries its message, as on the callback URL of a browser sign-in (ours).
_OF_TRIGGERS: Final = (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)


def translate(error: ServiceError) -> OAuthError:
    """What the token and revocation endpoints say of a refusal from below."""
    if isinstance(error, _OF_TRIGGERS):
        return OAuthError("invalid_request", error.message)
    if isinstance(error, RequestEntityTooLargeException):
        return OAuthError("invalid_request", status=error.status)
    if isinstance(error, TooManyRequestsException):  # ``throttled-token-endpoint``
        return OAuthError("temporarily_unavailable", error.message, status=429)
    code = _CODES.get(type(error))
    return OAuthError("server_error", status=500) if code is None else OAuthError(code)
