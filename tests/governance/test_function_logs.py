"""``GET functions/{function}/log``: what a function printed, for those who may not read files."""

from __future__ import annotations

import io
import zipfile

import pytest

from poolhouse.client.server import Client, ServerError
from server import Server

SOURCE = "def handler(event, context):\n    print(event)\n    return 1\n"


def deploy(server: Server, name: str) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", SOURCE)
    server.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": package.getvalue()},
    )


def test_the_end_of_a_log_begins_with_a_line(server: Server) -> None:
    deploy(server, "talks")
    own_api = Client(server.url)
    assert own_api.call("GET", "functions/talks/log") == {"log": ""}
    for word in ("first", "second", "third"):
        server.client("lambda").invoke(FunctionName="talks", Payload=f'"{word}"'.encode())
    # What was printed a moment ago is there.
    log = own_api.call("GET", "functions/talks/log")["log"]
    assert [line for line in log.splitlines() if line in ("first", "second", "third")] == [
        "first",
        "second",
        "third",
    ]
    end = own_api.call("GET", "functions/talks/log", query={"bytes": 200})["log"]
    assert log.endswith(f"\n{end}")
    assert "first" not in end


@pytest.mark.parametrize("size", ["0", "x", "1048577"])
def test_a_length_that_is_none_is_refused(server: Server, size: str) -> None:
    with pytest.raises(ServerError, match="bytes must be between 1 and 1048576"):
        Client(server.url).call("GET", "functions/talks/log", query={"bytes": size})


def test_a_name_leads_to_no_other_file(server: Server) -> None:
    own_api = Client(server.url)
    with pytest.raises(ServerError, match="Not Found"):
        own_api.call("GET", "functions/..%2f..%2fetc/log")
    assert own_api.call("GET", "functions/%2e%2e/log") == {"log": ""}
