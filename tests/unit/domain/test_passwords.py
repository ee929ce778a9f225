from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import passwords
from poolhouse.domain.records import PasswordPolicy
from poolhouse.errors import InvalidPasswordException
from poolhouse.ids import Ids

FREE = PasswordPolicy(
    minimum_length=6,
    require_uppercase=False,
    require_lowercase=False,
    require_numbers=False,
    require_symbols=False,
)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Ab1!", "Password not long enough"),
        ("", "Password not long enough"),
        ("ABCDEF1!", "Password must have lowercase characters"),
        ("abcdef1!", "Password must have uppercase characters"),
        ("Abcdefg!", "Password must have numeric characters"),
        ("Abcdefg1", "Password must have symbol characters"),
        ("ABCDEFGH", "Password must have lowercase characters"),
        ("Äbcdefg1!", "Password must have uppercase characters"),
        ("Abcdefg٣!", "Password must have numeric characters"),
        ("Abcdefg1§", "Password must have symbol characters"),
        ("Ab1!" * 65, "Password too long"),
        ("Ab1! cdefgh", "Password must not contain white space"),
        ("Ab1!cdefgh\n", "Password must not contain white space"),
    ],
)
def test_refused(password: str, reason: str) -> None:
    with pytest.raises(InvalidPasswordException) as refusal:
        passwords.check(PasswordPolicy(), password)
    assert refusal.value.message == f"Password did not conform with policy: {reason}"


@pytest.mark.parametrize("symbol", sorted(passwords.SYMBOLS - {" "}))
def test_every_documented_symbol_counts(symbol: str) -> None:
    passwords.check(PasswordPolicy(), f"Abcdefg1{symbol}")


def test_nothing_is_asked_that_the_policy_does_not_ask() -> None:
    passwords.check(FREE, "ebbebb")
    passwords.check(PasswordPolicy(), "Ab1!" * 64)


policies = st.builds(
    PasswordPolicy,
    minimum_length=st.integers(6, 99),
    require_uppercase=st.booleans(),
    require_lowercase=st.booleans(),
    require_numbers=st.booleans(),
    require_symbols=st.booleans(),
)


@given(policy=policies, seed=st.integers(0, 2**32))
def test_a_temporary_password_always_conforms(policy: PasswordPolicy, seed: int) -> None:
    made = passwords.temporary(policy, random.Random(seed))
    passwords.check(policy, made)
    assert len(made) >= 12
    assert set(made).isdisjoint("0O1lI<>&\"'`\\{}")


def test_temporary_passwords_differ_and_come_from_the_given_source() -> None:
    ids = Ids.seeded(7)
    first, second = (passwords.temporary(PasswordPolicy(), ids.source) for _ in range(2))
    assert first != second
    assert first == passwords.temporary(PasswordPolicy(), Ids.seeded(7).source)


def test_a_real_source_draws_from_the_whole_alphabet() -> None:
    ids = Ids()
    drawn = set("".join(passwords.temporary(FREE, ids.source) for _ in range(200)))
    assert drawn >= set(string.ascii_lowercase) - {"l"}
