"""AWS JSON 1.1 as bytes: targets, bodies, headers, what goes wrong before an operation."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from poolhouse.api import endpoint
from poolhouse.store import pools
from raw_http import SIGNED, TARGET, call, send
from server import Server

CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
}


def test_a_success_has_the_service_headers(server: Server) -> None:
    answer = call(server, "ListUserPools", {"MaxResults": 1})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", _request_id(answer.headers))
    assert "date" in answer.headers
    assert CORS.items() <= answer.headers.items()


def test_an_error_has_its_type_in_body_and_header(server: Server) -> None:
    answer = call(server, "DescribeUserPool", {"UserPoolId": "us-east-1_absent000"})
    message = "User pool us-east-1_absent000 does not exist."
    assert answer.status == 400
    assert answer.json == {"__type": "ResourceNotFoundException", "message": message}
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException:"
    assert answer.headers["x-amzn-errormessage"] == message
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert _request_id(answer.headers)
    assert CORS.items() <= answer.headers.items()


@pytest.mark.parametrize("target", ["", "ListUserPools", TARGET, TARGET + "Nothing", "X.ListUsers"])
def test_an_unknown_target_names_no_operation(server: Server, target: str) -> None:
    headers = {"X-Amz-Target": target} if target else {}
    answer = send(server, "POST", "/", b"{}", **SIGNED, **headers)
    assert answer.status == 400
    assert answer.json == {"__type": "UnknownOperationException"}
    assert answer.headers["x-amzn-errortype"] == "UnknownOperationException:"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"null", b"\xff", b"{} {}", b"{'a': 1}"])
def test_a_body_that_is_no_object_cannot_be_read(server: Server, body: bytes) -> None:
    answer = call(server, "ListUserPools", body)
    assert answer.status == 400
    assert answer.json == {"__type": "SerializationException"}


def test_an_empty_body_is_an_empty_object(server: Server) -> None:
    answer = call(server, "ListUserPools", b"")
    assert answer.json["__type"] == "InvalidParameterException"


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        (
            "DescribeUserPool",
            {"UserPoolId": 5},
            "class java.lang.Integer can not be converted to a String",
        ),
        (
            "DescribeUserPool",
            {"UserPoolId": True},
            "class java.lang.Boolean can not be converted to a String",
        ),
        (
            "ListUserPools",
            {"MaxResults": "5"},
            "class java.lang.String can not be converted to an Integer",
        ),
        (
            "ListUserPools",
            {"MaxResults": 1.5},
            "class java.lang.Double can not be converted to an Integer",
        ),
        (
            "CreateGroup",
            {"Precedence": 2**31},
            "class java.lang.Long can not be converted to an Integer",
        ),
        (
            "CreateUserPool",
            {"PoolName": "a", "Policies": []},
            "Start of list found where not expected.",
        ),
        (
            "DescribeUserPool",
            {"UserPoolId": {}},
            "Start of structure or map found where not expected.",
        ),
        (
            "CreateUserPool",
            {"PoolName": "a", "AliasAttributes": "email"},
            "class java.lang.String can not be converted to a List",
        ),
    ],
)
def test_a_wrong_json_type_cannot_be_read(
    server: Server, operation: str, body: object, message: str
) -> None:
    answer = call(server, operation, body)
    assert answer.status == 400
    assert answer.json == {"__type": "SerializationException", "message": message}


def test_unknown_members_and_nulls_are_ignored(server: Server) -> None:
    body = {"MaxResults": 1, "NextToken": None, "Colour": "red", "Deep": {"er": [1]}}
    answer = call(server, "ListUserPools", body)
    assert answer.status == 200


def test_the_content_type_may_name_a_charset(server: Server) -> None:
    kind = {"Content-Type": "application/x-amz-json-1.1; charset=utf-8"}
    assert call(server, "ListUserPools", {"MaxResults": 1}, **kind).status == 200


def test_names_beyond_ascii_travel_as_utf8(server: Server, pool_id: str) -> None:
    body = {"UserPoolId": pool_id, "GroupName": "Hafenmeister·Ⅳ", "Description": "é\n漢"}
    created = call(server, "CreateGroup", json.dumps(body, ensure_ascii=False).encode())
    assert created.json["Group"]["GroupName"] == "Hafenmeister·Ⅳ"
    assert created.json["Group"]["Description"] == "é\n漢"


def test_a_message_cannot_add_headers_or_outgrow_them(server: Server) -> None:
    split = "x\r\nSet-Cookie: a=b\x00\u2028" + "y" * 100_000
    answer = call(server, "DescribeUserPool", {"UserPoolId": split})
    assert answer.json["__type"] == "InvalidParameterException"
    assert split in answer.json["message"]
    assert "set-cookie" not in answer.headers
    assert len(answer.headers["x-amzn-errormessage"]) <= 1024
    assert "Set-Cookie: a=b" in answer.headers["x-amzn-errormessage"]


def test_a_body_of_two_megabytes_is_refused(server: Server) -> None:
    answer = call(server, "ListUserPools", b" " * 2_000_000)
    assert answer.status == 413
    assert answer.json["__type"] == "RequestEntityTooLargeException"


def test_without_authorization_an_administrator_is_unknown(server: Server) -> None:
    headers = {"X-Amz-Target": TARGET + "ListUserPools"}
    answer = send(server, "POST", "/", b'{"MaxResults": 1}', **headers)
    assert answer.status == 400
    assert answer.json == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


@pytest.mark.parametrize(
    ("authorization", "missing"),
    [
        ("Bearer abc", ["Credential", "Signature", "SignedHeaders"]),
        ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", ["Credential"]),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host", ["Signature"]),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=0", ["SignedHeaders"]),
    ],
)
def test_a_malformed_authorization_names_what_is_missing(
    server: Server, authorization: str, missing: list[str]
) -> None:
    answer = call(server, "ListUserPools", {}, Authorization=authorization)
    sentences = " ".join(f"Authorization header requires '{part}' parameter." for part in missing)
    assert answer.status == 400
    assert answer.json == {
        "__type": "IncompleteSignatureException",
        "message": f"{sentences} Authorization={authorization}",
    }


def test_a_signature_needs_a_date(server: Server) -> None:
    headers = {"X-Amz-Target": TARGET + "ListUserPools", "Authorization": SIGNED["Authorization"]}
    answer = send(server, "POST", "/", b"{}", **headers)
    assert answer.json["__type"] == "IncompleteSignatureException"
    assert "existence of either a 'X-Amz-Date' or a 'Date' header" in answer.json["message"]


@pytest.mark.parametrize("region", ["", "..up", "EU", "a b", "x" * 40, "é"])
def test_a_region_that_could_be_no_region_is_refused(server: Server, region: str) -> None:
    authorization = SIGNED["Authorization"].replace("us-east-1", region)
    answer = call(server, "CreateUserPool", {"PoolName": "a"}, Authorization=authorization)
    assert answer.json["__type"] == "InvalidSignatureException"


def test_public_operations_ignore_authorization(server: Server) -> None:
    answer = call(server, "GetUser", {"AccessToken": "abc"}, Authorization="Basic nonsense")
    assert answer.json == {"__type": "NotAuthorizedException", "message": "Invalid Access Token"}


def test_authentication_comes_before_the_shape(server: Server) -> None:
    headers = {"X-Amz-Target": TARGET + "DescribeUserPool"}
    answer = send(server, "POST", "/", b"{}", **headers)
    assert answer.json["__type"] == "MissingAuthenticationTokenException"


def test_reading_comes_before_authentication(server: Server) -> None:
    headers = {"X-Amz-Target": TARGET + "DescribeUserPool"}
    assert send(server, "POST", "/", b"[", **headers).json["__type"] == "SerializationException"


def test_an_operation_without_output_answers_nothing(server: Server, fresh_pool_id: str) -> None:
    answer = call(server, "DeleteUserPool", {"UserPoolId": fresh_pool_id})
    assert (answer.status, answer.body) == (200, b"")


def test_an_operation_with_an_empty_output_answers_an_object(server: Server, pool_id: str) -> None:
    answer = call(server, "UpdateUserPool", {"UserPoolId": pool_id})
    assert (answer.status, answer.body) == (200, b"{}")


def test_timestamps_are_numbers_of_seconds(server: Server, pool_id: str) -> None:
    answer = call(server, "DescribeUserPool", {"UserPoolId": pool_id})
    assert answer.json["UserPool"]["CreationDate"] == server.clock.now_ms() / 1000


def test_absent_values_are_left_out(server: Server, pool_id: str) -> None:
    answer = call(server, "DescribeUserPool", {"UserPoolId": pool_id})
    assert b"null" not in answer.body
    assert "Domain" not in answer.json["UserPool"]


def test_what_is_missing_here_says_so(
    server: Server, pool_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "registered", dict)
    endpoint._routes.clear()
    answer = call(server, "DescribeUserPool", {"UserPoolId": pool_id})
    endpoint._routes.clear()
    assert answer.status == 400
    assert "does not implement DescribeUserPool" in answer.json["message"]


def test_a_browser_may_ask_before_it_calls(server: Server) -> None:
    wanted = "content-type,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id"
    headers = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": wanted,
    }
    answer = send(server, "OPTIONS", "/", b"", **headers)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == wanted
    assert answer.headers["access-control-max-age"] == "172800"


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("ListUserPools", {"MaxResults": 1}, "InternalErrorException"),
        (
            "ListUserPoolClientSecrets",
            {"UserPoolId": "us-east-1_abc", "ClientId": "c"},
            "InternalServerException",
        ),
    ],
)
def test_a_bug_is_a_500_that_tells_nothing(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    body: object,
    code: str,
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the wine cellar is open")

    monkeypatch.setattr(pools, "list_page", broken)
    monkeypatch.setattr(pools, "get", broken)
    answer = call(server, operation, body)
    assert answer.status == 500
    assert answer.json == {"__type": code, "message": "An internal error occurred."}
    assert answer.headers["x-amzn-errortype"] == f"{code}:"
    assert b"cellar" not in answer.body


@pytest.mark.parametrize("strict", [True, False])
def test_an_answer_that_does_not_fit_fails_in_tests_only(
    server: Server, monkeypatch: pytest.MonkeyPatch, pool_id: str, strict: bool
) -> None:
    async def too_much(*_: object, **__: object) -> str:
        return "many"

    monkeypatch.setattr(pools, "count_users", too_much)
    if not strict:
        lenient = server.house.settings.replace(strict_responses=False)
        monkeypatch.setattr(server.app, "house", replace(server.house, settings=lenient))
    answer = call(server, "DescribeUserPool", {"UserPoolId": pool_id})
    assert answer.status == (500 if strict else 200)


def _request_id(headers: object) -> str:
    assert isinstance(headers, dict)
    return str(headers["x-amzn-requestid"])
