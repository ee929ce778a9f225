"""One recorded call: everything that is needed to mint its tokens again with other code."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from poolhouse.domain.claims import TokenDraft
from poolhouse.domain.groups import GroupConfiguration
from poolhouse.domain.records import EventVersion
from poolhouse.store.json_text import encode


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """The event that a function was sent about ``draft``, and how it answered.

    ``answer`` is None when there was none; ``error`` is the exception that the issuance ended with,
    None when tokens were issued.
    """

    client_id: str
    sub: str | None
    source: str
    version: EventVersion
    event: Mapping[str, Any]
    draft: TokenDraft
    answer: bytes | None
    error: str | None
    run_ms: float
    function_arn: str
    function_version: str


def pack(call: RecordedCall) -> bytes:
    """The call as compressed JSON."""
    document = {
        **{name: getattr(call, name) for name in RecordedCall.__slots__},
        "answer": None if call.answer is None else call.answer.decode("utf-8", "replace"),
        "draft": asdict(call.draft),
    }
    return zlib.compress(encode(document), 1)


def unpack(packed: bytes) -> RecordedCall:
    document = orjson.loads(zlib.decompress(packed))
    answer = document.pop("answer")
    return RecordedCall(
        answer=None if answer is None else answer.encode(),
        draft=_draft(document.pop("draft")),
        **document,
    )


def _draft(document: dict[str, Any]) -> TokenDraft:
    return TokenDraft(
        id_claims=document["id_claims"],
        access_claims=document["access_claims"],
        scopes=tuple(document["scopes"]),
        id_groups=_groups(document["id_groups"]),
        access_groups=_groups(document["access_groups"]),
    )


def _groups(document: dict[str, Any] | None) -> GroupConfiguration | None:
    if document is None:
        return None
    return GroupConfiguration(
        tuple(document["groups"]), tuple(document["roles"]), document["preferred_role"]
    )
