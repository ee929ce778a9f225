"""Answers of the triggers: what fits is read, and everything else is refused, never a crash."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolhouse.domain import (
    custom_challenges,
    custom_messages,
    inbound_identities,
    migrated_users,
    sign_up_answers,
)
from poolhouse.domain.custom_messages import CustomWords, Placeholders
from poolhouse.domain.inbound_identities import InboundIdentity
from poolhouse.errors import InvalidLambdaResponseException

PROFILE = {"email": "ines@quay.test", "phone_number": "+4915100000007"}
CODE = Placeholders("{####}")
READERS: dict[str, tuple[Callable[[Mapping[str, Any]], object], Mapping[str, Any]]] = {
    "sign_up": (lambda answer: sign_up_answers.read(answer, PROFILE), sign_up_answers.SKELETON),
    "decision": (custom_challenges.read_decision, custom_challenges.DECISION_SKELETON),
    "challenge": (custom_challenges.read_challenge, custom_challenges.CHALLENGE_SKELETON),
    "verdict": (custom_challenges.read_verdict, custom_challenges.VERDICT_SKELETON),
    "migrated": (migrated_users.read, migrated_users.SKELETON),
    "words": (
        lambda answer: custom_messages.read(answer, "email", CODE),
        custom_messages.SKELETON,
    ),
    "inbound": (inbound_identities.read, inbound_identities.SKELETON),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


@pytest.mark.parametrize("name", READERS)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_answer_is_read_or_refused(name: str, data: st.DataObject) -> None:
    read, skeleton = READERS[name]
    members = st.sampled_from([*skeleton, "unknown"])
    answer = data.draw(st.dictionaries(members, ANYTHING))
    with contextlib.suppress(InvalidLambdaResponseException):
        read(answer)


@pytest.mark.parametrize("name", sorted(set(READERS) - {"decision"}))
def test_an_answer_as_it_was_sent_decides_nothing(name: str) -> None:
    read, skeleton = READERS[name]
    assert read(skeleton) == read({})


@given(st.text(max_size=200), st.booleans())
def test_words_need_their_code(text: str, with_code: bool) -> None:
    words = text + "{####}" if with_code else text.replace("{####}", "")
    try:
        read = custom_messages.read({"emailMessage": words}, "email", CODE)
    except InvalidLambdaResponseException:
        assert words
        assert not with_code
    else:
        assert read == CustomWords(words or None, None)
        assert with_code or not words


@given(st.text(min_size=1).filter(lambda text: "##}" not in text))
def test_a_link_has_a_text(text: str) -> None:
    found = custom_messages.LINK.search("{##" + text + "##}")
    assert found is not None
    assert custom_messages.LINK.search("{####}") is None


def test_identities_are_shown_in_the_providers_words() -> None:
    by_saml = InboundIdentity("Harbour", "SAML", saml={"mail": "ines@quay.test"})
    assert inbound_identities.request(by_saml) == {
        "providerName": "Harbour",
        "providerType": "SAML",
        "attributes": {"samlResponse": {"mail": "ines@quay.test"}},
    }
    by_oidc = InboundIdentity(
        "Google",
        "Google",
        token_response={"access_token": "a", "expires_in": 3600},
        id_token={"sub": "1"},
    )
    assert inbound_identities.request(by_oidc)["attributes"] == {
        "tokenResponse": {"access_token": "a", "expires_in": "3600"},
        "idToken": {"sub": "1"},
        "userInfo": {},
    }


@pytest.mark.parametrize(
    ("answer", "attributes"),
    [
        ({}, None),
        ({"userAttributesToMap": None}, None),
        ({"userAttributesToMap": {}}, None),
        ({"userAttributesToMap": {"email": "x" * 2048}}, {"email": "x" * 2048}),
    ],
)
def test_attributes_to_map(answer: dict[str, Any], attributes: dict[str, str] | None) -> None:
    assert inbound_identities.read(answer) == attributes


def test_a_value_that_is_too_long() -> None:
    with pytest.raises(InvalidLambdaResponseException):
        inbound_identities.read({"userAttributesToMap": {"email": "x" * 2049}})
