"""An app client's settings: what CreateUserPoolClient and UpdateUserPoolClient make of them.

Settings are kept as DescribeUserPoolClient echoes them, without ids, dates and secrets; members
the service leaves out unless given stay out. ``record`` derives the typed AppClient with the
values in force. Source: the API reference of both operations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from poolhouse.domain import (
    attribute_permissions,
    client_flows,
    client_oauth,
    token_validity,
)
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.domain.scopes import CLIENT_REGISTRATION
from poolhouse.errors import InvalidParameterException

Request = Mapping[str, Any]

# Stored as given, when given and not empty (``empty-lists``).
_PLAIN = (
    "ReadAttributes",
    "WriteAttributes",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "CallbackURLs",
    "LogoutURLs",
    "DefaultRedirectURI",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "AnalyticsConfiguration",
    "PreventUserExistenceErrors",
)

# Ours: these are documented as refused, without sentences.
SECRET_GIVEN_AND_GENERATED = "ClientSecret cannot be given when GenerateSecret is true."
REGISTERED_REGISTRAR = (
    f"An app client that registered itself cannot hold the scope {CLIENT_REGISTRATION}."
)
CONTEXT_WITHOUT_SECRET = (
    "EnablePropagateAdditionalUserContextData can only be enabled if client has a client secret."
)


def for_create(
    request: Request,
    pool: UserPool,
    provider_names: Collection[str],
    scope_exists: Callable[[str], bool],
) -> dict[str, Any]:
    """The settings that a CreateUserPoolClient request makes.

    ``provider_names`` are the pool's identity providers; ``scope_exists`` tells of custom scopes.
    Raises InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException,
    FeatureUnavailableInTierException.
    """
    if request.get("GenerateSecret") and request.get("ClientSecret"):
        raise InvalidParameterException(SECRET_GIVEN_AND_GENERATED)
    has_secret = bool(request.get("GenerateSecret") or request.get("ClientSecret"))
    return _settings(request, {}, pool, provider_names, scope_exists, has_secret=has_secret)


def for_update(
    current: AppClient,
    request: Request,
    pool: UserPool,
    provider_names: Collection[str],
    scope_exists: Callable[[str], bool],
) -> dict[str, Any]:
    """The settings after an UpdateUserPoolClient request: a full replacement but for the name.

    Raises as ``for_create`` does.
    """
    return _settings(
        request,
        current.settings,
        pool,
        provider_names,
        scope_exists,
        has_secret=bool(current.secrets),
    )


def record(
    client_id: str,
    pool_id: str,
    created_ms: int,
    modified_ms: int,
    settings: Mapping[str, Any],
    secrets: tuple[str, ...] = (),
) -> AppClient:
    """The typed record of an app client with these stored settings."""
    rotation = settings.get("RefreshTokenRotation")
    validity = token_validity.effective(settings)
    return AppClient(
        id=client_id,
        pool_id=pool_id,
        name=settings["ClientName"],
        created_ms=created_ms,
        modified_ms=modified_ms,
        settings=settings,
        secrets=secrets,
        auth_flows=client_flows.effective(settings.get("ExplicitAuthFlows", ()), rotation),
        access_token_seconds=validity.access_token_seconds,
        id_token_seconds=validity.id_token_seconds,
        refresh_token_seconds=validity.refresh_token_seconds,
        auth_session_seconds=validity.auth_session_seconds,
        read_attributes=_names(settings.get("ReadAttributes")),
        write_attributes=_names(settings.get("WriteAttributes")),
        oauth_enabled=settings["AllowedOAuthFlowsUserPoolClient"],
        oauth_flows=frozenset(settings.get("AllowedOAuthFlows", ())),
        oauth_scopes=tuple(settings.get("AllowedOAuthScopes", ())),
        callback_urls=tuple(settings.get("CallbackURLs", ())),
        hides_user_existence=settings.get("PreventUserExistenceErrors") == "ENABLED",
        token_revocation=settings["EnableTokenRevocation"],
        refresh_rotation=client_flows.refresh_rotation(rotation),
    )


def _settings(
    request: Request,
    before: Mapping[str, Any],
    pool: UserPool,
    provider_names: Collection[str],
    scope_exists: Callable[[str], bool],
    *,
    has_secret: bool,
) -> dict[str, Any]:
    rotation = client_flows.complete_rotation(
        request.get("RefreshTokenRotation"), before.get("RefreshTokenRotation")
    )
    propagates_context = bool(request.get("EnablePropagateAdditionalUserContextData"))
    if propagates_context and not has_secret:
        raise InvalidParameterException(CONTEXT_WITHOUT_SECRET)
    client_flows.check(
        request.get("ExplicitAuthFlows") or (), rotation, tier=pool.tier, has_secret=has_secret
    )
    if request.get("ReadAttributes"):
        attribute_permissions.check_read_list(pool.attributes, request["ReadAttributes"])
    if request.get("WriteAttributes"):
        attribute_permissions.check_write_list(pool.attributes, request["WriteAttributes"])
    client_oauth.check(
        request,
        pool_id=pool.id,
        has_secret=has_secret,
        provider_names=provider_names,
        scope_exists=scope_exists,
    )
    _check_analytics(request.get("AnalyticsConfiguration"))
    revocation = request.get("EnableTokenRevocation")
    settings: dict[str, Any] = {
        "ClientName": request.get("ClientName") or before["ClientName"],
        **token_validity.complete(request),
        "AllowedOAuthFlowsUserPoolClient": bool(request.get("AllowedOAuthFlowsUserPoolClient")),
        "EnableTokenRevocation": True if revocation is None else revocation,
        "EnablePropagateAdditionalUserContextData": propagates_context,
        **{member: request[member] for member in _PLAIN if request.get(member)},
    }
    if rotation is not None:
        settings["RefreshTokenRotation"] = rotation
    if before.get("ClientType") == "DCR":
        settings["ClientType"] = "DCR"
        if CLIENT_REGISTRATION in settings.get("AllowedOAuthScopes", ()):
            raise InvalidParameterException(REGISTERED_REGISTRAR)
    return settings


def _check_analytics(given: Mapping[str, Any] | None) -> None:
    if not given:
        return
    by_arn = bool(given.get("ApplicationArn"))
    by_id = [bool(given.get(member)) for member in ("ApplicationId", "RoleArn", "ExternalId")]
    if by_arn == any(by_id) or (any(by_id) and not all(by_id)):
        raise InvalidParameterException(
            "Invalid analytics configuration given, either <application arn> or <application id, "
            "role arn, external id> are valid"
        )


def _names(given: Collection[str] | None) -> frozenset[str] | None:
    return frozenset(given) if given else None
