"""What administrators do with users, over a real socket."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from account_world import OTHER_PASSWORD, PASSWORD, World, attributes, make_world, refusal
from poolhouse.store.schema import metadata
from server import Server

NOT_FOUND = ("UserNotFoundException", "User does not exist.")
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harbour"}
CUSTOM = [
    {"Name": "berth", "AttributeDataType": "Number"},
    {"Name": "registry", "AttributeDataType": "String", "Mutable": False},
    {"Name": "notes", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
]


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_world(server, Schema=CUSTOM)


@pytest.fixture(scope="module")
def by_email(server: Server) -> World:
    return make_world(server, UsernameAttributes=["email"])


@pytest.fixture(scope="module")
def with_aliases(server: Server) -> World:
    return make_world(server, AliasAttributes=["email", "preferred_username"])


def create(world: World, username: str, values: dict[str, str] | None = None, **more: Any) -> Any:
    return world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username=username,
        UserAttributes=attributes(**(values or {})),
        **more,
    )["User"]


def update(world: World, username: str, **values: str) -> None:
    world.idp.admin_update_user_attributes(
        UserPoolId=world.pool_id, Username=username, UserAttributes=attributes(**values)
    )


def remove(world: World, username: str, *names: str) -> None:
    world.idp.admin_delete_user_attributes(
        UserPoolId=world.pool_id, Username=username, UserAttributeNames=list(names)
    )


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("admin_get_user", {}),
        ("admin_confirm_sign_up", {}),
        ("admin_set_user_password", {"Password": PASSWORD}),
        ("admin_reset_user_password", {}),
        ("admin_update_user_attributes", {"UserAttributes": []}),
        ("admin_delete_user_attributes", {"UserAttributeNames": ["name"]}),
        ("admin_enable_user", {}),
        ("admin_disable_user", {}),
        ("admin_delete_user", {}),
        ("admin_create_user", {"MessageAction": "RESEND"}),
    ],
)
def test_an_unknown_user_or_pool(world: World, operation: str, more: dict[str, Any]) -> None:
    call = getattr(world.idp, operation)
    assert refusal(call, UserPoolId=world.pool_id, Username="nobody", **more) == NOT_FOUND
    assert refusal(call, UserPoolId="us-east-1_Nowhere00", Username="x", **more) == (
        "ResourceNotFoundException",
        "User pool us-east-1_Nowhere00 does not exist.",
    )


class TestCreating:
    def test_a_new_user_must_replace_the_temporary_password(self, world: World) -> None:
        user = create(world, "aino", {"email": "aino@slip.test"}, DesiredDeliveryMediums=["EMAIL"])
        assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert user["Enabled"] is True
        assert user["Username"] == "aino"
        names = {each["Name"]: each["Value"] for each in user["Attributes"]}
        assert names["email"] == "aino@slip.test"
        assert len(names["sub"]) == 36
        message = world.mail("aino@slip.test")[0]
        assert message["reason"] == "invitation"
        assert message["subject"] == "Your temporary password"
        assert message["body"] == (
            f"Your username is aino and temporary password is {message['code']}. "
        )
        challenge = world.sign_in("aino", message["code"])
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        answer = world.idp.respond_to_auth_challenge(
            ClientId=world.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "aino", "NEW_PASSWORD": PASSWORD},
        )
        assert "AuthenticationResult" in answer
        assert world.get("aino")["UserStatus"] == "CONFIRMED"

    def test_the_invitation_goes_by_sms_unless_chosen_otherwise(self, world: World) -> None:
        contacts = {"email": "bo@slip.test", "phone_number": "+4915100000001"}
        create(world, "bo", contacts)
        assert len(world.mail("+4915100000001")) == 1
        assert world.mail("bo@slip.test") == []
        create(world, "bob", contacts, DesiredDeliveryMediums=["SMS", "EMAIL"])
        assert len(world.mail("+4915100000001")) == 2
        assert len(world.mail("bo@slip.test")) == 1

    def test_no_number_is_no_error_unless_a_medium_was_chosen(self, world: World) -> None:
        create(world, "cleo", {"email": "cleo@slip.test"})
        assert world.mail("cleo@slip.test") == []
        assert (
            refusal(create, world=world, username="dita", DesiredDeliveryMediums=["EMAIL"])[0]
            == "CodeDeliveryFailureException"
        )
        assert refusal(world.get, username="dita") == NOT_FOUND

    def test_suppressed_invitations_are_not_sent(self, world: World) -> None:
        create(
            world,
            "eve",
            {"email": "eve@slip.test"},
            DesiredDeliveryMediums=["EMAIL"],
            MessageAction="SUPPRESS",
        )
        assert world.mail("eve@slip.test") == []

    def test_the_pools_invitation_is_used(self, server: Server) -> None:
        template = {
            "EmailMessage": "{username}: {####}",
            "EmailSubject": "Come aboard",
        }
        world = make_world(server, AdminCreateUserConfig={"InviteMessageTemplate": template})
        create(
            world,
            "{####}",
            {"email": "fay@slip.test"},
            DesiredDeliveryMediums=["EMAIL"],
            TemporaryPassword=PASSWORD,
        )
        message = world.mail("fay@slip.test")[0]
        assert (message["subject"], message["body"]) == ("Come aboard", f"{{####}}: {PASSWORD}")

    def test_a_temporary_password_must_conform(self, world: World) -> None:
        assert refusal(create, world=world, username="gus", TemporaryPassword="weakling") == (
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have uppercase characters",
        )

    def test_required_attributes_are_not_asked_for(self, server: Server) -> None:
        world = make_world(server, Schema=[{"Name": "email", "Required": True}])
        assert create(world, "hal")["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_a_sub_is_not_given(self, world: World) -> None:
        assert refusal(create, world=world, username="ida", values={"sub": "x"}) == (
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute sub",
        )

    def test_a_name_is_given_once(self, world: World, by_email: World) -> None:
        create(world, "jon")
        assert refusal(create, world=world, username="jon") == (
            "UsernameExistsException",
            "User account already exists",
        )
        create(by_email, "jon@slip.test")
        assert refusal(create, world=by_email, username="jon@slip.test") == (
            "UsernameExistsException",
            "An account with the given email already exists.",
        )

    def test_a_verified_alias_has_one_owner_unless_forced(self, with_aliases: World) -> None:
        contact = {"email": "kai@slip.test", "email_verified": "true"}
        create(with_aliases, "kai", contact)
        assert refusal(create, world=with_aliases, username="kaia", values=contact) == (
            "AliasExistsException",
            "An account with the given email already exists.",
        )
        assert refusal(with_aliases.get, username="kaia") == NOT_FOUND
        create(with_aliases, "kaia", contact, ForceAliasCreation=True)
        assert with_aliases.get("kai@slip.test")["Username"] == "kaia"
        assert with_aliases.profile("kai")["email_verified"] == "false"

    def test_a_preferred_username_is_not_taken_by_force(self, with_aliases: World) -> None:
        create(with_aliases, "lena", {"preferred_username": "bosun"})
        code, _ = refusal(
            create,
            world=with_aliases,
            username="lea",
            values={"preferred_username": "bosun"},
            ForceAliasCreation=True,
        )
        assert code == "AliasExistsException"
        code, _ = refusal(
            create, world=with_aliases, username="leo", values={"preferred_username": "lena"}
        )
        assert code == "AliasExistsException"

    def test_without_a_password_where_codes_are_enough(self, server: Server) -> None:
        factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
        world = make_world(server, Policies=factors)
        user = create(world, "mia", {"email": "mia@slip.test"}, DesiredDeliveryMediums=["EMAIL"])
        assert user["UserStatus"] == "CONFIRMED"
        assert world.mail("mia@slip.test")[0]["code"] is None
        assert create(world, "max", TemporaryPassword=PASSWORD)["UserStatus"] == (
            "FORCE_CHANGE_PASSWORD"
        )

    def test_resending_gives_a_new_password(self, world: World, by_email: World) -> None:
        create(world, "nils", {"email": "nils@slip.test"}, DesiredDeliveryMediums=["EMAIL"])
        old = world.code("nils@slip.test")
        create(world, "nils", MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
        new = world.code("nils@slip.test")
        assert refusal(world.sign_in, username="nils", password=old)[0] == "NotAuthorizedException"
        assert world.sign_in("nils", new)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        world.member("olga")
        assert refusal(create, world=world, username="olga", MessageAction="RESEND") == (
            "UnsupportedUserStateException",
            "Resend not possible. olga status is not FORCE_CHANGE_PASSWORD",
        )
        sub = create(by_email, "olga@slip.test")["Username"]
        create(by_email, sub, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])
        assert "olga@slip.test" in by_email.mail("olga@slip.test")[0]["body"]


class TestTemporaryPasswords:
    def test_they_end(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server)
        create(world, "pia", TemporaryPassword=PASSWORD)
        create(world, "per", TemporaryPassword=PASSWORD)
        server.clock.advance(seconds=7 * 86_400 - 1)
        assert world.sign_in("pia")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        server.clock.advance(seconds=1)
        assert refusal(world.sign_in, username="pia") == (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )
        create(world, "per", TemporaryPassword=OTHER_PASSWORD, MessageAction="RESEND")
        assert world.sign_in("per", OTHER_PASSWORD)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_setting_one_and_setting_one_for_good(self, world: World) -> None:
        def set_password(password: str, **more: Any) -> None:
            world.idp.admin_set_user_password(
                UserPoolId=world.pool_id, Username="quinn", Password=password, **more
            )

        world.sign_up("quinn")
        set_password(OTHER_PASSWORD)
        assert world.get("quinn")["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        set_password(OTHER_PASSWORD, Permanent=True)
        assert world.get("quinn")["UserStatus"] == "CONFIRMED"
        assert "AuthenticationResult" in world.sign_in("quinn", OTHER_PASSWORD)
        assert refusal(set_password, password="weakling")[0] == "InvalidPasswordException"

    def test_history_is_for_permanent_passwords(self, server: Server) -> None:
        policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 1}}
        world = make_world(server, Policies=policy)

        def set_password(password: str, *, permanent: bool) -> None:
            world.idp.admin_set_user_password(
                UserPoolId=world.pool_id,
                Username="rosa",
                Password=password,
                Permanent=permanent,
            )

        world.member("rosa")
        set_password(PASSWORD, permanent=False)
        used = ("PasswordHistoryPolicyViolationException", "Password has already been used.")
        assert refusal(set_password, password=PASSWORD, permanent=True) == used
        set_password(OTHER_PASSWORD, permanent=True)
        set_password(PASSWORD, permanent=True)


class TestAttributes:
    def test_setting_and_blanking(self, world: World) -> None:
        world.member("sam", name="Sam", email="sam@slip.test")
        update(world, "sam", name="Samuel", custom__berth="12", email_verified="true")
        assert world.profile("sam") == {
            "name": "Samuel",
            "email": "sam@slip.test",
            "email_verified": "true",
            "custom:berth": "12",
        }
        update(world, "sam", name="", email="")
        assert world.profile("sam") == {"custom:berth": "12"}

    def test_a_new_address_is_unverified_and_gets_a_code(self, world: World) -> None:
        world.member("tess", email="tess@slip.test", email_verified="true")
        update(world, "tess", email="tess@lock.test")
        assert world.profile("tess")["email_verified"] == "false"
        world.idp.verify_user_attribute(
            AccessToken=world.token("tess"),
            AttributeName="email",
            Code=world.code("tess@lock.test"),
        )
        assert world.profile("tess")["email_verified"] == "true"
        update(world, "tess", email="tess@dyke.test", email_verified="true")
        assert world.profile("tess")["email_verified"] == "true"
        assert world.mail("tess@dyke.test") == []

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            (
                {"custom__rank": "mate"},
                "user.custom:rank: Attribute does not exist in the schema.\n",
            ),
            ({"custom__registry": "X"}, "user.custom:registry: Attribute cannot be updated.\n"),
            ({"sub": "x"}, "user.sub: Attribute cannot be updated.\n"),
            ({"custom__berth": "twelve"}, None),
            ({"email": "nowhere"}, "Invalid email address format."),
            ({"phone_number": "0151"}, "Invalid phone number format."),
            ({"birthdate": "1.1.2000"}, None),
        ],
    )
    def test_refusals_change_nothing(
        self, world: World, values: dict[str, str], message: str | None
    ) -> None:
        name = f"uwe{len(values)}{'-'.join(values)}".replace("__", "")
        world.member(name, name="Uwe")
        code, text = refusal(update, world=world, username=name, name="Else", **values)
        assert code == "InvalidParameterException"
        if message is not None:
            assert text == message
        assert world.profile(name) == {"name": "Uwe"}

    def test_deleting(self, world: World) -> None:
        world.member("vera", name="Vera", email="vera@slip.test", dev__custom__notes="quiet")
        remove(world, "vera", "email", "name", "dev:custom:notes")
        assert world.profile("vera") == {}

    def test_deleting_is_all_or_nothing(self, world: World) -> None:
        world.member("wim", name="Wim")
        assert refusal(
            world.idp.admin_delete_user_attributes,
            UserPoolId=world.pool_id,
            Username="wim",
            UserAttributeNames=["name", "custom:foo"],
        ) == (
            "InvalidParameterException",
            "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n",
        )
        assert world.profile("wim") == {"name": "Wim"}

    def test_an_alias_that_is_taken(self, with_aliases: World) -> None:
        taken = ("AliasExistsException", "An account with the given email already exists.")
        with_aliases.member("xena", email="crew@slip.test", email_verified="true")
        with_aliases.member("yan", email="crew@slip.test")
        assert refusal(update, world=with_aliases, username="yan", email_verified="true") == taken
        assert with_aliases.profile("yan")["email_verified"] == "false"
        update(with_aliases, "xena", email_verified="false")
        update(with_aliases, "yan", email_verified="true")
        assert with_aliases.get("crew@slip.test")["Username"] == "yan"

    def test_a_sign_in_name_changes_with_its_attribute(self, by_email: World) -> None:
        by_email.member("zoe@slip.test")
        by_email.member("zora@slip.test")
        update(by_email, "zoe@slip.test", email="zoe@lock.test")
        assert refusal(by_email.get, username="zoe@slip.test") == NOT_FOUND
        assert "AuthenticationResult" in by_email.sign_in("zoe@lock.test")
        assert refusal(
            update, world=by_email, username="zoe@lock.test", email="zora@slip.test"
        ) == ("AliasExistsException", "An account with the given email already exists.")
        by_email.member("zoe@slip.test")  # free again
        code, _ = refusal(update, world=by_email, username="zoe@lock.test", email="")
        assert code == "InvalidParameterException"

    def test_parallel_changes_are_all_kept(self, world: World) -> None:
        world.member("abe")
        names = ["name", "given_name", "family_name", "nickname", "gender", "locale", "profile"]
        with ThreadPoolExecutor(7) as threads:
            list(threads.map(lambda name: update(world, "abe", **{name: name}), names))
        assert world.profile("abe") == {name: name for name in names}


class TestLifecycle:
    def test_a_disabled_user_is_signed_out_and_kept_out(self, world: World) -> None:
        world.member("ben")
        tokens = world.sign_in("ben")["AuthenticationResult"]
        for _ in range(2):
            world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="ben")
        assert world.get("ben")["Enabled"] is False
        assert refusal(world.sign_in, username="ben") == (
            "NotAuthorizedException",
            "User is disabled.",
        )
        for _ in range(2):
            world.idp.admin_enable_user(UserPoolId=world.pool_id, Username="ben")
        assert refusal(world.idp.get_user, AccessToken=tokens["AccessToken"]) == (
            "NotAuthorizedException",
            "Access Token has been revoked",
        )
        code, _ = refusal(
            world.idp.initiate_auth,
            ClientId=world.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )
        assert code == "NotAuthorizedException"
        assert "AuthenticationResult" in world.sign_in("ben")

    def test_changes_do_not_undo_a_disabling(self, world: World) -> None:
        world.member("bea")

        def rename(number: int) -> None:
            update(world, "bea", name=f"Bea {number}")

        def disable() -> None:
            world.idp.admin_disable_user(UserPoolId=world.pool_id, Username="bea")

        with ThreadPoolExecutor(6) as threads:
            renamed = [threads.submit(rename, number) for number in range(11)]
            threads.submit(disable).result()
        assert [each.exception() for each in renamed] == [None] * 11
        assert world.get("bea")["Enabled"] is False

    def test_deletion_leaves_nothing(self, server: Server, world: World) -> None:
        sub = world.member("cara", email="cara@slip.test", email_verified="true", name="Cara")
        world.idp.create_group(UserPoolId=world.pool_id, GroupName="crew")
        world.idp.admin_add_user_to_group(
            UserPoolId=world.pool_id, Username="cara", GroupName="crew"
        )
        token = world.token("cara")
        world.idp.forgot_password(ClientId=world.client_id, Username="cara")

        world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="cara")

        assert refusal(world.get, username="cara") == NOT_FOUND
        assert refusal(world.idp.get_user, AccessToken=token) == NOT_FOUND
        assert rows_about(server, sub) == {}
        assert world.member("cara") != sub

    def test_in_an_alias_pool_too(self, server: Server, with_aliases: World) -> None:
        sub = with_aliases.member("dan", email="dan@slip.test", email_verified="true")
        with_aliases.idp.admin_delete_user(
            UserPoolId=with_aliases.pool_id, Username="dan@slip.test"
        )
        assert rows_about(server, sub) == {}
        with_aliases.member("dan", email="dan@slip.test", email_verified="true")


def rows_about(server: Server, sub: str) -> dict[str, int]:
    """How many rows of each table still name a user."""
    counts = {
        table.name: len(server.rows(select(table.c.sub).where(table.c.sub == sub)))
        for table in metadata.sorted_tables
        if "sub" in table.c
    }
    return {name: count for name, count in counts.items() if count}


def test_a_user_has_many_names(with_aliases: World) -> None:
    sub = with_aliases.member(
        "elf", email="elf@slip.test", email_verified="true", preferred_username="imp"
    )
    for name in ("elf", sub, "elf@slip.test", "imp"):
        assert with_aliases.get(name)["Username"] == "elf"
    assert refusal(with_aliases.get, username="ELF") == NOT_FOUND


def test_case_insensitive_names(server: Server) -> None:
    world = make_world(
        server, AliasAttributes=["email"], UsernameConfiguration={"CaseSensitive": False}
    )
    world.member("Fin", email="Fin@Slip.test", email_verified="true")
    for name in ("fin", "FIN", "fin@slip.test", "FIN@SLIP.TEST"):
        assert world.get(name)["Username"] == "Fin"
    assert world.profile("fin")["email"] == "Fin@Slip.test"
