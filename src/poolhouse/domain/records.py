"""The records the house passes around: frozen, typed, without behaviour of their own.

Times are integer milliseconds since the epoch (``*_ms``); durations carry their unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EventVersion = Literal["V1_0", "V2_0", "V3_0"]
Tier = Literal["LITE", "ESSENTIALS", "PLUS"]


@dataclass(frozen=True, slots=True)
class TriggerConfiguration:
    """The function that a pool calls before it signs tokens, and the event version it is sent."""

    function_arn: str
    version: EventVersion


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    """One entry of a pool's schema. ``name`` is the full name (``custom:berth``, ``email``)."""

    name: str
    data_type: Literal["String", "Number", "DateTime", "Boolean"]
    mutable: bool = True
    required: bool = False
    developer_only: bool = False
    minimum: str | None = None
    maximum: str | None = None


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must contain. Lengths in characters."""

    minimum_length: int = 8
    require_uppercase: bool = True
    require_lowercase: bool = True
    require_numbers: bool = True
    require_symbols: bool = True
    history_size: int = 0
    temporary_validity_days: int = 7


@dataclass(frozen=True, slots=True)
class UserPool:
    """One user pool. ``settings`` holds what DescribeUserPool echoes, under its wire names.

    ``mfa`` holds the factor blocks of GetUserPoolMfaConfig, ``user_sessions`` what
    SetUserPoolSessionConfiguration set. ``revision`` is another after every
    change: what an update compares to notice that somebody else was quicker.
    """

    id: str
    region: str
    name: str
    tier: Tier
    created_ms: int
    modified_ms: int
    settings: Mapping[str, Any]
    attributes: Mapping[str, AttributeDefinition]
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    pre_token_generation: TriggerConfiguration | None = None
    username_attributes: tuple[str, ...] = ()
    alias_attributes: tuple[str, ...] = ()
    auto_verified_attributes: tuple[str, ...] = ()
    case_sensitive: bool = True
    deletion_protected: bool = False
    mfa: Mapping[str, Any] = field(default_factory=dict)
    user_sessions: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0


@dataclass(frozen=True, slots=True)
class RefreshRotation:
    """Refresh token rotation of an app client; the old token lives on for the grace period."""

    grace_seconds: int


@dataclass(frozen=True, slots=True)
class AppClient:
    """One app client. ``settings`` holds what DescribeUserPoolClient echoes (no secret).

    ``revision`` is another after every change of the client or of its ``secrets``.
    """

    id: str
    pool_id: str
    name: str
    created_ms: int
    modified_ms: int
    settings: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    auth_flows: frozenset[str] = frozenset()
    access_token_seconds: int = 3600
    id_token_seconds: int = 3600
    refresh_token_seconds: int = 30 * 86400
    auth_session_seconds: int = 180
    read_attributes: frozenset[str] | None = None
    write_attributes: frozenset[str] | None = None
    oauth_enabled: bool = False
    oauth_flows: frozenset[str] = frozenset()
    oauth_scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    hides_user_existence: bool = False
    token_revocation: bool = True
    refresh_rotation: RefreshRotation | None = None
    revision: int = 0

    @property
    def registered_itself(self) -> bool:
        """Whether nobody of the pool's made it: it came by dynamic client registration."""
        return bool(self.settings.get("ClientType") == "DCR")


@dataclass(frozen=True, slots=True)
class User:
    """One user's profile. ``attributes`` maps full names to strings and includes ``sub``."""

    pool_id: str
    sub: str
    username: str
    status: str
    enabled: bool
    created_ms: int
    modified_ms: int
    attributes: Mapping[str, str]
    password_hash: str | None = None
    temporary_password_expires_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group. The lowest ``precedence`` is the strongest; None is the weakest."""

    pool_id: str
    name: str
    description: str | None
    role_arn: str | None
    precedence: int | None
    created_ms: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """A resource server; ``scopes`` maps scope names to their descriptions."""

    pool_id: str
    identifier: str
    name: str
    scopes: Mapping[str, str]
