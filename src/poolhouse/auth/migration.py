"""Users of another system, made here when they first sign in or forget their password.

Source: Amazon Cognito developer guide, "Importing users with a user migration Lambda trigger".
"""

from __future__ import annotations

import structlog

from poolhouse.auth import lock_out
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import attributes, second_factors, usernames
from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.migrated_users import MigratedUser
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.domain.second_factors import SMS, UserFactors
from poolhouse.domain.trigger_catalogue import USER_MIGRATION
from poolhouse.domain.trigger_events import Caller
from poolhouse.domain.usernames import NewName
from poolhouse.errors import (
    AliasExistsException,
    CodeDeliveryFailureException,
    InvalidParameterException,
    UsernameExistsException,
    UserNotFoundException,
)
from poolhouse.house import House
from poolhouse.messages.compose import Notice
from poolhouse.messages.send import send
from poolhouse.store import password_history, srp_verifiers, users
from poolhouse.store import second_factors as stored_factors
from poolhouse.store.database import Transaction
from poolhouse.triggers import user_migration

log = structlog.get_logger("poolhouse.auth")

# ``migration-failed``
_FAILED = "Exception migrating user in app client {client_id}"
_CONTACTS: tuple[Contact, ...] = ("phone_number", "email")
_DEFAULT_MEDIUMS = ("SMS",)


async def at_sign_in(house: House, request: FlowRequest, name: str, password: str) -> User | None:
    """The user of that name, if nobody has it here and the pool's function vouches for them.

    A confirmed one keeps the password, whatever the pool's policy asks of new ones. The function
    judges passwords, so wrong ones lock the name as they lock a user: else nothing would bound the
    guesses at who is not migrated. Raises :class:`NotAuthorizedException` while it is locked, the
    three Lambda exceptions, and :class:`UserNotFoundException` for a user who cannot be made.
    """
    if not await _is_unknown(house, request.pool, name):
        return None
    await lock_out.check_unknown(house, request.pool, name)
    found = await user_migration.ask_for_user(
        house,
        request.pool,
        request.client,
        "Authentication",
        name,
        password=password,
        validation_data=request.validation_data,
    )
    if found is None:
        if not request.client.hides_user_existence:  # the others count where they are refused
            await lock_out.fail_unknown(house, request.pool, name)
        return None
    # Guesses that were sent at once all passed the first look.
    await lock_out.check_unknown(house, request.pool, name)
    caller = Caller(request.client.id)
    return await _make(house, request.pool, request.client, name, found, password, caller)


async def at_forgotten_password(
    house: House, pool: UserPool, client: AppClient, name: str, caller: Caller
) -> None:
    """The same for somebody who resets a password; theirs is not known. Raises as above."""
    if not await _is_unknown(house, pool, name):
        return
    found = await user_migration.ask_for_user(
        house, pool, client, "ForgotPassword", name, client_metadata=caller.client_metadata
    )
    if found is not None:
        await _make(house, pool, client, name, found, None, caller)


async def _is_unknown(house: House, pool: UserPool, name: str) -> bool:
    has_function = USER_MIGRATION.function_arn(pool) is not None
    return has_function and await users.find(house.db, pool, name) is None


async def _make(
    house: House,
    pool: UserPool,
    client: AppClient,
    name: str,
    found: MigratedUser,
    password: str | None,
    caller: Caller,
) -> User | None:
    """Make the user. Where that fails the name stays unknown, and the log says why."""
    try:
        user, made = await _prepared(house, pool, name, found, password)
        await house.db.write(_store, pool, user, made, found)
    except (AliasExistsException, InvalidParameterException, UsernameExistsException) as error:
        if await users.find(house.db, pool, name) is not None:
            return None  # another sign-in was quicker: the user is there
        log.warning("a user was not migrated", pool=pool.id, why=error.message)
        if client.hides_user_existence:
            return None
        raise UserNotFoundException(_FAILED.format(client_id=client.id)) from error
    await _welcome(house, pool, user, name, found, caller)
    return user


async def _prepared(
    house: House, pool: UserPool, name: str, found: MigratedUser, password: str | None
) -> tuple[User, Credentials | None]:
    new = _new_name(pool, name, found)
    profile = attributes.check_new_user(pool, found.attributes, from_username=new.attributes)
    if found.enables_sms_mfa:
        _check_sms_mfa(pool, profile.get("phone_number"))
    sub, now_ms = house.ids.uuid(), house.clock.now_ms()
    username = new.username or sub
    made = None
    if found.is_confirmed and password is not None:
        made = await derive(house, pool.id, sub, username, password)
    user = User(
        pool_id=pool.id,
        sub=sub,
        username=username,
        status="CONFIRMED" if found.is_confirmed else "RESET_REQUIRED",
        enabled=True,
        created_ms=now_ms,
        modified_ms=now_ms,
        attributes={"sub": sub, **profile},
        password_hash=made.password_hash if made else None,
    )
    return user, made


def _new_name(pool: UserPool, name: str, found: MigratedUser) -> NewName:
    """Whoever enters an alias has another username, which only the function knows."""
    if found.username in (None, name):
        return usernames.check_new(pool, name)
    if name not in [found.attributes.get(alias) for alias in pool.alias_attributes]:
        raise InvalidParameterException("The name that was entered is none of the user's aliases.")
    return usernames.check_new(pool, str(found.username))


def _check_sms_mfa(pool: UserPool, phone_number: str | None) -> None:
    if second_factors.is_off(pool) or not phone_number:
        raise InvalidParameterException("SMS MFA needs MFA in the pool, and a phone number.")


async def _store(
    transaction: Transaction,
    pool: UserPool,
    user: User,
    made: Credentials | None,
    found: MigratedUser,
) -> None:
    await users.insert(transaction, pool, user, take_aliases=found.takes_aliases)
    if made is not None:
        await srp_verifiers.put(transaction, pool.id, user.sub, made.sealed_verifier)
    await password_history.remember(transaction, pool, user)
    if found.enables_sms_mfa:
        factors = second_factors.with_enabled(UserFactors(), SMS)
        await stored_factors.put(transaction, pool.id, user.sub, factors)


async def _welcome(
    house: House, pool: UserPool, user: User, name: str, found: MigratedUser, caller: Caller
) -> None:
    """``welcome-message``; that it cannot be sent keeps nobody out."""
    if not found.is_welcomed:
        return
    mediums = found.mediums or _DEFAULT_MEDIUMS
    for contact in _CONTACTS:
        address = user.attributes.get(contact)
        if address and medium(contact) in mediums:
            notice = Notice(
                pool, user, contact, address, "invitation", None, sign_in_name=name, caller=caller
            )
            try:
                await send(house, notice)
            except CodeDeliveryFailureException:
                continue  # deliver has logged it
