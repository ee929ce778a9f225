"""Linking users to their accounts at identity providers."""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.accounts import linking
from poolhouse.accounts.linking import Account
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain.identities import LOCAL, SUBJECT
from poolhouse.errors import InvalidParameterException
from poolhouse.store import pools


@operation
async def admin_link_provider_for_user(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    # The destination's attribute name is documented as ignored.
    destination = _account({**request["DestinationUser"], "ProviderAttributeName": SUBJECT})
    await linking.link(call.house, pool, destination, _account(request["SourceUser"]))
    return {}


@operation
async def admin_disable_provider_for_user(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    account = _account(request["User"])
    if account.provider_name == LOCAL and account.attribute != SUBJECT:
        raise InvalidParameterException(f"ProviderAttributeName must be {SUBJECT} for {LOCAL}.")
    await linking.unlink(call.house, pool, account)
    return {}


def _account(given: Mapping[str, str]) -> Account:
    """Raises InvalidParameterException: the model needs none of the members, the meaning all."""
    for member in ("ProviderName", "ProviderAttributeName", "ProviderAttributeValue"):
        if not given.get(member):
            raise InvalidParameterException(f"{member} is required.")
    return Account(
        given["ProviderName"], given["ProviderAttributeName"], given["ProviderAttributeValue"]
    )
