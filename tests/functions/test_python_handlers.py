from __future__ import annotations

import textwrap
from typing import Any

import pytest

from function_world import Functions
from poolhouse.functions.runtime import Failed, Returned

STYLES: dict[str, tuple[str, str, dict[str, str], Any, Any]] = {
    "returns the event": (
        "index.handler",
        "def handler(event, context): return event",
        {},
        {"a": [1, None, "ä"]},
        {"a": [1, None, "ä"]},
    ),
    "returns nothing": ("index.handler", "def handler(event, context): pass", {}, {}, None),
    "dots in the module": (
        "index.handler",
        "",
        {"deep/inner.py": "def handler(event, context): return 'inner'"},
        {},
        "inner",
    ),
    "a class with __call__": (
        "index.handler",
        "class C:\n  def __call__(self, event, context): return 'called'\nhandler = C()",
        {},
        {},
        "called",
    ),
    "decimals as DynamoDB gives them": (
        "index.handler",
        "from decimal import Decimal\ndef handler(event, context): return Decimal('1.5')",
        {},
        {},
        1.5,
    ),
}


@pytest.mark.parametrize("style", STYLES)
async def test_styles(functions: Functions, style: str) -> None:
    handler, source, files, event, expected = STYLES[style]
    if "deep/inner.py" in files:
        for name in ("deep.inner.handler", "deep/inner.handler"):
            code = functions.make(source, files=files, handler=name)
            assert await functions.value(code, event) == expected
    else:
        code = functions.make(source, files=files, handler=handler)
        assert await functions.value(code, event) == expected


async def test_loads_once_and_answers_many(functions: Functions) -> None:
    code = functions.make(
        "import os\ncount = 0\n"
        "def handler(event, context):\n"
        "  global count\n  count += 1\n  return [os.getpid(), count]\n"
    )
    first = await functions.run(code)
    assert isinstance(first, Returned)
    assert first.cold_start
    second = await functions.run(code)
    assert isinstance(second, Returned)
    assert not second.cold_start
    pid, count = await functions.value(code)
    assert count == 3
    assert first.payload == f"[{pid}, 1]".encode()


async def test_context(functions: Functions) -> None:
    code = functions.make(
        textwrap.dedent("""
        def handler(event, context):
            return {name: getattr(context, name) for name in (
                "aws_request_id", "function_name", "function_version", "invoked_function_arn",
                "memory_limit_in_mb", "log_group_name", "log_stream_name", "identity",
                "client_context")} | {"left": context.get_remaining_time_in_millis()}
        """),
        timeout_seconds=7,
        memory_mib=256,
    )
    seen = await functions.value(code)
    assert 5000 < seen.pop("left") <= 7000
    assert len(seen.pop("aws_request_id")) == 36
    assert "[$LATEST]" in seen.pop("log_stream_name")
    assert seen == {
        "function_name": "claims",
        "function_version": "$LATEST",
        "invoked_function_arn": code.arn,
        "memory_limit_in_mb": "256",
        "log_group_name": "/aws/lambda/claims",
        "identity": None,
        "client_context": None,
    }


async def test_raised_error(functions: Functions) -> None:
    code = functions.make(
        "def check(event):\n  raise ValueError('not you, ' + event['who'])\n"
        "def handler(event, context):\n  check(event)\n"
    )
    document = await functions.error(code, {"who": "alice"})
    assert document["errorType"] == "ValueError"
    assert document["errorMessage"] == "not you, alice"
    assert len(document["requestId"]) == 36
    # Only the function's own frames: what carries them is none of its author's business.
    assert [line.split(", ")[2].split("\n")[0] for line in document["stackTrace"]] == [
        "in handler",
        "in check",
    ]


async def test_a_handler_that_raises_keeps_its_worker(functions: Functions) -> None:
    code = functions.make(
        "import os\ndef handler(event, context):\n"
        "  if event: raise Exception(str(os.getpid()))\n  return os.getpid()\n"
    )
    pid = await functions.value(code)
    assert (await functions.error(code, "fail"))["errorMessage"] == str(pid)
    assert await functions.value(code) == pid


LOADING = {
    "no such module": ("absent.handler", "", "Runtime.ImportModuleError", "'absent'"),
    "missing dependency": (
        "index.handler",
        "import no_such_package",
        "Runtime.ImportModuleError",
        "No module named 'no_such_package'",
    ),
    "no such function": (
        "index.other",
        "def handler(e, c): pass",
        "Runtime.HandlerNotFound",
        "Handler 'other' missing on module 'index'",
    ),
    "not callable": ("index.handler", "handler = 3", "Runtime.HandlerNotFound", "missing"),
    "syntax": (
        "index.handler",
        "def handler(:\n",
        "Runtime.UserCodeSyntaxError",
        "Syntax error in module 'index'",
    ),
    "no dot": ("handler", "", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
    "raises while loading": ("index.handler", "1 / 0", "ZeroDivisionError", "division by zero"),
    "exits while loading": (
        "index.handler",
        "import sys\nsys.exit(7)",
        "Runtime.ExitError",
        "Runtime exited with error: exit status 7",
    ),
}


@pytest.mark.parametrize("case", LOADING)
async def test_errors_of_loading(functions: Functions, case: str) -> None:
    handler, source, error_type, message = LOADING[case]
    document = await functions.error(functions.make(source, handler=handler))
    assert document["errorType"] == error_type
    assert message in document["errorMessage"]


ANSWERS = {
    "not JSON": ("object()", "Runtime.MarshalError"),
    "not a number": ("float('nan')", "Runtime.MarshalError"),
    "a coroutine": ("(lambda: (yield))()", "Runtime.MarshalError"),
    "half a character": ("'\\ud800'", "Runtime.MarshalError"),
    "circular": ("(lambda a: a.append(a) or a)([])", "Runtime.MarshalError"),
    "over 6 MB": ("'x' * 6_291_600", "Function.ResponseSizeTooLarge"),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_answers_that_cannot_be_sent(functions: Functions, case: str) -> None:
    expression, error_type = ANSWERS[case]
    code = functions.make(f"def handler(event, context): return {expression} if event else 'fine'")
    assert (await functions.error(code, True))["errorType"] == error_type
    assert await functions.value(code, None) == "fine"


async def test_largest_payloads_pass_both_ways(functions: Functions) -> None:
    code = functions.make("def handler(event, context): return event")
    event = "x" * (6_291_456 - 2)
    assert await functions.value(code, event) == event
    assert (await functions.refusal(code, event + "x")).code == "RequestTooLargeException"


async def test_an_event_that_is_no_json(functions: Functions) -> None:
    code = functions.make("def handler(event, context): return event")
    outcome = await functions.invoker.invoke(code, b"{not json")
    assert isinstance(outcome, Failed)
    assert b"Runtime.UnmarshalError" in outcome.payload


async def test_the_server_is_not_importable_by_accident(functions: Functions) -> None:
    code = functions.make(
        "import sys\ndef handler(event, context): return [sys.path[0], sys.argv[1:]]"
    )
    assert await functions.value(code) == [str(code.directory), []]


async def test_boto3_fits_into_the_smallest_memory(functions: Functions) -> None:
    code = functions.make(
        "import boto3\ntable = boto3.resource('dynamodb').Table('t')\n"
        "def handler(event, context): return table.name",
        memory_mib=128,
    )
    assert await functions.value(code) == "t"
