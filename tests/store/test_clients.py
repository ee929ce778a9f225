"""App clients in the store: secrets are opened once per change, and sealed to their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counting_reader import CountingReader
from poolhouse.domain.records import AppClient
from poolhouse.errors import ConcurrentModificationException, ResourceNotFoundException
from poolhouse.store import clients
from poolhouse.store.clients import StoredSecret
from poolhouse.store.database import Database
from poolhouse.store.sealing import SealBroken, Sealer
from sample_records import app_client

SEALER = Sealer(b"m" * 32)
POOL_ID = "eu-west-1_Q7hYk2LmN"


def client(client_id: str, name: str = "portal") -> AppClient:
    return replace(app_client(ClientName=name), id=client_id)


def sealed(client_id: str, secret_id: str, secret: str, now_ms: int = 5) -> StoredSecret:
    return clients.seal_secret(
        SEALER,
        pool_id=POOL_ID,
        client_id=client_id,
        secret_id=secret_id,
        secret=secret,
        now_ms=now_ms,
    )


async def test_what_was_written_is_read_by_either_key(database: Database) -> None:
    record = client("readclient")
    await database.write(clients.insert, record)
    found = await clients.get(database, SEALER, POOL_ID, record.id)
    assert replace(found, revision=0) == record
    assert await clients.get_by_id(database, SEALER, record.id) is found


async def test_an_unchanged_client_costs_one_small_read(database: Database) -> None:
    record = client("quietclient")
    await database.write(clients.insert, record)
    await database.write(clients.insert_secret, sealed(record.id, "one", "first"))
    found = await clients.get(database, SEALER, POOL_ID, record.id)
    reader = CountingReader(database)
    assert await clients.get(reader, SEALER, POOL_ID, record.id) is found
    assert await clients.get_by_id(reader, SEALER, record.id) is found
    assert len(reader.asked) == 2
    assert not any("document" in asked or "secret" in asked for asked in reader.asked)


async def test_adding_and_removing_a_secret_is_seen_at_once(database: Database) -> None:
    record = client("secretclient")
    await database.write(clients.insert, record)
    assert (await clients.get(database, SEALER, POOL_ID, record.id)).secrets == ()
    await database.write(clients.insert_secret, sealed(record.id, "one", "first", 5))
    await database.write(clients.insert_secret, sealed(record.id, "two", "second", 6))
    found = await clients.get(database, SEALER, POOL_ID, record.id)
    assert found.secrets == ("first", "second")
    assert found.modified_ms == 6
    assert await database.write(clients.delete_secret, POOL_ID, record.id, "one", 7)
    assert (await clients.get(database, SEALER, POOL_ID, record.id)).secrets == ("second",)
    assert not await database.write(clients.delete_secret, POOL_ID, record.id, "one", 7)


async def test_a_secret_opens_nowhere_else(database: Database) -> None:
    """A row copied to another client must not let that client in."""
    stolen = replace(sealed("victim", "one", "first"), client_id="thief")
    with pytest.raises(SealBroken):
        clients.open_secret(SEALER, stolen)
    await database.write(clients.insert, client("thief"))
    await database.write(clients.insert_secret, stolen)
    with pytest.raises(SealBroken):
        await clients.get(database, SEALER, POOL_ID, "thief")


async def test_of_two_changes_to_one_state_the_second_fails(database: Database) -> None:
    await database.write(clients.insert, client("racyclient"))
    record = await clients.get(database, SEALER, POOL_ID, "racyclient")
    for name, fails in (("quay", False), ("pier", True)):
        settings = {**record.settings, "ClientName": name}
        if fails:
            with pytest.raises(ConcurrentModificationException):
                await database.write(clients.update, record, settings=settings, modified_ms=9)
        else:
            await database.write(clients.update, record, settings=settings, modified_ms=9)
    assert (await clients.get(database, SEALER, POOL_ID, "racyclient")).name == "quay"


async def test_a_deleted_client_leaves_no_secret(database: Database) -> None:
    record = client("goneclient")
    await database.write(clients.insert, record)
    await database.write(clients.insert_secret, sealed(record.id, "one", "first"))
    await database.write(clients.delete, POOL_ID, record.id)
    assert await clients.secrets_of(database, POOL_ID, record.id) == ()
    message = f"User pool client {record.id} does not exist."
    with pytest.raises(ResourceNotFoundException, match=message):
        await clients.get_by_id(database, SEALER, record.id)
    with pytest.raises(ResourceNotFoundException, match=message):
        await clients.get(database, SEALER, POOL_ID, record.id)
    with pytest.raises(ResourceNotFoundException, match=message):
        await database.write(clients.delete, POOL_ID, record.id)
    with pytest.raises(ResourceNotFoundException, match=message):
        await database.write(clients.update, record, settings=record.settings, modified_ms=9)


async def test_a_client_is_found_in_its_own_pool_only(database: Database) -> None:
    await database.write(clients.insert, client("homeclient"))
    with pytest.raises(ResourceNotFoundException):
        await clients.get(database, SEALER, "eu-west-1_Other0000", "homeclient")


async def test_pages_cover_every_client_once(database: Database) -> None:
    made = {f"client{number}": f"name {number}" for number in range(5)}
    for client_id, name in made.items():
        await database.write(clients.insert, client(client_id, name))
    seen: list[tuple[str, str]] = []
    after = ""
    while True:
        page = await clients.list_page(database, POOL_ID, after=after, size=2)
        seen += [(each.client_id, each.name) for each in page.items]
        if page.next_key is None:
            break
        after = str(page.next_key[0])
    assert seen == list(made.items())
    assert await clients.count(database, POOL_ID) == 5
