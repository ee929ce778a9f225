"""A function that keeps every event it is sent, and answers as the test tells it to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from account_world import World, make_world
from command_line import poolhouse
from lambda_world import eventually
from server import Server
from trigger_world import package

_KEEPS = """
import json, os
def handler(event, context):
    with open(os.environ["EVENTS"], "a") as log:
        log.write(json.dumps(event) + "\\n")
    source = event["triggerSource"]
    response = event["response"]
    request = event["request"]
    answer(event, source, request, response)
    return event

"""
SILENT = "def answer(event, source, request, response):\n    pass\n"
FAILS = "def answer(event, source, request, response):\n    raise ValueError('closed today')\n"

TRIO = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")


def failure(trigger: str) -> tuple[str, str]:
    """What callers are told when the function :data:`FAILS`."""
    return "UserLambdaValidationException", f"{trigger} failed with error closed today."


def sender_key(server: Server, key_arn: str) -> str:
    """What the command prints to whoever runs this server, and knows its master key."""
    settings = server.house.settings
    known = {"POOLHOUSE_MASTER_KEY": settings.master_key} if settings.master_key else {}
    printed = poolhouse("sender-key", key_arn, "--data", str(settings.data), **known)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout.strip()


@dataclass(frozen=True)
class Recorder:
    """One function for any number of triggers, and the events that it was sent."""

    server: Server
    log: Path
    name: str
    arn: str

    def events(self, prefix: str = "") -> list[dict[str, Any]]:
        """Events in order, of the sources that begin so."""
        if not self.log.exists():
            return []
        found = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [event for event in found if event["triggerSource"].startswith(prefix)]

    def sources(self) -> list[str]:
        return [event["triggerSource"] for event in self.events()]

    def only(self, source: str) -> dict[str, Any]:
        """The event of that source; there is exactly one."""
        (event,) = self.events(source)
        return event

    def later(self, source: str) -> dict[str, Any]:
        """The same for events that are sent in the background."""
        eventually(lambda: self.events(source))
        return self.only(source)

    def forget(self) -> None:
        self.log.unlink(missing_ok=True)

    def answers(self, body: str) -> None:
        """Deploy ``answer(event, source, request, response)``; its body, or the whole function."""
        whole = body if body.startswith("def ") else f"{_HEAD}    {body.strip()}\n"
        self.server.client("lambda").update_function_code(
            FunctionName=self.name, ZipFile=package(_KEEPS + whole)
        )

    def attach(self, world: World, *triggers: str) -> None:
        """Make it the function of these triggers of a pool, and of no others."""
        world.idp.update_user_pool(
            UserPoolId=world.pool_id,
            AutoVerifiedAttributes=["email"],
            LambdaConfig=self.config(*triggers),
        )

    def config(self, *triggers: str) -> dict[str, Any]:
        return dict.fromkeys(triggers, self.arn)


_HEAD = "def answer(event, source, request, response):\n"


def make_recorder(server: Server, directory: Path) -> Recorder:
    """Deploy the function; it answers every event as it came."""
    name = f"recorder-{uuid.uuid4().hex[:8]}"
    log = directory / f"{name}.jsonl"
    functions = server.client("lambda")
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/trigger",
        Code={"ZipFile": package(_KEEPS + SILENT)},
        Timeout=30,
        MemorySize=512,
        Environment={"Variables": {"EVENTS": str(log)}},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    return Recorder(server, log, name, arn)


MakeWorld = Callable[..., World]


def make_triggered_world(recorder: Recorder, *triggers: str, **settings: Any) -> World:
    """A pool that calls the recorder for these triggers, with an app client for passwords."""
    config = {**recorder.config(*triggers), **settings.pop("LambdaConfig", {})}
    return make_world(recorder.server, LambdaConfig=config, **settings)


def with_pre_token_generation(recorder: Recorder, *triggers: str) -> dict[str, Any]:
    """``LambdaConfig`` with pre token generation among the triggers."""
    return {
        **recorder.config(*triggers),
        "PreTokenGenerationConfig": {"LambdaArn": recorder.arn, "LambdaVersion": "V2_0"},
    }
