"""Linking users to their accounts at identity providers, and ending that.

Source: Amazon Cognito developer guide, "Linking federated users to an existing user profile"; the
API references of AdminLinkProviderForUser and AdminDisableProviderForUser.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from poolhouse.domain import identities
from poolhouse.domain.identities import LOCAL, MOST_LINKS, SUBJECT, LinkedIdentity
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    InvalidParameterException,
    LimitExceededException,
    UserNotFoundException,
)
from poolhouse.house import House
from poolhouse.store import identity_providers, linked_identities, srp_verifiers, users
from poolhouse.store.database import Transaction

_SIGNED_IN_BEFORE = (
    "Merging is not currently supported, provide a SourceUser that has not been signed up in "
    "order to link"
)


@dataclass(frozen=True, slots=True)
class Account:
    """``ProviderUserIdentifierType``: somebody at a provider, or ``Cognito`` for users here."""

    provider_name: str
    attribute: str
    value: str


async def link(house: House, pool: UserPool, destination: Account, source: Account) -> None:
    """From now on whoever signs in as ``source`` is the user ``destination``.

    Raises :class:`UserNotFoundException`, :class:`ResourceNotFoundException` for an unknown
    provider, :class:`InvalidParameterException`, :class:`LimitExceededException`.
    """
    if source.provider_name == LOCAL:
        raise InvalidParameterException("SourceUser must be a user of an identity provider.")
    provider = await identity_providers.get(house.db, house.sealer, pool.id, source.provider_name)
    identities.check_source(provider, source.attribute)
    await house.db.write(_link, house, pool, destination, source)


async def _link(
    transaction: Transaction, house: House, pool: UserPool, destination: Account, source: Account
) -> None:
    now_ms = house.clock.now_ms()
    user = await _user(transaction, pool, destination)
    taken = await linked_identities.find(
        transaction, pool.id, source.provider_name, source.value, attribute=source.attribute
    )
    if taken is not None:
        already = taken.sub == user.sub and not taken.is_primary
        raise InvalidParameterException(
            "SourceUser is already linked to DestinationUser" if already else _SIGNED_IN_BEFORE
        )
    linked = await linked_identities.of_user(transaction, pool.id, user.sub)
    if sum(not each.is_primary for each in linked) >= MOST_LINKS:
        raise LimitExceededException(
            f"A user cannot be linked to more than {MOST_LINKS} identities."
        )
    identity = LinkedIdentity(
        pool_id=pool.id,
        provider_name=source.provider_name,
        attribute=source.attribute,
        value=source.value,
        sub=user.sub,
        is_primary=False,
        created_ms=now_ms,
    )
    await linked_identities.insert(transaction, identity)
    await show_identities(transaction, house, pool, user.sub, now_ms)


async def unlink(house: House, pool: UserPool, account: Account) -> None:
    """End a link; for a user here, end sign-in by password (``disabled-local-user``).

    Raises :class:`UserNotFoundException` and :class:`InvalidParameterException`.
    """
    await house.db.write(_unlink, house, pool, account)


async def _unlink(transaction: Transaction, house: House, pool: UserPool, account: Account) -> None:
    now_ms = house.clock.now_ms()
    if account.provider_name == LOCAL:
        user = await _user(transaction, pool, account)
        await users.set_password(
            transaction, pool.id, user.sub, None, status="EXTERNAL_PROVIDER", now_ms=now_ms
        )
        await srp_verifiers.forget(transaction, pool.id, user.sub)
        return
    identity = await linked_identities.find(
        transaction, pool.id, account.provider_name, account.value, attribute=account.attribute
    )
    if identity is None:
        raise UserNotFoundException("User does not exist.")
    if identity.is_primary:  # ``primary-identity``
        raise InvalidParameterException("The user's own identity cannot be unlinked.")
    await linked_identities.delete(transaction, identity)
    await show_identities(transaction, house, pool, identity.sub, now_ms)


async def show_identities(
    transaction: Transaction, house: House, pool: UserPool, sub: str, now_ms: int
) -> User:
    """Write the ``identities`` attribute anew, after whatever changed the links of a user."""
    linked = await linked_identities.of_user(transaction, pool.id, sub)
    providers = await identity_providers.of_pool(transaction, house.sealer, pool.id)
    text = identities.attribute_text(linked, providers)

    def change(user: User) -> User:
        others = {name: value for name, value in user.attributes.items() if name != "identities"}
        changed = {**others, "identities": text} if text else others
        return replace(user, attributes=changed, modified_ms=now_ms)

    return await users.amend(transaction, pool, sub, change)


async def _user(transaction: Transaction, pool: UserPool, account: Account) -> User:
    """Raises :class:`UserNotFoundException`."""
    if account.provider_name == LOCAL:
        return await users.get(transaction, pool, account.value)
    identity = await linked_identities.find(
        transaction, pool.id, account.provider_name, account.value, attribute=SUBJECT
    )
    if identity is None:
        raise UserNotFoundException("User does not exist.")
    return await users.get_by_sub(transaction, pool.id, identity.sub)
