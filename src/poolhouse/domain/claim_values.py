"""The values that a function may give a claim, per token and event version.

Amazon Cognito developer guide, "Pre token generation Lambda trigger": version 1 knows strings only;
versions 2 and 3 know all of JSON but null; four claims of the ID token keep their own types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from poolhouse.domain.protected_claims import AUDIENCE
from poolhouse.domain.records import EventVersion
from poolhouse.domain.trigger_answers import unrecognizable

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def for_id_token(name: str, value: Any, version: EventVersion) -> tuple[Any, str]:
    """The value that claim ``name`` gets in the ID token, and the rule that says so.

    Raises :class:`~poolhouse.errors.InvalidLambdaResponseException` for a complex value in version
    1, and for a value that a typed claim (``typed-claim``) cannot take.
    """
    rule = "claim-set"
    if version == "V1_0" and not isinstance(value, str):
        if isinstance(value, list | dict):
            raise unrecognizable(f"version 1 claims are strings; {name} is not")
        value, rule = json.dumps(value), "value-as-text"
    typed = _TYPED.get(name)
    if typed is None:
        return value, rule
    return typed(name, value), "typed-claim"


def for_access_token(name: str, value: Any, client_id: str) -> tuple[Any, str]:
    """The same for the access token, where only ``aud`` is special: it must be ``client_id``.

    Raises :class:`~poolhouse.errors.InvalidLambdaResponseException` for any other audience, since
    the token would be taken by somebody it was never meant for.
    """
    if name != AUDIENCE:
        return value, "claim-set"
    if value != client_id:
        raise unrecognizable("aud in an access token can only be the app client id")
    return value, "access-audience"


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise unrecognizable(f"{name} is neither true nor false")
    return bool(value == "true")


def _number(name: str, value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or len(value) > 18 or _NUMBER.fullmatch(value) is None:
        raise unrecognizable(f"{name} is not a number")
    return float(value) if "." in value else int(value)


def _address(name: str, value: Any) -> dict[str, str]:
    if isinstance(value, list | dict):
        raise unrecognizable(f"{name} cannot be given a complex value")
    return {"formatted": value if isinstance(value, str) else json.dumps(value)}


_TYPED: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "email_verified": _boolean,
    "phone_number_verified": _boolean,
    "updated_at": _number,
    "address": _address,
}
