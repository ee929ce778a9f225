"""The authorization code grant: a code in, tokens out, once.

Source: RFC 6749 section 4.1.3; RFC 7636 section 4.6; RFC 9700 section 2.1; Amazon Cognito
developer guide, "The token issuer endpoint".
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from functools import partial
from hashlib import sha256
from typing import Final

import orjson

from poolhouse.domain import attribute_claims
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.house import House
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.forms import Form
from poolhouse.store import authorization_codes, groups, sign_ins, users
from poolhouse.store.authorization_codes import AuthorizationCode
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash
from poolhouse.tokens.customize import Answered
from poolhouse.tokens.issue import Redemption, TokenSet, issue
from poolhouse.triggers.invoke import FunctionRun

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


async def authorization_code(
    house: House, pool: UserPool, client: AppClient, form: Form
) -> TokenSet:
    """The tokens that a code stands for. A code that comes a second time was stolen, before or
    now: what the first use gave is revoked. A refused code stays good for its owner.
    """
    if not client.oauth_enabled or "code" not in client.oauth_flows:
        raise OAuthError("unauthorized_client")
    if "code" not in form or "redirect_uri" not in form:
        raise OAuthError("invalid_request")
    code = await authorization_codes.find(house.db, pool.id, token_hash(form["code"]))
    if code is None or code.client_id != client.id or code.expires_ms <= house.clock.now_ms():
        raise OAuthError("invalid_grant")
    if code.redirect_uri != form["redirect_uri"]:
        raise OAuthError("unauthorized_client", "invalid_redirect")
    if form.get("resource", code.resource) != code.resource:
        raise OAuthError("invalid_target")
    _check_verifier(code, form.get("code_verifier"))
    if attribute_claims.unreadable_scopes(client.read_attributes, code.scopes):
        raise OAuthError("invalid_grant")
    try:
        return await _issue(house, pool, client, code)
    except _UsedBefore as error:
        await house.db.write(sign_ins.revoke, pool.id, code.event_id, house.clock.now_ms())
        raise OAuthError("invalid_grant") from error


class _UsedBefore(Exception):
    """Somebody redeemed the code already."""


async def _issue(
    house: House, pool: UserPool, client: AppClient, code: AuthorizationCode
) -> TokenSet:
    if code.used_ms is not None:
        raise _UsedBefore
    user = await users.find_by_sub(house.db, pool.id, code.sub)
    if user is None or not user.enabled:
        raise OAuthError("invalid_grant")
    authentication = Authentication(
        pool=pool,
        client=client,
        source="TokenGeneration_HostedAuth",
        user=user,
        groups=await groups.of_user(house.db, pool.id, user.sub),
        scopes=code.scopes,
        auth_time=code.auth_time,
        event_id=code.event_id,
        by_oauth=True,
        nonce=code.nonce,
        resource=code.resource,
        acr=code.acr,
        amr=code.amr,
        methods=code.methods,
        visitor=code.visitor,
        origin_session_id=code.origin_session_id,
    )
    spend = partial(_spend, code=code, now_ms=house.clock.now_ms())
    redemption = Redemption(_answered(code), spend)
    return await issue(house, authentication, with_refresh_token=True, redemption=redemption)


def _answered(code: AuthorizationCode) -> Answered | None:
    kept = code.function_answer
    if kept is None:
        return None
    function = FunctionRun(**kept.function) if kept.function else None
    return Answered(orjson.loads(kept.event), kept.answer.encode(), kept.version, function)


async def _spend(transaction: Transaction, *, code: AuthorizationCode, now_ms: int) -> None:
    if not await authorization_codes.use(transaction, code, now_ms):
        raise _UsedBefore


def _check_verifier(code: AuthorizationCode, verifier: str | None) -> None:
    """A verifier for a code without a challenge is refused too: somebody took the challenge out
    of the request (PKCE downgrade).
    """
    if code.code_challenge is None and verifier is None:
        return
    if code.code_challenge is None or verifier is None or not _VERIFIER.fullmatch(verifier):
        raise OAuthError("invalid_grant")
    digest = urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()
    if not hmac.compare_digest(digest, code.code_challenge):
        raise OAuthError("invalid_grant")
