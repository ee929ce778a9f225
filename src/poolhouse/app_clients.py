"""Making app clients: by an administrator's operation, or by an application that registers itself.

A service of one file, since two faces share it. It must not know who asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain import client_settings, scopes
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import LimitExceededException
from poolhouse.house import House
from poolhouse.store import clients, identity_providers, pools, resource_servers
from poolhouse.store.clients import StoredSecret
from poolhouse.store.database import Transaction

MAXIMUM_CLIENTS_PER_POOL = 1000


async def create(
    house: House, pool: UserPool, request: Mapping[str, Any], *, registered: bool = False
) -> AppClient:
    """Make the client that a CreateUserPoolClient request describes, durably.

    ``registered`` marks one that registered itself (``ClientType`` DCR). Raises what
    :func:`poolhouse.domain.client_settings.for_create` raises, and LimitExceededException.
    """
    now_ms = house.clock.now_ms()
    servers = await resource_servers.of_pool(house.db, pool.id)
    providers = await identity_providers.names(house.db, pool.id)
    settings = client_settings.for_create(
        request, pool, providers, lambda scope: scopes.exists(scope, servers)
    )
    if registered:
        settings["ClientType"] = "DCR"
    secret = request.get("ClientSecret")
    if request.get("GenerateSecret"):
        secret = house.ids.client_secret()
    client = client_settings.record(
        house.ids.client_id(),
        pool.id,
        now_ms,
        now_ms,
        settings,
        secrets=() if secret is None else (secret,),
    )
    sealed = [
        clients.seal_secret(
            house.sealer,
            pool_id=pool.id,
            client_id=client.id,
            secret_id=secret_id(client.id, now_ms),
            secret=each,
            now_ms=now_ms,
        )
        for each in client.secrets
    ]
    await house.db.write(_insert, client, sealed)
    return client


def secret_id(client_id: str, created_ms: int) -> str:
    """``CLIENT_ID--TIME``; in milliseconds, as the API reference names no unit."""
    return f"{client_id}--{created_ms}"


async def _insert(transaction: Transaction, client: AppClient, secrets: list[StoredSecret]) -> None:
    if await clients.count(transaction, client.pool_id) >= MAXIMUM_CLIENTS_PER_POOL:
        raise LimitExceededException(
            f"A user pool cannot have more than {MAXIMUM_CLIENTS_PER_POOL} app clients."
        )
    await pools.get(transaction, client.pool_id)
    await clients.insert(transaction, client)
    for secret in secrets:
        await clients.insert_secret(transaction, secret)
