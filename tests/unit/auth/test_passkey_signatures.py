"""Whatever an authenticator sends, the answer is one of the service's own."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.auth import passkey_signatures
from poolhouse.errors import ServiceError
from poolhouse.store.passkeys import Passkey
from software_authenticator import Authenticator, b64

HOUSE: Any = SimpleNamespace(settings=SimpleNamespace(mode="development"))
CHALLENGE = "A" * 43
KEY = Authenticator()
REGISTRATION = KEY.register({"challenge": CHALLENGE, "rp": {"id": "localhost"}})
ASSERTION = json.loads(KEY.sign({"challenge": CHALLENGE, "rpId": "localhost"}))

places = st.floats(0, 0.999)
changes = st.lists(st.tuples(places, st.binary(max_size=6)), min_size=1, max_size=4)
odd = st.one_of(
    st.none(), st.integers(), st.lists(st.text()), st.dictionaries(st.text(), st.text())
)


def _passkey() -> Passkey:
    numbers = KEY.key.public_key().public_numbers()
    x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
    public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
    return Passkey("pool", b64(KEY.id), "sub", "localhost", public, 0, 0, "Passkey")


PASSKEY = _passkey()


def changed(text: str, edits: list[tuple[float, bytes]]) -> str:
    """Base64url text with some of its bytes replaced, or cut off where nothing replaces them."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for place, new in edits:
        at = int(place * len(data))
        data = data[:at] + new + (data[at + len(new) :] if new else b"")
    return b64(data)


def register(credential: Any) -> None:
    parsed, challenge = passkey_signatures.read_registration(credential)
    passkey_signatures.judge_registration(
        HOUSE, parsed, challenge, "localhost", user_verification=False
    )


def sign_in(credential: Any) -> None:
    parsed = passkey_signatures.read_assertion(json.dumps(credential))
    passkey_signatures.judge_assertion(HOUSE, parsed, CHALLENGE, PASSKEY, user_verification=False)


def test_what_was_not_changed_is_accepted() -> None:
    register(REGISTRATION)
    sign_in(ASSERTION)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["clientDataJSON", "attestationObject"]), changes)
def test_a_changed_registration(member: str, edits: list[tuple[float, bytes]]) -> None:
    response = REGISTRATION["response"]
    text = changed(response[member], edits)
    try:
        register({**REGISTRATION, "response": {**response, member: text}})
    except ServiceError:
        return


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), changes)
def test_a_changed_assertion_signs_nobody_in(member: str, edits: list[tuple[float, bytes]]) -> None:
    response = ASSERTION["response"]
    text = changed(response[member], edits)
    if text == response[member]:
        return
    with pytest.raises(ServiceError):
        sign_in({**ASSERTION, "response": {**response, member: text}})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*ASSERTION, *ASSERTION["response"]]), odd)
def test_members_of_another_type(member: str, value: Any) -> None:
    for credential, judge in ((REGISTRATION, register), (ASSERTION, sign_in)):
        response = credential["response"]
        where = {**response, member: value} if member in response else response
        whole = {**credential, "response": where}
        if member in credential:
            whole[member] = value
        try:
            judge(whole)
        except ServiceError:
            continue


def test_an_assertion_for_another_challenge_or_of_another_key() -> None:
    parsed = passkey_signatures.read_assertion(json.dumps(ASSERTION))
    other = replace(PASSKEY, sign_count=KEY.counter)
    for challenge, passkey in (("B" * 43, PASSKEY), (CHALLENGE, other)):
        with pytest.raises(ServiceError):
            passkey_signatures.judge_assertion(
                HOUSE, parsed, challenge, passkey, user_verification=False
            )
