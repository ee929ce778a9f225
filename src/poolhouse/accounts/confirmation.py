"""From unconfirmed to confirmed: by the code of a sign-up, by a new code, or by an administrator.

Source: Amazon Cognito API reference, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poolhouse.accounts import (
    account_events,
    app_requests,
    attempt_limits,
    codes,
    simulation,
    verified_contacts,
)
from poolhouse.accounts.app_requests import AppRequest
from poolhouse.accounts.attempt_limits import accepted
from poolhouse.accounts.codes import CodeOnItsWay
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    AliasExistsException,
    CodeMismatchException,
    InvalidParameterException,
    NotAuthorizedException,
    ServiceError,
)
from poolhouse.house import House
from poolhouse.store import codes as stored_codes
from poolhouse.store import users
from poolhouse.store.codes import Code
from poolhouse.store.database import Transaction
from poolhouse.triggers import post_confirmation

_NOTHING_TO_VERIFY = "Cannot resend codes. Auto verification not turned on."


async def confirm_sign_up(
    house: House, request: AppRequest, code: str, *, take_aliases: bool = False
) -> tuple[User, Contact]:
    """Use a code: confirm the user, and mark the address it was sent to as verified.

    Returns both: the user as they are now, and which of their addresses it was.

    Raises :class:`CodeMismatchException`, :class:`ExpiredCodeException`,
    :class:`LimitExceededException`, :class:`AliasExistsException` (the code stays good),
    :class:`NotAuthorizedException` and :class:`UserNotFoundException`; the three Lambda exceptions
    once the user is confirmed.
    """
    user = await app_requests.find_user(house, request)
    subject = app_requests.subject(house, request, user)
    confirmed, contact = accepted(
        await house.db.write(
            _confirm_with_code, house, request.pool, user, subject, code, take_aliases
        )
    )
    await post_confirmation.run(house, request.pool, confirmed, "ConfirmSignUp", request.caller)
    return confirmed, contact


async def resend_code(house: House, request: AppRequest) -> Mapping[str, str]:
    """Send a new code; the old one is void. Returns ``CodeDeliveryDetails``.

    Raises :class:`CodeDeliveryFailureException`, :class:`InvalidParameterException`,
    :class:`LimitExceededException`, :class:`NotAuthorizedException` and
    :class:`UserNotFoundException`.
    """
    pool = request.pool
    user = await app_requests.find_user(house, request)
    if not verified_contacts.in_order(pool):
        raise NotAuthorizedException(_NOTHING_TO_VERIFY)
    made: CodeOnItsWay | None = None
    if user is not None:
        if user.status != "UNCONFIRMED":
            raise InvalidParameterException("User is already confirmed.")
        contact = verified_contacts.at_sign_up(pool, user.attributes)
        if contact is None:
            raise NotAuthorizedException(_NOTHING_TO_VERIFY)
        address = user.attributes[contact]
        made = codes.make(house, pool, user, "sign_up", contact, address, "resend", request.caller)
    subject = app_requests.subject(house, request, user)
    accepted(await house.db.write(_resend, house, pool, subject, made))
    await account_events.passed(house, request, user, "ResendCode")
    await codes.send_unseen(house, request, made)
    if made is None:
        return simulation.code_delivery(house, request, verified_contacts.in_order(pool)[0])
    return made.details


async def confirm_by_administrator(
    house: House,
    pool: UserPool,
    username: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
) -> None:
    """Confirm without a code; no address is verified by it.

    Raises :class:`UserNotFoundException` and :class:`NotAuthorizedException`; the three Lambda
    exceptions once the user is confirmed.
    """
    user = await users.get(house.db, pool, username)
    confirmed = await house.db.write(_confirm, house, pool, user.sub)
    caller = Caller(client_metadata=client_metadata)
    await post_confirmation.run(house, pool, confirmed, "ConfirmSignUp", caller)


async def _confirm(transaction: Transaction, house: House, pool: UserPool, sub: str) -> User:
    def confirmed(user: User) -> User:
        if user.status != "UNCONFIRMED":
            raise _not_confirmable(user)
        return replace(user, status="CONFIRMED", modified_ms=house.clock.now_ms())

    user = await users.amend(transaction, pool, sub, confirmed)
    await stored_codes.void(transaction, pool.id, user.sub, "sign_up")
    return user


async def _confirm_with_code(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    found: User | None,
    subject: str,
    given: str,
    take_aliases: bool,
) -> tuple[User, Contact] | ServiceError:
    limited = await attempt_limits.count(
        transaction, attempt_limits.CONFIRM_SIGN_UP, pool.id, subject, house.clock.now_ms()
    )
    if limited is not None:
        return limited
    user = found and await users.find_by_sub(transaction, pool.id, found.sub)
    if user is None:
        return CodeMismatchException(codes.MISMATCH)
    if user.status != "UNCONFIRMED":
        return _not_confirmable(user)
    code = await codes.judge(transaction, house, user, "sign_up", given)
    if isinstance(code, ServiceError):
        return code
    await stored_codes.consume(transaction, code)
    confirmed = replace(
        user,
        status="CONFIRMED",
        attributes=_with_verified(user, code),
        modified_ms=house.clock.now_ms(),
    )
    try:
        await users.update(transaction, pool, confirmed, take_aliases=take_aliases)
    except AliasExistsException as error:
        contact = codes.contact_of(code)
        raise AliasExistsException(f"An account with the {contact} already exists.") from error
    return confirmed, codes.contact_of(code)


async def _resend(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    subject: str,
    made: CodeOnItsWay | None,
) -> ServiceError | None:
    limited = await attempt_limits.count(
        transaction, attempt_limits.RESEND_CONFIRMATION, pool.id, subject, house.clock.now_ms()
    )
    if limited is not None:
        return limited
    if made is not None:
        await codes.keep(transaction, made)
    return None


def _with_verified(user: User, code: Code) -> Mapping[str, str]:
    return {**user.attributes, f"{codes.contact_of(code)}_verified": "true"}


def _not_confirmable(user: User) -> NotAuthorizedException:
    return NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")
