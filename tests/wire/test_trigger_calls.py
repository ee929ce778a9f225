"""How often the function is called, how long it is waited for, and what stands after a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import refusal
from oauth_world import error_of, post_token
from server import Server
from sign_in_world import TEMPORARY, add_client, admin_start, exchange, invite, sign_in
from trigger_world import PASSWORD, SHOWS_ITS_EVENT, Pool, claims, make_pool

FAILS = "def handler(event, context):\n    raise ValueError('no harbour today')\n"
FAILED = ("UserLambdaValidationException", "PreTokenGeneration failed with error no harbour today.")
TIMED_OUT = (
    "UnexpectedLambdaException",
    "PreTokenGeneration invocation failed due to error "
    "Socket timeout while invoking Lambda function.",
)
# Slow for so many calls, counted in a file beside the code; then quick.
SLOW_AT_FIRST = """
import os, pathlib, tempfile, time
calls = pathlib.Path(tempfile.gettempdir()) / f"calls-{os.environ['AWS_LAMBDA_FUNCTION_NAME']}"
def handler(event, context):
    with calls.open("a") as file:
        file.write("x")
    if len(calls.read_text()) <= SLOW:
        time.sleep(30)
    calls.unlink()
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"done": True}}}}
    return event
"""


def _count(pool: Pool, outcome: str) -> int:
    return pool.server.house.functions.counts[(pool.function, outcome)]


class TestPatience:
    @pytest.mark.parametrize("slow", [1, 2])
    def test_a_function_may_be_slow_at_first(
        self, start_server: Callable[..., Server], slow: int
    ) -> None:
        pool = make_pool(
            start_server(trigger_timeout_seconds=0.7),
            SLOW_AT_FIRST.replace("SLOW", str(slow)),
        )
        assert claims(pool.sign_in()["AccessToken"])["done"] is True
        assert _count(pool, "CallerTimeout") == slow
        assert _count(pool, "returned") == 1

    @pytest.mark.parametrize("attempts", [1, 2])
    def test_attempts_are_a_setting(
        self, start_server: Callable[..., Server], attempts: int
    ) -> None:
        pool = make_pool(
            start_server(trigger_timeout_seconds=0.3, trigger_attempts=attempts),
            "import time\ndef handler(event, context):\n    time.sleep(30)\n",
        )
        assert refusal(pool.sign_in) == TIMED_OUT
        assert _count(pool, "CallerTimeout") == attempts

    def test_a_function_that_failed_is_not_asked_again(self, server: Server) -> None:
        pool = make_pool(server, FAILS)
        assert refusal(pool.sign_in) == FAILED
        assert _count(pool, "failed") == 1

    def test_nor_is_one_that_may_not_be_asked(self, server: Server) -> None:
        pool = make_pool(server, FAILS, permission=False)
        assert refusal(pool.sign_in)[0] == "UnexpectedLambdaException"
        assert _count(pool, "AccessDeniedException") == 1

    def test_throttled(self, server: Server) -> None:
        pool = make_pool(server, SHOWS_ITS_EVENT)
        pool.functions.put_function_concurrency(
            FunctionName=pool.function, ReservedConcurrentExecutions=0
        )
        assert refusal(pool.sign_in) == (
            "UnexpectedLambdaException",
            "PreTokenGeneration invocation failed due to error TooManyRequestsException.",
        )
        assert _count(pool, "TooManyRequestsException") == 1


class TestEveryOperation:
    """One failure, in the words of each operation that issues tokens."""

    @pytest.fixture
    def pool(self, server: Server) -> Pool:
        return make_pool(server, FAILS, "V3_0")

    def test_the_sign_in_operations(self, pool: Pool) -> None:
        admin = add_client(pool.world, "ADMIN_USER_PASSWORD_AUTH")
        assert refusal(pool.sign_in) == FAILED
        assert (
            refusal(
                admin_start,
                world=pool.world,
                flow="ADMIN_USER_PASSWORD_AUTH",
                client=admin,
                USERNAME="ines",
                PASSWORD=PASSWORD,
            )
            == FAILED
        )

    def test_machines(self, pool: Pool) -> None:
        answer = pool.token_endpoint(basic=pool.machine_basic, grant_type="client_credentials")
        assert answer == (400, {"error": "invalid_request", "error_description": FAILED[1]})
        assert (
            refusal(pool.idp.get_client_token, ClientId=pool.machine, Secret=pool.machine_secret)
            == FAILED
        )

    def test_a_first_sign_in_is_spent_and_the_password_stands(self, pool: Pool) -> None:
        invite(pool.world, "guest")
        session = pool.world.sign_in("guest", TEMPORARY)["Session"]
        answer: dict[str, Any] = {
            "ClientId": pool.client,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeResponses": {"USERNAME": "guest", "NEW_PASSWORD": PASSWORD},
        }
        assert refusal(pool.idp.respond_to_auth_challenge, **answer) == FAILED
        assert refusal(pool.idp.respond_to_auth_challenge, **answer)[1] == (
            "Invalid session for the user, session can only be used once."
        )
        pool.redeploy(SHOWS_ITS_EVENT)
        assert "AccessToken" in pool.sign_in("guest")


class TestRefresh:
    """A refresh that fails takes nothing away: the same token works as soon as the function."""

    def test_with_rotation_the_token_is_not_spent(self, server: Server) -> None:
        pool = make_pool(server, SHOWS_ITS_EVENT)
        client = add_client(
            pool.world,
            "USER_PASSWORD_AUTH",
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )
        token = sign_in(pool.world, "ines", client, PASSWORD)["RefreshToken"]
        pool.redeploy(FAILS)
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client.id}
        for _ in range(3):
            assert refusal(exchange, world=pool.world, token=token, client=client) == FAILED
            answer = post_token(pool.world, form)
            assert error_of(answer) == (400, "invalid_request", FAILED[1])
        pool.redeploy(SHOWS_ITS_EVENT)
        successor = exchange(pool.world, token, client)["RefreshToken"]
        assert "RefreshToken" in exchange(pool.world, successor, client)


class TestMeanwhile:
    """While a function runs nothing is held, so anything may happen to the user."""

    SOURCE = """
