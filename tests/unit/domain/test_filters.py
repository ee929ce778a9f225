from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import filters
from poolhouse.domain.filters import Filter
from poolhouse.errors import InvalidParameterException
from sample_records import pool

PLAIN = pool()
INSENSITIVE = pool(UsernameConfiguration={"CaseSensitive": False})


@pytest.mark.parametrize(
    ("text", "attribute", "operator", "value"),
    [
        ('email = "ines@harbour.test"', "email", "=", "ines@harbour.test"),
        ('email="ines"', "email", "=", "ines"),
        ('  name ^=  "In"  ', "name", "^=", "In"),
        ('cognito:user_status = "CONFIRMED"', "cognito:user_status", "=", "CONFIRMED"),
        ('status = "Enabled"', "status", "=", "Enabled"),
        ('sub = ""', "sub", "=", ""),
        (r'family_name = "O\"Neil"', "family_name", "=", 'O"Neil'),
        (r'family_name = "a\\"', "family_name", "=", "a\\"),
        (r'family_name = "a\b"', "family_name", "=", r"a\b"),
        ("name = \"a = 'b'\"", "name", "=", "a = 'b'"),
    ],
)
def test_parsed(text: str, attribute: str, operator: str, value: str) -> None:
    found = filters.parse(text, PLAIN)
    assert found is not None
    assert (found.attribute, found.operator, found.value) == (attribute, operator, value)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_finds_everybody(text: str) -> None:
    assert filters.parse(text, PLAIN) is None


@pytest.mark.parametrize(
    "text",
    [
        "email = ines",
        'email == "ines"',
        'email "ines"',
        'email = "ines',
        "email = 'ines'",
        'email = "ines" and name = "Ines"',
        '= "ines"',
        'email = "in"es"',
        r'email = "ines\"',
        'email ^ = "i"',
        '"' + "\\" * 255,
    ],
)
def test_unparseable(text: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        filters.parse(text, PLAIN)
    assert refusal.value.message == "Error while parsing filter"


@pytest.mark.parametrize("attribute", ["custom:foo", "Email", "nickname", "enabled"])
def test_unsearchable(attribute: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        filters.parse(f'{attribute} = "x"', PLAIN)
    assert refusal.value.message == f"Invalid search attribute: {attribute}"


@pytest.mark.parametrize(
    ("text", "candidate", "found"),
    [
        ('email = "INES@harbour.test"', "ines@Harbour.test", True),
        ('email = "ines"', "ines@harbour.test", False),
        ('email ^= "INES"', "ines@harbour.test", True),
        ('email = ""', "", False),
        ('email ^= ""', "ines@harbour.test", True),
        ('email ^= ""', None, False),
        ('cognito:user_status = "confirmed"', "CONFIRMED", True),
        ('status = "enabled"', "Enabled", False),
        ('status = "Enabled"', "Enabled", True),
        ('username = "Ines"', "ines", False),
        ('username ^= "in"', "ines", True),
    ],
)
def test_matching(text: str, candidate: str | None, found: bool) -> None:
    condition = filters.parse(text, PLAIN)
    assert condition is not None
    assert condition.matches(candidate) is found


def test_usernames_compare_as_the_pool_does() -> None:
    condition = filters.parse('username = "INES"', INSENSITIVE)
    assert condition is not None
    assert condition.matches("ines")
    assert condition.key == "ines"
    assert Filter("username", "=", "INES", case_sensitive=True).key == "INES"


@given(
    attribute=st.sampled_from(sorted(filters.SEARCHABLE)),
    operator=st.sampled_from(["=", "^="]),
    value=st.text(max_size=200),
)
def test_every_value_can_be_written_and_read_back(
    attribute: str, operator: str, value: str
) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    condition = filters.parse(f'{attribute} {operator} "{escaped}"', PLAIN)
    assert condition is not None
    assert (condition.attribute, condition.operator, condition.value) == (
        attribute,
        operator,
        value,
    )
    assert condition.matches(value) is (bool(value) or operator == "^=")


@given(st.text(max_size=256))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        filters.parse(text, PLAIN)
    except InvalidParameterException:
        return
