"""Every statement of the store compiles for both databases, to the same parameters."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, update

from poolhouse.store.schema import auth_sessions, codes
from poolhouse.store.statements import Statement, insert_or_update, update_by
from store_statements import statements


def test_there_are_statements_to_compare() -> None:
    found = statements()
    assert {"users._DELETE", "expiry._EXPIRED[0]", "user_search._STATUS.equal"} <= set(found)


@pytest.mark.parametrize("place", statements())
def test_one_statement_means_the_same_on_both_databases(place: str) -> None:
    statement = statements()[place]
    sqlite, postgresql = statement.sqlite, statement.postgresql
    given = [set(compiled.names) - set(compiled.constants) for compiled in (sqlite, postgresql)]
    assert given[0] == given[1]
    for name in sqlite.names:
        assert f":{name}" in sqlite.text
    for number in range(1, len(postgresql.names) + 1):
        assert f"${number}" in postgresql.text


def test_a_statement_is_compiled_once() -> None:
    statement = update_by(codes, ("pool_id",), ("destination",))
    assert statement.sqlite is statement.sqlite
    assert statement.postgresql is statement.postgresql


def test_a_repeated_parameter_has_one_place() -> None:
    compiled = Statement(
        select(codes.c.sub).where(
            codes.c.pool_id == bindparam("x"), codes.c.sub > bindparam("x"), codes.c.purpose == "p"
        )
    ).postgresql
    assert len(compiled.names) == 2
    assert compiled.parameters({"x": "1"}) == {"x": "1", "purpose_1": "p"}


def test_a_constant_may_be_nothing() -> None:
    clause = update(auth_sessions).where(auth_sessions.c.sub == bindparam("key")).values(used=None)
    assert Statement(clause).sqlite.parameters({"key": "ann"}) == {"key": "ann", "used": None}


def test_a_row_takes_the_place_of_another_by_its_primary_key_alone() -> None:
    put = insert_or_update(codes)
    for text in (put.sqlite.text, put.postgresql.text):
        assert "ON CONFLICT (pool_id, sub, purpose) DO UPDATE SET code_hash" in text
        assert "SET pool_id" not in text
