"""Changing a user's attributes, and proving new addresses with codes.

Source: Amazon Cognito developer guide, "Working with user attributes" and "Verifying updates to
email addresses and phone numbers".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from poolhouse.accounts import attempt_limits, codes
from poolhouse.accounts.attempt_limits import accepted
from poolhouse.domain import attributes, usernames
from poolhouse.domain.attributes import CONTACTS, AttributeUpdate
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    CodeDeliveryFailureException,
    InvalidParameterException,
    ServiceError,
)
from poolhouse.house import House
from poolhouse.messages.send import send
from poolhouse.store import codes as stored_codes
from poolhouse.store import users
from poolhouse.store.database import Transaction

# ``sign-in-attribute-kept``
_NO_SIGN_IN_ATTRIBUTE = "A user must keep an attribute to sign in with."
# ``contact-sentences``
_NOT_A_CONTACT = "Only email and phone_number can be verified."
_NO_VALUE = "User does not have a value for {contact}."

_CONTACTS: tuple[Contact, ...] = ("email", "phone_number")


async def update(
    house: House,
    pool: UserPool,
    user: User,
    changes: Mapping[str, str],
    *,
    client: AppClient | None = None,
    client_metadata: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """Change attributes and send codes to new addresses that the pool verifies by itself.

    ``client`` is the app client a user acts through; None for an administrator. Returns the
    ``CodeDeliveryDetails`` of the codes. Raises :class:`InvalidParameterException`,
    :class:`NotAuthorizedException`, :class:`AliasExistsException`, and for users
    :class:`CodeDeliveryFailureException`.
    """
    caller = Caller(client.id if client else None, client_metadata)
    made = await house.db.write(_update, house, pool, user.sub, changes, client, caller)
    try:
        for each in made:
            await send(house, each.notice)
    except CodeDeliveryFailureException as error:
        if client is not None:
            raise
        # The administrator's operation has no such error.
        raise InvalidParameterException(error.message) from error
    return [each.details for each in made]


async def delete(
    house: House,
    pool: UserPool,
    user: User,
    names: Sequence[str],
    *,
    client: AppClient | None = None,
) -> None:
    """Remove attributes, all or none. Raises as :func:`update` does."""
    removed = attributes.check_deletion(pool, names, client=client)
    await house.db.write(_delete, house, pool, user.sub, removed)


async def send_verification(
    house: House, pool: UserPool, user: User, name: str, caller: Caller
) -> dict[str, str]:
    """Send a code to an address of the user, or the one that waits to replace it.

    See ``waiting-address``.

    Returns ``CodeDeliveryDetails``. Raises :class:`CodeDeliveryFailureException`,
    :class:`InvalidParameterException` and :class:`LimitExceededException`.
    """
    contact = _contact(name)
    purpose = codes.verification(contact)
    waiting = await stored_codes.find(house.db, pool.id, user.sub, purpose)
    address = waiting.destination if waiting else user.attributes.get(contact)
    if not address:
        raise InvalidParameterException(_NO_VALUE.format(contact=contact))
    made = codes.make(
        house, pool, user, purpose, contact, address, "attribute_verification", caller
    )
    accepted(await house.db.write(_keep_verification, house, user, made))
    await send(house, made.notice)
    return made.details


async def verify(house: House, pool: UserPool, user: User, name: str, given: str) -> None:
    """Use a code: the address it was sent to is the user's, and verified.

    Raises :class:`CodeMismatchException`, :class:`ExpiredCodeException`,
    :class:`LimitExceededException`, :class:`AliasExistsException` (the code stays good) and
    :class:`InvalidParameterException`.
    """
    accepted(await house.db.write(_verify, house, pool, user.sub, _contact(name), given))


def _contact(name: str) -> Contact:
    for contact in _CONTACTS:
        if contact == name:
            return contact
    raise InvalidParameterException(_NOT_A_CONTACT)


async def _update(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    sub: str,
    changes: Mapping[str, str],
    client: AppClient | None,
    caller: Caller,
) -> list[codes.CodeOnItsWay]:
    user = await users.get_by_sub(transaction, pool.id, sub)
    update = attributes.check_update(pool, user.attributes, changes, client=client)
    await _store(transaction, house, pool, user, update.attributes)
    changed = replace(user, attributes=update.attributes)
    sending: list[codes.CodeOnItsWay] = []
    for contact in _CONTACTS:
        if contact in changes:
            await _void_other_code(transaction, user, contact, update)
        if contact in update.changed_contacts and contact in pool.auto_verified_attributes:
            address = update.pending.get(contact) or update.attributes[contact]
            purpose = codes.verification(contact)
            made = codes.make(
                house, pool, changed, purpose, contact, address, "attribute_update", caller
            )
            await codes.keep(transaction, made)
            sending.append(made)
    return sending


async def _delete(
    transaction: Transaction, house: House, pool: UserPool, sub: str, removed: frozenset[str]
) -> None:
    user = await users.get_by_sub(transaction, pool.id, sub)
    kept = {name: value for name, value in user.attributes.items() if name not in removed}
    await _store(transaction, house, pool, user, kept)


async def _store(
    transaction: Transaction, house: House, pool: UserPool, user: User, profile: Mapping[str, str]
) -> None:
    if (
        pool.username_attributes
        and usernames.alias_keys(pool, user.attributes)
        and not usernames.alias_keys(pool, profile)
    ):
        raise InvalidParameterException(_NO_SIGN_IN_ATTRIBUTE)
    changed = replace(user, attributes=profile, modified_ms=house.clock.now_ms())
    await users.update(transaction, pool, changed)
    for contact in CONTACTS:
        old = user.attributes.get(contact)
        if old and old != profile.get(contact):
            await stored_codes.void_sent_to(transaction, pool.id, user.sub, old)


async def _void_other_code(
    transaction: Transaction, user: User, contact: Contact, update: AttributeUpdate
) -> None:
    """A change that waits for its code is off once the attribute is given (``waiting-address``)."""
    purpose = codes.verification(contact)
    code = await stored_codes.find(transaction, user.pool_id, user.sub, purpose)
    wanted = update.pending.get(contact) or update.attributes.get(contact)
    if code is not None and code.destination != wanted:
        await stored_codes.void(transaction, user.pool_id, user.sub, purpose)


async def _keep_verification(
    transaction: Transaction, house: House, user: User, made: codes.CodeOnItsWay
) -> ServiceError | None:
    limited = await attempt_limits.count(
        transaction,
        attempt_limits.SEND_VERIFICATION,
        user.pool_id,
        user.sub,
        house.clock.now_ms(),
    )
    if limited is None:
        await codes.keep(transaction, made)
    return limited


async def _verify(
    transaction: Transaction, house: House, pool: UserPool, sub: str, contact: Contact, given: str
) -> ServiceError | None:
    limited = await attempt_limits.count(
        transaction, attempt_limits.VERIFY_ATTRIBUTE, pool.id, sub, house.clock.now_ms()
    )
    if limited is not None:
        return limited
    user = await users.get_by_sub(transaction, pool.id, sub)
    code = await codes.judge(transaction, house, user, codes.verification(contact), given)
    if isinstance(code, ServiceError):
        return code
    await stored_codes.consume(transaction, code)
    proven = {contact: code.destination, f"{contact}_verified": "true"}
    await _store(transaction, house, pool, user, {**user.attributes, **proven})
    return None
