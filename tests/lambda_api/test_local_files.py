"""Functions that run from files: found, run, reloaded, and refused when they cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from lambda_world import ROLE, arn, eventually, on_server, payload, python_package, refused
from poolhouse.functions import local_files
from poolhouse.functions.entry_points import NoHandler, default_handler
from poolhouse.functions.runtime import Failed, Outcome, Returned
from poolhouse.settings import BadSetting
from server import Server

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Q7hYk2LmN"


def answering(value: str) -> str:
    return f"def handler(event, context):\n    return {value!r}\n"


def invoke(server: Server, name: str, event: bytes = b"{}") -> Outcome:
    return on_server(server, server.house.functions.invoke(name, event, source_arn=POOL)).outcome


def answered(server: Server, name: str) -> object:
    outcome = invoke(server, name)
    return json.loads(outcome.payload) if isinstance(outcome, Returned) else None


def error_type(server: Server, name: str) -> object:
    outcome = invoke(server, name)
    return json.loads(outcome.payload)["errorType"] if isinstance(outcome, Failed) else None


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("claims.py", answering("here")),
        ("claims.py", "def lambda_handler(event, context):\n    return 'here'\n"),
        ("pre-token.py", answering("here")),
        ("claims.mjs", "export const handler = async () => 'here';\n"),
        ("claims.cjs", "exports.handler = async () => 'here';\n"),
        ("claims.js", "exports.handler = (e, context) => context.done(null, 'here');\n"),
    ],
)
def test_a_file_runs(start_server: Any, tmp_path: Path, file: str, source: str) -> None:
    path = write(tmp_path / "code" / file, source)
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "here"


@pytest.mark.parametrize(
    "called",
    [
        "claims",
        "arn:aws:lambda:us-east-1:123456789012:function:claims",
        "arn:aws:lambda:eu-west-1:999999999999:function:claims",
        "arn:aws:lambda:eu-west-1:999999999999:function:claims:live",
    ],
)
def test_it_answers_to_its_name_everywhere_without_a_permission(
    start_server: Any, tmp_path: Path, called: str
) -> None:
    source = "def handler(event, context):\n    return context.invoked_function_arn\n"
    path = write(tmp_path / "code" / "claims.py", source)
    server = start_server(functions=f"claims={path}")
    assert answered(server, called) in (called, arn("claims"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"index.mjs": "export const handler = async () => 'here';\n"}, "here"),
        (
            {
                "lambda_function.py": "from lib.names import HERE\n"
                "def lambda_handler(event, context):\n    return HERE\n",
                "lib/names.py": "HERE = 'here'\n",
            },
            "here",
        ),
        ({"only_one.py": answering("here"), "readme.txt": "text"}, "here"),
    ],
)
def test_a_folder_runs(
    start_server: Any, tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    for name, text in files.items():
        write(tmp_path / "code" / name, text)
    server = start_server(functions=f"claims={tmp_path / 'code'}")
    assert answered(server, "claims") == expected


def test_several_functions_run_side_by_side(start_server: Any, tmp_path: Path) -> None:
    one = write(tmp_path / "one.py", answering("1"))
    two = write(tmp_path / "two.py", answering("2"))
    server = start_server(functions=f"one={one}, two={two}")
    assert (answered(server, "one"), answered(server, "two")) == ("1", "2")


def test_an_edit_is_followed(start_server: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "code" / "claims.py", answering("old"))
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "old"
    path.write_text(answering("new"))
    eventually(lambda: answered(server, "claims") == "new")


def test_a_file_that_is_replaced_as_editors_do_is_followed(
    start_server: Any, tmp_path: Path
) -> None:
    path = write(tmp_path / "code" / "claims.mjs", "export const handler = async () => 'old';\n")
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "old"
    beside = write(path.with_name("claims.mjs.swp"), "export const handler = async () => 'new';\n")
    beside.replace(path)
    eventually(lambda: answered(server, "claims") == "new")


def test_an_edit_of_what_it_imports_is_followed(start_server: Any, tmp_path: Path) -> None:
    write(tmp_path / "code" / "names.py", "WORD = 'old'\n")
    path = write(
        tmp_path / "code" / "claims.py",
        "import names\ndef handler(event, context):\n    return names.WORD\n",
    )
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "old"
    write(tmp_path / "code" / "names.py", "WORD = 'new'\n")
    eventually(lambda: answered(server, "claims") == "new")


def test_an_edit_deep_in_a_folder_is_followed(start_server: Any, tmp_path: Path) -> None:
    code = tmp_path / "code"
    write(code / "index.py", "from a.b import c\ndef handler(e, x):\n    return c.WORD\n")
    write(code / "a" / "b" / "c.py", "WORD = 'old'\n")
    server = start_server(functions=f"claims={code}")
    assert answered(server, "claims") == "old"
    write(code / "a" / "b" / "c.py", "WORD = 'new'\n")
    eventually(lambda: answered(server, "claims") == "new")


def test_code_that_did_not_change_keeps_its_workers(start_server: Any, tmp_path: Path) -> None:
    source = "calls = []\ndef handler(e, c):\n    calls.append(1)\n    return len(calls)\n"
    path = write(tmp_path / "code" / "claims.py", source)
    write(tmp_path / "code" / "notes.txt", "a")
    other = write(tmp_path / "other.py", answering("old"))
    server = start_server(functions=f"claims={path},other={other}")
    assert answered(server, "claims") == 1
    path.touch()
    write(tmp_path / "code" / "notes.txt", "b")
    other.write_text(answering("new"))
    eventually(lambda: answered(server, "other") == "new")
    assert answered(server, "claims") == 2


@pytest.mark.parametrize(
    ("file", "good", "bad"),
    [
        ("claims.py", answering("good"), "def handler(event, context:\n"),
        ("claims.mjs", "export const handler = async () => 'good';\n", "export const = ;\n"),
    ],
)
def test_a_syntax_error_is_logged_and_answered_until_it_is_mended(
    start_server: Any, tmp_path: Path, file: str, good: str, bad: str
) -> None:
    path = write(tmp_path / "code" / file, good)
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "good"
    with capture_logs() as lines:
        path.write_text(bad)
        eventually(lambda: error_type(server, "claims") == "Runtime.UserCodeSyntaxError")
        said = eventually(lambda: [line for line in lines if line["log_level"] == "error"])
    assert said[0]["event"] == "a function does not compile"
    assert said[0]["function"] == "claims"
    assert file in said[0]["error"]
    path.write_text(good)
    eventually(lambda: answered(server, "claims") == "good")


def test_a_file_that_disappears_is_no_longer_run(start_server: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "code" / "claims.py", answering("here"))
    server = start_server(functions=f"claims={path}")
    assert answered(server, "claims") == "here"
    path.unlink()
    eventually(lambda: error_type(server, "claims") == "Runtime.ImportModuleError")
    path.write_text(answering("back"))
    eventually(lambda: answered(server, "claims") == "back")


def test_the_api_shows_it_and_cannot_change_it(start_server: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "code" / "claims.py", answering("here"))
    client = start_server(functions=f"claims={path}").client("lambda")
    assert payload(client, "claims") == b'"here"'
    found = client.get_function(FunctionName="claims")
    assert found["Configuration"]["Handler"] == "claims.handler"
    assert found["Configuration"]["State"] == "Active"
    assert "Location" not in found["Code"]
    assert [each["FunctionName"] for each in client.list_functions()["Functions"]] == ["claims"]
    refusals = [
        refused(client.update_function_code, FunctionName="claims", ZipFile=python_package()),
        refused(client.delete_function, FunctionName="claims"),
        refused(
            client.create_function,
            FunctionName="claims",
            Role=ROLE,
            Runtime="python3.11",
            Handler="index.handler",
            Code={"ZipFile": python_package()},
        ),
    ]
    assert {refusal.code for refusal in refusals} == {"ResourceConflictException"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("claims", "NAME=PATH"),
        ("=path", "NAME=PATH"),
        ("claims=", "NAME=PATH"),
        ("a b=path", "NAME=PATH"),
        ("a=x,a=y", "twice"),
        ("claims=/no/such/file.py", "there is no /no/such/file.py"),
    ],
)
def test_settings_that_name_no_function(text: str, words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        local_files.LocalFiles(text)


@pytest.mark.parametrize(
    ("file", "source", "words"),
    [
        ("claims.py", "def other(event, context): ...\n", "neither lambda_handler nor handler"),
        ("claims.rb", "def handler; end\n", "neither Python"),
    ],
)
def test_files_that_cannot_be_started(tmp_path: Path, file: str, source: str, words: str) -> None:
    path = write(tmp_path / file, source)
    with pytest.raises(BadSetting, match=words):
        local_files.LocalFiles(f"claims={path}")


def test_a_folder_of_several_files_needs_a_usual_name(tmp_path: Path) -> None:
    write(tmp_path / "a.py", answering("a"))
    write(tmp_path / "b.py", answering("b"))
    with pytest.raises(NoHandler):
        default_handler(tmp_path)
    write(tmp_path / "index.py", answering("c"))
    assert default_handler(tmp_path) == (tmp_path / "index.py", "index.handler")


@pytest.mark.parametrize(
    ("source", "handler"),
    [
        ("def lambda_handler(e, c): ...\ndef handler(e, c): ...\n", "claims.lambda_handler"),
        ("async def handler(e, c): ...\n", "claims.handler"),
        ("from other import handler\n", "claims.handler"),
        ("from other import main as lambda_handler\n", "claims.lambda_handler"),
        ("handler = print\n", "claims.handler"),
        ("handler: object = print\n", "claims.handler"),
        ("try:\n    from a import handler\nexcept ImportError:\n    pass\n", "claims.handler"),
        ("class handler: ...\n", "claims.handler"),
    ],
)
def test_the_handler_of_a_python_file_is_found(tmp_path: Path, source: str, handler: str) -> None:
    path = write(tmp_path / "claims.py", source)
    assert default_handler(path) == (path, handler)


def test_changes_in_installed_modules_are_not_new_code(tmp_path: Path) -> None:
    write(tmp_path / "index.mjs", "export const handler = async () => 1;\n")
    before = local_files.read("claims", tmp_path).revision
    write(tmp_path / "node_modules" / "dependency" / "index.js", "module.exports = 1;\n")
    write(tmp_path / "__pycache__" / "index.py", "x = 1\n")
    assert local_files.read("claims", tmp_path).revision == before
    write(tmp_path / "claims.json", "{}")
    assert local_files.read("claims", tmp_path).revision != before
