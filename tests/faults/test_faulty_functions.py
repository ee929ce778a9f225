"""A function that misbehaves harms its own pool only: sign-ins of other pools go on."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from server import Server

PASSWORD = "Harbour-lights-7"
GOOD = "def handler(event, context):\n    return event\n"
FAULTS = {
    "sleeps": (
        "import time\ndef handler(event, context):\n    time.sleep(60)\n",
        "UnexpectedLambdaException",
        "Socket timeout while invoking Lambda function",
    ),
    "exits": (
        "import os\ndef handler(event, context):\n    os._exit(3)\n",
        "UserLambdaValidationException",
        "Runtime exited with error: exit status 3",
    ),
    "floods": (
        "def handler(event, context):\n"
        "    for _ in range(100):\n        print('x' * 1_000_000)\n    return event\n",
        "UserLambdaValidationException",
        "PreTokenGeneration failed with error",
    ),
    "allocates": (
        "def handler(event, context):\n"
        "    event['x'] = len(bytearray(2_000_000_000))\n    return event\n",
        "UserLambdaValidationException",
        "PreTokenGeneration failed with error",
    ),
}


def _pool_with(server: Server, name: str, source: str) -> Callable[[], Any]:
    """A pool with that trigger function, and a user; signing in is what is returned."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", source)
    functions, idp = server.client("lambda"), server.client()
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/fault",
        Code={"ZipFile": package.getvalue()},
        Timeout=60,
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=arn,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    pool = idp.create_user_pool(
        PoolName=name,
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": "V2_0"}},
    )["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ines", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ines", Password=PASSWORD, Permanent=True)

    def sign_in() -> Any:
        return idp.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": PASSWORD},
        )

    return sign_in


@pytest.mark.alone
@pytest.mark.parametrize("fault", FAULTS)
def test_other_pools_go_on(
    start_server: Callable[..., Server], fault: str, record_property: Callable[[str, object], None]
) -> None:
    source, error_type, message = FAULTS[fault]
    server = start_server(trigger_timeout_seconds=3.0, trigger_attempts=1)
    good = _pool_with(server, "good", GOOD)
    bad = _pool_with(server, "bad", source)
    good()
    refusals: list[ClientError] = []

    def misbehave() -> None:
        for _ in range(2):
            with pytest.raises(ClientError) as refused:
                bad()
            refusals.append(refused.value)

    suffering = [threading.Thread(target=misbehave) for _ in range(3)]
    for thread in suffering:
        thread.start()
    latencies = []
    while any(thread.is_alive() for thread in suffering):
        started = time.perf_counter()
        good()
        latencies.append((time.perf_counter() - started) * 1000)
    for thread in suffering:
        thread.join()
    assert len(refusals) == 6
    for refusal in refusals:
        assert refusal.response["Error"]["Code"] == error_type
        assert message in refusal.response["Error"]["Message"]
    assert latencies, "other pools signed in meanwhile"
    good()
    latencies.sort()
    record_property("sign_ins", len(latencies))
    record_property("p50_ms", latencies[len(latencies) // 2])
    record_property("max_ms", latencies[-1])
    print(
        f"\n{fault}: {len(latencies)} sign-ins of another pool meanwhile, "
        f"p50 {latencies[len(latencies) // 2]:.1f} ms, max {latencies[-1]:.1f} ms"
    )
