"""SignUp: a person makes an account through an app client.

Source: Amazon Cognito API reference, SignUp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from poolhouse.accounts import account_events, codes, verified_contacts
from poolhouse.accounts.app_requests import AppRequest
from poolhouse.accounts.codes import CodeOnItsWay
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.domain import attributes, passwords, sign_up_answers, usernames
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    AliasExistsException,
    InvalidParameterException,
    NotAuthorizedException,
    UsernameExistsException,
)
from poolhouse.house import House
from poolhouse.messages.send import send
from poolhouse.store import password_history, srp_verifiers, users
from poolhouse.store.database import Transaction
from poolhouse.threat_protection import compromised
from poolhouse.triggers import post_confirmation, pre_sign_up

# ``password-missing``
PASSWORD_MISSING = "Missing required parameter Password"

_CODE_FACTORS = frozenset({"EMAIL_OTP", "SMS_OTP"})


@dataclass(frozen=True, slots=True)
class SignedUp:
    """The new user, and where the confirmation code went, if one was sent."""

    user: User
    code_delivery: Mapping[str, str] | None


async def sign_up(
    house: House,
    request: AppRequest,
    password: str | None,
    given: Mapping[str, str],
    *,
    validation_data: Mapping[str, str] | None = None,
) -> SignedUp:
    """Create an unconfirmed user and send the code that confirms it.

    The pool's pre sign-up function may refuse, or confirm the user at once: then no code is sent,
    and the post confirmation function runs. Raises :class:`NotAuthorizedException`,
    :class:`InvalidParameterException`, :class:`InvalidPasswordException`,
    :class:`UsernameExistsException` and the three Lambda exceptions. With
    :class:`CodeDeliveryFailureException` the user is there, and can ask for another code.
    """
    pool = request.pool
    request.prove_client()
    if only_administrators_create(pool):
        raise NotAuthorizedException("SignUp is not permitted for this user pool")
    name = usernames.check_new(pool, request.username)
    check_password(pool, password)
    await compromised.check_chosen(house, pool, request.client.id, password, "SIGN_UP")
    profile = attributes.check_new_user(
        pool, given, client=request.client, from_username=name.attributes
    )
    sub, now_ms = house.ids.uuid(), house.clock.now_ms()
    username = name.username or sub
    answer = await pre_sign_up.ask_about(
        house,
        pool,
        "SignUp",
        user_name=username,
        attributes={**given, **name.attributes},
        validation_data=validation_data,
        caller=request.caller,
    )
    derived = await derive(house, pool.id, sub, username, password) if password else None
    user = User(
        pool_id=pool.id,
        sub=sub,
        username=username,
        status="CONFIRMED" if answer.confirm else "UNCONFIRMED",
        enabled=True,
        created_ms=now_ms,
        modified_ms=now_ms,
        attributes={"sub": sub, **sign_up_answers.apply(answer, profile)},
        password_hash=derived.password_hash if derived else None,
    )
    made = None if answer.confirm else _confirmation_code(house, request, user)
    try:
        await house.db.write(_store, pool, user, derived, made, bool(answer.verified))
    except AliasExistsException as error:
        # A sign-in attribute is the name one signs up with, so it is that name which is taken.
        raise UsernameExistsException(error.message) from error
    await account_events.passed(house, request, user, "SignUp")
    if made is not None:
        await send(house, made.notice)
    if answer.confirm:
        await post_confirmation.run(house, pool, user, "ConfirmSignUp", request.caller)
    return SignedUp(user, made.details if made else None)


def only_administrators_create(pool: UserPool) -> bool:
    """Whether people may not make accounts themselves."""
    config = pool.settings.get("AdminCreateUserConfig") or {}
    return bool(config.get("AllowAdminCreateUserOnly"))


def check_password(pool: UserPool, password: str | None) -> None:
    """Raises :class:`InvalidPasswordException`; without a password, unless users may have none,
    :class:`InvalidParameterException`."""
    if password:
        passwords.check(pool.password_policy, password)
    elif not allows_no_password(pool):
        raise InvalidParameterException(PASSWORD_MISSING)


def allows_no_password(pool: UserPool) -> bool:
    """Whether the pool lets users sign in with a code as their first factor."""
    policy = (pool.settings.get("Policies") or {}).get("SignInPolicy") or {}
    return not _CODE_FACTORS.isdisjoint(policy.get("AllowedFirstAuthFactors") or ())


def _confirmation_code(house: House, request: AppRequest, user: User) -> CodeOnItsWay | None:
    pool = request.pool
    contact = verified_contacts.at_sign_up(pool, user.attributes)
    if contact is None:
        return None
    address = user.attributes[contact]
    return codes.make(house, pool, user, "sign_up", contact, address, "sign_up", request.caller)


async def _store(
    transaction: Transaction,
    pool: UserPool,
    user: User,
    derived: Credentials | None,
    made: CodeOnItsWay | None,
    take_aliases: bool,
) -> None:
    await users.insert(transaction, pool, user, take_aliases=take_aliases)
    if derived is not None:
        await srp_verifiers.put(transaction, pool.id, user.sub, derived.sealed_verifier)
    await password_history.remember(transaction, pool, user)
    if made is not None:
        await codes.keep(transaction, made)
