"""Forgotten passwords: a code to a proven address, and a new password for the code.

Source: Amazon Cognito API reference, ForgotPassword, ConfirmForgotPassword and
AdminResetUserPassword; developer guide, "Recovering user accounts".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poolhouse.accounts import (
    account_events,
    app_requests,
    attempt_limits,
    codes,
    recovery_channel,
    simulation,
)
from poolhouse.accounts.app_requests import AppRequest
from poolhouse.accounts.attempt_limits import accepted
from poolhouse.accounts.codes import CodeOnItsWay
from poolhouse.accounts.passwords import store_permanent
from poolhouse.auth import migration, own_factors
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.auth.history import check_history
from poolhouse.domain import passwords
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    CodeDeliveryFailureException,
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    NotAuthorizedException,
    ServiceError,
    UserNotConfirmedException,
)
from poolhouse.house import House
from poolhouse.messages.send import send
from poolhouse.store import codes as stored_codes
from poolhouse.store import sign_in_failures, users
from poolhouse.store.codes import Code
from poolhouse.store.database import Transaction
from poolhouse.threat_protection import compromised
from poolhouse.triggers import post_confirmation

WRONG_STATE = "User password cannot be reset in the current state."
_NO_CHANNEL = (
    "Cannot reset password for the user as there is no registered/verified email or phone_number"
)


async def forgot_password(house: House, request: AppRequest) -> Mapping[str, str]:
    """Send a code to the user's recovery channel. Returns ``CodeDeliveryDetails``.

    For a client that keeps users' existence secret, an unknown or disabled user, or one without a
    channel, gets the same kind of answer. Raises :class:`CodeDeliveryFailureException`,
    :class:`NotAuthorizedException`, :class:`InvalidParameterException`,
    :class:`LimitExceededException`, :class:`UserNotFoundException`.
    """
    pool = request.pool
    await _migrate(house, request)
    user = await app_requests.find_user(house, request)
    if recovery_channel.only_administrators_reset(pool):
        raise NotAuthorizedException("Contact administrator to reset password.")
    made = await _code_for(house, request, user)
    subject = app_requests.subject(house, request, user)
    accepted(await house.db.write(_keep, house, pool, subject, made))
    if made is not None:
        await account_events.passed(house, request, user, "ForgotPassword")
    await codes.send_unseen(house, request, made)
    if made is None:
        return simulation.code_delivery(house, request, recovery_channel.preferred(pool)[0])
    return made.details


async def _migrate(house: House, request: AppRequest) -> None:
    """A name that nobody has may be a user's of another system, once the client is proven."""
    pool = request.pool
    if recovery_channel.only_administrators_reset(pool):
        return
    if await users.find(house.db, pool, request.username) is None:
        request.prove_client()
        await migration.at_forgotten_password(
            house, pool, request.client, request.username, request.caller
        )


async def confirm_forgot_password(
    house: House, request: AppRequest, given: str, password: str
) -> None:
    """Use a code: set a new password. Sign-ins that were made before go on.

    Raises :class:`CodeMismatchException`, :class:`ExpiredCodeException`,
    :class:`InvalidPasswordException`, :class:`LimitExceededException`,
    :class:`NotAuthorizedException`, :class:`PasswordHistoryPolicyViolationException`,
    :class:`UserNotConfirmedException`, :class:`UserNotFoundException`; the three Lambda exceptions
    once the password is set.
    """
    pool = request.pool
    found = await app_requests.find_user(house, request)
    passwords.check(pool.password_policy, password)
    user = _enabled(request, found)
    if user is not None and user.status == "UNCONFIRMED":
        raise UserNotConfirmedException("User is not confirmed.")
    subject = app_requests.subject(house, request, found)
    # The code is judged first and used up last: only its owner may learn which passwords were
    # used before, and a refused password must not cost the code.
    code = accepted(await house.db.write(_judge, house, pool, user, subject, given))
    if user is None:
        raise CodeMismatchException(codes.MISMATCH)
    await compromised.check_chosen(house, pool, request.client.id, password, "PASSWORD_CHANGE")
    await check_history(house, pool, user, password)
    made = await derive(house, pool.id, user.sub, user.username, password)
    changed = await house.db.write(_use, house, pool, code, made)
    await account_events.passed(house, request, changed, "PasswordChange")
    await post_confirmation.run(house, pool, changed, "ConfirmForgotPassword", request.caller)


