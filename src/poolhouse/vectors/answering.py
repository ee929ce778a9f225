"""What the function of a case answers: in process, or as source text for a real function.

An ``answer`` has some of these members. ``response``: the event comes back with this response.
``remove``: members of the event that do not come back. ``set``: members that come back otherwise.
``returned``: this comes back instead of the event. ``payload``: these characters, JSON or not (in
process only). An empty answer returns the event as it came.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from typing import Any


def fill(value: Any, client_id: str) -> Any:
    """``value`` with its ``$client_id``, ``$strings`` and ``$members`` filled in."""
    if isinstance(value, list):
        return [fill(item, client_id) for item in value]
    if not isinstance(value, dict):
        return client_id if value == "$client_id" else value
    if "$strings" in value:
        return numbered(value["$strings"])
    filled = {name: fill(item, client_id) for name, item in value.items() if name != "$members"}
    return {**dict.fromkeys(numbered(value.get("$members")), True), **filled}


def numbered(many: Mapping[str, Any] | None) -> list[str]:
    """``prefix`` followed by 0, 1, 2, ... ``count`` - 1."""
    return [many["prefix"] + str(number) for number in range(many["count"])] if many else []


def answer_to(event: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    """What a function that was told to ``answer`` returns to ``event``."""
    client_id = event["callerContext"]["clientId"]
    if "returned" in answer:
        return fill(answer["returned"], client_id)
    back = {name: item for name, item in event.items() if name not in answer.get("remove", ())}
    if "response" in answer:
        back["response"] = fill(answer["response"], client_id)
    back.update(fill(answer.get("set", {}), client_id))
    return back


def function_source(answer: Mapping[str, Any]) -> str:
    """A Python Lambda function that answers so; its handler is called ``handler``.

    Raises :class:`ValueError` for a ``payload``, which no managed runtime could send.
    """
    if "payload" in answer:
        raise ValueError("a payload that is not JSON cannot come from a managed runtime")
    return "\n\n".join(
        [
            "from __future__ import annotations",
            "import json\nfrom collections.abc import Mapping\nfrom typing import Any",
            inspect.getsource(fill),
            inspect.getsource(numbered),
            inspect.getsource(answer_to),
            f"ANSWER = json.loads({json.dumps(answer)!r})",
            "def handler(event, context):\n    return answer_to(event, ANSWER)\n",
        ]
    )
