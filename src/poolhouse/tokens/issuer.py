"""The ``iss`` of a pool's tokens, byte for byte what its discovery document says.

Source: Amazon Cognito developer guide, "Verifying JSON web tokens"; CreateUserPool,
``IssuerConfiguration``.
"""

from __future__ import annotations

from poolhouse.domain.records import UserPool
from poolhouse.settings import Settings


def issuer(settings: Settings, pool: UserPool) -> str:
    """``PUBLIC_URL/POOL_ID``, or the AWS form for code that compares the string only."""
    if settings.issuer_mode == "local":
        return f"{settings.base_url}/{pool.id}"
    kind = pool.settings.get("IssuerConfiguration", {}).get("Type", "ORIGINAL")
    host = "issuer-cognito-idp" if kind == "UPDATED" else "cognito-idp"
    return f"https://{host}.{pool.region}.amazonaws.com/{pool.id}"
