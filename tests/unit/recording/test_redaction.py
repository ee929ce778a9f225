"""What may not be kept of a recorded call is in no part of it, however it was written there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from poolhouse.domain.claims import TokenDraft
from poolhouse.recording.calls import RecordedCall, pack, unpack
from poolhouse.recording.redaction import redact

SUB = "6b1f3e2a-0000-4000-8000-000000000000"


def call(attributes: dict[str, str], claims: dict[str, Any]) -> RecordedCall:
    answer = {"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": claims}}}
    return RecordedCall(
        client_id="client",
        sub=SUB,
        source="Authentication",
        version="V2_0",
        event={"userName": "jose", "request": {"userAttributes": attributes}},
        draft=TokenDraft(
            id_claims={"sub": SUB, **attributes},
            access_claims={"sub": SUB},
            scopes=(),
            id_groups=None,
            access_groups=None,
        ),
        answer=json.dumps(answer, ensure_ascii=False).encode(),
        error=None,
        run_ms=1.0,
        function_arn="arn",
        function_version="$LATEST",
    )


def kept(found: RecordedCall, *patterns: str) -> str:
    redacted = redact(found, patterns, lambda value: f"redacted-{len(value)}")
    return repr(unpack(pack(redacted)))


def test_the_owner_of_a_call_goes_with_their_sub() -> None:
    assert SUB not in kept(call({"sub": SUB}, {}), "sub")


def test_a_value_within_another_leaves_nothing_of_it() -> None:
    attributes = {"given_name": "Valentina", "name": "Valentina Okonkwo"}
    text = kept(call(attributes, {"greeting": "Hello, Valentina Okonkwo!"}), "*name")
    assert "Valentina" not in text
    assert "Okonkwo" not in text


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_value_in_a_document_that_is_text(ascii_only: bool) -> None:
    attributes = {"name": 'Jos\u00e9 "Pepe" Garc\u00eda'}
    profile = json.dumps(attributes, ensure_ascii=ascii_only)
    text = kept(call(attributes, {"profile": profile}), "name")
    assert "Pepe" not in text
    assert "Garc" not in text
