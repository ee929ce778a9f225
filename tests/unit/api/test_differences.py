from __future__ import annotations

from poolhouse.api.contract import operations
from poolhouse.api.differences import DIFFERENCES, LATER
from poolhouse.api.registry import registered


def test_only_operations_that_are_here_differ() -> None:
    assert DIFFERENCES.keys() <= registered().keys()
    assert LATER.keys() <= operations().keys()


def test_a_difference_is_one_line_of_sentences() -> None:
    for sentence in DIFFERENCES.values():
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "|" not in sentence
