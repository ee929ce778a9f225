"""Reading bodies, rendering answers, and comparing answers with their shapes."""

from __future__ import annotations

from typing import Any

import pytest

from model_samples import on_the_wire, sample
from poolhouse.api import json11, output_shapes
from poolhouse.api.contract import operations
from poolhouse.errors import NotAuthorizedException, SerializationException


def test_an_empty_body_is_an_empty_object() -> None:
    assert json11.parse(b"") == {}


@pytest.mark.parametrize(
    "body", [b"1", b"[]", b"null", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a":1}x']
)
def test_what_is_no_object_cannot_be_read(body: bytes) -> None:
    with pytest.raises(SerializationException):
        json11.parse(body)


def test_absent_values_are_left_out_at_every_depth() -> None:
    value: object = {"a": None, "b": [{"c": None, "d": {}}], "e": {"f": None}, "g": 0, "h": ""}
    assert json11.without_nulls(value) == {"b": [{"d": {}}], "e": {}, "g": 0, "h": ""}


@pytest.mark.parametrize(
    ("message", "header"),
    [
        ("plain", b"plain"),
        ("a\r\nSet-Cookie: b", b"a Set-Cookie: b"),
        ("a\x00\x1b[31m\x7fb\x85c", b"a[31mb c"),
        ("Häfen 漢字", "Häfen ".encode("latin-1")),
        ("x" * 5000, b"x" * 1024),
    ],
)
def test_the_message_header_is_one_short_line(message: str, header: bytes) -> None:
    answer = json11.render_error(NotAuthorizedException(message), "id")
    sent = dict(answer.raw_headers)
    assert sent[b"x-amzn-errormessage"] == header
    assert sent[b"x-amzn-errortype"] == b"NotAuthorizedException:"


def test_an_error_without_a_message_has_none() -> None:
    answer = json11.render_error(NotAuthorizedException(), "id")
    assert answer.body == b'{"__type":"NotAuthorizedException"}'
    assert "x-amzn-errormessage" not in answer.headers


@pytest.mark.parametrize(
    "name", sorted(name for name, each in operations().items() if each.output_shape is not None)
)
def test_every_output_shape_fits_itself(name: str) -> None:
    shape = operations()[name].output_shape
    assert shape is not None
    output_shapes.check_output(on_the_wire(sample(shape, whole=True)), shape)


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ("GetGroup", {"Group": {"GroupName": "g", "Precedence": 1, "CreationDate": 1.5}}),
        ("DeleteGroup", None),
        ("DeleteGroup", {}),
        ("ListTagsForResource", {"Tags": {"a": "b"}}),
        ("ListUserPools", {"UserPools": [{"Id": "p", "LambdaConfig": {}}]}),
    ],
)
def test_answers_that_fit(operation: str, result: Any) -> None:
    output_shapes.check_output(result, operations()[operation].output_shape)


@pytest.mark.parametrize(
    ("operation", "result", "where"),
    [
        ("GetGroup", {"Groop": {}}, r"\.Groop"),
        ("GetGroup", {"Group": {"Precedence": "1"}}, r"\.Group\.Precedence"),
        ("GetGroup", {"Group": {"Precedence": True}}, r"\.Group\.Precedence"),
        ("GetGroup", {"Group": {"CreationDate": "now"}}, r"\.Group\.CreationDate"),
        ("GetGroup", {"Group": []}, r"\.Group should be an object"),
        ("DeleteGroup", {"a": 1}, "the answer should be empty"),
        ("ListTagsForResource", {"Tags": {"a": 1}}, r"\.Tags\[a\]"),
        ("ListUserPools", {"UserPools": [{}, {"Id": 1}]}, r"\.UserPools\[1\]\.Id"),
    ],
)
def test_answers_that_do_not_fit(operation: str, result: Any, where: str) -> None:
    with pytest.raises(output_shapes.OutputMismatch, match=where):
        output_shapes.check_output(result, operations()[operation].output_shape)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("GetGroup", "InternalErrorException"),
        ("AddUserPoolClientSecret", "InternalServerException"),
    ],
)
def test_a_bug_has_the_name_that_the_operation_lists(operation: str, code: str) -> None:
    error = json11.internal_error(operations()[operation].errors)
    assert (error.code, error.status) == (code, 500)
