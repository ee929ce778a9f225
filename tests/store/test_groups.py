"""Groups, memberships, resource servers and domains in the store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poolhouse.domain.records import Group, ResourceServer
from poolhouse.errors import (
    GroupExistsException,
    InvalidParameterException,
    ResourceNotFoundException,
)
from poolhouse.store import domains, groups, resource_servers, users
from poolhouse.store.database import Database
from poolhouse.store.domains import Domain
from sample_records import POOL_ID, pool, user

API = ResourceServer(POOL_ID, "https://api.test/v1", "berths", {"write": "w", "read": "r"})


def group(name: str, precedence: int | None = None) -> Group:
    return Group(POOL_ID, name, None, None, precedence, 1, 2)


async def test_a_group_is_written_once(database: Database) -> None:
    full = Group(POOL_ID, "pilots", "they steer", "arn:role", 0, 1, 2)
    await database.write(groups.insert, full)
    with pytest.raises(GroupExistsException, match="A group with the name already exists"):
        await database.write(groups.insert, group("pilots"))
    assert await groups.get(database, POOL_ID, "pilots") == full
    changed = replace(full, description=None, precedence=None, modified_ms=9)
    await database.write(groups.update, changed)
    assert await groups.find(database, POOL_ID, "pilots") == changed
    await database.write(groups.delete, POOL_ID, "pilots")
    assert await groups.find(database, POOL_ID, "pilots") is None
    with pytest.raises(ResourceNotFoundException, match=r"Group not found\."):
        await database.write(groups.update, full)
    with pytest.raises(ResourceNotFoundException, match=r"Group not found\."):
        await database.write(groups.delete, POOL_ID, "pilots")


async def test_a_users_groups_are_ordered(database: Database) -> None:
    for each in (group("z"), group("b", 1), group("top", 0), group("a", 1), group("y")):
        await database.write(groups.insert, each)
        await database.write(groups.add_member, POOL_ID, each.name, "sub-1")
    await database.write(groups.add_member, POOL_ID, "z", "sub-1")
    found = await groups.of_user(database, POOL_ID, "sub-1")
    assert [each.name for each in found] == ["top", "a", "b", "y", "z"]
    assert await groups.count_of_user(database, POOL_ID, "sub-1") == 5
    await database.write(groups.remove_member, POOL_ID, "z", "sub-1")
    await database.write(groups.remove_member, POOL_ID, "z", "sub-1")
    assert not await groups.is_member(database, POOL_ID, "z", "sub-1")
    await database.write(groups.remove_from_all, POOL_ID, "sub-1")
    assert await groups.of_user(database, POOL_ID, "sub-1") == ()


async def test_a_group_of_that_name_in_another_pool_is_another(database: Database) -> None:
    await database.write(groups.insert, group("pilots"))
    await database.write(groups.add_member, POOL_ID, "pilots", "sub-1")
    assert await groups.of_user(database, "eu-west-1_Other0000", "sub-1") == ()
    assert await groups.find(database, "eu-west-1_Other0000", "pilots") is None


async def test_pages_of_members(database: Database) -> None:
    await database.write(groups.insert, group("pilots"))
    members = [replace(user(f"user-{number}"), sub=f"sub-{number}") for number in range(5)]
    for each in [*members, replace(user("ashore"), sub="sub-9")]:
        await database.write(users.insert, pool(), each)
    for each in reversed(members):
        await database.write(groups.add_member, POOL_ID, "pilots", each.sub)
    first = await groups.members_page(database, POOL_ID, "pilots", size=3)
    assert [each.username for each in first.items] == ["user-0", "user-1", "user-2"]
    assert first.next_key == ("sub-2",)
    rest = await groups.members_page(database, POOL_ID, "pilots", after="sub-2", size=3)
    assert ([each.sub for each in rest.items], rest.next_key) == (["sub-3", "sub-4"], None)
    other = "eu-west-1_Other0000"
    assert (await groups.members_page(database, other, "pilots", size=3)).items == ()


async def test_a_scope_exists_while_its_resource_server_has_it(database: Database) -> None:
    await database.write(resource_servers.insert, API)
    assert await resource_servers.get(database, POOL_ID, API.identifier) == API
    assert list((await resource_servers.of_pool(database, POOL_ID))[0].scopes) == ["write", "read"]
    for scope, exists in {
        "https://api.test/v1/read": True,
        "https://api.test/v1/erase": False,
        "https://api.test/read": False,
        "read": False,
        "/read": False,
        "": False,
    }.items():
        assert await resource_servers.scope_exists(database, POOL_ID, scope) is exists
    await database.write(resource_servers.update, replace(API, scopes={}))
    assert not await resource_servers.scope_exists(database, POOL_ID, "https://api.test/v1/read")


async def test_a_resource_server_is_written_once(database: Database) -> None:
    await database.write(resource_servers.insert, API)
    with pytest.raises(
        InvalidParameterException, match=f"{API.identifier} already exists in user pool {POOL_ID}."
    ):
        await database.write(resource_servers.insert, replace(API, name="other"))
    assert (await resource_servers.get(database, POOL_ID, API.identifier)).name == "berths"


async def test_a_domain_leads_to_its_pool(database: Database) -> None:
    domain = Domain(POOL_ID, "harbour", 1, "20260921141320")
    await database.write(domains.insert, domain)
    found = await domains.find_by_name(database, "harbour")
    assert found == domain
    assert await domains.of_pool(database, POOL_ID) == (domain,)
    assert await domains.find_by_name(database, "HARBOUR") is None
    with pytest.raises(InvalidParameterException, match="Domain already associated"):
        await database.write(domains.insert, replace(domain, pool_id="eu-west-1_Other0000"))
    changed = replace(domain, custom={"CertificateArn": "arn"}, managed_login_version=2)
    await database.write(domains.update, changed)
    assert await domains.get(database, POOL_ID, "harbour") == changed
    with pytest.raises(InvalidParameterException, match="No such domain"):
        await domains.get(database, "eu-west-1_Other0000", "harbour")
    await database.write(domains.delete, changed)
    assert await domains.find_by_name(database, "harbour") is None
