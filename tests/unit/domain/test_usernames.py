from __future__ import annotations

import pytest

from poolhouse.domain import usernames
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException
from sample_records import pool

INSENSITIVE = {"UsernameConfiguration": {"CaseSensitive": False}}
PLAIN = pool()
BY_EMAIL = pool(UsernameAttributes=["email"])
BY_PHONE = pool(UsernameAttributes=["phone_number"])
BY_EITHER = pool(UsernameAttributes=["phone_number", "email"], **INSENSITIVE)
ALIASED = pool(AliasAttributes=["email", "phone_number", "preferred_username"], **INSENSITIVE)
EMAIL = "Ines@Harbour.test"
PHONE = "+4915112345678"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ines", "username"),
        (EMAIL, "email"),
        ("ines@localhost", "email"),
        (PHONE, "phone_number"),
        ("4915112345678", "username"),
        ("+0123", "username"),
        ("@", "username"),
        ("a@b@c", "username"),
        ("a b@c.test", "username"),
        (f"{PHONE}\n", "username"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert usernames.kind(text) == kind


@pytest.mark.parametrize(
    ("of", "name", "username", "attributes"),
    [
        (PLAIN, "ines", "ines", {}),
        (PLAIN, EMAIL, EMAIL, {}),
        (ALIASED, "ines", "ines", {}),
        (BY_EMAIL, EMAIL, None, {"email": EMAIL}),
        (BY_PHONE, PHONE, None, {"phone_number": PHONE}),
        (BY_EITHER, EMAIL, None, {"email": EMAIL}),
        (BY_EITHER, PHONE, None, {"phone_number": PHONE}),
    ],
)
def test_new_names(
    of: UserPool, name: str, username: str | None, attributes: dict[str, str]
) -> None:
    assert usernames.check_new(of, name) == usernames.NewName(username, attributes)


@pytest.mark.parametrize(
    ("of", "name", "message"),
    [
        (BY_EMAIL, "ines", "Username should be an email."),
        (BY_EMAIL, PHONE, "Username should be an email."),
        (BY_PHONE, EMAIL, "Username should be a phone number."),
        (BY_EITHER, "ines", "Username should be either an email or a phone number."),
        (
            ALIASED,
            EMAIL,
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            ALIASED,
            PHONE,
            "Username cannot be of phone number format, since user pool is configured for phone "
            "number alias.",
        ),
    ],
)
def test_refused_names(of: UserPool, name: str, message: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        usernames.check_new(of, name)
    assert refusal.value.message == message


def test_keys_follow_the_pools_case() -> None:
    assert usernames.key(PLAIN, "Ines") == "Ines"
    assert usernames.key(BY_EITHER, "Ines") == "ines"


@pytest.mark.parametrize(
    ("of", "attributes", "held"),
    [
        (PLAIN, {"email": EMAIL, "email_verified": "true"}, {}),
        (BY_EMAIL, {"email": EMAIL, "email_verified": "false"}, {"email": EMAIL}),
        (
            BY_EITHER,
            {"email": EMAIL, "phone_number": PHONE},
            {"email": EMAIL.lower(), "phone_number": PHONE},
        ),
        (ALIASED, {"email": EMAIL, "email_verified": "false"}, {}),
        (
            ALIASED,
            {"email": EMAIL, "email_verified": "true", "preferred_username": "Tide"},
            {"email": EMAIL.lower(), "preferred_username": "tide"},
        ),
    ],
)
def test_names_held_beside_the_username(
    of: UserPool, attributes: dict[str, str], held: dict[str, str]
) -> None:
    assert usernames.alias_keys(of, attributes) == held


@pytest.mark.parametrize(
    ("of", "text", "lookups"),
    [
        (PLAIN, EMAIL, ()),
        (BY_EMAIL, EMAIL, (("email", EMAIL),)),
        (BY_EMAIL, "ines", ()),
        (ALIASED, "Tide", (("preferred_username", "tide"),)),
        (ALIASED, EMAIL, (("email", EMAIL.lower()), ("preferred_username", EMAIL.lower()))),
        (ALIASED, PHONE, (("phone_number", PHONE), ("preferred_username", PHONE))),
    ],
)
def test_lookups(of: UserPool, text: str, lookups: tuple[tuple[str, str], ...]) -> None:
    assert usernames.alias_lookups(of, text) == lookups
