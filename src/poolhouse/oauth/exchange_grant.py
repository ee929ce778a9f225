"""The token exchange grant: GetDerivedToken in the words of RFC 8693.

Source: RFC 8693 sections 2.1 and 2.2; Amazon Cognito developer guide, "Token exchange". The names
of the two provider fields, and which error says what, are ours (``exchange-errors``).
"""

from __future__ import annotations

from typing import Final

from poolhouse.domain import scopes as scope_rules
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.house import House
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.forms import Form
from poolhouse.tokens import exchange
from poolhouse.tokens.exchange import Exchange, Presented, TokenType
from poolhouse.tokens.issue import TokenSet

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"

_PREFIX: Final = "urn:ietf:params:oauth:token-type:"
_TYPES: Final[dict[str, TokenType]] = {
    f"{_PREFIX}access_token": "ACCESS_TOKEN",
    f"{_PREFIX}id_token": "ID_TOKEN",
    f"{_PREFIX}saml2": "SAML2",
}
_NAMES: Final = {name: uri for uri, name in _TYPES.items()}


async def token_exchange(house: House, pool: UserPool, client: AppClient, form: Form) -> TokenSet:
    """The issued token is the set's ``access_token``, whatever its kind (section 2.2.1)."""
    subject = _presented(form, "subject")
    if subject is None or ("audience" in form and "resource" in form):
        raise OAuthError("invalid_request")
    issued = _TYPES.get(form.get("requested_token_type", f"{_PREFIX}access_token"))
    if issued is None or issued == "SAML2":
        raise OAuthError("invalid_request")
    asked = Exchange(
        pool=pool,
        client=client,
        subject=subject,
        actor=_presented(form, "actor"),
        scopes=scope_rules.parse(form.get("scope")),
        audience=form.get("audience"),
        resource=form.get("resource"),
        issued_type=issued,
    )
    try:
        made = await exchange.exchange(house, asked)
    except exchange.ExchangeNotAllowed as error:
        raise OAuthError("unauthorized_client") from error
    except exchange.ForeignToken as error:
        raise OAuthError("invalid_request") from error
    except exchange.UnknownTarget as error:
        raise OAuthError("invalid_target") from error
    except exchange.NoScopeLeft as error:
        raise OAuthError("invalid_scope") from error
    return TokenSet(
        made.token, None, None, made.expires_seconds, made.scopes, issued_type=_NAMES[made.type]
    )


def is_bearer(issued_type: str | None) -> bool:
    """Whether a token opens resources; an ID token does not (``token_type`` is then ``N_A``)."""
    return issued_type is None or issued_type == _NAMES["ACCESS_TOKEN"]


def _presented(form: Form, role: str) -> Presented | None:
    token, kind = form.get(f"{role}_token"), form.get(f"{role}_token_type")
    if token is None and kind is None:
        return None
    known = _TYPES.get(kind or "")
    if token is None or known is None:
        raise OAuthError("invalid_request")
    return Presented(token, known, form.get(f"{role}_token_provider_name"))
