"""A server dies, then the database: who was told yes has what they were told, and others go on."""

from __future__ import annotations

import pytest
from benchmarks import high_availability
from benchmarks.ledger import Account, Call, impact, losses
from benchmarks.postgresql_pair import programs

from server import Server


@pytest.mark.alone
@pytest.mark.skipif(programs() is None, reason="needs PostgreSQL")
@pytest.mark.skipif(high_availability.nginx_program() is None, reason="needs nginx")
def test_nothing_acknowledged_is_lost() -> None:
    report = high_availability.run(seconds=1.0, actors=3, detection_seconds=0.2)
    assert report.lost == []
    assert report.accounts > 0
    assert report.rotations > 0
    before, ended, killed, promoted = report.impacts
    assert before.errors == {}
    assert ended.errors == {}, "a server that is asked to end finishes what it has begun"
    for each in (ended, killed, promoted):
        assert each.recovered_seconds is not None, f"nobody was served after: {each.event}"
    # What was being answered when the process died, and nothing else.
    assert sum(killed.errors.values()) <= 3
    # Requests wait for the new primary, or are told in so many words to come again.
    assert set(promoted.errors) <= {"503 InternalErrorException"}


def test_what_is_missing_is_found_missing(server: Server) -> None:
    """The judge of the test above would see a loss."""
    idp = server.client()
    pool = idp.create_user_pool(PoolName="ledger")["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.sign_up(ClientId=client, Username="ines", Password="Harbour-lights-7")
    told = [
        Account("nobody"),
        Account("ines", confirmed=True, current="never-issued"),
    ]
    assert losses(server.client, pool, client, told) == [
        "nobody: the user is gone",
        "ines: the confirmation is gone",
        "ines: the refresh token does not work",
    ]


def test_recovery_is_counted_from_what_was_sent_after_the_event() -> None:
    calls = [
        Call("sign_up", sent=9.5, answered=10.1, error=None),  # was under way
        Call("sign_up", sent=10.2, answered=11.0, error="502 502"),
        Call("sign_up", sent=11.0, answered=12.5, error=None),
        Call("sign_up", sent=19.9, answered=20.5, error=None),  # belongs to the next event
    ]
    found = impact("kill", 10.0, 20.0, calls)
    assert (found.answers, found.errors) == (2, {"502 502": 1})
    assert found.recovered_seconds == 2.5
    assert found.longest_gap_seconds == 7.5
