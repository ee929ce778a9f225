"""Secrets of app clients: a second one while the first is being replaced everywhere.

Source: Amazon Cognito developer guide, "Application-specific settings with app clients".
"""

from __future__ import annotations

from poolhouse.api.operations.app_clients import find_client
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.app_clients import secret_id
from poolhouse.domain.records import AppClient
from poolhouse.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from poolhouse.store import clients, pages
from poolhouse.store.database import Transaction

MAXIMUM_SECRETS = 2


@operation
async def add_user_pool_client_secret(call: Call, request: Request) -> Response:
    house = call.house
    client = await _client_with_secrets(call, request)
    given = request.get("ClientSecret")
    secret = given or house.ids.client_secret()
    new_id = await house.db.write(_add, call, client, secret)
    return {
        "ClientSecretDescriptor": {
            "ClientSecretId": new_id,
            "ClientSecretValue": None if given else secret,
            "ClientSecretCreateDate": seconds(call.now_ms),
        }
    }


async def _add(transaction: Transaction, call: Call, client: AppClient, secret: str) -> str:
    stored = await clients.secrets_of(transaction, client.pool_id, client.id)
    if not stored:
        raise InvalidParameterException(f"Client {client.id} has no client secret.")
    if len(stored) >= MAXIMUM_SECRETS:
        raise LimitExceededException(
            f"Client secrets cannot exceed limit of {MAXIMUM_SECRETS} secrets."
        )
    taken = {each.secret_id for each in stored}
    time_ms = call.now_ms
    while secret_id(client.id, time_ms) in taken:
        time_ms += 1
    sealed = clients.seal_secret(
        call.house.sealer,
        pool_id=client.pool_id,
        client_id=client.id,
        secret_id=secret_id(client.id, time_ms),
        secret=secret,
        now_ms=call.now_ms,
    )
    await clients.insert_secret(transaction, sealed)
    return sealed.secret_id


@operation
async def list_user_pool_client_secrets(call: Call, request: Request) -> Response:
    house = call.house
    client = await _client_with_secrets(call, request)
    # Two secrets are one page: no token was ever handed out, and none opens.
    pages.open_token(
        house.sealer, request.get("NextToken"), operation=call.operation, pool_id=client.pool_id
    )
    stored = await clients.secrets_of(house.db, client.pool_id, client.id)
    return {
        "ClientSecrets": [
            {
                "ClientSecretId": each.secret_id,
                "ClientSecretCreateDate": seconds(each.created_ms),
            }
            for each in stored
        ]
    }


@operation
async def delete_user_pool_client_secret(call: Call, request: Request) -> Response:
    client = await _client_with_secrets(call, request)
    await call.house.db.write(_delete, client, request["ClientSecretId"], call.now_ms)
    return {}


async def _delete(transaction: Transaction, client: AppClient, unwanted: str, now_ms: int) -> None:
    stored = await clients.secrets_of(transaction, client.pool_id, client.id)
    if unwanted not in {each.secret_id for each in stored}:
        raise ResourceNotFoundException(f"Client secret {unwanted} does not exist.")
    if len(stored) == 1:
        raise InvalidParameterException("The last client secret of a client cannot be deleted.")
    await clients.delete_secret(transaction, client.pool_id, client.id, unwanted, now_ms)


async def _client_with_secrets(call: Call, request: Request) -> AppClient:
    client = await find_client(call, request)
    if client.registered_itself:
        # Documented as not supported; the sentence is ours.
        raise InvalidParameterException(
            f"Client {client.id} registered itself and does not support client secret operations."
        )
    return client
