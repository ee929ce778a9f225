"""Requests as bytes: paths, signatures, bodies, and the form of errors."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config

from lambda_world import arn, create, payload, python_package, refused
from poolhouse.lambda_api.contract import operations
from poolhouse.lambda_api.endpoint import matches
from poolhouse.lambda_api.registry import registered
from raw_http import SIGNED, send
from server import Server

FUNCTIONS = "/2015-03-31/functions"


def test_errors_have_the_service_s_form(server: Server) -> None:
    answer = send(server, "GET", f"{FUNCTIONS}/nobody", b"", **SIGNED)
    assert answer.status == 404
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-amzn-requestid"]) == 36
    assert answer.json == {
        "Type": "User",
        "Message": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", f"{FUNCTIONS}/berths"),
        ("GET", f"{FUNCTIONS}/berths/secrets"),
        ("GET", "/2015-03-31/functions/a/b/c/d/e"),
    ],
)
def test_a_path_without_an_operation(server: Server, method: str, path: str) -> None:
    answer = send(server, method, path, b"", **SIGNED)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")


def test_an_operation_that_is_not_here_says_so(server: Server) -> None:
    answer = send(server, "GET", "/2018-10-31/layers", b"", **SIGNED)
    assert (answer.status, answer.json["message"]) == (
        400,
        "poolhouse does not implement ListLayers.",
    )


def test_a_slash_at_the_end_and_an_encoded_arn(server: Server, name: str) -> None:
    assert send(server, "GET", f"{FUNCTIONS}/", b"", **SIGNED).status == 200
    encoded = quote(arn(name), safe="")
    assert send(server, "GET", f"{FUNCTIONS}/{encoded}", b"", **SIGNED).status == 200
    assert send(server, "GET", f"{FUNCTIONS}/{arn(name)}", b"", **SIGNED).status == 200


def test_an_encoded_slash_stays_in_its_segment(server: Server, name: str) -> None:
    answer = send(server, "GET", f"{FUNCTIONS}/{name}%2Fpolicy", b"", **SIGNED)
    assert answer.headers["x-amzn-errortype"] == "ValidationException"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_is_no_object(server: Server, body: bytes) -> None:
    answer = send(server, "POST", FUNCTIONS, body, **SIGNED)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"Code": {"ZipFile": "not base64!"}}', "SerializationException"),
        (b'{"Code": "zip"}', "SerializationException"),
        (b'{"Timeout": "3"}', "SerializationException"),
        (b"{}", "ValidationException"),
    ],
)
def test_members_of_the_wrong_type(server: Server, body: bytes, code: str) -> None:
    answer = send(server, "POST", FUNCTIONS, body, **SIGNED)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, code)


def test_a_number_in_the_query_must_be_one(server: Server) -> None:
    answer = send(server, "GET", f"{FUNCTIONS}?MaxItems=many", b"", **SIGNED)
    assert answer.headers["x-amzn-errortype"] == "SerializationException"


def test_members_of_the_path_cannot_be_set_in_the_body(
    server: Server, functions: Any, name: str
) -> None:
    other = create(functions)
    body = json.dumps({"FunctionName": other, "Description": "changed"}).encode()
    send(server, "PUT", f"{FUNCTIONS}/{name}/configuration", body, **SIGNED)
    found = functions.get_function_configuration(FunctionName=name)
    assert found["Description"] == "changed"
    untouched = functions.get_function_configuration(FunctionName=other)
    assert untouched["Description"] == ""


def test_unsigned_requests_are_refused(server: Server, name: str) -> None:
    """A page could send them from any browser: running code must take a header that it cannot."""
    for method, path in (("POST", FUNCTIONS), ("POST", f"{FUNCTIONS}/{name}/invocations")):
        answer = send(server, method, path, b"{}", Content_Type="text/plain")
        assert answer.status == 403
        assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_pages_of_strangers_are_refused(server: Server, name: str) -> None:
    path = f"{FUNCTIONS}/{name}/invocations"
    answer = send(server, "POST", path, b"{}", **SIGNED, Origin="https://evil.example")
    assert answer.status == 403
    assert send(server, "OPTIONS", path, Origin="https://evil.example").status >= 400


def test_production_checks_signatures(start_server: Any) -> None:
    server = start_server(mode="production", access_keys="AKIAREAL:correct-secret")

    def client(key: str, secret: str) -> Any:
        return boto3.client(
            "lambda",
            region_name="us-east-1",
            endpoint_url=server.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}),
        )

    # Signatures carry the time, and the server's clock stands still.
    behind = pytest.MonkeyPatch()
    with behind.context() as patch:
        _sign_at_the_time_of(patch, server)
        right = client("AKIAREAL", "correct-secret")
        name = create(right)
        # A colon in the path is signed percent-encoded, twice in the canonical request.
        assert payload(right, arn(name), b'"signed"') == b'"signed"'
        assert right.list_tags(Resource=arn(name))["Tags"] == {}
        assert right.get_function(FunctionName=arn(name), Qualifier="$LATEST")
        wrong = refused(client("AKIAREAL", "wrong").get_function, FunctionName=name)
        assert (wrong.status, wrong.code) == (403, "InvalidSignatureException")
        unknown = refused(client("AKIANONE", "x").get_function, FunctionName=name)
        assert (unknown.status, unknown.code) == (403, "UnrecognizedClientException")


def _sign_at_the_time_of(patch: pytest.MonkeyPatch, server: Server) -> None:
    from datetime import UTC, datetime

    import botocore.auth

    now = datetime.fromtimestamp(server.clock.now_ms() / 1000, UTC)
    patch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: now)


def test_packages_are_downloaded_by_their_link(server: Server, functions: Any, name: str) -> None:
    code = functions.get_function(FunctionName=name)["Code"]
    assert code["RepositoryType"] == "S3"
    with urllib.request.urlopen(code["Location"]) as answer:
        assert answer.headers["content-type"] == "application/zip"
        assert answer.read() == python_package()


def test_links_are_for_one_version_and_a_short_time(start_server: Any) -> None:
    server = start_server()
    client = server.client("lambda")
    name, other = create(client), create(client)
    link = client.get_function(FunctionName=name)["Code"]["Location"]
    forged = [
        link.replace(name, other),
        link.replace("expires=1", "expires=2"),
        link.split("?")[0],
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace(name, f"..%2F{name}"),
        link.replace("expires=", "expires=x"),
    ]
    for each in forged:
        assert _status(each) == 403, each
    assert _status(link) == 200
    server.clock.advance(seconds=600)
    assert _status(link) == 403
    fresh = client.get_function(FunctionName=name)["Code"]["Location"]
    client.delete_function(FunctionName=name)
    assert _status(fresh) == 404


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_only_its_own_paths_belong_to_the_api() -> None:
    assert matches("/2015-03-31/functions/x")
    assert matches("/2017-03-31/tags/x")
    for path in ("/", "/health", "/oauth2/token", "/2015-03-31", "/2015-03-31/users", "/2099/x"):
        assert not matches(path)


def test_every_operation_that_is_answered_is_reached(server: Server) -> None:
    """Each has a path that leads to it: none is answered as unknown or not implemented."""
    for name in registered():
        operation = operations()[name]
        path = "/" + "/".join(each or "nobody" for each in operation.path)
        query = "&".join(f"{key}={value}" for key, value in operation.fixed_query.items())
        answer = send(server, operation.method, f"{path}?{query}", b"{}", **SIGNED)
        assert answer.headers.get("x-amzn-errortype") != "UnknownOperationException", name
        assert b"does not implement" not in answer.body, name
        assert answer.status < 500, name
