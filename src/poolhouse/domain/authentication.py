"""``Authentication``: the one value that every sign-in ends in, and that tokens are issued from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from poolhouse.domain.records import AppClient, Group, User, UserPool

TriggerSource = Literal[
    "TokenGeneration_HostedAuth",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
    "TokenGeneration_ClientCredentials",
    "TokenGeneration_TokenExchange",
]


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody signs in or refreshes: an IP address and a ``User-Agent`` header.

    ``request_id`` is that of the API request they came with; empty on the pages.
    """

    address: str = ""
    user_agent: str = ""
    request_id: str = ""


SELF_SERVICE_SCOPE = "aws.cognito.signin.user.admin"


@dataclass(frozen=True, slots=True)
class Authentication:
    """A person or a machine that has proven who it is, and how.

    ``user`` is None for a machine (client credentials). ``by_oauth`` tells tokens of the OAuth
    endpoints from those of the user pool API: the former carry ``version`` 2 and ``at_hash``.
    ``auth_time`` is in seconds since the epoch. ``event_id`` and ``origin_jti`` are those of the
    original sign-in when tokens are refreshed; ``origin_jti`` is None for machines and for app
    clients without token revocation. ``methods`` are the factors that were shown; ``acr`` and
    ``amr`` are set when the tokens report how strong the sign-in was. A refresh keeps all three.
    ``origin_session_id`` is the SSO session that a sign-in came through, where the pool tracks
    user sessions. ``actor`` is the ``act`` claim of an exchanged token (RFC 8693), ``latest_exp``
    when what it was exchanged for expires, in seconds since the epoch; ``id_token_due`` says so
    where the flow does not.
    """

    pool: UserPool
    client: AppClient
    source: TriggerSource
    user: User | None
    groups: tuple[Group, ...]
    scopes: tuple[str, ...]
    auth_time: int
    event_id: str | None = None
    origin_jti: str | None = None
    by_oauth: bool = False
    nonce: str | None = None
    device_key: str | None = None
    resource: str | None = None
    client_metadata: Mapping[str, str] | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    visitor: Visitor | None = None
    origin_session_id: str | None = None
    actor: Mapping[str, Any] | None = None
    latest_exp: int | None = None
    id_token_due: bool | None = None

    @property
    def wants_id_token(self) -> bool:
        """API sign-ins always get an ID token; OAuth ones only with ``openid``; machines never."""
        if self.id_token_due is not None:
            return self.id_token_due and self.user is not None
        return self.user is not None and (not self.by_oauth or "openid" in self.scopes)


def is_traceable(client: AppClient) -> bool:
    """Whether tokens of this client name the sign-in they come from (``origin_jti``, ``jti``).

    Rotation forces both, since a family of refresh tokens is revoked by it.
    """
    return client.token_revocation or client.refresh_rotation is not None
