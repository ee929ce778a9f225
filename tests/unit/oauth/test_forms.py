"""Bodies of the OAuth endpoints: what is a form, and what it says."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.oauth import forms
from poolhouse.oauth.errors import OAuthError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(texts, texts, max_size=20))
def test_a_form_says_what_was_written(fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    assert forms.parse(body) == {name: value for name, value in fields.items() if value}


@given(st.binary(max_size=200))
def test_any_body_is_a_form_or_refused(body: bytes) -> None:
    with suppress(OAuthError):
        assert all(forms.parse(body).values())


@pytest.mark.parametrize("body", [b"a=1&a=1", b"a=1&b=2&a=", b"a&a"])
def test_a_parameter_is_given_once(body: bytes) -> None:
    with pytest.raises(OAuthError):
        forms.parse(body)


def test_blanks_and_plus_signs() -> None:
    assert forms.parse(b"a=x+y&b=x%2By&c=x%20y") == {"a": "x y", "b": "x+y", "c": "x y"}