import boto3
idp = boto3.client("cognito-idp", endpoint_url="URL", region_name="us-east-1",
                   aws_access_key_id="any", aws_secret_access_key="any")
def handler(event, context):
    idp.OPERATION(UserPoolId=event["userPoolId"], Username=event["userName"])
    return event
"""

    def _pool(self, server: Server, operation: str) -> Pool:
        source = self.SOURCE.replace("URL", server.url).replace("OPERATION", operation)
        return make_pool(server, source)

    def test_a_user_who_was_disabled_gets_no_tokens(self, server: Server) -> None:
        pool = self._pool(server, "admin_disable_user")
        assert refusal(pool.sign_in) == ("NotAuthorizedException", "User is disabled.")

    def test_a_user_who_was_deleted_gets_no_tokens(self, server: Server) -> None:
        pool = self._pool(server, "admin_delete_user")
        assert refusal(pool.sign_in) == ("UserNotFoundException", "User does not exist.")

    def test_a_refresh_token_that_was_revoked_has_no_successor(self, server: Server) -> None:
        pool = make_pool(server, SHOWS_ITS_EVENT)
        client = add_client(
            pool.world,
            "USER_PASSWORD_AUTH",
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
        )
        token = sign_in(pool.world, "ines", client, PASSWORD)["RefreshToken"]
        source = self.SOURCE.replace("URL", server.url)
        pool.redeploy(source.replace("OPERATION", "admin_user_global_sign_out"))
        assert refusal(exchange, world=pool.world, token=token, client=client) == (
            "NotAuthorizedException",
            "Refresh Token has been revoked",
        )
