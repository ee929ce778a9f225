"""Shape checks, with botocore's serializer and validator as judges over all operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from model_samples import at, leaves, on_the_wire, sample
from poolhouse.api.constraints import compile_input
from poolhouse.api.contract import operations, service_model
from poolhouse.errors import InvalidParameterException, SerializationException

NAMES = sorted(name for name, each in operations().items() if each.input_shape is not None)


def _shape(name: str) -> Any:
    shape = operations()[name].input_shape
    assert shape is not None
    return shape


def _serialized(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    model = service_model()
    request = create_serializer("json").serialize_to_request(
        parameters, model.operation_model(name)
    )
    parsed: dict[str, Any] = json.loads(request["body"])
    return parsed


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_what_botocore_sends_is_read_as_it_was_meant(name: str, whole: bool) -> None:
    shape = _shape(name)
    parameters = sample(shape, whole=whole)
    assert not ParamValidator().validate(parameters, shape).has_errors()
    assert compile_input(shape)(_serialized(name, parameters)) == parameters


@pytest.mark.parametrize("name", NAMES)
def test_what_botocore_misses_is_missed_here(name: str) -> None:
    shape = _shape(name)
    check, parameters = compile_input(shape), sample(shape)
    for member in shape.required_members:
        fewer = {key: item for key, item in parameters.items() if key != member}
        assert ParamValidator().validate(fewer, shape).has_errors()
        for absent in (fewer, {**fewer, member: None}):
            with pytest.raises(InvalidParameterException) as caught:
                check(on_the_wire(absent))
            path = member[0].lower() + member[1:]
            assert caught.value.message == (
                f"1 validation error detected: Value null at '{path}' failed to satisfy "
                "constraint: Member must not be null"
            )


@pytest.mark.parametrize("name", NAMES)
def test_no_json_type_in_a_wrong_place_gets_through(name: str) -> None:
    shape = _shape(name)
    check, parameters = compile_input(shape), on_the_wire(sample(shape, whole=True))
    for path in leaves(shape, sample(shape, whole=True)):
        for wrong in ({"a": 1}, [1], 1 + 1j):
            with pytest.raises(SerializationException):
                check(at(parameters, path, wrong))


@pytest.mark.parametrize("name", NAMES)
def test_every_request_of_the_wrong_kind_is_an_answer_not_a_crash(name: str) -> None:
    shape = _shape(name)
    check, parameters = compile_input(shape), on_the_wire(sample(shape, whole=True))
    odd = ["", "é" * 3, "\x00", 0, -1, 2**70, -(2**70), 1.5, True, "x" * 200_000]
    for path in leaves(shape, sample(shape, whole=True)):
        for value in odd:
            _refusal(check, at(parameters, path, value))


def test_unknown_members_and_nulls_are_left_out() -> None:
    check = compile_input(_shape("CreateUserPool"))
    request = {
        "PoolName": "a",
        "Colour": "red",
        "MfaConfiguration": None,
        "Policies": {"PasswordPolicy": None, "Other": 1},
        "AliasAttributes": [None, "email"],
        "UserPoolTags": {"a": None, "b": "c"},
    }
    assert check(request) == {
        "PoolName": "a",
        "Policies": {},
        "AliasAttributes": ["email"],
        "UserPoolTags": {"b": "c"},
    }


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**64])
def test_a_number_too_large_for_its_type_is_no_integer(value: int) -> None:
    check = compile_input(_shape("CreateGroup"))
    with pytest.raises(SerializationException, match="can not be converted to an Integer"):
        check({"Precedence": value})


@pytest.mark.parametrize("value", ["!", "a", "é", "YQ=="])
def test_blobs_are_base64(value: str) -> None:
    check = compile_input(_shape("SetUICustomization"))
    request = {"UserPoolId": "p_1", "ImageFile": value}
    if value == "YQ==":
        assert check(request)["ImageFile"] == b"a"
    else:
        with pytest.raises(SerializationException):
            check(request)


def test_sensitive_values_are_never_repeated() -> None:
    """Whatever is wrong with them, and wherever they are."""
    secret = "Sesame-" * 30_000
    for name in NAMES:
        shape = _shape(name)
        check, parameters = compile_input(shape), on_the_wire(sample(shape, whole=True))
        for path in leaves(shape, sample(shape, whole=True)):
            if not _sensitive(shape, path):
                continue
            said = _refusal(check, at(parameters, path, secret))
            assert "Sesame" not in said, (name, path)


def _refusal(check: Callable[[dict[str, Any]], Any], request: dict[str, Any]) -> str:
    try:
        check(request)
    except (InvalidParameterException, SerializationException) as error:
        return error.message
    return ""


def _sensitive(shape: Any, path: tuple[Any, ...]) -> bool:
    for step in path:
        if shape.metadata.get("sensitive"):
            return True
        if shape.type_name == "structure":
            shape = shape.members[step]
        else:
            shape = shape.member if shape.type_name == "list" else shape.value
    return bool(shape.metadata.get("sensitive"))
