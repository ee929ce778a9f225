"""JSON text of values that functions chose: whatever they are, they can be written."""

from __future__ import annotations

import json
from typing import Any

import orjson


def encode(value: Any) -> bytes:
    """Compact JSON, members in their order."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # A function may return integers past 64 bits, or deeper nesting than orjson takes.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
