"""The end of a sign-in in a browser: a code, or tokens, on the way back to the app.

The pre token generation function runs here, once, before the browser is sent back: a failure
lands on the app's callback, and its answer is kept with the code.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import orjson

from poolhouse.auth import step_up
from poolhouse.auth.acceptance import accept
from poolhouse.auth.steps import Proof
from poolhouse.domain import assurance
from poolhouse.domain.authentication import Authentication, Visitor
from poolhouse.errors import (
    InvalidLambdaResponseException,
    ServiceError,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from poolhouse.house import House
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.browser_session import Known
from poolhouse.oauth.redirects import ReturnedError
from poolhouse.store import authorization_codes, groups
from poolhouse.store.authorization_codes import AuthorizationCode, FunctionAnswer
from poolhouse.store.sealing import token_hash
from poolhouse.tokens.issue import decide_for_code, issue

CODE_LIFE_SECONDS: Final = 300
_OF_TRIGGERS: Final = (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)


async def accept_sign_in(house: House, request: AuthorizationRequest, proof: Proof) -> None:
    """The end of a sign-in, where the app has to wait for something else.

    Raises :class:`ReturnedError` when a function fails: the form lies behind the person.
    """
    try:
        await accept(house, proof)
    except _OF_TRIGGERS as error:
        raise ReturnedError(request.back, "invalid_request", error.message) from error


async def complete_sign_in(
    house: House, request: AuthorizationRequest, proof: Proof, session_id: str | None = None
) -> str:
    """The end of a sign-in that somebody has just made: the URL to send the browser to.

    ``session_id`` is the SSO session that it opens (:func:`browser_session.new_session_id`).
    Raises :class:`ReturnedError` when a function fails.
    """
    await accept_sign_in(house, request, proof)
    auth_time = house.clock.now_ms() // 1000
    known = Known(proof.user, auth_time, proof.methods, session_id)
    event_id = proof.event_id or proof.request.event_id
    return await complete(house, request, known, proof.request.visitor, event_id)


async def complete(
    house: House,
    request: AuthorizationRequest,
    known: Known,
    visitor: Visitor | None = None,
    event_id: str | None = None,
) -> str:
    """The URL to send the browser to, for a sign-in that is made or was made before.

    Raises :class:`ReturnedError` when the function fails.
    """
    user = known.user
    asked = await step_up.asked_by_page(house, request.pool, user, request.acr_values)
    vouched = assurance.FEDERATED in known.methods and request.acr_values != ""
    wanted = asked is not None or vouched
    acr, amr = step_up.claims(house, request.pool, known.methods, asked=wanted)
    authentication = Authentication(
        pool=request.pool,
        client=request.client,
        source="TokenGeneration_HostedAuth",
        user=user,
        groups=await groups.of_user(house.db, request.pool.id, user.sub),
        scopes=request.scopes,
        auth_time=known.auth_time,
        event_id=event_id or house.ids.uuid(),
        by_oauth=True,
        nonce=request.nonce,
        resource=request.resource,
        acr=acr,
        amr=amr,
        methods=known.methods,
        visitor=visitor,
        origin_session_id=known.session_id,
    )
    try:
        if request.wants_code:
            return await _with_code(house, request, authentication)
        return await _with_tokens(house, request, authentication)
    except _OF_TRIGGERS as error:
        raise ReturnedError(request.back, "invalid_request", error.message) from error
    except ServiceError as error:
        raise ReturnedError(request.back, "server_error") from error


async def _with_code(
    house: House, request: AuthorizationRequest, authentication: Authentication
) -> str:
    now_ms = house.clock.now_ms()
    customized = await decide_for_code(house, authentication, now_ms=now_ms)
    trigger, answer = request.pool.pre_token_generation, None
    if trigger is not None and customized.answer is not None:
        event = orjson.dumps(customized.event).decode()
        function = customized.function
        answer = FunctionAnswer(
            event,
            customized.answer.decode(),
            trigger.version,
            asdict(function) if function else None,
        )
    code = house.ids.uuid()
    record = AuthorizationCode(
        pool_id=request.pool.id,
        code_hash=token_hash(code),
        client_id=request.client.id,
        sub=authentication.user.sub if authentication.user else "",
        event_id=authentication.event_id or "",
        redirect_uri=request.back.redirect_uri,
        scopes=request.scopes,
        auth_time=authentication.auth_time,
        expires_ms=now_ms + CODE_LIFE_SECONDS * 1000,
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        resource=request.resource,
        acr=authentication.acr,
        amr=authentication.amr,
        methods=authentication.methods,
        visitor=authentication.visitor,
        origin_session_id=authentication.origin_session_id,
        function_answer=answer,
    )
    await house.db.write(authorization_codes.insert, record)
    return request.back.with_outcome({"code": code})


async def _with_tokens(
    house: House, request: AuthorizationRequest, authentication: Authentication
) -> str:
    tokens = await issue(house, authentication, new_sign_in=True)
    id_token = {} if tokens.id_token is None else {"id_token": tokens.id_token}
    return request.back.with_outcome(
        {
            **id_token,
            "access_token": tokens.access_token,
            "expires_in": str(tokens.expires_seconds),
            "token_type": "Bearer",
        }
    )
