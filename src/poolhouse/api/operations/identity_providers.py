"""Identity providers: who else may say who somebody is."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import identity_providers as rules
from poolhouse.domain import provider_details, saml_metadata
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.records import UserPool
from poolhouse.domain.saml_metadata import SamlMetadata
from poolhouse.errors import LimitExceededException
from poolhouse.federation import metadata
from poolhouse.store import identity_providers, pages, pools
from poolhouse.store.database import Transaction
from poolhouse.tokens.certificates import certificate_of


@operation
async def create_identity_provider(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    name, kind = request["ProviderName"], request["ProviderType"]
    rules.check_name(name, kind)
    details, saml = await _details(call, pool, kind, request["ProviderDetails"])
    provider = IdentityProvider(
        pool_id=pool.id,
        name=name,
        kind=kind,
        details=details,
        mapping=rules.mapping(pool, kind, request.get("AttributeMapping")),
        identifiers=rules.identifiers(request.get("IdpIdentifiers")),
        created_ms=call.now_ms,
        modified_ms=call.now_ms,
        acr_mapping=rules.acr_mapping(kind, request.get("AcrMapping")),
        saml=saml,
    )
    await call.house.db.write(_insert, call, provider)
    return {"IdentityProvider": _provider_type(provider)}


async def _insert(transaction: Transaction, call: Call, provider: IdentityProvider) -> None:
    await pools.get(transaction, provider.pool_id)
    if await identity_providers.count(transaction, provider.pool_id) >= rules.MOST_PROVIDERS:
        raise LimitExceededException(
            f"A user pool cannot have more than {rules.MOST_PROVIDERS} identity providers."
        )
    await identity_providers.insert(transaction, call.house.sealer, provider)


@operation
async def describe_identity_provider(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    provider = await identity_providers.get(
        house.db, house.sealer, pool.id, request["ProviderName"]
    )
    return {"IdentityProvider": _provider_type(provider)}


@operation
async def get_identity_provider_by_identifier(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    provider = await identity_providers.get_by_identifier(
        house.db, house.sealer, pool.id, request["IdpIdentifier"]
    )
    return {"IdentityProvider": _provider_type(provider)}


@operation
async def list_identity_providers(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    place = {"operation": call.operation, "pool_id": pool.id}
    after = pages.open_token(house.sealer, request.get("NextToken"), **place)
    page = await identity_providers.list_page(
        house.db,
        house.sealer,
        pool.id,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("MaxResults")),
    )
    return {
        "Providers": [_description(provider) for provider in page.items],
        "NextToken": pages.seal_token(house.sealer, page.next_key, **place),
    }


@operation
async def update_identity_provider(call: Call, request: Request) -> Response:
    """What is given replaces what was; the rest is kept (``provider-update``)."""
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    provider = await identity_providers.get(
        house.db, house.sealer, pool.id, request["ProviderName"]
    )
    kind = provider.kind
    if "ProviderDetails" in request:
        hidden = provider_details.NEVER_SHOWN & provider.details.keys()
        kept = {name: provider.details[name] for name in hidden}
        details, saml = await _details(call, pool, kind, {**kept, **request["ProviderDetails"]})
        provider = replace(provider, details=details, saml=saml)
    if "AttributeMapping" in request:
        mapping = rules.mapping(pool, kind, request["AttributeMapping"])
        provider = replace(provider, mapping=mapping)
    if "IdpIdentifiers" in request:
        identifiers = rules.identifiers(request["IdpIdentifiers"])
        provider = replace(provider, identifiers=identifiers)
    if "AcrMapping" in request:
        acr_mapping = rules.acr_mapping(kind, request["AcrMapping"])
        provider = replace(provider, acr_mapping=acr_mapping)
    provider = replace(provider, modified_ms=call.now_ms)
    await house.db.write(identity_providers.update, house.sealer, provider)
    return {"IdentityProvider": _provider_type(provider)}


@operation
async def delete_identity_provider(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(identity_providers.delete, pool.id, request["ProviderName"])
    return None


async def _details(
    call: Call, pool: UserPool, kind: str, given: Mapping[str, str]
) -> tuple[dict[str, str], SamlMetadata | None]:
    """Complete details, and for SAML what the provider says of itself.

    Raises InvalidParameterException.
    """
    details = provider_details.checked(kind, given)
    if kind != "SAML":
        return details, None
    url = given.get("MetadataURL")
    text = given["MetadataFile"] if not url else await metadata.fetch(call.house, url)
    parsed = saml_metadata.parse(text)
    own = await certificate_of(call.house, pool, "encryption")
    certificate = base64.b64encode(own.certificate_der).decode()
    added = {"ActiveEncryptionCertificate": certificate, **rules.metadata_fields(parsed)}
    return {**details, **added}, parsed


def _description(provider: IdentityProvider) -> dict[str, Any]:
    """``ProviderDescription``."""
    return {
        "ProviderName": provider.name,
        "ProviderType": provider.kind,
        "LastModifiedDate": seconds(provider.modified_ms),
        "CreationDate": seconds(provider.created_ms),
    }


def _provider_type(provider: IdentityProvider) -> dict[str, Any]:
    """``IdentityProviderType``."""
    return {
        **_description(provider),
        "UserPoolId": provider.pool_id,
        "ProviderDetails": provider.shown_details,
        "AttributeMapping": dict(provider.mapping),
        "IdpIdentifiers": list(provider.identifiers),
        "AcrMapping": dict(provider.acr_mapping) or None,
    }