async def reset_by_administrator(
    house: House,
    pool: UserPool,
    username: str,
    *,
    client_metadata: Mapping[str, str] | None = None,
) -> None:
    """AdminResetUserPassword: the password is void until its owner sets a new one with the code.

    Raises :class:`UserNotFoundException`, :class:`NotAuthorizedException`,
    :class:`InvalidParameterException`.
    """
    user = await users.get(house.db, pool, username)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled")
    if user.status not in ("CONFIRMED", "RESET_REQUIRED"):
        raise NotAuthorizedException(WRONG_STATE)
    made = await _made(house, pool, user, Caller(client_metadata=client_metadata))
    if made is None:
        raise InvalidParameterException(_NO_CHANNEL)
    await house.db.write(_reset, house, pool, user, made)
    try:
        await send(house, made.notice)
    except CodeDeliveryFailureException as error:
        # The operation has no such error.
        raise InvalidParameterException(error.message) from error


async def _code_for(house: House, request: AppRequest, found: User | None) -> CodeOnItsWay | None:
    """The code to send; None where nothing is sent and nobody shall know."""
    user = _enabled(request, found)
    if user is None:
        return None
    if user.status in ("FORCE_CHANGE_PASSWORD", "EXTERNAL_PROVIDER"):
        raise NotAuthorizedException(WRONG_STATE)
    made = await _made(house, request.pool, user, request.caller)
    if made is None and not request.client.hides_user_existence:
        raise InvalidParameterException(_NO_CHANNEL)
    return made


def _enabled(request: AppRequest, user: User | None) -> User | None:
    """A disabled user is as good as unknown where existence is kept secret."""
    if user is None or user.enabled:
        return user
    if request.client.hides_user_existence:
        return None
    raise NotAuthorizedException("User is disabled.")


async def _made(house: House, pool: UserPool, user: User, caller: Caller) -> CodeOnItsWay | None:
    factors = await own_factors.active(house.db, pool, user)
    contact = recovery_channel.choose(pool, user, factors)
    if contact is None:
        return None
    address = user.attributes[contact]
    return codes.make(house, pool, user, "recovery", contact, address, "password_reset", caller)


async def _keep(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    subject: str,
    made: CodeOnItsWay | None,
) -> ServiceError | None:
    limited = await attempt_limits.count(
        transaction, attempt_limits.FORGOT_PASSWORD, pool.id, subject, house.clock.now_ms()
    )
    if limited is None and made is not None:
        await codes.keep(transaction, made)
    return limited


async def _judge(
    transaction: Transaction,
    house: House,
    pool: UserPool,
    user: User | None,
    subject: str,
    given: str,
) -> Code | ServiceError:
    limited = await attempt_limits.count(
        transaction, attempt_limits.CONFIRM_FORGOT_PASSWORD, pool.id, subject, house.clock.now_ms()
    )
    if limited is not None:
        return limited
    if user is None:
        return CodeMismatchException(codes.MISMATCH)
    return await codes.judge(transaction, house, user, "recovery", given)


async def _use(
    transaction: Transaction, house: House, pool: UserPool, code: Code, made: Credentials
) -> User:
    if not await stored_codes.consume(transaction, code):
        raise ExpiredCodeException(codes.EXPIRED)
    await store_permanent(transaction, house, pool, code.sub, made)
    await sign_in_failures.forget(transaction, pool.id, code.sub)  # ``recovery-lifts-lockout``
    return await users.get_by_sub(transaction, pool.id, code.sub)


async def _reset(
    transaction: Transaction, house: House, pool: UserPool, user: User, made: CodeOnItsWay
) -> None:
    def reset(current: User) -> User:
        return replace(current, status="RESET_REQUIRED", modified_ms=house.clock.now_ms())

    await users.amend(transaction, pool, user.sub, reset)
    await codes.keep(transaction, made)
