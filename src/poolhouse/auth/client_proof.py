"""Clients with a secret prove it: ``SECRET_HASH`` in the parameters of a flow.

Source: Amazon Cognito developer guide, "Computing secret hash values".
"""

from __future__ import annotations

from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import secret_hash
from poolhouse.domain.records import User
from poolhouse.house import House
from poolhouse.store import sign_ins, users
from poolhouse.store.sealing import token_hash

_SIGN_IN_ATTRIBUTES = ("email", "phone_number")


async def check_by_name(house: House, request: FlowRequest) -> None:
    """The hash over the name as sent, the internal username or the sub (``secret-hash-forms``).

    Raises :class:`NotAuthorizedException`, and :class:`InvalidParameterException` without a name.
    """
    if not request.client.secrets:
        return
    name = request.required("USERNAME")
    user = await users.find(house.db, request.pool, name)
    names = [name] if user is None else [name, user.username, user.sub]
    secret_hash.check(request.client, names, request.parameters.get("SECRET_HASH"))


async def check_by_refresh_token(house: House, request: FlowRequest) -> None:
    """The hash over a name of the token's owner: a refresh has no name in its parameters.

    Raises :class:`NotAuthorizedException`. A token that nobody owns is left for the refresh to
    refuse, if a hash came with it at all.
    """
    if not request.client.secrets:
        return
    token = request.required("REFRESH_TOKEN")
    given = request.parameters.get("SECRET_HASH")
    user = await _owner(house, request, token)
    if user is None and given:
        return
    secret_hash.check(request.client, _names(user), given)


async def _owner(house: House, request: FlowRequest, token: str) -> User | None:
    found = await sign_ins.find_refresh_token(house.db, request.pool.id, token_hash(token))
    if found is None:
        return None
    _, sign_in = found
    if sign_in.client_id != request.client.id:
        return None
    return await users.find_by_sub(house.db, request.pool.id, sign_in.sub)


def _names(user: User | None) -> list[str]:
    """Clients that signed in by e-mail or phone tend to hash that name again."""
    if user is None:
        return []
    contacts = [user.attributes[name] for name in _SIGN_IN_ATTRIBUTES if name in user.attributes]
    return [user.username, user.sub, *contacts]
