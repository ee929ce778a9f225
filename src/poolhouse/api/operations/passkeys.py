"""Passkeys of the user whose access token comes along: register, list, delete."""

from __future__ import annotations

from typing import Any, Final

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.auth import passkey_registration
from poolhouse.auth.passkey_signatures import MOST_PASSKEYS
from poolhouse.errors import ResourceNotFoundException
from poolhouse.store import pages, passkeys
from poolhouse.store.passkeys import Passkey

# ``passkey-sentences``
NOT_FOUND: Final = "The passkey does not exist."


@operation
async def start_web_authn_registration(call: Call, request: Request) -> Response:
    bearer = call.bearer
    options = await passkey_registration.start(call.house, bearer.pool, bearer.client, bearer.user)
    return {"CredentialCreationOptions": options}


@operation
async def complete_web_authn_registration(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await passkey_registration.complete(
        call.house, bearer.pool, bearer.client, bearer.user, request["Credential"]
    )
    return {}


@operation
async def list_web_authn_credentials(call: Call, request: Request) -> Response:
    house, user = call.house, call.bearer.user
    place = {"operation": call.operation, "list_filter": user.sub}
    after = pages.open_token(house.sealer, request.get("NextToken"), **place)
    present = await passkeys.of_user(house.db, user.pool_id, user.sub)
    if after:
        present = [each for each in present if (each.created_ms, each.id) > tuple(after)]
    size = pages.page_size(request.get("MaxResults"), largest=MOST_PASSKEYS)
    page = pages.cut(present, size, lambda each: (each.created_ms, each.id))
    return {
        "Credentials": [_description(each) for each in page.items],
        "NextToken": pages.seal_token(house.sealer, page.next_key, **place),
    }


@operation
async def delete_web_authn_credential(call: Call, request: Request) -> Response:
    user = call.bearer.user
    deleted = await call.house.db.write(
        passkeys.delete, user.pool_id, user.sub, request["CredentialId"]
    )
    if not deleted:
        raise ResourceNotFoundException(NOT_FOUND)
    return {}


def _description(passkey: Passkey) -> dict[str, Any]:
    return {
        "CredentialId": passkey.id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorAttachment": passkey.attachment,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": seconds(passkey.created_ms),
    }
