"""Reading what a function answered: bytes to JSON, JSON to a trusted shape.

Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers" and "Pre
token generation Lambda trigger". A function's answer is hostile input: everything here either fits
or raises :class:`~poolhouse.errors.InvalidLambdaResponseException`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

from poolhouse.domain.groups import NO_GROUPS, GroupConfiguration
from poolhouse.domain.records import EventVersion
from poolhouse.domain.trigger_events import COMMON_MEMBERS
from poolhouse.domain.wishes import NOTHING, UNCUSTOMIZED, TokenWishes, Wishes
from poolhouse.errors import InvalidLambdaResponseException

UNRECOGNIZABLE: Final = "Unrecognizable lambda output"
INVALID_JSON: Final = "Invalid lambda function output : Invalid JSON"
DEEPEST_NESTING: Final = 200

_V1_MEMBER: Final = "claimsOverrideDetails"
_V2_MEMBER: Final = "claimsAndScopeOverrideDetails"


def parse(payload: bytes) -> object:
    """The JSON value of an answer's bytes; integers of any size stay integers.

    Raises :class:`InvalidLambdaResponseException` for anything that could not be written into a
    token again: NaN, infinities and floats beyond a double, integers beyond Python's digit limit,
    lone surrogates, and nesting deeper than :data:`DEEPEST_NESTING` (``deep-nesting``).
    """
    try:
        value: object = _DECODER.decode(payload.decode("utf-8"))
        # Lone surrogates can only come from escapes; strict UTF-8 refuses raw ones.
        if b"\\ud" in payload or b"\\uD" in payload:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise InvalidLambdaResponseException(INVALID_JSON, detail=str(error)) from error
    if payload.count(b"[") + payload.count(b"{") > DEEPEST_NESTING:
        _check_nesting(value)
    return value


def unrecognizable(detail: str) -> InvalidLambdaResponseException:
    """The error for an answer that is JSON but does not fit; ``detail`` is for the operator."""
    return InvalidLambdaResponseException(UNRECOGNIZABLE, detail=detail)


def response_of(answer: object, event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ``response`` of a returned event, for every trigger (``whole-event``).

    The common members must have come back with the types they had in ``event``; one that was sent
    as null, or not at all, may be anything. Raises :class:`InvalidLambdaResponseException`.
    """
    if not isinstance(answer, dict):
        raise unrecognizable("the answer is not the event")
    for member, kind in COMMON_MEMBERS.items():
        if not isinstance(answer.get(member), kind) and event.get(member) is not None:
            raise unrecognizable(f"{member} is missing or of another type than in the event")
    response = answer.get("response")
    return response if isinstance(response, dict) else {}


def read(answer: object, event: Mapping[str, Any], version: EventVersion) -> Wishes:
    """What the answer to a pre token generation ``event`` asks for.

    Only shapes are judged here; whether a wish is granted depends on the tokens
    (:func:`poolhouse.domain.customization.apply`). Raises
    :class:`InvalidLambdaResponseException` when a known member has the wrong JSON type.
    """
    response = response_of(answer, event)
    own, other = (_V1_MEMBER, _V2_MEMBER) if version == "V1_0" else (_V2_MEMBER, _V1_MEMBER)
    details = _object(response, own)
    ignored = (other,) if response.get(other) else ()
    if not details and not ignored:
        return UNCUSTOMIZED[version]
    groups = _groups(details)
    if version == "V1_0":
        return Wishes(version, _claims(details), groups=groups, ignored_members=ignored)
    access = _object(details, "accessTokenGeneration")
    return Wishes(
        version,
        _claims(_object(details, "idTokenGeneration")),
        _claims(access),
        scopes_to_add=_strings(access, "scopesToAdd"),
        scopes_to_suppress=_strings(access, "scopesToSuppress"),
        groups=groups,
        ignored_members=ignored,
    )


def _claims(part: Mapping[str, Any]) -> TokenWishes:
    if not part:
        return NOTHING
    return TokenWishes(_object(part, "claimsToAddOrOverride"), _strings(part, "claimsToSuppress"))


def _groups(details: Mapping[str, Any]) -> GroupConfiguration | None:
    if "groupOverrideDetails" not in details:
        return None
    override = _object(details, "groupOverrideDetails")
    if not override:
        return NO_GROUPS
    preferred_role = override.get("preferredRole")
    if preferred_role is not None and not isinstance(preferred_role, str):
        raise unrecognizable("preferredRole is not a string")
    return GroupConfiguration(
        _list(override, "groupsToOverride"), _list(override, "iamRolesToOverride"), preferred_role
    )


def _object(parent: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    """An object member; null, absence and ``[]`` count as empty (``empty-list``)."""
    value = parent.get(member)
    if isinstance(value, dict):
        return value
    if value is None or value == []:
        return {}
    raise unrecognizable(f"{member} is not an object")


def _list(parent: Mapping[str, Any], member: str) -> tuple[str, ...]:
    value = parent.get(member)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise unrecognizable(f"{member} is not a list of strings")
    return tuple(value)


def _strings(parent: Mapping[str, Any], member: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_list(parent, member)))


def _check_nesting(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST_NESTING):
        children = [child for parent in level for child in _children(parent)]
        level = [child for child in children if isinstance(child, dict | list)]
        if not level:
            return
    raise InvalidLambdaResponseException(
        INVALID_JSON, detail=f"nested deeper than {DEEPEST_NESTING} levels"
    )


def _children(parent: object) -> Iterable[object]:
    if isinstance(parent, dict):
        return parent.values()
    return parent if isinstance(parent, list) else ()


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is beyond the range of a double")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
