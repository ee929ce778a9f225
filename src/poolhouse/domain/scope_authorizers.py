"""What API Gateway's two authorizers decide about a token, by its scopes.

Source: Amazon API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers" and
"Control access to REST APIs using Amazon Cognito user pools as an authorizer".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.authorization_tables import Decision, ScopeRule


def decide(
    rule: ScopeRule, access_claims: Mapping[str, Any], id_claims: Mapping[str, Any] | None
) -> Decision:
    """A route with scopes opens to an access token that has one of them, letter for letter.

    Without scopes an HTTP API takes either token, and a REST API the ID token alone.
    """
    if not rule.scopes:
        if rule.authorizer == "http-api":
            return "allow"
        return "deny" if id_claims is None else "allow"
    held = str(access_claims.get("scope", "")).split()
    return "deny" if set(rule.scopes).isdisjoint(held) else "allow"
