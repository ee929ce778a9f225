from __future__ import annotations

import json
from typing import Any

import pytest

from function_world import Functions
from poolhouse.functions.runtime import Returned

# style: (source of index.mjs, answer to the event {"n": 1})
STYLES: dict[str, tuple[str, Any]] = {
    "the blog's": (
        "export const handler = function(event, context) {"
        " event.n += 1; context.done(null, event); };",
        {"n": 2},
    ),
    "async": ("export const handler = async (event) => ({ n: event.n + 1 });", {"n": 2}),
    "a promise": ("export const handler = (event) => Promise.resolve(event.n);", 1),
    "a thenable": ("export const handler = () => ({ then(ok) { ok('then'); } });", "then"),
    "callback": ("export const handler = (event, context, cb) => { cb(null, event.n); };", 1),
    "callback, later": (
        "export const handler = (event, context, cb) => { setTimeout(() => cb(null, 5), 20); };",
        5,
    ),
    "callback waits for the event loop": (
        "export const handler = (event, context, cb) => {"
        " const out = { late: false }; cb(null, out);"
        " setTimeout(() => { out.late = true; }, 20); };",
        {"late": True},
    ),
    "callback does not wait": (
        "export const handler = (event, context, cb) => {"
        " context.callbackWaitsForEmptyEventLoop = false;"
        " const out = { late: false }; cb(null, out);"
        " setTimeout(() => { out.late = true; }, 20); };",
        {"late": False},
    ),
    "succeed": ("export const handler = (event, context) => context.succeed('yes');", "yes"),
    "done waits for nothing": (
        "export const handler = (event, context) => {"
        " setInterval(() => {}, 10); context.done(null, 'now'); };",
        "now",
    ),
    "returns and calls nothing": ("export const handler = () => {};", None),
    "returns a value, but not async": ("export const handler = () => 'ignored';", None),
    "works on, then nothing": ("export const handler = () => { setTimeout(() => {}, 10); };", None),
    "undefined": ("export const handler = async () => {};", None),
    "first of async and callback": (
        "export const handler = async (event, context, cb) => {"
        " context.callbackWaitsForEmptyEventLoop = false; cb(null, 'cb'); return 'async'; };",
        "cb",
    ),
    "callback twice": (
        "export const handler = (event, context, cb) => { cb(null, 'first'); cb('second'); };",
        "first",
    ),
    "nested export": ("export const handler = { a: async () => 'nested' };", "nested"),
    "top-level await": (
        "const x = await Promise.resolve('waited'); export const handler = async () => x;",
        "waited",
    ),
}


@pytest.mark.parametrize("style", STYLES)
async def test_styles(on_each_node: Functions, style: str) -> None:
    source, expected = STYLES[style]
    handler = "index.handler.a" if style == "nested export" else "index.handler"
    code = on_each_node.make(source, file="index.mjs", handler=handler)
    # Twice: the second shows that nothing of the first is left behind.
    assert await on_each_node.value(code, {"n": 1}) == expected
    outcome = await on_each_node.run(code, {"n": 1})
    assert isinstance(outcome, Returned)
    assert json.loads(outcome.payload) == expected
    assert not outcome.cold_start


ERRORS = {
    "async throws": (
        "export const handler = async () => { throw new TypeError('no') };",
        ("TypeError", "no"),
    ),
    "throws": (
        "export const handler = () => { throw new RangeError('no') };",
        ("RangeError", "no"),
    ),
    "rejects with text": (
        "export const handler = () => Promise.reject('text');",
        ("string", "text"),
    ),
    "callback text": ("export const handler = (e, c, cb) => cb('text');", ("string", "text")),
    "callback error": (
        "export const handler = (e, c, cb) => cb(new Error('told'));",
        ("Error", "told"),
    ),
    "done": ("export const handler = (e, c) => c.done(new Error('told'));", ("Error", "told")),
    "fail": ("export const handler = (e, c) => c.fail('told');", ("string", "told")),
    "fail after callback is ignored": (
        "export const handler = (e, c, cb) => { cb('first'); c.fail('second'); };",
        ("string", "first"),
    ),
    "circular answer": (
        "export const handler = async () => { const a = {}; a.a = a; return a; };",
        ("Runtime.JSONStringifyError", "circular"),
    ),
    "answer over 6 MB": (
        "export const handler = async () => 'x'.repeat(6_291_600);",
        ("Function.ResponseSizeTooLarge", "6291602"),
    ),
    "never settles": (
        "export const handler = async () => { await new Promise(() => {}); };",
        ("Runtime.NodeJsExit", "pending"),
    ),
}


