"""AdminCreateUser: an administrator makes an account and invites its owner.

Source: Amazon Cognito API reference, AdminCreateUser; developer guide, "Creating user accounts as
administrator".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from poolhouse.accounts.passwords import store_temporary, temporary_password_end
from poolhouse.accounts.sign_up import allows_no_password
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.domain import attributes, passwords, usernames
from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    AliasExistsException,
    CodeDeliveryFailureException,
    UnsupportedUserStateException,
    UsernameExistsException,
)
from poolhouse.house import House
from poolhouse.messages.compose import Notice
from poolhouse.messages.send import send
from poolhouse.store import srp_verifiers, users
from poolhouse.store.database import Transaction
from poolhouse.triggers import pre_sign_up

# ``admin-username-taken``
_USERNAME_TAKEN = "User account already exists"
# ``resend-sentence``
_NOT_RESENDABLE = "Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"
# ``medium-without-address``
_NO_ADDRESS = "The user has no address for the desired delivery mediums."

_CONTACTS: tuple[Contact, ...] = ("phone_number", "email")
_DEFAULT_MEDIUMS = ("SMS",)


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an administrator asks for. ``mediums`` is empty when none was chosen."""

    username: str
    attributes: Mapping[str, str]
    temporary_password: str | None = None
    mediums: Sequence[str] = ()
    message_action: Literal["RESEND", "SUPPRESS"] | None = None
    take_aliases: bool = False
    client_metadata: Mapping[str, str] | None = None
    validation_data: Mapping[str, str] | None = None


async def create(house: House, pool: UserPool, wanted: NewUser) -> User:
    """Create a user who must replace the temporary password, or resend the invitation of one.

    Where users may sign in without a password and none is given, the user has none and is
    confirmed at once. When an invitation fails to arrive the user is there, and can be invited
    again. Raises :class:`UsernameExistsException`, :class:`AliasExistsException`,
    :class:`InvalidParameterException`, :class:`InvalidPasswordException`,
    :class:`CodeDeliveryFailureException`, :class:`UserNotFoundException`,
    :class:`UnsupportedUserStateException` and the three Lambda exceptions.
    """
    if wanted.message_action == "RESEND":
        return await _resend(house, pool, wanted)
    name = usernames.check_new(pool, wanted.username)
    profile = attributes.check_new_user(pool, wanted.attributes, from_username=name.attributes)
    sub, now_ms = house.ids.uuid(), house.clock.now_ms()
    username = name.username or sub
    without_password = wanted.temporary_password is None and allows_no_password(pool)
    password = None if without_password else _temporary_password(house, pool, wanted)
    await pre_sign_up.ask_about(
        house,
        pool,
        "AdminCreateUser",
        user_name=username,
        attributes={**wanted.attributes, **name.attributes},
        validation_data=wanted.validation_data,
        caller=Caller(client_metadata=wanted.client_metadata),
    )
    derived = await derive(house, pool.id, sub, username, password) if password else None
    user = User(
        pool_id=pool.id,
        sub=sub,
        username=username,
        status="FORCE_CHANGE_PASSWORD" if password else "CONFIRMED",
        enabled=True,
        created_ms=now_ms,
        modified_ms=now_ms,
        attributes={"sub": sub, **profile},
        password_hash=derived.password_hash if derived else None,
        temporary_password_expires_ms=temporary_password_end(pool, now_ms) if password else None,
    )
    notices = _invitations(pool, user, wanted, password)
    try:
        await house.db.write(_store, pool, user, derived, wanted.take_aliases)
    except UsernameExistsException as error:
        raise UsernameExistsException(_USERNAME_TAKEN) from error
    except AliasExistsException as error:
        if pool.username_attributes:
            raise UsernameExistsException(error.message) from error
        raise
    await _invite(house, notices)
    return user


async def _resend(house: House, pool: UserPool, wanted: NewUser) -> User:
    user = await users.get(house.db, pool, wanted.username)
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise UnsupportedUserStateException(_NOT_RESENDABLE.format(username=wanted.username))
    password = _temporary_password(house, pool, wanted)
    notices = _invitations(pool, user, wanted, password)
    derived = await derive(house, pool.id, user.sub, user.username, password)
    user = await house.db.write(_store_again, house, pool, user, derived)
    await _invite(house, notices)
    return user


async def _invite(house: House, notices: Sequence[Notice]) -> None:
    for notice in notices:
        await send(house, notice)


def _temporary_password(house: House, pool: UserPool, wanted: NewUser) -> str:
    if wanted.temporary_password is None:
        return passwords.temporary(pool.password_policy, house.ids.source)
    passwords.check(pool.password_policy, wanted.temporary_password)
    return wanted.temporary_password


def _invitations(pool: UserPool, user: User, wanted: NewUser, password: str | None) -> list[Notice]:
    """One message for each medium that reaches the user.

    Without a choice of mediums it is SMS, and no error without a number (``default-medium``).
    """
    if wanted.message_action == "SUPPRESS":
        return []
    mediums = wanted.mediums or _DEFAULT_MEDIUMS
    notices = [
        Notice(
            pool,
            user,
            contact,
            user.attributes[contact],
            "invitation",
            password,
            sign_in_name=_name(pool, user),
            caller=Caller(client_metadata=wanted.client_metadata),
        )
        for contact in _CONTACTS
        if medium(contact) in mediums and user.attributes.get(contact)
    ]
    if wanted.mediums and not notices:
        raise CodeDeliveryFailureException(_NO_ADDRESS)
    return notices


def _name(pool: UserPool, user: User) -> str:
    """The name to sign in with: where the username is the sub, nobody would know it."""
    for attribute in pool.username_attributes:
        if user.attributes.get(attribute):
            return user.attributes[attribute]
    return user.username


async def _store(
    transaction: Transaction,
    pool: UserPool,
    user: User,
    derived: Credentials | None,
    take_aliases: bool,
) -> None:
    await users.insert(transaction, pool, user, take_aliases=take_aliases)
    if derived is not None:
        await srp_verifiers.put(transaction, pool.id, user.sub, derived.sealed_verifier)


async def _store_again(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    user: User,
    derived: Credentials,
) -> User:
    await store_temporary(transaction, house, pool, user.sub, derived)
    return await users.get_by_sub(transaction, pool.id, user.sub)
