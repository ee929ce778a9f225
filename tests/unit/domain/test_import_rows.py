"""What a file of users may say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import import_rows
from poolhouse.domain.import_rows import BadFile, BadRow, ImportedUser
from poolhouse.domain.pool_settings import for_create, record
from poolhouse.domain.records import UserPool

BCRYPT = "$2b$04$abcdefghijklmnopqrstuuFEYHZSBQwTlW7Y1dAbw7LxjKzjQqQpS"


def pool(**settings: Any) -> UserPool:
    made = for_create(
        {"PoolName": "p", "AutoVerifiedAttributes": ["email"], **settings}, region="r"
    )
    return record("r_1", "r", 0, 0, made.settings)


def read(values: dict[str, str], *, algorithm: Any = None, **settings: Any) -> ImportedUser:
    made = pool(**settings)
    names = import_rows.header(made) + ([import_rows.PASSWORD_HASH] if algorithm else [])
    row = {
        "cognito:username": "ann",
        "cognito:mfa_enabled": "FALSE",
        "email": "ann@mast.test",
        "email_verified": "True",
        **values,
    }
    line = ",".join(row.get(name, "").replace(",", r"\,") for name in names)
    return import_rows.read(made, names, line, algorithm)


def test_the_header_is_in_the_schemas_order() -> None:
    made = pool(Schema=[{"Name": "berth", "AttributeDataType": "String"}])
    assert import_rows.header(made) == [
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
        *("profile", "picture", "website", "email", "email_verified", "gender", "birthdate"),
        *("zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at"),
        *("custom:berth", "cognito:mfa_enabled", "cognito:username"),
    ]


def test_columns_in_any_order_but_all_of_them() -> None:
    names = import_rows.header(pool())
    assert import_rows.columns(pool(), ",".join(reversed(names)), None) == tuple(reversed(names))
    for line in (",".join(names[1:]), ",".join([*names, "x"]), "\ufeff" + ",".join(names), ""):
        with pytest.raises(BadFile):
            import_rows.columns(pool(), line, None)
    with pytest.raises(BadFile):
        import_rows.columns(pool(), ",".join(names), "BCRYPT")


@given(st.lists(st.text(st.characters(exclude_characters="\\\r\n")), min_size=1))
def test_splitting_undoes_escaping(values: list[str]) -> None:
    line = ",".join(value.replace(",", r"\,") for value in values)
    assert import_rows.split(line) == [value.strip() for value in values]


def test_a_good_row() -> None:
    user = read({"name": "Ann, of Mast", "birthdate": "02/28/1990", "updated_at": "1700000000"})
    assert user.username == "ann"
    assert user.attributes == {
        "name": "Ann, of Mast",
        "birthdate": "02/28/1990",
        "updated_at": "1700000000",
        "email": "ann@mast.test",
        "email_verified": "true",
    }
    assert (user.mfa_enabled, user.password_hash) == (False, None)


def test_a_name_that_is_an_attribute() -> None:
    user = read({"cognito:username": "ann@mast.test"}, UsernameAttributes=["email"])
    assert (user.username, user.attributes["email"]) == (None, "ann@mast.test")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email_verified": "FALSE"}, import_rows.NOTHING_VERIFIED),
        ({"email": ""}, import_rows.NOTHING_VERIFIED),
        ({"email_verified": "yes"}, "email_verified must be true or false."),
        ({"cognito:mfa_enabled": ""}, "cognito:mfa_enabled must be true or false."),
        ({"cognito:mfa_enabled": "true"}, "must be false: the user pool has no MFA."),
        ({"cognito:username": "a b"}, "1 to 128 characters, and no spaces"),
        ({"cognito:username": ""}, "1 to 128 characters, and no spaces"),
        ({"birthdate": "1990-02-28"}, "birthdate must be written as mm/dd/yyyy."),
        ({"birthdate": "28/02/1990"}, "birthdate must be written as mm/dd/yyyy."),
        ({"email": "nobody"}, "Invalid email address format."),
        ({"updated_at": "yesterday"}, "updated_at"),
        ({"name": "x" * 16_000}, "longer than 16000"),
    ],
)
def test_a_bad_row_and_why(values: dict[str, str], reason: str) -> None:
    with pytest.raises(BadRow) as caught:
        read(values)
    assert reason in str(caught.value)


def test_a_reason_never_quotes_the_row() -> None:
    for values in ({"email": "sec-ret"}, {"updated_at": "sec-ret"}, {"birthdate": "sec-ret"}):
        with pytest.raises(BadRow) as caught:
            read(values)
        assert "sec-ret" not in str(caught.value)


def test_required_attributes_need_values() -> None:
    with pytest.raises(BadRow, match="Required attributes have no value: name"):
        read({}, Schema=[{"Name": "name", "Required": True}])


@pytest.mark.parametrize(
    ("algorithm", "text", "good"),
    [
        ("BCRYPT", BCRYPT, True),
        ("BCRYPT", BCRYPT.replace("$04$", "$15$"), False),
        ("BCRYPT", "hunter2", False),
        ("SCRYPT", "$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$bm9uc2Vuc2Vub25zZW5zZW5vbnNlbnNl", True),
        ("SCRYPT", "$scrypt$ln=22,r=8,p=1$c2FsdHNhbHQ$bm9uc2Vuc2Vub25zZW5zZW5vbnNlbnNl", False),
        ("SCRYPT", "$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$eA", False),
        ("SCRYPT", "$scrypt$ln=0,r=8,p=1$c2FsdHNhbHQ$bm9uc2Vuc2Vub25zZW5zZW5vbnNlbnNl", False),
        ("ARGON2ID", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$bm9uc2Vuc2U", True),
        ("ARGON2ID", "$argon2id$v=19$m=9999999,t=3,p=4$c2FsdHNhbHQ$bm9uc2Vuc2U", False),
        ("ARGON2ID", "$argon2i$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$bm9uc2Vuc2U", False),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$29000$c2Fs.A$bm9uc2Vuc2Vub25zZW5zZW5vbnNlbnNl", True),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$i=29000$c2FsdA$bm9uc2Vuc2Vub25zZW5zZW5vbnNlbnNl", True),
        ("PBKDF2_SHA256", "$pbkdf2-sha256$99999999$c2FsdA$bm9uc2Vuc2Vub25zZW5zZW5vbnNl", False),
        ("PBKDF2_SHA256", BCRYPT, False),
    ],
)
def test_hashes_of_the_jobs_algorithm_only(algorithm: Any, text: str, good: bool) -> None:
    values = {import_rows.PASSWORD_HASH: text}
    if good:
        assert read(values, algorithm=algorithm).password_hash == text
    else:
        with pytest.raises(BadRow, match="no hash"):
            read(values, algorithm=algorithm)
