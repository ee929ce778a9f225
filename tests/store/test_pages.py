"""Page tokens open for the list they were made for, and for nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.errors import InvalidParameterException
from poolhouse.store import pages
from poolhouse.store.sealing import Sealer

SEALER = Sealer(b"m" * 32)
PLACE = {"operation": "ListGroups", "pool_id": "p_1", "list_filter": "f"}


@given(st.lists(st.text() | st.integers(-(2**53), 2**53), min_size=1).map(tuple))
@settings(max_examples=50)
def test_a_token_opens_to_its_key(key: pages.Key) -> None:
    try:
        token = pages.seal_token(SEALER, key, **PLACE)
    except TypeError:  # lone surrogates are no text of ours
        return
    assert token is not None
    assert not any(character.isspace() for character in token)
    assert pages.open_token(SEALER, token, **PLACE) == key


def test_no_token_is_no_key_and_the_last_page_has_none() -> None:
    assert pages.open_token(SEALER, None, **PLACE) is None
    assert pages.seal_token(SEALER, None, **PLACE) is None


@pytest.mark.parametrize(
    "elsewhere",
    [{"operation": "ListUsers"}, {"pool_id": "p_2"}, {"list_filter": ""}, {"list_filter": "ff"}],
)
def test_it_opens_nowhere_else(elsewhere: dict[str, str]) -> None:
    token = pages.seal_token(SEALER, ("a",), **PLACE)
    with pytest.raises(InvalidParameterException, match=r"Invalid pagination token\."):
        pages.open_token(SEALER, token, **{**PLACE, **elsewhere})


def test_the_parts_of_a_place_cannot_run_together() -> None:
    token = pages.seal_token(SEALER, ("a",), operation="O", pool_id='p", "f', list_filter="")
    with pytest.raises(InvalidParameterException):
        pages.open_token(SEALER, token, operation="O", pool_id="p", list_filter="f")


@pytest.mark.parametrize("token", ["", "a", "é", "====", "AQ==", "A" * 1000, " "])
def test_nonsense_is_refused(token: str) -> None:
    with pytest.raises(InvalidParameterException, match=r"Invalid pagination token\."):
        pages.open_token(SEALER, token, **PLACE)


def test_another_houses_token_is_refused() -> None:
    token = pages.seal_token(Sealer(b"n" * 32), ("a",), **PLACE)
    with pytest.raises(InvalidParameterException):
        pages.open_token(SEALER, token, **PLACE)


@pytest.mark.parametrize(
    ("limit", "largest", "size"),
    [(None, 60, 60), (0, 60, 60), (5, 60, 5), (60, 60, 60), (61, 60, 60), (None, 50, 50)],
)
def test_sizes(limit: int | None, largest: int, size: int) -> None:
    assert pages.page_size(limit, largest) == size


def test_a_page_is_cut_where_more_is_known_to_follow() -> None:
    assert pages.cut("ab", 2, lambda item: (item,)) == pages.Page(("a", "b"))
    assert pages.cut("abc", 2, lambda item: (item,)) == pages.Page(("a", "b"), ("b",))
    assert pages.cut("", 2, lambda item: (item,)) == pages.Page(())
