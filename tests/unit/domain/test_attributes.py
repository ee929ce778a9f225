from __future__ import annotations

import pytest

from poolhouse.domain import attributes
from poolhouse.errors import InvalidParameterException, NotAuthorizedException, ServiceError
from sample_records import app_client, pool

HARBOUR = pool(
    Schema=[
        {"Name": "name", "Required": True},
        {"Name": "family_name", "Mutable": False},
        {
            "Name": "berth",
            "AttributeDataType": "String",
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"},
        },
        {
            "Name": "pier",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "-1", "MaxValue": "9.5"},
        },
        {"Name": "crew", "AttributeDataType": "Boolean"},
        {"Name": "since", "AttributeDataType": "DateTime"},
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
)
PORTAL = app_client(HARBOUR)
WRITER = app_client(HARBOUR, WriteAttributes=["name", "email", "custom:fixed", "custom:berth"])
UNAUTHORIZED = "A client attempted to write unauthorized attribute"


def refusal_of(error: pytest.ExceptionInfo[ServiceError]) -> tuple[str, str]:
    return error.value.code, error.value.message


class TestNewUser:
    def test_contacts_are_unverified_unless_given_and_blanks_are_no_values(self) -> None:
        given = {"name": "Ines", "email": "ines@harbour.test", "nickname": ""}
        assert attributes.check_new_user(HARBOUR, given, client=PORTAL) == {
            "name": "Ines",
            "email": "ines@harbour.test",
            "email_verified": "false",
        }

    def test_an_administrator_vouches_and_skips_required_attributes(self) -> None:
        given = {"email": "ines@harbour.test", "email_verified": "True", "dev:custom:rank": "3"}
        assert attributes.check_new_user(HARBOUR, given) == {
            "email": "ines@harbour.test",
            "email_verified": "true",
            "dev:custom:rank": "3",
        }

    def test_what_the_username_supplies_needs_no_permission_and_counts(self) -> None:
        by_email = pool(UsernameAttributes=["email"], Schema=[{"Name": "email", "Required": True}])
        narrow = app_client(by_email, WriteAttributes=["email"])
        made = attributes.check_new_user(
            by_email, {}, client=narrow, from_username={"email": "ines@harbour.test"}
        )
        assert made["email"] == "ines@harbour.test"

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (
                {"name": "Ines", "custom:foo": "1"},
                "Attributes did not conform to the schema: Type for attribute {custom:foo} could "
                "not be determined",
            ),
            ({}, "Attributes did not conform to the schema: name: The attribute is required"),
            (
                {"name": ""},
                "Attributes did not conform to the schema: name: The attribute is required",
            ),
            ({"name": "Ines", "email": "at-harbour.test"}, "Invalid email address format."),
            ({"name": "Ines", "phone_number": "0511"}, "Invalid phone number format."),
            (
                {"name": "Ines", "birthdate": "1.1.2001"},
                "user.birthdate: String attributes cannot have a length of less than 10",
            ),
        ],
    )
    def test_refused_sign_ups(self, given: dict[str, str], message: str) -> None:
        with pytest.raises(InvalidParameterException) as error:
            attributes.check_new_user(HARBOUR, given, client=PORTAL)
        assert error.value.message == message

    def test_several_missing_attributes_are_named_together(self) -> None:
        strict = pool(
            Schema=[{"Name": "email", "Required": True}, {"Name": "name", "Required": True}]
        )
        with pytest.raises(InvalidParameterException) as error:
            attributes.check_new_user(strict, {}, client=app_client(strict))
        assert error.value.message == (
            "Attributes did not conform to the schema: name: The attribute is required\n"
            "email: The attribute is required"
        )

    @pytest.mark.parametrize(
        "name", ["email_verified", "custom:berth", "dev:custom:rank", "sub", "identities"]
    )
    def test_users_write_what_their_client_may(self, name: str) -> None:
        with pytest.raises(NotAuthorizedException) as error:
            attributes.check_new_user(HARBOUR, {"name": "Ines", name: "true"}, client=PORTAL)
        assert error.value.message == UNAUTHORIZED

    @pytest.mark.parametrize("name", ["sub", "identities"])
    def test_nobody_chooses_a_sub(self, name: str) -> None:
        with pytest.raises(InvalidParameterException) as error:
            attributes.check_new_user(HARBOUR, {name: "mine"})
        assert error.value.message == f"Cannot modify the non-mutable attribute {name}"

    def test_a_preferred_username_alias_waits_for_confirmation(self) -> None:
        aliased = pool(AliasAttributes=["preferred_username"])
        with pytest.raises(InvalidParameterException) as error:
            attributes.check_new_user(
                aliased, {"preferred_username": "ines"}, client=app_client(aliased)
            )
        assert error.value.message == attributes.PREFERRED_USERNAME_AT_SIGN_UP
        assert attributes.check_new_user(aliased, {"preferred_username": "ines"})


