"""Domains of a user pool. Here they are names only: nothing is registered anywhere.

Source: Amazon Cognito developer guide, "Configuring a user pool domain".
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import domains as rules
from poolhouse.errors import InvalidParameterException
from poolhouse.store import domains, pools
from poolhouse.store.database import Transaction
from poolhouse.store.domains import Domain


@operation
async def create_user_pool_domain(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    custom = request.get("CustomDomainConfig")
    if custom is None:
        rules.check_prefix(request["Domain"])
    else:
        rules.check_custom(request["Domain"])
    domain = Domain(
        pool_id=pool.id,
        name=request["Domain"],
        created_ms=call.now_ms,
        version=rules.version_of(call.now_ms),
        managed_login_version=rules.managed_login_version(
            request.get("ManagedLoginVersion"), pool.tier
        ),
        custom=custom,
        routing=request.get("Routing"),
    )
    await call.house.db.write(_insert, domain)
    return _outcome(domain)


async def _insert(transaction: Transaction, domain: Domain) -> None:
    await pools.get(transaction, domain.pool_id)
    for other in await domains.of_pool(transaction, domain.pool_id):
        if (other.custom is None) == (domain.custom is None):
            raise InvalidParameterException("User pool already has a domain configured.")
    await domains.insert(transaction, domain)


@operation
async def describe_user_pool_domain(call: Call, request: Request) -> Response:
    domain = await domains.find_by_name(call.house.db, request["Domain"])
    if domain is None:
        return {"DomainDescription": {}}
    pool = await pools.get(call.house.db, domain.pool_id)
    return {
        "DomainDescription": {
            "UserPoolId": pool.id,
            "AWSAccountId": call.house.settings.account_id,
            "Domain": domain.name,
            "S3Bucket": f"aws-cognito-prod-{pool.region}-assets",
            "CloudFrontDistribution": _distribution(domain),
            "Version": domain.version,
            "Status": "ACTIVE",
            "CustomDomainConfig": domain.custom or {},
            "ManagedLoginVersion": domain.managed_login_version,
            "Routing": domain.routing,
        }
    }


@operation
async def update_user_pool_domain(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    domain = await domains.get(house.db, pool.id, request["Domain"])
    custom = request.get("CustomDomainConfig", domain.custom)
    if (custom is None) != (domain.custom is None):
        raise InvalidParameterException("A prefix domain cannot become a custom domain.")
    # Ours: what the request leaves out is kept, as a domain without its certificate is none.
    changed = replace(
        domain,
        version=rules.version_of(call.now_ms),
        managed_login_version=rules.managed_login_version(
            request.get("ManagedLoginVersion", domain.managed_login_version), pool.tier
        ),
        custom=custom,
        routing=request.get("Routing", domain.routing),
    )
    await house.db.write(domains.update, changed)
    return _outcome(changed)


@operation
async def delete_user_pool_domain(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    domain = await domains.get(call.house.db, pool.id, request["Domain"])
    await call.house.db.write(domains.delete, domain)
    return {}


def _outcome(domain: Domain) -> dict[str, Any]:
    return {
        "ManagedLoginVersion": domain.managed_login_version,
        "CloudFrontDomain": None if domain.custom is None else _distribution(domain),
        "Routing": domain.routing,
    }


def _distribution(domain: Domain) -> str:
    """A name of the form CloudFront gives, always the same for the same domain."""
    return f"d{hashlib.sha256(domain.name.encode()).hexdigest()[:13]}.cloudfront.net"
