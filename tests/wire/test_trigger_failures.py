"""Every way a trigger can fail: the exact refusal, no token, and a refresh token left intact."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from server import Server
from trigger_world import SHOWS_ITS_EVENT, Pool, make_pool

_HANDLER = "def handler(event, context):\n    "
_UNREADABLE = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
FAILURES = {
    "raises": (
        _HANDLER + "raise ValueError('no harbour today')",
        (
            "UserLambdaValidationException",
            "PreTokenGeneration failed with error no harbour today.",
        ),
    ),
    "raises without a message": (
        _HANDLER + "raise ValueError()",
        ("UserLambdaValidationException", "PreTokenGeneration failed with error null."),
    ),
    "returns nothing": (_HANDLER + "return None", _UNREADABLE),
    "returns a list": (_HANDLER + "return [event]", _UNREADABLE),
    "drops a common field": (_HANDLER + "del event['region']; return event", _UNREADABLE),
    "nulls a common field": (_HANDLER + "event['request'] = None; return event", _UNREADABLE),
    "scope with a blank": (
        _HANDLER + "event['response'] = {'claimsAndScopeOverrideDetails': "
        "{'accessTokenGeneration': {'scopesToAdd': ['a b']}}}; return event",
        _UNREADABLE,
    ),
    "not a number": (
        _HANDLER + "event['response'] = {'claimsAndScopeOverrideDetails': "
        "{'accessTokenGeneration': {'claimsToAddOrOverride': {'n': float('nan')}}}}; return event",
        None,
    ),
}


def _refusal(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    return make_pool(server, SHOWS_ITS_EVENT)


@pytest.mark.parametrize("failure", FAILURES)
def test_the_sign_in_fails_and_says_so(pool: Pool, failure: str) -> None:
    source, expected = FAILURES[failure]
    pool.redeploy(SHOWS_ITS_EVENT)
    refresh_token = pool.sign_in()["RefreshToken"]
    pool.redeploy(source)
    refusal = _refusal(pool.sign_in)
    if expected is not None:
        assert refusal == expected
    else:
        assert refusal[0] in ("InvalidLambdaResponseException", "UserLambdaValidationException")
    assert _refusal(lambda: pool.refresh(refresh_token)) == refusal
    status, document = pool.token_endpoint(
        grant_type="refresh_token", client_id=pool.client, refresh_token=refresh_token
    )
    assert (status, document["error"]) == (400, "invalid_request")
    assert document["error_description"] == refusal[1]
    pool.redeploy(SHOWS_ITS_EVENT)
    assert pool.refresh(refresh_token)["AccessToken"], "the refresh token was left as it was"


def test_a_forgotten_permission(server: Server) -> None:
    pool = make_pool(server, SHOWS_ITS_EVENT, permission=False)
    assert _refusal(pool.sign_in) == (
        "UnexpectedLambdaException",
        "PreTokenGeneration invocation failed due to error AccessDeniedException.",
    )


def test_a_permission_for_another_pool(server: Server) -> None:
    pool = make_pool(server, SHOWS_ITS_EVENT, permission=False)
    pool.functions.add_permission(
        FunctionName=pool.function,
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn="arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_other0000",
    )
    assert _refusal(pool.sign_in)[0] == "UnexpectedLambdaException"
    pool.functions.add_permission(
        FunctionName=pool.function,
        StatementId="own",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        SourceArn=f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool.id}",
    )
    assert pool.sign_in()["AccessToken"]


def test_a_deleted_function(server: Server) -> None:
    pool = make_pool(server, SHOWS_ITS_EVENT)
    pool.functions.delete_function(FunctionName=pool.function)
    code, message = _refusal(pool.sign_in)
    assert code == "UnexpectedLambdaException"
    assert message == "PreTokenGeneration invocation failed due to error ResourceNotFoundException."


def test_the_functions_own_time_is_an_error_of_the_function(server: Server) -> None:
    pool = make_pool(server, "import time\n" + _HANDLER + "time.sleep(30)")
    pool.functions.update_function_configuration(FunctionName=pool.function, Timeout=1)
    code, message = _refusal(pool.sign_in)
    assert code == "UserLambdaValidationException"
    assert message.endswith("Task timed out after 1.00 seconds.")


def test_three_attempts_then_a_timeout(start_server: Callable[..., Server]) -> None:
    server = start_server(trigger_timeout_seconds=0.5)
    pool = make_pool(server, "import time\n" + _HANDLER + "time.sleep(30)")
    assert _refusal(pool.sign_in) == (
        "UnexpectedLambdaException",
        "PreTokenGeneration invocation failed due to error "
        "Socket timeout while invoking Lambda function.",
    )
    counts = server.house.functions.counts
    assert counts[(pool.function, "CallerTimeout")] == 3
