"""App clients: making, showing, changing and deleting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from poolhouse import app_clients
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import client_settings, scopes
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.store import (
    branding,
    clients,
    identity_providers,
    pages,
    pools,
    resource_servers,
    sign_ins,
    styles,
    terms,
)
from poolhouse.store.database import Transaction


@operation
async def create_user_pool_client(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    client = await app_clients.create(call.house, pool, request)
    return {"UserPoolClient": _client_type(client, client.settings, client.modified_ms)}


@operation
async def describe_user_pool_client(call: Call, request: Request) -> Response:
    client = await find_client(call, request)
    return {"UserPoolClient": _client_type(client, client.settings, client.modified_ms)}


@operation
async def update_user_pool_client(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    settings = client_settings.for_update(
        client,
        request,
        pool,
        await identity_providers.names(house.db, pool.id),
        await _scope_exists(call, pool),
    )
    await house.db.write(clients.update, client, settings=settings, modified_ms=call.now_ms)
    return {"UserPoolClient": _client_type(client, settings, call.now_ms)}


@operation
async def delete_user_pool_client(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(_delete, pool.id, request["ClientId"], call.now_ms)
    return None


async def _delete(transaction: Transaction, pool_id: str, client_id: str, now_ms: int) -> None:
    await clients.delete(transaction, pool_id, client_id)
    # Its refresh tokens end here; its access tokens name a client that no longer exists.
    await sign_ins.revoke_of_client(transaction, pool_id, client_id, now_ms)
    await styles.delete(transaction, pool_id, client_id)
    await branding.delete_of_client(transaction, pool_id, client_id)
    await terms.delete_of_client(transaction, pool_id, client_id)


@operation
async def list_user_pool_clients(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    kind = request.get("ClientType", "")
    after = pages.open_token(
        house.sealer,
        request.get("NextToken"),
        operation=call.operation,
        pool_id=pool.id,
        list_filter=kind,
    )
    page = await clients.list_page(
        house.db,
        pool.id,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("MaxResults")),
        registered={"DCR": True, "REGULAR": False}.get(kind),
    )
    return {
        "UserPoolClients": [
            {"ClientId": each.client_id, "UserPoolId": pool.id, "ClientName": each.name}
            for each in page.items
        ],
        "NextToken": pages.seal_token(
            house.sealer,
            page.next_key,
            operation=call.operation,
            pool_id=pool.id,
            list_filter=kind,
        ),
    }


async def find_client(call: Call, request: Request) -> AppClient:
    """The client a request names by pool and id. Raises ResourceNotFoundException."""
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    return await clients.get(house.db, house.sealer, pool.id, request["ClientId"])


async def _scope_exists(call: Call, pool: UserPool) -> Callable[[str], bool]:
    servers = await resource_servers.of_pool(call.house.db, pool.id)
    return lambda scope: scopes.exists(scope, servers)


def _client_type(
    client: AppClient, settings: Mapping[str, Any], modified_ms: int
) -> dict[str, Any]:
    """``UserPoolClientType``. Of two secrets the older one is shown."""
    return {
        "ClientId": client.id,
        "UserPoolId": client.pool_id,
        "ClientSecret": client.secrets[0] if client.secrets else None,
        "CreationDate": seconds(client.created_ms),
        "LastModifiedDate": seconds(modified_ms),
        **settings,
    }
