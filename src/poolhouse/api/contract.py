"""The service model as data: operations, shapes, errors, who may call. Loaded once.

botocore is imported when somebody asks: it takes longer than anything else that a start imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape

TARGET_PREFIX = "AWSCognitoIdentityProviderService."


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the model. ``signed`` is False where SDKs send no signature."""

    name: str
    function_name: str
    input_shape: Shape | None
    output_shape: Shape | None
    errors: frozenset[str]
    signed: bool
    takes_access_token: bool


@cache
def service_model(service: str = "cognito-idp") -> ServiceModel:
    """botocore's model of ``service``, the newest API version it ships."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@cache
def names_by_function() -> dict[str, str]:
    """``describe_user_pool`` to DescribeUserPool, and so on for every operation."""
    from botocore import xform_name

    return {xform_name(name): name for name in service_model().operation_names}


def operation_of(name: str) -> Operation | None:
    """One operation by its name, whoever chose that; None when the model has no such."""
    return _operation_of(name) if name in service_model().operation_names else None


@cache
def _operation_of(name: str) -> Operation:
    return _operation(service_model().operation_model(name))


@cache
def operations() -> dict[str, Operation]:
    """Every operation of the user pool API, by name."""
    return {name: _operation_of(name) for name in service_model().operation_names}


def _operation(model: OperationModel) -> Operation:
    from botocore import xform_name

    signed = model.auth_type != "none"
    members = model.input_shape.members if model.input_shape is not None else {}
    output = model.output_shape
    return Operation(
        name=model.name,
        function_name=xform_name(model.name),
        input_shape=model.input_shape,
        output_shape=output,
        errors=frozenset(shape.name for shape in model.error_shapes),
        signed=signed,
        takes_access_token=not signed and "AccessToken" in members,
    )
