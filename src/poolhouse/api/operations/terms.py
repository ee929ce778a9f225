"""Terms documents: an app client's links to its terms of use and privacy policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import terms as rules
from poolhouse.domain.terms import Terms
from poolhouse.store import clients, pages, pools, terms
from poolhouse.store.database import Transaction


@operation
async def create_terms(call: Call, request: Request) -> Response:
    house = call.house
    links = rules.check_links(request.get("Links"))
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    document = Terms(
        pool_id=pool.id,
        id=house.ids.uuid(),
        client_id=client.id,
        name=request["TermsName"],
        links=links,
        created_ms=call.now_ms,
        modified_ms=call.now_ms,
        source=request["TermsSource"],
        enforcement=request["Enforcement"],
    )
    await house.db.write(terms.insert, document)
    return {"Terms": _terms_type(document)}


@operation
async def describe_terms(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"Terms": _terms_type(await terms.get(call.house.db, pool.id, request["TermsId"]))}


@operation
async def describe_terms_by_client(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    document = await terms.get_by_name(house.db, pool.id, client.id, request["TermsName"])
    return {"Terms": _terms_type(document)}


@operation
async def list_terms(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    place = {"operation": call.operation, "pool_id": pool.id}
    after = pages.open_token(house.sealer, request.get("NextToken"), **place)
    page = await terms.list_page(
        house.db,
        pool.id,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("MaxResults")),
    )
    return {
        "Terms": [_description(document) for document in page.items],
        "NextToken": pages.seal_token(house.sealer, page.next_key, **place),
    }


@operation
async def update_terms(call: Call, request: Request) -> Response:
    if "Links" in request:
        rules.check_links(request["Links"])
    pool = await pools.get(call.house.db, request["UserPoolId"])
    document = await call.house.db.write(_update, pool.id, request, call.now_ms)
    return {"Terms": _terms_type(document)}


async def _update(transaction: Transaction, pool_id: str, request: Request, now_ms: int) -> Terms:
    document = await terms.get(transaction, pool_id, request["TermsId"])
    changed = replace(
        document,
        name=request.get("TermsName", document.name),
        source=request.get("TermsSource", document.source),
        enforcement=request.get("Enforcement", document.enforcement),
        links=request.get("Links", document.links),
        modified_ms=now_ms,
    )
    await terms.update(transaction, changed)
    return changed


@operation
async def delete_terms(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(terms.delete, pool.id, request["TermsId"])
    return None


def _description(document: Terms) -> dict[str, Any]:
    """``TermsDescriptionType``."""
    return {
        "TermsId": document.id,
        "TermsName": document.name,
        "Enforcement": document.enforcement,
        "CreationDate": seconds(document.created_ms),
        "LastModifiedDate": seconds(document.modified_ms),
    }


def _terms_type(document: Terms) -> dict[str, Any]:
    """``TermsType``."""
    return {
        **_description(document),
        "UserPoolId": document.pool_id,
        "ClientId": document.client_id,
        "TermsSource": document.source,
        "Links": dict(document.links),
    }
