"""REFRESH_TOKEN_AUTH: new tokens by the sign-in operations.

Source: Amazon Cognito API reference, InitiateAuth; developer guide, "Refresh tokens".
"""

from __future__ import annotations

from poolhouse.auth.steps import FlowRequest
from poolhouse.errors import (
    NotAuthorizedException,
    RefreshTokenReuseException,
    UnsupportedOperationException,
)
from poolhouse.house import House
from poolhouse.tokens.issue import TokenSet
from poolhouse.tokens.refresh import INVALID, refresh

# Ours: that the flow is unavailable is documented, exception and sentence are not.
ROTATES = (
    "REFRESH_TOKEN_AUTH is not available with refresh token rotation; "
    "use GetTokensFromRefreshToken."
)


def check_available(request: FlowRequest) -> None:
    """Raises :class:`UnsupportedOperationException` for a client that rotates refresh tokens."""
    if request.client.refresh_rotation is not None:
        raise UnsupportedOperationException(ROTATES)


async def sign_in_again(house: House, request: FlowRequest) -> TokenSet:
    """New access and ID tokens. Raises :class:`NotAuthorizedException` and the Lambda ones."""
    token = request.required("REFRESH_TOKEN")
    try:
        return await refresh(
            house,
            request.pool,
            request.client,
            token,
            device_key=request.parameters.get("DEVICE_KEY"),
            visitor=request.visitor,
        )
    except RefreshTokenReuseException as error:
        # The client rotated tokens once; these operations have no such exception.
        raise NotAuthorizedException(INVALID) from error