class TestValues:
    @pytest.mark.parametrize(
        ("name", "value", "stored"),
        [
            ("custom:crew", "TRUE", "true"),
            ("custom:crew", "false", "false"),
            ("custom:pier", "-1", "-1"),
            ("custom:pier", "9.50", "9.50"),
            ("custom:since", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
            ("custom:since", "1790000000", "1790000000"),
            ("custom:berth", "C14", "C14"),
            ("email", "ines@localhost", "ines@localhost"),
            ("phone_number", "+4915112345678", "+4915112345678"),
            ("updated_at", "1790000000", "1790000000"),
        ],
    )
    def test_accepted(self, name: str, value: str, stored: str) -> None:
        assert attributes.check_new_user(HARBOUR, {name: value})[name] == stored

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("custom:crew", "yes"),
            ("custom:pier", "nine"),
            ("custom:pier", "inf"),
            ("custom:pier", "1_0"),
            ("custom:pier", "10"),
            ("custom:pier", "-1.1"),
            ("custom:since", "yesterday"),
            ("custom:berth", "C"),
            ("custom:berth", "C1400"),
            ("custom:fixed", "x" * 2049),
            ("updated_at", "-1"),
            ("email", "ines@a@b"),
            ("email", "ines@harbour.test\r\nBcc: all@harbour.test"),
            ("email", "a@b.test,c"),
            ("phone_number", "+0511123"),
            ("phone_number", "+491511234567890123"),
            ("phone_number", "+49 151 123"),
        ],
    )
    def test_refused(self, name: str, value: str) -> None:
        with pytest.raises(InvalidParameterException):
            attributes.check_new_user(HARBOUR, {name: value})


PROFILE = {
    "sub": "7d1f1c1e-50a1-70be-3a0c-2f6b8f0d9e11",
    "name": "Ines",
    "email": "ines@harbour.test",
    "email_verified": "true",
    "nickname": "tide",
}


class TestUpdate:
    def test_a_changed_contact_is_no_longer_verified(self) -> None:
        changed = attributes.check_update(
            HARBOUR, PROFILE, {"email": "ines@quay.test"}, client=PORTAL
        )
        assert changed.attributes == {
            **PROFILE,
            "email": "ines@quay.test",
            "email_verified": "false",
        }
        assert changed.changed_contacts == ("email",)
        assert changed.pending == {}

    def test_an_unchanged_contact_stays_verified(self) -> None:
        changed = attributes.check_update(HARBOUR, PROFILE, {"email": PROFILE["email"]})
        assert changed.attributes == PROFILE
        assert changed.changed_contacts == ()

    def test_an_administrator_vouches_in_the_same_call(self) -> None:
        changed = attributes.check_update(
            HARBOUR, PROFILE, {"email": "ines@quay.test", "email_verified": "true"}
        )
        assert changed.attributes["email_verified"] == "true"
        assert changed.changed_contacts == ()

    def test_blank_values_remove(self) -> None:
        changed = attributes.check_update(HARBOUR, PROFILE, {"nickname": "", "email": ""})
        assert changed.attributes == {"sub": PROFILE["sub"], "name": "Ines"}

    def test_a_contact_may_have_to_be_proven_first(self) -> None:
        careful = pool(
            AutoVerifiedAttributes=["email"],
            UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        )
        change = {"email": "ines@quay.test", "nickname": "ebb"}
        by_user = attributes.check_update(careful, PROFILE, change, client=app_client(careful))
        assert by_user.attributes == {**PROFILE, "nickname": "ebb"}
        assert by_user.pending == {"email": "ines@quay.test"}
        assert by_user.changed_contacts == ("email",)
        by_administrator = attributes.check_update(careful, PROFILE, change)
        assert by_administrator.pending == {}
        assert by_administrator.attributes["email"] == "ines@quay.test"

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (
                {"custom:foo": "1", "custom:bar": "2"},
                "user.custom:foo: Attribute does not exist in the schema.\n"
                "user.custom:bar: Attribute does not exist in the schema.\n",
            ),
            ({"custom:fixed": "x"}, "user.custom:fixed: Attribute cannot be updated.\n"),
            ({"sub": "x"}, "user.sub: Attribute cannot be updated.\n"),
            ({"identities": "[]"}, "user.identities: Attribute cannot be updated.\n"),
            (
                {"name": ""},
                "Attributes did not conform to the schema: name: The attribute is required",
            ),
            ({"email": "nowhere"}, "Invalid email address format."),
        ],
    )
    def test_refused(self, changes: dict[str, str], message: str) -> None:
        with pytest.raises(InvalidParameterException) as error:
            attributes.check_update(HARBOUR, PROFILE, changes)
        assert error.value.message == message

    def test_permission_comes_before_immutability(self) -> None:
        with pytest.raises(NotAuthorizedException):
            attributes.check_update(HARBOUR, PROFILE, {"custom:fixed": "x"}, client=PORTAL)
        with pytest.raises(InvalidParameterException):
            attributes.check_update(HARBOUR, PROFILE, {"custom:fixed": "x"}, client=WRITER)


