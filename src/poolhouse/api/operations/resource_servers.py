"""Resource servers: the APIs behind a user pool, and the scopes they define."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import scopes
from poolhouse.domain.records import ResourceServer
from poolhouse.errors import LimitExceededException
from poolhouse.store import pages, pools, resource_servers
from poolhouse.store.database import Transaction

MAXIMUM_RESOURCE_SERVERS_PER_POOL = 25
_LARGEST_PAGE = 50


@operation
async def create_resource_server(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    server = _resource_server(request, pool.id)
    await call.house.db.write(_insert, server)
    return {"ResourceServer": _resource_server_type(server)}


async def _insert(transaction: Transaction, server: ResourceServer) -> None:
    await pools.get(transaction, server.pool_id)
    taken = await resource_servers.find(transaction, server.pool_id, server.identifier)
    count = await resource_servers.count(transaction, server.pool_id)
    if taken is None and count >= MAXIMUM_RESOURCE_SERVERS_PER_POOL:
        raise LimitExceededException(
            f"A user pool cannot have more than {MAXIMUM_RESOURCE_SERVERS_PER_POOL} resource "
            "servers."
        )
    await resource_servers.insert(transaction, server)


@operation
async def describe_resource_server(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    server = await resource_servers.get(call.house.db, pool.id, request["Identifier"])
    return {"ResourceServer": _resource_server_type(server)}


@operation
async def update_resource_server(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    server = _resource_server(request, pool.id)
    await call.house.db.write(resource_servers.update, server)
    return {"ResourceServer": _resource_server_type(server)}


@operation
async def delete_resource_server(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(resource_servers.delete, pool.id, request["Identifier"])
    return None


@operation
async def list_resource_servers(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    after = pages.open_token(
        house.sealer, request.get("NextToken"), operation=call.operation, pool_id=pool.id
    )
    page = await resource_servers.list_page(
        house.db,
        pool.id,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("MaxResults"), _LARGEST_PAGE),
    )
    return {
        "ResourceServers": [_resource_server_type(server) for server in page.items],
        "NextToken": pages.seal_token(
            house.sealer, page.next_key, operation=call.operation, pool_id=pool.id
        ),
    }


def _resource_server(request: Request, pool_id: str) -> ResourceServer:
    return ResourceServer(
        pool_id=pool_id,
        identifier=request["Identifier"],
        name=request["Name"],
        scopes=scopes.declared(request.get("Scopes")),
    )


def _resource_server_type(server: ResourceServer) -> dict[str, Any]:
    """``ResourceServerType``; a resource server without scopes has no such member."""
    declared = [
        {"ScopeName": name, "ScopeDescription": description}
        for name, description in server.scopes.items()
    ]
    return {
        "UserPoolId": server.pool_id,
        "Identifier": server.identifier,
        "Name": server.name,
        "Scopes": declared or None,
    }
