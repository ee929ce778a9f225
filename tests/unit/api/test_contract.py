"""The service model: what it names, and that nothing here answers to another name."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.loaders import Loader

from poolhouse import errors
from poolhouse.api import contract
from poolhouse.api.registry import operation, registered
from poolhouse.errors import ServiceError

SNAPSHOT = Path(__file__).parents[2] / "wire" / "operations.txt"


def test_the_model_has_the_operations_of_the_snapshot() -> None:
    """A newer botocore that moves the contract shows up as a difference of this file."""
    assert SNAPSHOT.read_text().split() == sorted(contract.operations())


def test_operations_without_a_signature_are_34() -> None:
    public = {name for name, each in contract.operations().items() if not each.signed}
    assert len(public) == 34
    assert {"InitiateAuth", "SignUp", "GetUser", "RevokeToken"} <= public


def test_operations_that_carry_an_access_token_are_24() -> None:
    found = [name for name, each in contract.operations().items() if each.takes_access_token]
    assert len(found) == 24


def test_every_modelled_error_has_a_class_of_its_name_and_status() -> None:
    shapes = Loader().load_service_model("cognito-idp", "service-2")["shapes"]
    modelled = {name: shape for name, shape in shapes.items() if shape.get("exception")}
    assert len(modelled) > 50
    for name, shape in modelled.items():
        kind = getattr(errors, name)
        assert issubclass(kind, ServiceError)
        assert kind("x").code == name
        assert kind.status == (500 if shape.get("fault") else 400), name


def test_every_error_class_is_known_to_some_service() -> None:
    model = contract.service_model()
    others = [contract.service_model(name) for name in ("lambda", "kms")]
    known = {
        shape.name
        for each in (model, *others)
        for name in each.operation_names
        for shape in each.operation_model(name).error_shapes
    }
    common = {
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "RequestEntityTooLargeException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    }
    ours = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, ServiceError) and kind is not ServiceError
    }
    assert ours - known - common == set()


def test_functions_are_registered_under_the_models_names() -> None:
    for name, function in registered().items():
        assert contract.operations()[name].function_name == function.__name__


def test_a_function_of_another_name_is_refused() -> None:
    async def get_grouping(*_: object) -> None: ...

    with pytest.raises(LookupError, match="get_grouping"):
        operation(get_grouping)


def test_a_second_function_is_refused() -> None:
    registered()

    async def get_group(*_: object) -> None: ...

    with pytest.raises(LookupError, match="GetGroup is defined twice"):
        operation(get_group)
