"""Invoke: answers, errors, logs, limits; now and later."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lambda_world import (
    NODE,
    arn,
    create,
    eventually,
    fresh_name,
    on_server,
    payload,
    refused,
    zipped,
)
from server import Server


def test_the_handler_sees_event_and_context(functions: Any) -> None:
    source = (
        "def handler(event, context):\n"
        "    return [event, context.function_name, context.invoked_function_arn,\n"
        "            context.function_version]\n"
    )
    name = create(functions, source=source)
    answer = functions.invoke(FunctionName=name, Payload=b'{"berth": 7}')
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    seen = json.loads(answer["Payload"].read())
    assert seen == [{"berth": 7}, name, arn(name), "$LATEST"]


def test_no_payload_is_an_empty_event(functions: Any, name: str) -> None:
    assert functions.invoke(FunctionName=name)["Payload"].read() == b"{}"


def test_node_functions_run(functions: Any) -> None:
    package = zipped(
        {"index.mjs": "export const handler = async (event) => ({ doubled: event.n * 2 });\n"}
    )
    name = create(functions, Runtime=NODE, Code={"ZipFile": package})
    assert json.loads(payload(functions, name, b'{"n": 21}')) == {"doubled": 42}


def test_a_node_function_that_ends_by_its_context(functions: Any) -> None:
    package = zipped(
        {
            "index.mjs": "export const handler = (event, context) => {\n"
            "  event.seen = true;\n  context.done(null, event);\n};\n"
        }
    )
    name = create(functions, Runtime="nodejs20.x", Code={"ZipFile": package})
    assert json.loads(payload(functions, name, b"{}")) == {"seen": True}


def test_a_function_error_is_an_answer(functions: Any) -> None:
    name = create(functions, source="def handler(event, context):\n    raise ValueError('no')\n")
    answer = functions.invoke(FunctionName=name, Payload=b"{}")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    document = json.loads(answer["Payload"].read())
    assert (document["errorType"], document["errorMessage"]) == ("ValueError", "no")


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"Handler": "index.missing"}, "Runtime.HandlerNotFound"),
        ({"Handler": "missing.handler"}, "Runtime.ImportModuleError"),
        ({"Handler": "handler"}, "Runtime.MalformedHandlerName"),
    ],
)
def test_a_handler_that_is_not_there(
    functions: Any, changes: dict[str, str], error_type: str
) -> None:
    answer = functions.invoke(FunctionName=create(functions, **changes))
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == error_type


def test_a_runtime_that_cannot_be_run_here_fails_when_it_is_invoked(functions: Any) -> None:
    name = create(functions, Runtime="java21")
    assert functions.get_function(FunctionName=name)["Configuration"]["Runtime"] == "java21"
    refusal = refused(functions.invoke, FunctionName=name)
    assert (refusal.status, refusal.code) == (502, "InvalidRuntimeException")
    assert "java21" in refusal.message


def test_the_time_of_a_function_runs_out(functions: Any) -> None:
    name = create(
        functions, source="import time\ndef handler(e, c):\n    time.sleep(60)\n", Timeout=1
    )
    answer = functions.invoke(FunctionName=name)
    assert answer["FunctionError"] == "Unhandled"
    assert (
        "Task timed out after 1.00 seconds" in json.loads(answer["Payload"].read())["errorMessage"]
    )


def test_the_tail_of_the_log_comes_with_the_answer(functions: Any) -> None:
    name = create(functions, source="def handler(e, c):\n    print('moored at', e['berth'])\n")
    answer = functions.invoke(FunctionName=name, Payload=b'{"berth": 7}', LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert lines[0].startswith("START RequestId: ")
    assert lines[1] == "moored at 7"
    assert lines[-1].startswith("REPORT RequestId: ")
    long = create(functions, source="def handler(e, c):\n    print('x' * 50_000)\n")
    tail = functions.invoke(FunctionName=long, LogType="Tail")["LogResult"]
    assert len(base64.b64decode(tail)) <= 4096


@pytest.mark.parametrize("event", [b"{", b"nonsense", b'{"a": NaN}', b"\xff", b'{"a": 1} 2'])
def test_an_event_that_is_not_json_is_refused(functions: Any, name: str, event: bytes) -> None:
    refusal = refused(functions.invoke, FunctionName=name, Payload=event)
    assert (refusal.status, refusal.code) == (400, "InvalidRequestContentException")
    assert refusal.message.startswith("Could not parse request body into json: ")


def test_events_have_a_largest_size(functions: Any, name: str) -> None:
    fits = b'"' + b"x" * (6_291_456 - 2) + b'"'
    answer = functions.invoke(FunctionName=name, Payload=fits)
    assert len(answer["Payload"].read()) == len(fits)
    refusal = refused(functions.invoke, FunctionName=name, Payload=fits + b" ")
    assert (refusal.status, refusal.code) == (413, "RequestTooLargeException")
    late = b'"' + b"x" * 1_048_576 + b'"'
    refusal = refused(functions.invoke, FunctionName=name, Payload=late, InvocationType="Event")
    assert (refusal.status, refusal.code) == (413, "RequestTooLargeException")


def test_what_cannot_be_invoked(functions: Any, name: str) -> None:
    missing = refused(functions.invoke, FunctionName="nobody", Qualifier="7")
    assert (missing.status, missing.message) == (404, f"Function not found: {arn('nobody')}:7")
    odd = refused(functions.invoke, FunctionName=name, InvocationType="Sometimes")
    assert odd.code == "ValidationException"
    two = refused(functions.invoke, FunctionName=f"{name}:live", Qualifier="other")
    assert two.code == "InvalidParameterValueException"


def test_a_dry_run_runs_nothing(functions: Any, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    name = create(functions, source=f"def handler(e, c):\n    open({str(mark)!r}, 'w').close()\n")
    answer = functions.invoke(FunctionName=name, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert not mark.exists()
    refusal = refused(functions.invoke, FunctionName="nobody", InvocationType="DryRun")
    assert refusal.status == 404


def test_events_run_after_they_were_accepted(functions: Any, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    source = f"import json\ndef handler(e, c):\n    open({str(mark)!r}, 'a').write(json.dumps(e))\n"
    name = create(functions, source=source)
    answer = functions.invoke(FunctionName=name, Payload=b'{"n":1}', InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert eventually(lambda: mark.exists() and mark.read_text()) == '{"n": 1}'
    refusal = refused(functions.invoke, FunctionName="nobody", InvocationType="Event")
    assert refusal.status == 404


def test_a_server_ends_although_events_wait(start_server: Any) -> None:
    server = start_server()
    client = server.client("lambda")
    name = create(
        client, source="import time\ndef handler(e, c):\n    time.sleep(600)\n", Timeout=900
    )
    for _ in range(20):
        client.invoke(FunctionName=name, InvocationType="Event")
    on_server(server, server.house.functions.close())  # fails when it takes a minute
    again = on_server(server, server.house.functions.invoke_later(name, b"{}"))
    assert again is not None


def test_an_event_queue_is_bounded(start_server: Any) -> None:
    server = start_server(function_concurrency=1)
    client = server.client("lambda")
    name = create(
        client, source="import time\ndef handler(e, c):\n    time.sleep(600)\n", Timeout=900
    )

    async def fill() -> list[str]:
        answers = [await server.house.functions.invoke_later(name, b"{}") for _ in range(1100)]
        return [answer.code for answer in answers if answer is not None]

    refusals = on_server(server, fill())
    assert set(refusals) == {"TooManyRequestsException"}
    assert 99 <= len(refusals) <= 100, "a thousand wait, and one may be running"


def test_invocations_run_side_by_side(functions: Any, tmp_path: Path) -> None:
    """Two invocations wait for one another: one after the other, neither would end."""
    source = (
        "import pathlib, time\n"
        "def handler(event, context):\n"
        f"    here = pathlib.Path({str(tmp_path)!r})\n"
        "    (here / event['me']).touch()\n"
        "    while not (here / event['other']).exists():\n"
        "        time.sleep(0.01)\n"
        "    return 'met'\n"
    )
    name = create(functions, source=source, Timeout=30)
    events = [b'{"me": "a", "other": "b"}', b'{"me": "b", "other": "a"}']
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda event: payload(functions, name, event), events))
    assert answers == [b'"met"', b'"met"']


def test_many_callers_at_once_all_get_their_own_answer(functions: Any, name: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        events = [str(number).encode() for number in range(200)]
        answers = list(threads.map(lambda event: payload(functions, name, event), events))
    assert answers == events


def test_reserved_concurrency_of_nothing_lets_nothing_through(functions: Any) -> None:
    name = create(functions)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    refusal = refused(functions.invoke, FunctionName=name)
    assert (refusal.status, refusal.code) == (429, "TooManyRequestsException")
    functions.delete_function_concurrency(FunctionName=name)
    assert payload(functions, name, b"1") == b"1"


def test_outcomes_are_counted(server: Server, functions: Any) -> None:
    name = create(functions, source="def handler(event, c):\n    return 1 / event\n")
    for event in (b"1", b"2", b"0"):
        payload(functions, name, event)
    ghost = fresh_name("ghost")
    refused(functions.invoke, FunctionName=ghost)
    counts = server.house.functions.counts
    assert (counts[name, "returned"], counts[name, "failed"]) == (2, 1)
    assert counts[name, "cold_start"] == 1
    assert counts[ghost, "ResourceNotFoundException"] == 1
