"""What an app client's OAuth settings must agree on.

Source: the API reference of CreateUserPoolClient; sentences as observed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from poolhouse.domain import redirect_uris
from poolhouse.domain.scopes import SYSTEM_SCOPES
from poolhouse.errors import (
    InvalidOAuthFlowException,
    InvalidParameterException,
    ScopeDoesNotExistException,
)

LOCAL_PROVIDER = "COGNITO"


def check(
    request: Mapping[str, Any],
    *,
    pool_id: str,
    has_secret: bool,
    provider_names: Collection[str],
    scope_exists: Callable[[str], bool],
) -> None:
    """Refuse grants, scopes, URLs and providers that do not fit together.

    Raises InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException.
    """
    flows = frozenset(request.get("AllowedOAuthFlows") or ())
    scopes = request.get("AllowedOAuthScopes") or ()
    callback_urls = request.get("CallbackURLs") or ()
    enabled = bool(request.get("AllowedOAuthFlowsUserPoolClient"))
    if enabled and not (flows and scopes):
        raise InvalidParameterException(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
            "allowed to use OAuth flows."
        )
    _check_flows(flows, has_secret=has_secret)
    if enabled and flows & {"code", "implicit"} and not callback_urls:
        raise InvalidParameterException(
            "CallbackUrls can not be empty when code flow or implicit flow is selected"
        )
    redirect_uris.check([*callback_urls, *(request.get("LogoutURLs") or ())])
    redirect_uris.check_default(request.get("DefaultRedirectURI"), callback_urls)
    for scope in scopes:
        if scope not in SYSTEM_SCOPES and not scope_exists(scope):
            raise ScopeDoesNotExistException(f"Invalid scope requested: {scope}")
    for name in request.get("SupportedIdentityProviders") or ():
        if name != LOCAL_PROVIDER and name not in provider_names:
            raise InvalidParameterException(
                f"The provider {name} does not exist for User Pool {pool_id}."
            )


def _check_flows(flows: frozenset[str], *, has_secret: bool) -> None:
    if "client_credentials" not in flows:
        return
    if len(flows) > 1:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected along with code flow or implicit flow."
        )
    if not has_secret:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected if client does not have a client secret."
        )