class TestDeletion:
    def test_a_contact_takes_its_flag_along(self) -> None:
        assert attributes.check_deletion(HARBOUR, ["email", "nickname"], client=PORTAL) == {
            "email",
            "email_verified",
            "nickname",
        }

    @pytest.mark.parametrize(
        ("names", "code", "message"),
        [
            (
                ["custom:foo", "nickname"],
                "InvalidParameterException",
                "Invalid user attributes: user.custom:foo: Attribute does not exist in the "
                "schema.\n",
            ),
            (
                ["family_name"],
                "InvalidParameterException",
                "user.family_name: Attribute cannot be updated.\n",
            ),
            (["sub"], "InvalidParameterException", "user.sub: Attribute cannot be updated.\n"),
            (
                ["name"],
                "InvalidParameterException",
                "Attributes did not conform to the schema: name: The attribute is required",
            ),
        ],
    )
    def test_refused(self, names: list[str], code: str, message: str) -> None:
        with pytest.raises(ServiceError) as error:
            attributes.check_deletion(HARBOUR, names)
        assert refusal_of(error) == (code, message)

    def test_users_need_write_permission(self) -> None:
        with pytest.raises(NotAuthorizedException):
            attributes.check_deletion(HARBOUR, ["custom:berth"], client=PORTAL)


class TestNewPasswordAnswer:
    def test_missing_attributes_are_filled_in(self) -> None:
        assert attributes.missing_required(HARBOUR, {"sub": "x"}) == ["name"]
        added = attributes.check_new_password_answer(
            HARBOUR,
            {"sub": "x", "nickname": "tide"},
            {
                "name": "Ines",
                "family_name": "Costa",
                "email": "ines@harbour.test",
                "nickname": "ebb",
            },
            PORTAL,
        )
        assert added == {
            "name": "Ines",
            "family_name": "Costa",
            "email": "ines@harbour.test",
            "email_verified": "false",
            "nickname": "ebb",
        }

    @pytest.mark.parametrize(
        ("current", "given", "code", "message"),
        [
            (
                {"name": "Ines"},
                {"name": "Ana"},
                "InvalidParameterException",
                "Cannot modify an already provided name",
            ),
            (
                {"name": "Ines"},
                {"email_verified": "true"},
                "InvalidParameterException",
                "Cannot modify the non-mutable attribute email_verified",
            ),
            ({}, {}, "InvalidParameterException", "Invalid attributes given, name is missing"),
            (
                {"name": "Ines", "family_name": "Costa"},
                {"family_name": "Silva"},
                "InvalidParameterException",
                "user.family_name: Attribute cannot be updated.\n",
            ),
            (
                {"name": "Ines"},
                {"custom:foo": "1"},
                "InvalidParameterException",
                "user.custom:foo: Attribute does not exist in the schema.\n",
            ),
            ({"name": "Ines"}, {"custom:berth": "C14"}, "NotAuthorizedException", UNAUTHORIZED),
        ],
    )
    def test_refused(
        self, current: dict[str, str], given: dict[str, str], code: str, message: str
    ) -> None:
        with pytest.raises(ServiceError) as error:
            attributes.check_new_password_answer(HARBOUR, current, given, PORTAL)
        assert refusal_of(error) == (code, message)
