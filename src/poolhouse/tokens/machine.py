"""Machine tokens: the client credentials grant, at the token endpoint and by GetClientToken.

Source: RFC 6749 section 4.4; Amazon Cognito developer guide, "Scopes, M2M, and resource servers".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from poolhouse.domain.authentication import Authentication
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.house import House
from poolhouse.tokens.issue import TokenSet, issue

SYSTEM_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})


def custom_scopes(client: AppClient) -> tuple[str, ...]:
    """The resource-server scopes of a client: all that a machine may have."""
    return tuple(scope for scope in client.oauth_scopes if scope not in SYSTEM_SCOPES)


async def issue_machine_token(
    house: House,
    pool: UserPool,
    client: AppClient,
    scopes: Sequence[str],
    client_metadata: Mapping[str, str] | None,
) -> TokenSet:
    """An access token for the client itself. Nothing is stored: it can only expire."""
    return await issue(
        house,
        Authentication(
            pool=pool,
            client=client,
            source="TokenGeneration_ClientCredentials",
            user=None,
            groups=(),
            scopes=tuple(scopes),
            auth_time=house.clock.now_ms() // 1000,
            by_oauth=True,
            client_metadata=client_metadata,
        ),
    )
