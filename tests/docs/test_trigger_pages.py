"""The pages about triggers do what they say: their blocks, run in order against a server."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from account_world import make_world
from lambda_world import PYTHON, ROLE, eventually, fresh_name, python_package
from server import Server
from triggers_world import sender_key

DOCS = Path(__file__).parents[2] / "docs"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1d1c7ad4-5f7d-4a7b-9b7e-0d2f6f3a9c11"
ADDRESS = "http://localhost:4566"


def blocks(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def sent_by(server: Server, function: str) -> str:
    """The code that a function says it sends."""
    log = server.house.settings.data / "logs" / f"{function}.log"

    def sent() -> list[str]:
        return re.findall(r"send (\d{6})", log.read_text()) if log.exists() else []

    return eventually(sent)[0]


@pytest.mark.parametrize(
    ("page", "function"),
    [("how-to/one-time-codes.md", "codes"), ("how-to/migrate-users.md", "bring")],
)
def test_a_page_can_be_followed(
    start_server: Callable[..., Server], tmp_path: Path, page: str, function: str
) -> None:
    source, *steps = blocks(page)
    file = tmp_path / f"{function}.py"
    file.write_text(source)
    server = start_server(functions=f"{function}={file}")

    def code_from_the_log() -> str:
        return sent_by(server, function)

    names: dict[str, Any] = {"code_from_the_log": code_from_the_log}
    for step in steps:
        exec(step.replace(ADDRESS, server.url), names)  # noqa: S102 - the page's own words
    assert "AccessToken" in names["tokens"]


def test_the_sender_that_is_shown_reads_its_code(server: Server) -> None:
    """In a process of its own, with the key that the command prints and nothing else of ours."""
    (source,) = blocks("reference/triggers.md")
    functions, name = server.client("lambda"), fresh_name("sender")
    arn = functions.create_function(
        FunctionName=name,
        Role=ROLE,
        Runtime=PYTHON,
        Handler="index.handler",
        Code={"ZipFile": python_package(source)},
        Timeout=30,
        MemorySize=512,
        Environment={"Variables": {"KEY_ARN": KEY, "SENDER_KEY": sender_key(server, KEY)}},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    sender = {"LambdaArn": arn, "LambdaVersion": "V1_0"}
    world = make_world(server, LambdaConfig={"CustomEmailSender": sender, "KMSKeyID": KEY})
    world.sign_up("ines", email="ines@quay.test")
    world.confirm("ines", sent_by(server, name))
