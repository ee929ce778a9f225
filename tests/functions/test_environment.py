from __future__ import annotations

import os
from pathlib import Path

import pytest

from function_world import NODE, PYTHON, Functions, functions_in
from poolhouse.functions.environment import region_of

DUMP = {
    PYTHON: "import os\ndef handler(event, context): return dict(os.environ)",
    NODE: "export const handler = async () => ({ ...process.env });",
}
FILES = {PYTHON: "index.py", NODE: "index.mjs"}

ALWAYS = {
    "_HANDLER": "index.handler",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "192",
    "AWS_LAMBDA_FUNCTION_NAME": "claims",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/claims",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "ASIAPOOLHOUSEFUNCTION",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_SESSION_TOKEN": "not-a-session",
    "LANG": "C.UTF-8",
    "TZ": ":UTC",
}


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
async def test_nothing_but_what_is_documented(
    functions: Functions, runtime: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", "very secret")
    monkeypatch.setenv("AWS_PROFILE", "the-operators")
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    code = functions.make(
        DUMP[runtime],
        file=FILES[runtime],
        memory_mib=192,
        environment={"TABLE": "subscriptions", "AWS_REGION": "mars", "_HANDLER": "x.y"},
    )
    seen = await functions.value(code)
    assert "[$LATEST]" in seen.pop("AWS_LAMBDA_LOG_STREAM_NAME")
    assert os.listdir(seen.pop("HOME")) == []
    seen.pop("LD_LIBRARY_PATH", None)
    seen.pop("LC_CTYPE", None)  # set by Python itself where the C locale is all there is
    assert seen.pop("PATH")
    assert seen == ALWAYS | {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "LAMBDA_TASK_ROOT": str(code.directory),
        "TABLE": "subscriptions",
    }


async def test_the_operators_variables(tmp_path: Path) -> None:
    extra = {
        "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000",
        "AWS_ACCESS_KEY_ID": "operator",
        "STAGE": "all",
        "AWS_REGION": "mars",
    }
    async with functions_in(tmp_path, extra_environment=extra) as functions:
        own = {"STAGE": "own", "AWS_ACCESS_KEY_ID": "function"}
        seen = await functions.value(functions.make(DUMP[PYTHON], environment=own))
    assert seen["AWS_ENDPOINT_URL_DYNAMODB"] == "http://localhost:8000"
    assert seen["AWS_ACCESS_KEY_ID"] == "operator"
    assert seen["STAGE"] == "own"
    assert seen["AWS_REGION"] == "eu-central-1"


@pytest.mark.parametrize("runtime", [PYTHON, NODE])
async def test_descriptors_directory_and_session(functions: Functions, runtime: str) -> None:
    source = {
        PYTHON: """
import os, sys
def handler(event, context):
    fds = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd") if int(name) > 2]
    kinds = {os.readlink(fd).split(":")[0] for fd in fds if os.path.lexists(fd)}
    return [sorted(kinds), os.getcwd(), os.getpgid(0) == os.getpid(), sys.stdin.read()]
""",
        NODE: """
import fs from 'node:fs';
export const handler = async () => {
  const kinds = new Set(fs.readdirSync('/proc/self/fd').filter((fd) => fd > 2).map((fd) => {
    try { return fs.readlinkSync(`/proc/self/fd/${fd}`).split(':')[0]; } catch { return null; }
  }));
  const stat = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const own = [...kinds].filter((kind) => kind === 'socket');
  return [own, process.cwd(), Number(stat[2]) === process.pid, fs.readFileSync(0, 'utf8')];
};
""",
    }[runtime]
    code = functions.make(source, file=FILES[runtime])
    assert await functions.value(code) == [["socket"], str(code.directory), True, ""]


async def test_what_a_function_starts_does_not_hold_the_socket(functions: Functions) -> None:
    code = functions.make(
        "import subprocess\ndef handler(event, context):\n"
        "  return subprocess.check_output(['ls', '-l', '/proc/self/fd'], close_fds=False,"
        " text=True)"
    )
    assert "socket:" not in await functions.value(code)


@pytest.mark.parametrize(
    ("arn", "region"),
    [
        ("arn:aws:lambda:eu-west-1:123456789012:function:f", "eu-west-1"),
        ("f", "us-east-1"),
        ("arn:aws:lambda::1:function:f", "us-east-1"),
    ],
)
def test_region_of(arn: str, region: str) -> None:
    assert region_of(arn) == region
