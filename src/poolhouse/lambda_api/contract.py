"""The Lambda service model as data: paths, shapes, statuses. Loaded once.

A path names the operation: labels such as ``{FunctionName}`` stand for one segment each. As for the
user pool API, botocore is imported when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``path`` has a literal or None per segment, ``labels`` the members for None.

    ``fixed_query`` is what the model's own URI demands of the query. ``payload`` names the member
    that is the whole body, if one is.
    """

    name: str
    function_name: str
    method: str
    path: tuple[str | None, ...]
    labels: tuple[str, ...]
    fixed_query: Mapping[str, str]
    status: int
    input_shape: StructureShape
    output_shape: Shape | None
    payload: str | None


@cache
def service_model() -> ServiceModel:
    """botocore's model, but for the runtimes: an unknown one is not an error of shape."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    description = Loader().load_service_model("lambda", "service-2")
    runtime = {k: v for k, v in description["shapes"]["Runtime"].items() if k != "enum"}
    shapes = {**description["shapes"], "Runtime": runtime}
    return ServiceModel({**description, "shapes": shapes}, "lambda")


@cache
def runtimes() -> tuple[str, ...]:
    """The runtimes the model knows, in its order."""
    from botocore.loaders import Loader

    description = Loader().load_service_model("lambda", "service-2")
    return tuple(description["shapes"]["Runtime"]["enum"])


@cache
def operations() -> dict[str, Operation]:
    """Every operation of the Lambda API, by name."""
    model = service_model()
    return {name: _operation(model.operation_model(name)) for name in model.operation_names}


def _operation(model: OperationModel) -> Operation:
    from botocore import xform_name
    from botocore.model import StructureShape

    uri, _, query = model.http["requestUri"].partition("?")
    segments = uri.strip("/").split("/")
    shape = model.input_shape
    members = shape.members if isinstance(shape, StructureShape) else {}
    by_wire_name = {
        member.serialization.get("name", name): name
        for name, member in members.items()
        if member.serialization.get("location") == "uri"
    }
    return Operation(
        name=model.name,
        function_name=xform_name(model.name),
        method=model.http["method"],
        path=tuple(None if _is_label(each) else each for each in segments),
        labels=tuple(by_wire_name[each[1:-1].rstrip("+")] for each in segments if _is_label(each)),
        fixed_query=dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair),
        status=model.http.get("responseCode", 200),
        input_shape=shape if isinstance(shape, StructureShape) else StructureShape("Empty", {}),
        output_shape=model.output_shape,
        payload=shape.serialization.get("payload") if shape is not None else None,
    )


def _is_label(segment: str) -> bool:
    return segment.startswith("{")


@cache
def check_of(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The check of an operation's members; see :func:`poolhouse.api.constraints.compile_input`."""
    from poolhouse.api.constraints import compile_input

    return compile_input(operations()[name].input_shape)


@cache
def prefixes() -> frozenset[str]:
    """The first two segments of every path: what belongs to this API."""
    return frozenset("/".join(each.path[:2]) for each in operations().values())  # type: ignore[arg-type]  # the model has no label so early


@cache
def _by_form() -> dict[tuple[str, int], list[Operation]]:
    found: dict[tuple[str, int], list[Operation]] = {}
    # Literal segments and demanded queries win over labels and none.
    order = sorted(operations().values(), key=lambda op: (len(op.labels), -len(op.fixed_query)))
    for each in order:
        found.setdefault((each.method, len(each.path)), []).append(each)
    return found


def find(
    method: str, segments: tuple[str, ...], query: Mapping[str, str]
) -> tuple[Operation, dict[str, str]] | None:
    """The operation that a path (split, decoded) stands for, with the values of its labels."""
    for each in _by_form().get((method, len(segments)), ()):
        pairs = list(zip(each.path, segments, strict=True))
        if all(wanted in (None, given) for wanted, given in pairs) and all(
            query.get(key) == value for key, value in each.fixed_query.items()
        ):
            values = [given for wanted, given in pairs if wanted is None]
            return each, dict(zip(each.labels, values, strict=True))
    return None


@cache
def statuses() -> dict[str, int]:
    """The HTTP status of every exception of the model."""
    model = service_model()
    shapes = [model.shape_for(name) for name in model.shape_names]
    return {
        shape.name: int(shape.metadata["error"]["httpStatusCode"])
        for shape in shapes
        if shape.metadata.get("exception") and "error" in shape.metadata
    }


@cache
def message_member(code: str) -> str:
    """``Message`` or ``message``: the model spells it differently from exception to exception."""
    model = service_model()
    if code in model.shape_names:
        shape = model.shape_for(code)
        if "message" in getattr(shape, "members", ()):
            return "message"
    return "Message"
