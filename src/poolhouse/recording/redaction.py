"""Values that must not be kept, replaced before a call is written.

A value is replaced wherever it turns up: in the event, in the draft, and in the answer of a
function that copied it. The same value gets the same stand-in, so that code which compares or
counts values finds the same again. What a function *derived* from a value (the domain of an e-mail
address, its hash) is not recognized.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from poolhouse.domain.claims import TokenDraft
from poolhouse.domain.trigger_answers import parse
from poolhouse.errors import ServiceError
from poolhouse.recording.calls import RecordedCall
from poolhouse.store.json_text import encode

_SHORTEST_WITHIN = 6
"""Within longer text only values that can hardly be there by chance are replaced."""

_SHORTEST_ANYWHERE = 4
"""Shorter values (``true``, ``1``) tell nobody apart; replaced in their own place only."""

_METADATA = "clientMetadata."
_USER_NAME = "userName"


def redact(
    call: RecordedCall, patterns: Iterable[str], stand_in: Callable[[str], str]
) -> RecordedCall:
    """The call without the values whose names match one of ``patterns``."""
    wanted = tuple(patterns)
    if not wanted:
        return call
    request = call.event.get("request", {})
    named = {
        **(request.get("userAttributes") or {}),
        **{_METADATA + name: v for name, v in (request.get("clientMetadata") or {}).items()},
        _USER_NAME: call.event.get("userName"),
    }
    hidden = {
        name: value
        for name, value in named.items()
        if isinstance(value, str) and value and any(fnmatchcase(name, one) for one in wanted)
    }
    if not hidden:
        return call
    # The longest first: a value that is part of another must not leave the rest of it.
    values = sorted(set(hidden.values()), key=lambda value: (-len(value), value))
    stand_ins = {form: stand_in(value) for value in values for form in _forms(value)}
    names = {name.removeprefix(_METADATA) for name in hidden}
    return replace(
        call,
        sub=None if call.sub is None else stand_ins.get(call.sub, call.sub),
        event=_redacted(call.event, stand_ins, names),
        draft=_redacted_draft(call.draft, stand_ins, names),
        answer=None if call.answer is None else _redacted_answer(call.answer, stand_ins, names),
    )


def _forms(value: str) -> tuple[str, ...]:
    """The value, and how JSON writes it: functions put documents into claims as text."""
    escaped = (json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return tuple(dict.fromkeys((value, *escaped)))


def _redacted(value: Any, stand_ins: Mapping[str, str], names: set[str], name: str = "") -> Any:
    if isinstance(value, str):
        return _redacted_text(value, stand_ins, in_place=name in names)
    if isinstance(value, Mapping):
        return {key: _redacted(item, stand_ins, names, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item, stand_ins, names, name) for item in value]
    return value


def _redacted_text(text: str, stand_ins: Mapping[str, str], *, in_place: bool) -> str:
    whole = stand_ins.get(text)
    if whole is not None and (in_place or len(text) >= _SHORTEST_ANYWHERE):
        return whole
    for value, stand_in in stand_ins.items():
        if len(value) >= _SHORTEST_WITHIN:
            text = text.replace(value, stand_in)
    return text


def _redacted_draft(draft: TokenDraft, stand_ins: Mapping[str, str], names: set[str]) -> TokenDraft:
    # Scopes and groups are names that the pool's owner chose; attributes are in the claims.
    id_claims = draft.id_claims
    return replace(
        draft,
        id_claims=None if id_claims is None else _redacted(dict(id_claims), stand_ins, names),
        access_claims=_redacted(dict(draft.access_claims), stand_ins, names),
    )


def _redacted_answer(answer: bytes, stand_ins: Mapping[str, str], names: set[str]) -> bytes:
    try:
        return encode(_redacted(parse(answer), stand_ins, names))
    except ServiceError:
        # No JSON, so nobody can tell what is in it.
        return b"(an answer that is no JSON)"
