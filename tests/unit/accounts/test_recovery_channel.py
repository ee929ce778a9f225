"""Which address a user recovers an account with."""

from __future__ import annotations

from itertools import product

import pytest

from poolhouse.accounts import recovery_channel
from poolhouse.domain.records import User, UserPool
from sample_records import pool

EMAIL, PHONE = {"email": "a@b"}, {"phone_number": "+491"}
VERIFIED_EMAIL = {**EMAIL, "email_verified": "true"}
VERIFIED_PHONE = {**PHONE, "phone_number_verified": "true"}


def of(*names: str) -> UserPool:
    if not names:
        return pool()
    mechanisms = [{"Name": name, "Priority": place} for place, name in enumerate(names, 1)]
    # The order of the list means nothing, the priorities do.
    return pool(AccountRecoverySetting={"RecoveryMechanisms": mechanisms[::-1]})


def user(attributes: dict[str, str]) -> User:
    return User("pool", "sub", "ann", "CONFIRMED", True, 1, 1, attributes)


@pytest.mark.parametrize(
    ("owner", "attributes", "expected"),
    [
        (of(), {}, None),
        (of(), {**EMAIL, **PHONE}, None),
        (of(), VERIFIED_EMAIL, "email"),
        (of(), {**VERIFIED_EMAIL, **VERIFIED_PHONE}, "phone_number"),
        (of(), {**VERIFIED_EMAIL, **PHONE}, "email"),
        (of("verified_email"), {**VERIFIED_EMAIL, **VERIFIED_PHONE}, "email"),
        (of("verified_email"), VERIFIED_PHONE, None),
        (
            of("verified_email", "verified_phone_number"),
            {**VERIFIED_EMAIL, **VERIFIED_PHONE},
            "email",
        ),
        (of("verified_email", "verified_phone_number"), VERIFIED_PHONE, "phone_number"),
        (of("admin_only"), VERIFIED_EMAIL, "email"),
        (of(), {"email_verified": "true"}, None),
    ],
)
def test_channel(owner: UserPool, attributes: dict[str, str], expected: str | None) -> None:
    assert recovery_channel.choose(owner, user(attributes), ()) == expected


def test_an_unproven_address_never_serves() -> None:
    settings = [of(), of("verified_email"), of("verified_phone_number"), of("admin_only")]
    flags = [None, "false", "TRUE", ""]
    for owner, email, phone in product(settings, flags, flags):
        attributes = {**EMAIL, **PHONE}
        if email is not None:
            attributes["email_verified"] = email
        if phone is not None:
            attributes["phone_number_verified"] = phone
        assert recovery_channel.choose(owner, user(attributes), ()) is None


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        (["SOFTWARE_TOKEN_MFA"], "phone_number"),
        (["SMS_MFA"], "email"),
        (["EMAIL_OTP"], "phone_number"),
        (["SMS_MFA", "EMAIL_OTP"], None),
    ],
)
def test_where_second_factors_arrive_no_account_is_recovered(
    factors: list[str], expected: str | None
) -> None:
    both = user({**VERIFIED_EMAIL, **VERIFIED_PHONE})
    assert recovery_channel.choose(of(), both, factors) == expected


def test_administrators_only() -> None:
    assert recovery_channel.only_administrators_reset(of("admin_only"))
    assert not recovery_channel.only_administrators_reset(of("verified_email"))
    assert not recovery_channel.only_administrators_reset(of())
