"""Somebody whom another provider vouches for becomes a user of the pool, or is one already.

Source: Amazon Cognito developer guide, "Adding user pool sign-in through a third party", "Linking
federated users to an existing user profile"; for the triggers that run, "Lambda triggers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from poolhouse.accounts.linking import show_identities
from poolhouse.domain import federated_users, sign_up_answers
from poolhouse.domain.identities import SUBJECT, LinkedIdentity
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.inbound_identities import InboundIdentity
from poolhouse.domain.records import AppClient, Group, User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    UsernameExistsException,
)
from poolhouse.house import House
from poolhouse.store import groups, linked_identities, users
from poolhouse.store.database import Reader, Transaction
from poolhouse.triggers import (
    inbound_federation,
    post_confirmation,
    pre_authentication,
    pre_sign_up,
)

STATUS = "EXTERNAL_PROVIDER"
_DISABLED = "User is disabled."
_TAKEN = "Already found an entry for username {username}"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One arrival at a pool: through which app client, from which provider, as whom."""

    pool: UserPool
    client: AppClient
    provider: IdentityProvider
    identity: InboundIdentity

    @property
    def username(self) -> str:
        return federated_users.username(self.provider.name, self.identity.subject)


@dataclass(frozen=True, slots=True)
class Recognized:
    """The user, and whether this sign-in made them."""

    user: User
    is_new: bool


async def recognize(house: House, inbound: Inbound) -> Recognized:
    """The user that somebody is here, made at the first sign-in and brought up to date at others.

    Raises :class:`NotAuthorizedException` (disabled; attributes that the app client may not
    write), :class:`InvalidParameterException` (attributes that do not fit, a username that is
    taken), :class:`AliasExistsException` and the three Lambda exceptions.
    """
    pool, provider, identity = inbound.pool, inbound.provider, inbound.identity
    answer = await inbound_federation.ask_for_attributes(
        house, pool, inbound.client, inbound.username, identity
    )
    values = federated_users.mapped(pool, provider, identity.claims, answer)
    known = await find_account(house.db, inbound, values)
    if known is None:
        user = await _first_time(house, inbound, values)
        if user is not None:
            return Recognized(user, is_new=True)
        known = await find_account(house.db, inbound, values)
    if known is None:
        raise InvalidParameterException(_TAKEN.format(username=inbound.username))
    return Recognized(await _again(house, inbound, known, values), is_new=False)


async def find_account(
    reader: Reader, inbound: Inbound, values: Mapping[str, str]
) -> LinkedIdentity | None:
    """Whose account that is: by the subject, or by an attribute that an administrator linked."""
    pool_id, name = inbound.pool.id, inbound.provider.name
    found = await linked_identities.find(reader, pool_id, name, inbound.identity.subject)
    if found is not None:
        return found
    for attribute in inbound.provider.mapping:
        if attribute in values:
            found = await linked_identities.find(
                reader, pool_id, name, values[attribute], attribute=attribute
            )
            if found is not None:
                return found
    return None


async def _first_time(house: House, inbound: Inbound, values: Mapping[str, str]) -> User | None:
    """The new user; None when somebody was quicker, or the username is another's."""
    pool, client, username = inbound.pool, inbound.client, inbound.username
    profile = federated_users.new_profile(pool, client, values)
    caller = Caller(client_id=client.id)
    answer = await pre_sign_up.ask_about(
        house,
        pool,
        "ExternalProvider",
        user_name=username,
        attributes=values,
        validation_data=None,
        caller=caller,
    )
    sub, now_ms = house.ids.uuid(), house.clock.now_ms()
    user = User(
        pool_id=pool.id,
        sub=sub,
        username=username,
        status=STATUS,
        enabled=True,
        created_ms=now_ms,
        modified_ms=now_ms,
        attributes={"sub": sub, **sign_up_answers.apply(answer, profile)},
        password_hash=None,
    )
    try:
        user = await house.db.write(_store, house, inbound, user, bool(answer.verified))
    except UsernameExistsException:
        return None
    await post_confirmation.run(house, pool, user, "ConfirmSignUp", caller)
    return user


async def _store(
    transaction: Transaction, house: House, inbound: Inbound, user: User, take_aliases: bool
) -> User:
    pool, provider, now_ms = inbound.pool, inbound.provider, user.created_ms
    await users.insert(transaction, pool, user, take_aliases=take_aliases)
    identity = LinkedIdentity(
        pool_id=pool.id,
        provider_name=provider.name,
        attribute=SUBJECT,
        value=inbound.identity.subject,
        sub=user.sub,
        is_primary=True,
        created_ms=now_ms,
    )
    if not await linked_identities.insert(transaction, identity):
        raise UsernameExistsException("User already exists")
    await _join_group(transaction, inbound, user.sub, now_ms)
    return await show_identities(transaction, house, pool, user.sub, now_ms)


async def _join_group(transaction: Transaction, inbound: Inbound, sub: str, now_ms: int) -> None:
    pool_id, provider = inbound.pool.id, inbound.provider
    name = federated_users.group_name(pool_id, provider.name)
    if await groups.find(transaction, pool_id, name) is None:
        text = f"Autogenerated group for users who sign in using {provider.name}"
        await groups.insert(transaction, Group(pool_id, name, text, None, None, now_ms, now_ms))
    await groups.add_member(transaction, pool_id, name, sub)


async def _again(
    house: House, inbound: Inbound, known: LinkedIdentity, values: Mapping[str, str]
) -> User:
    user = await users.get_by_sub(house.db, inbound.pool.id, known.sub)
    if not user.enabled:
        raise NotAuthorizedException(_DISABLED)
    await pre_authentication.run(house, inbound.pool, inbound.client, user, user.username, None)
    return await house.db.write(_update, house, inbound, known, values)


async def _update(
    transaction: Transaction,
    house: House,
    inbound: Inbound,
    known: LinkedIdentity,
    values: Mapping[str, str],
) -> User:
    pool, now_ms = inbound.pool, house.clock.now_ms()

    def change(user: User) -> User:
        if not user.enabled:
            raise NotAuthorizedException(_DISABLED)
        profile = federated_users.updated_profile(pool, inbound.client, user.attributes, values)
        if profile == user.attributes:
            return user
        return replace(user, attributes=profile, modified_ms=now_ms)

    user = await users.amend(transaction, pool, known.sub, change)
    if known.attribute == SUBJECT:
        return user
    await linked_identities.settle(transaction, known, inbound.identity.subject)
    return await show_identities(transaction, house, pool, known.sub, now_ms)
