"""What ``strict_oauth`` changes in an error: the standards' answer in place of Cognito's own.

Cognito answers 400 to a client that fails to prove itself, and has codes of its own; programs that
were written for it look at those. Source: RFC 6749 sections 4.1.3 and 5.2.
"""

from __future__ import annotations

from starlette.responses import Response

from poolhouse.oauth import responses
from poolhouse.oauth.errors import OAuthError


def error(problem: OAuthError, request_id: str, *, authorization: str) -> Response:
    """The response to a refused request; ``authorization`` is the header it came with."""
    if (problem.error, problem.description) == ("unauthorized_client", "invalid_redirect"):
        problem = OAuthError("invalid_grant", "redirect_uri is not the one of the code")
    if problem.error != "invalid_client":
        return responses.error(problem, request_id)
    problem = OAuthError(problem.error, problem.description, status=401)
    response = responses.error(problem, request_id)
    if authorization:
        response.headers["www-authenticate"] = 'Basic realm="token"'
    return response
