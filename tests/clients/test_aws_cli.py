"""The AWS command line interface, as it is published, pointed here by its own option."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from account_world import PASSWORD
from server import Server
from token_reading import unverified


class CommandLine:
    """``aws --endpoint-url … cognito-idp COMMAND``; answers are parsed JSON."""

    def __init__(self, server: Server, home: Path) -> None:
        self._url = server.url
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "awscli", "--endpoint-url", self._url, "cognito-idp"]
        return subprocess.run(
            [*program, *arguments], capture_output=True, text=True, env=self._environment
        )

    def __call__(self, *arguments: str) -> Any:
        finished = self.run(*arguments)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    def refusal(self, *arguments: str) -> str:
        finished = self.run(*arguments)
        assert finished.returncode != 0
        return finished.stderr.strip()


@pytest.fixture
def aws(server: Server, tmp_path: Path) -> CommandLine:
    return CommandLine(server, tmp_path)


def test_a_pool_from_creation_to_a_refreshed_token(aws: CommandLine, server: Server) -> None:
    pool = aws("create-user-pool", "--pool-name", "harbour", "--auto-verified-attributes", "email")
    pool_id = pool["UserPool"]["Id"]
    client = aws(
        *("create-user-pool-client", "--user-pool-id", pool_id, "--client-name", "app"),
        *("--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    )["UserPoolClient"]["ClientId"]
    aws(
        *("sign-up", "--client-id", client, "--username", "ines", "--password", PASSWORD),
        *("--user-attributes", "Name=email,Value=ines@harbour.test"),
    )
    sign_in = (
        *("initiate-auth", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH"),
        *("--auth-parameters", f"USERNAME=ines,PASSWORD={PASSWORD}"),
    )
    assert "(UserNotConfirmedException)" in aws.refusal(*sign_in)
    aws("admin-confirm-sign-up", "--user-pool-id", pool_id, "--username", "ines")
    tokens = aws(*sign_in)["AuthenticationResult"]
    assert unverified(tokens["AccessToken"])["username"] == "ines"
    refreshed = aws(
        *("initiate-auth", "--client-id", client, "--auth-flow", "REFRESH_TOKEN_AUTH"),
        *("--auth-parameters", f"REFRESH_TOKEN={tokens['RefreshToken']}"),
    )["AuthenticationResult"]
    assert unverified(refreshed["IdToken"])["cognito:username"] == "ines"


def test_pages_filters_and_queries(aws: CommandLine, server: Server) -> None:
    idp = server.client()
    pool_id = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    for name in ("ada", "bo", "cleo"):
        idp.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
    listing = ("list-users", "--user-pool-id", pool_id, "--query", "Users[].Username")
    assert set(aws(*listing, "--page-size", "1")) == {"ada", "bo", "cleo"}
    assert aws(*listing, "--filter", 'username = "bo"') == ["bo"]


def test_an_empty_answer_prints_nothing_and_an_error_names_itself(
    aws: CommandLine, server: Server
) -> None:
    pool_id = server.client().create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    missing = aws.refusal("admin-get-user", "--user-pool-id", pool_id, "--username", "nobody")
    assert "(UserNotFoundException) when calling the AdminGetUser operation" in missing
    assert aws("delete-user-pool", "--user-pool-id", pool_id) is None
