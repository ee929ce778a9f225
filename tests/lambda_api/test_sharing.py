"""Server processes that share a database, and a Lambda endpoint elsewhere."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lambda_world import arn, create, on_server, payload, refused, returning, zipped
from poolhouse.functions.runtime import Failed, NotRun, Returned
from server import Server

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Q7hYk2LmN"


def test_what_one_process_changes_the_other_runs(start_server: Any, tmp_path: Path) -> None:
    one, two = start_server(tmp_path / "shared"), start_server(tmp_path / "shared")
    here, there = one.client("lambda"), two.client("lambda")
    name = create(here, Code={"ZipFile": returning("first")})
    assert payload(there, name) == b'"first"'
    here.update_function_code(FunctionName=name, ZipFile=returning("second"))
    assert payload(there, name) == b'"second"'
    there.add_permission(
        FunctionName=name,
        StatementId="pool",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    outcome = on_server(one, one.house.functions.invoke(name, b"{}", source_arn=POOL)).outcome
    assert isinstance(outcome, Returned)
    here.delete_function(FunctionName=name)
    assert refused(there.invoke, FunctionName=name).status == 404


def test_two_processes_unpack_the_same_code_at_once(start_server: Any, tmp_path: Path) -> None:
    servers = [start_server(tmp_path / "shared") for _ in range(2)]
    clients = [server.client("lambda") for server in servers]
    files: dict[str, str | bytes] = {f"part{number}.py": "x = 1\n" * 100 for number in range(200)}
    package = zipped({**files, "index.py": "def handler(e, c):\n    return 'whole'\n"})
    names = ["one", "two"]
    with ThreadPoolExecutor(2) as threads:
        made = [
            threads.submit(create, client, name, Code={"ZipFile": package})
            for client, name in zip(clients, names, strict=True)
        ]
        for each in made:
            each.result()
    for client in clients:
        for name in names:
            assert payload(client, name) == b'"whole"'
    assert len(list((tmp_path / "shared" / "functions").iterdir())) == 1


def test_writers_of_two_processes_do_not_lose_one_another_s_change(
    start_server: Any, tmp_path: Path
) -> None:
    servers = [start_server(tmp_path / "shared") for _ in range(2)]
    clients = [server.client("lambda") for server in servers]
    name = create(clients[0])

    def tag(number: int) -> None:
        clients[number % 2].tag_resource(Resource=arn(name), Tags={f"tag{number}": "x"})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(tag, range(40)))
    assert len(clients[1].list_tags(Resource=arn(name))["Tags"]) == 40


def test_functions_that_are_not_here_run_elsewhere(start_server: Any, tmp_path: Path) -> None:
    far: Server = start_server(tmp_path / "far")
    near: Server = start_server(tmp_path / "near", lambda_endpoint=far.url)
    create(far.client("lambda"), "there", Code={"ZipFile": returning("far")})
    create(
        far.client("lambda"), "fails", source="def handler(e, c):\n    raise ValueError('far')\n"
    )
    create(near.client("lambda"), "here", Code={"ZipFile": returning("near")})

    def invoke(name: str) -> Any:
        return on_server(near, near.house.functions.invoke(arn(name), b"{}")).outcome

    there, here, fails, nowhere = (invoke(name) for name in ("there", "here", "fails", "nobody"))
    assert isinstance(there, Returned)
    assert isinstance(here, Returned)
    assert (there.payload, here.payload) == (b'"far"', b'"near"')
    assert isinstance(fails, Failed)
    assert json.loads(fails.payload)["errorMessage"] == "far"
    assert isinstance(nowhere, NotRun)
    assert nowhere.code == "ResourceNotFoundException"
    # The API itself speaks of what is registered here, and of nothing else.
    assert refused(near.client("lambda").invoke, FunctionName="there").status == 404
    assert near.house.functions.counts["there", "returned"] == 1