@pytest.mark.parametrize("case", ERRORS)
async def test_errors_keep_the_worker(on_each_node: Functions, case: str) -> None:
    source, (error_type, message) = ERRORS[case]
    code = on_each_node.make(source, file="index.mjs")
    document = await on_each_node.error(code)
    assert document["errorType"] == error_type
    assert message in document["errorMessage"]
    assert isinstance(document["trace"], list)
    again = await on_each_node.run(code)
    assert not isinstance(again, Returned)
    assert len(on_each_node.invoker._workers) == 1


FATAL = {
    "uncaught": (
        "export const handler = () => { setTimeout(() => { throw new Error('far') }, 5); };",
        ("Error", "far"),
    ),
    "unhandled rejection": (
        "export const handler = (e, c, cb) => { Promise.reject(new Error('far')); };",
        ("Runtime.UnhandledPromiseRejection", "Error: far"),
    ),
    "exit": (
        "export const handler = () => process.exit(3);",
        ("Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ),
    "exit 0": (
        "export const handler = () => process.exit(0);",
        ("Runtime.ExitError", "Runtime exited without providing a reason"),
    ),
    "abort": (
        "export const handler = () => process.abort();",
        ("Runtime.ExitError", "signal: aborted"),
    ),
}


@pytest.mark.parametrize("case", FATAL)
async def test_errors_that_end_the_process(on_each_node: Functions, case: str) -> None:
    source, (error_type, message) = FATAL[case]
    code = on_each_node.make(
        f"let first = true; const bad = (() => {{ {source.replace('export ', '')} return handler;"
        " })(); export const handler = (e, c, cb) => e ? bad(e, c, cb) : cb(null, process.pid);",
        file="index.mjs",
    )
    pid = await on_each_node.value(code, 0)
    document = await on_each_node.error(code, 1)
    assert document["errorType"] == error_type
    assert message in document["errorMessage"]
    assert await on_each_node.value(code, 0) != pid


MODULE = '{"type": "module"}'
ESM = "export const handler = async () => 'esm';"
CJS = "exports.handler = async () => 'cjs';"
FILES: dict[str, tuple[dict[str, str], str]] = {
    "mjs": ({"index.mjs": ESM}, "esm"),
    "cjs": ({"index.cjs": CJS}, "cjs"),
    "js is CommonJS": ({"index.js": CJS}, "cjs"),
    "js with type module": ({"index.js": ESM, "package.json": MODULE}, "esm"),
    "cjs with type module": ({"index.cjs": CJS, "package.json": MODULE}, "cjs"),
    "no extension is CommonJS": ({"index": CJS}, "cjs"),
    "no extension first": ({"index": CJS, "index.mjs": ESM}, "cjs"),
    "js before mjs": ({"index.js": CJS, "index.mjs": ESM}, "cjs"),
    "mjs before cjs": ({"index.mjs": ESM, "index.cjs": CJS}, "esm"),
    "nearest package.json": (
        {"index.js": CJS, "package.json": "{}", "other/package.json": MODULE},
        "cjs",
    ),
    "own dependency": (
        {"index.mjs": "import x from 'dep'; export const handler = async () => x;"}
        | {"node_modules/dep/index.js": "module.exports = 'dep';"},
        "dep",
    ),
}


@pytest.mark.parametrize("case", FILES)
async def test_module_kinds_and_look_up(on_each_node: Functions, case: str) -> None:
    files, expected = FILES[case]
    code = on_each_node.make("", file="unused.mjs", files=files, handler="index.handler")
    assert await on_each_node.value(code) == expected


async def test_a_handler_in_a_folder(on_each_node: Functions) -> None:
    code = on_each_node.make(ESM, file="src/deep/index.mjs")
    assert await on_each_node.value(code) == "esm"


LOADING = {
    "no such file": ("", "absent.handler", "Runtime.ImportModuleError", "'absent'"),
    "missing dependency": (
        "import 'no-such-package';",
        "index.handler",
        "Runtime.ImportModuleError",
        "no-such-package",
    ),
    "no such export": (
        "export const other = 1;",
        "index.handler",
        "Runtime.HandlerNotFound",
        "index.handler is undefined or not exported",
    ),
    "not a function": (
        "export const handler = 1;",
        "index.handler",
        "Runtime.HandlerNotFound",
        "index.handler is not a function",
    ),
    "syntax": (
        "export const handler = async () => {",
        "index.handler",
        "Runtime.UserCodeSyntaxError",
        "SyntaxError: ",
    ),
    "no dot": ("", "index", "Runtime.MalformedHandlerName", "Bad handler"),
    "outside": ("", "../index.handler", "Runtime.MalformedHandlerName", "Bad handler"),
    "throws while loading": ("throw new Error('early');", "index.handler", "Error", "early"),
    "exits while loading": (
        "process.exit(4);",
        "index.handler",
        "Runtime.ExitError",
        "exit status 4",
    ),
    "waits for ever without anything to wait for": (
        "await new Promise(() => {});",
        "index.handler",
        "Runtime.ExitError",
        "exit status 13",
    ),
}


@pytest.mark.parametrize("case", LOADING)
async def test_errors_of_loading(on_each_node: Functions, case: str) -> None:
    source, handler, error_type, message = LOADING[case]
    code = on_each_node.make(source, file="index.mjs", handler=handler)
    document = await on_each_node.error(code)
    assert document["errorType"] == error_type
    assert message in document["errorMessage"]


async def test_js_without_a_type_cannot_export(on_each_node: Functions) -> None:
    """As on Lambda, whatever the host's Node.js makes of it; NODE_OPTIONS turns it on again."""
    document = await on_each_node.error(on_each_node.make(ESM, file="index.js"))
    assert document["errorType"] == "Runtime.UserCodeSyntaxError"
    options = {"NODE_OPTIONS": "--experimental-detect-module --experimental-require-module"}
    code = on_each_node.make(ESM, file="index.js", environment=options)
    assert await on_each_node.value(code) == "esm"


async def test_nodejs24_has_no_callbacks(on_each_node: Functions) -> None:
    runtime = "nodejs24.x"
    code = on_each_node.make(
        "export const handler = (e, c, cb) => cb(null, 1);", file="index.mjs", runtime=runtime
    )
    document = await on_each_node.error(code)
    assert document["errorType"] == "Runtime.CallbackHandlerDeprecated"
    code = on_each_node.make(
        "export const handler = (e, c) => [typeof c.done, typeof c.succeed, typeof c.fail];",
        file="index.mjs",
        runtime=runtime,
    )
    assert await on_each_node.value(code) == ["undefined"] * 3


async def test_context(on_each_node: Functions) -> None:
    code = on_each_node.make(
        "export const handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis() });",
        file="index.mjs",
        timeout_seconds=7,
        memory_mib=256,
    )
    seen = await on_each_node.value(code)
    assert 5000 < seen.pop("left") <= 7000
    assert len(seen.pop("awsRequestId")) == 36
    assert "[$LATEST]" in seen.pop("logStreamName")
    assert seen == {
        "callbackWaitsForEmptyEventLoop": True,
        "functionName": "claims",
        "functionVersion": "$LATEST",
        "invokedFunctionArn": code.arn,
        "memoryLimitInMB": "256",
        "logGroupName": "/aws/lambda/claims",
    }


async def test_largest_payloads_pass_both_ways(on_each_node: Functions) -> None:
    code = on_each_node.make(
        "export const handler = async (e) => e;", file="index.mjs", memory_mib=256
    )
    event = "x" * (6_291_456 - 2)
    assert await on_each_node.value(code, event) == event


async def test_everyday_work_fits_into_the_smallest_memory(on_each_node: Functions) -> None:
    """Much short-lived garbage must be collected before the limit is met."""
    code = on_each_node.make(
        "import crypto from 'node:crypto'; import https from 'node:https';"
        "export const handler = async () => { let n = 0; for (let i = 0; i < 400; i++) {"
        " n += JSON.parse(JSON.stringify(Array.from({length: 2000}, (_, k) => ({k})))).length; }"
        " return n; };",
        file="index.mjs",
        memory_mib=128,
        timeout_seconds=30,
    )
    assert await on_each_node.value(code) == 800_000
