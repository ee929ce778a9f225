"""/oauth2/userInfo: the attributes that an access token's scopes release.

Source: Amazon Cognito developer guide, "The userInfo endpoint"; OpenID Connect Core 1.0 section
5.3. Values are strings, as in the profile; with ``strict_oauth`` they are typed as in an ID token.
"""

from __future__ import annotations

from starlette.responses import Response

from poolhouse.domain import attribute_claims
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, UserNotFoundException
from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.tokens import verify

_NO_TOKEN = "Bad OAuth2 request at UserInfo Endpoint"
_DEAD_TOKEN = "Access token is expired, disabled, or deleted, or the user has globally signed out."
_NO_OPENID = "Access token does not contain openid scope"


async def userinfo(
    house: House, pool_id: str | None, authorization: str, request_id: str
) -> Response:
    """The claims of the token's owner, or a challenge that names what is wrong with the token."""
    strict = house.settings.strict_oauth
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return _refused(400, "invalid_request", _NO_TOKEN, request_id, strict=strict)
    try:
        verified = await verify.user_token(house, token.strip())
    except (NotAuthorizedException, UserNotFoundException):
        return _refused(401, "invalid_token", _DEAD_TOKEN, request_id, strict=strict)
    user = verified.user
    if not user.enabled or (pool_id is not None and verified.pool.id != pool_id):
        return _refused(401, "invalid_token", _DEAD_TOKEN, request_id, strict=strict)
    scopes = str(verified.claims.get("scope", "")).split()
    if "openid" not in scopes:
        return _refused(401, "invalid_token", _NO_OPENID, request_id, strict=strict)
    released = attribute_claims.draft(
        user.attributes, readable=verified.client.read_attributes, scopes=scopes
    )
    document = released if strict else {name: user.attributes[name] for name in released}
    return responses.private_json(
        {"sub": user.sub, **document, **_identities(user), "username": user.username}, request_id
    )


def _identities(user: User) -> dict[str, str]:
    """Who the user is elsewhere: the attribute as it is, JSON in a string, as observed."""
    text = user.attributes.get("identities")
    return {} if text is None else {"identities": text}


def _refused(
    status: int, error: str, description: str, request_id: str, *, strict: bool
) -> Response:
    document = {"error": error, "error_description": description}
    response = responses.private_json(document, request_id, status=status)
    challenge = f'error="{error}", error_description="{description}"'
    # Without the word Bearer, as documented.
    response.headers["www-authenticate"] = f"Bearer {challenge}" if strict else challenge
    return response
