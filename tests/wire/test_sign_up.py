"""SignUp, ConfirmSignUp and ResendConfirmationCode over a real socket."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import PASSWORD, World, attributes, make_world, refusal
from server import START_MS, Server

ALIASES: dict[str, Any] = {"AliasAttributes": ["email", "phone_number", "preferred_username"]}
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "harbour"}
MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
UNKNOWN = ("UserNotFoundException", "Username/client id combination not found.")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_world(server)


@pytest.fixture(scope="module")
def by_email(server: Server) -> World:
    return make_world(server, UsernameAttributes=["email"])


@pytest.fixture(scope="module")
def with_aliases(server: Server) -> World:
    return make_world(server, **ALIASES)


@pytest.fixture(scope="module")
def with_secret(server: Server) -> World:
    return make_world(server, client={"GenerateSecret": True})


@pytest.fixture(scope="module")
def hiding(server: Server) -> World:
    return make_world(server, client={"PreventUserExistenceErrors": "ENABLED"})


def test_a_person_signs_up_confirms_and_signs_in(world: World) -> None:
    answer = world.sign_up("aino", email="aino@pier.test")
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@p***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert world.get("aino")["UserStatus"] == "UNCONFIRMED"
    assert refusal(world.sign_in, username="aino") == (
        "UserNotConfirmedException",
        "User is not confirmed.",
    )

    world.confirm("aino", world.code("aino@pier.test"))

    assert world.get("aino")["UserStatus"] == "CONFIRMED"
    assert world.profile("aino")["email_verified"] == "true"
    assert "AuthenticationResult" in world.sign_in("aino")


def test_nothing_is_sent_where_nothing_is_verified(server: Server) -> None:
    world = make_world(server, AutoVerifiedAttributes=[])
    answer = world.sign_up("bo", email="bo@pier.test")
    assert "CodeDeliveryDetails" not in answer
    assert world.mail("bo@pier.test") == []


def test_of_two_verified_contacts_the_phone_number_gets_the_code(server: Server) -> None:
    world = make_world(
        server, AutoVerifiedAttributes=["email", "phone_number"], SmsConfiguration=SMS
    )
    answer = world.sign_up("cleo", email="cleo@pier.test", phone_number="+4915112345678")
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "+*********5678",
        "DeliveryMedium": "SMS",
        "AttributeName": "phone_number",
    }
    assert world.mail("cleo@pier.test") == []
    world.confirm("cleo", world.code("+4915112345678"))
    assert world.profile("cleo")["phone_number_verified"] == "true"
    assert world.profile("cleo")["email_verified"] == "false"


def test_the_pools_template_is_used(server: Server) -> None:
    template = {
        "EmailMessage": "Ahoy, {####} is your code.",
        "EmailSubject": "Welcome aboard",
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
    }
    world = make_world(server, VerificationMessageTemplate=template)
    world.sign_up("{####}", email="dita@pier.test")
    message = world.mail("dita@pier.test")[0]
    assert message["subject"] == "Welcome aboard"
    assert message["body"] == f"Ahoy, {message['code']} is your code."


@pytest.mark.parametrize(
    ("username", "password", "values", "error", "message"),
    [
        ("eve", "short", {}, "InvalidPasswordException", "not long enough"),
        ("eve", "lowercase-1", {}, "InvalidPasswordException", "uppercase characters"),
        ("eve", "UPPERCASE-1", {}, "InvalidPasswordException", "lowercase characters"),
        ("eve", "No-Numbers", {}, "InvalidPasswordException", "numeric characters"),
        ("eve", "NoSymbols1", {}, "InvalidPasswordException", "symbol characters"),
        (
            "eve",
            PASSWORD,
            {"email": "nowhere"},
            "InvalidParameterException",
            "Invalid email address format.",
        ),
        (
            "eve",
            PASSWORD,
            {"custom__rank": "mate"},
            "InvalidParameterException",
            "Attributes did not conform to the schema: Type for attribute {custom:rank} could "
            "not be determined",
        ),
        (
            "eve",
            PASSWORD,
            {"email_verified": "true"},
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        ),
        (
            "two words",
            PASSWORD,
            {},
            "InvalidParameterException",
            "1 validation error detected: Value at 'username' failed to satisfy constraint",
        ),
    ],
)
def test_refusals_store_nothing(
    world: World, username: str, password: str, values: dict[str, str], error: str, message: str
) -> None:
    code, text = refusal(world.sign_up, username=username, password=password, **values)
    assert code == error
    assert message in text
    if " " not in username:
        assert refusal(world.get, username=username)[0] == "UserNotFoundException"


def test_a_password_is_needed(world: World) -> None:
    assert refusal(world.idp.sign_up, ClientId=world.client_id, Username="fay") == (
        "InvalidParameterException",
        "Missing required parameter Password",
    )


def test_required_attributes_are_asked_for(server: Server) -> None:
    world = make_world(server, Schema=[{"Name": "email", "Required": True}])
    assert refusal(world.sign_up, username="gus") == (
        "InvalidParameterException",
        "Attributes did not conform to the schema: email: The attribute is required",
    )


def test_a_pool_of_administrators_lets_nobody_sign_up(server: Server) -> None:
    world = make_world(server, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    assert refusal(world.sign_up, username="hal") == (
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    )


def test_an_unknown_client(world: World) -> None:
    unknown = "0123456789abcdefghijklmnop"
    assert refusal(world.idp.sign_up, ClientId=unknown, Username="ida", Password=PASSWORD) == (
        "ResourceNotFoundException",
        f"User pool client {unknown} does not exist.",
    )


def test_a_username_is_given_once(world: World) -> None:
    world.sign_up("jon")
    assert refusal(world.sign_up, username="jon") == (
        "UsernameExistsException",
        "User already exists",
    )
    world.sign_up("JON")  # another name, in a case-sensitive pool


def test_a_case_insensitive_pool_compares_in_lower_case(server: Server) -> None:
    world = make_world(server, UsernameConfiguration={"CaseSensitive": False})
    world.sign_up("Kai")
    assert refusal(world.sign_up, username="kAI")[0] == "UsernameExistsException"
    assert world.get("KAI")["Username"] == "Kai"


def test_of_many_who_sign_up_at_once_one_gets_the_name(world: World) -> None:
    def attempt(number: int) -> str:
        try:
            world.sign_up("lena", email=f"lena{number}@pier.test")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(24)))
    assert outcomes.count("made") == 1
    assert outcomes.count("UsernameExistsException") == 23
    sent = [number for number in range(24) if world.mail(f"lena{number}@pier.test")]
    assert [f"lena{number}@pier.test" for number in sent] == [world.profile("lena")["email"]]


def test_nobody_may_be_called_by_anothers_sub(world: World) -> None:
    sub = world.sign_up("mia")["UserSub"]
    assert refusal(world.sign_up, username=sub)[0] == "UsernameExistsException"
    assert world.get(sub)["Username"] == "mia"


class TestUsernameAttributes:
    @pytest.fixture
    def world(self, by_email: World) -> World:
        return by_email

    def test_the_name_becomes_the_email_and_the_sub_the_username(self, world: World) -> None:
        sub = world.sign_up("nils@pier.test")["UserSub"]
        assert world.get("nils@pier.test")["Username"] == sub
        assert world.profile(sub)["email"] == "nils@pier.test"
        world.confirm("nils@pier.test", world.code("nils@pier.test"))
        assert "AuthenticationResult" in world.sign_in("nils@pier.test")

    def test_it_must_be_an_email(self, world: World) -> None:
        assert refusal(world.sign_up, username="nils") == (
            "InvalidParameterException",
            "Username should be an email.",
        )

    def test_it_is_given_once(self, world: World) -> None:
        world.sign_up("olga@pier.test")
        assert refusal(world.sign_up, username="olga@pier.test") == (
            "UsernameExistsException",
            "An account with the given email already exists.",
        )

    def test_at_once_too(self, world: World) -> None:
        def attempt(_: int) -> str:
            try:
                world.sign_up("pia@pier.test")
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return "made"

        with ThreadPoolExecutor(8) as threads:
            outcomes = sorted(threads.map(attempt, range(12)))
        assert outcomes == ["UsernameExistsException"] * 11 + ["made"]


class TestAliases:
    @pytest.fixture
    def world(self, with_aliases: World) -> World:
        return with_aliases

    def test_an_alias_counts_once_it_is_verified(self, world: World) -> None:
        world.sign_up("quinn", email="quinn@pier.test")
        assert refusal(world.get, username="quinn@pier.test")[0] == "UserNotFoundException"
        world.confirm("quinn", world.code("quinn@pier.test"))
        assert world.get("quinn@pier.test")["Username"] == "quinn"
        assert "AuthenticationResult" in world.sign_in("quinn@pier.test")

    def test_a_name_must_not_look_like_an_alias(self, world: World) -> None:
        assert refusal(world.sign_up, username="rosa@pier.test") == (
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.",
        )

    def test_a_clash_shows_at_confirmation_and_can_be_forced(self, world: World) -> None:
        world.sign_up("sam", email="crew@pier.test")
        world.confirm("sam", world.code("crew@pier.test"))
        world.sign_up("tess", email="crew@pier.test")
        code = world.code("crew@pier.test")
        assert refusal(world.confirm, username="tess", code=code) == (
            "AliasExistsException",
            "An account with the email already exists.",
        )
        assert world.get("tess")["UserStatus"] == "UNCONFIRMED"

        world.confirm("tess", code, ForceAliasCreation=True)

        assert world.get("crew@pier.test")["Username"] == "tess"
        assert world.profile("sam")["email_verified"] == "false"
        assert world.profile("sam")["email"] == "crew@pier.test"

    def test_one_email_confirmed_twice_at_once_has_one_owner(self, world: World) -> None:
        names = [f"uma{number}" for number in range(6)]
        codes = []
        for name in names:
            world.sign_up(name, email="dock@pier.test")
            codes.append(world.code("dock@pier.test"))

        def attempt(name: str, code: str) -> str:
            try:
                world.confirm(name, code)
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return name

        with ThreadPoolExecutor(6) as threads:
            outcomes = list(threads.map(attempt, names, codes))
        winners = [outcome for outcome in outcomes if outcome in names]
        assert len(winners) == 1
        assert outcomes.count("AliasExistsException") == 5
        assert world.get("dock@pier.test")["Username"] == winners[0]

    def test_a_preferred_username_waits_for_confirmation(self, world: World) -> None:
        assert (
            refusal(world.sign_up, username="vera", preferred_username="skipper")[0]
            == "InvalidParameterException"
        )

    def test_a_username_is_nobodys_preferred_username(self, world: World) -> None:
        world.member("wim", preferred_username="bosun")
        assert refusal(world.sign_up, username="bosun")[0] == "UsernameExistsException"
        assert world.get("bosun")["Username"] == "wim"


class TestConfirmation:
    def test_a_wrong_code(self, world: World) -> None:
        world.sign_up("xena", email="xena@pier.test")
        wrong = world.wrong_code("xena@pier.test")
        assert refusal(world.confirm, username="xena", code=wrong) == MISMATCH
        world.confirm("xena", world.code("xena@pier.test"))

    def test_no_code_was_sent(self, world: World) -> None:
        world.sign_up("yan")
        assert refusal(world.confirm, username="yan", code="123456") == EXPIRED

    def test_once_is_enough(self, world: World) -> None:
        world.sign_up("zoe", email="zoe@pier.test")
        code = world.code("zoe@pier.test")
        world.confirm("zoe", code)
        assert refusal(world.confirm, username="zoe", code=code) == (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        )

    def test_an_unknown_user(self, world: World, hiding: World) -> None:
        assert refusal(world.confirm, username="nobody", code="123456") == UNKNOWN
        assert refusal(hiding.confirm, username="nobody", code="123456") == MISMATCH

    def test_tries_are_limited_even_with_the_right_code(self, world: World) -> None:
        world.sign_up("abe", email="abe@pier.test")
        wrong = world.wrong_code("abe@pier.test")
        for _ in range(15):
            assert refusal(world.confirm, username="abe", code=wrong) == MISMATCH
        right = world.code("abe@pier.test")
        assert refusal(world.confirm, username="abe", code=right) == LIMIT

    def test_unknown_names_have_the_same_limit(self, hiding: World) -> None:
        for _ in range(15):
            assert refusal(hiding.confirm, username="ghost", code="123456") == MISMATCH
        assert refusal(hiding.confirm, username="ghost", code="123456") == LIMIT

    def test_parallel_tries_are_all_counted(self, world: World) -> None:
        world.sign_up("ben", email="ben@pier.test")
        wrong = world.wrong_code("ben@pier.test")
        with ThreadPoolExecutor(8) as threads:
            outcomes = list(
                threads.map(lambda _: refusal(world.confirm, username="ben", code=wrong), range(24))
            )
        assert outcomes.count(MISMATCH) == 15
        assert outcomes.count(LIMIT) == 9

    def test_a_code_lives_a_day_and_limits_an_hour(
        self, start_server: Callable[..., Server]
    ) -> None:
        server = start_server()
        world = make_world(server)
        world.sign_up("cara", email="cara@pier.test")
        code, wrong = world.code("cara@pier.test"), world.wrong_code("cara@pier.test")
        for _ in range(15):
            refusal(world.confirm, username="cara", code=wrong)
        assert refusal(world.confirm, username="cara", code=wrong) == LIMIT
        server.clock.advance(seconds=3600)
        assert refusal(world.confirm, username="cara", code=wrong) == MISMATCH
        server.clock.advance(seconds=86_400 - 3600 - 0.001)
        world.sign_up("dan", email="dan@pier.test")
        world.confirm("cara", code)
        server.clock.advance(seconds=86_400)
        late = world.code("dan@pier.test")
        assert refusal(world.confirm, username="dan", code=late) == EXPIRED

    def test_a_code_dies_with_the_address_it_was_sent_to(self, world: World) -> None:
        world.sign_up("elf", email="old@pier.test")
        world.idp.admin_update_user_attributes(
            UserPoolId=world.pool_id,
            Username="elf",
            UserAttributes=attributes(email="new@pier.test"),
        )
        code = world.code("old@pier.test")
        assert refusal(world.confirm, username="elf", code=code) == EXPIRED


class TestResending:
    @staticmethod
    def resend(world: World, username: str) -> Any:
        return world.idp.resend_confirmation_code(ClientId=world.client_id, Username=username)

    def test_a_new_code_voids_the_old(self, world: World) -> None:
        world.sign_up("fin", email="fin@pier.test")
        old = world.code("fin@pier.test")
        sent = self.resend(world, "fin")["CodeDeliveryDetails"]
        assert sent["Destination"] == "f***@p***"
        new = world.code("fin@pier.test")
        assert len(world.mail("fin@pier.test")) == 2
        if old != new:
            assert refusal(world.confirm, username="fin", code=old) == MISMATCH
        world.confirm("fin", new)

    def test_for_a_confirmed_user(self, world: World) -> None:
        world.member("gil", email="gil@pier.test")
        assert refusal(self.resend, world=world, username="gil") == (
            "InvalidParameterException",
            "User is already confirmed.",
        )

    def test_in_a_pool_that_verifies_nothing(self, server: Server) -> None:
        world = make_world(server, AutoVerifiedAttributes=[])
        world.sign_up("hue", email="hue@pier.test")
        assert refusal(self.resend, world=world, username="hue") == (
            "NotAuthorizedException",
            "Cannot resend codes. Auto verification not turned on.",
        )

    def test_for_an_unknown_user(self, world: World, hiding: World) -> None:
        assert refusal(self.resend, world=world, username="nobody") == UNKNOWN
        first = self.resend(hiding, "nobody")["CodeDeliveryDetails"]
        assert first["DeliveryMedium"] == "EMAIL"
        assert first == self.resend(hiding, "nobody")["CodeDeliveryDetails"]

    def test_five_an_hour(self, world: World, hiding: World) -> None:
        world.sign_up("ivy", email="ivy@pier.test")
        for _ in range(5):
            self.resend(world, "ivy")
            self.resend(hiding, "phantom")
        assert refusal(self.resend, world=world, username="ivy") == LIMIT
        assert refusal(self.resend, world=hiding, username="phantom") == LIMIT
        assert len(world.mail("ivy@pier.test")) == 6


class TestSecretHash:
    @pytest.fixture
    def world(self, with_secret: World) -> World:
        return with_secret

    @staticmethod
    def hash(world: World, name: str) -> str:
        assert world.client_secret is not None
        message = (name + world.client_id).encode()
        digest = hmac.new(world.client_secret.encode(), message, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def test_every_operation_asks_for_it(self, world: World) -> None:
        common = {"ClientId": world.client_id, "Username": "jack"}
        missing = (
            "NotAuthorizedException",
            f"Client {world.client_id} is configured with secret but SECRET_HASH was not received",
        )
        wrong = (
            "NotAuthorizedException",
            f"Unable to verify secret hash for client {world.client_id}",
        )
        operations: list[tuple[Callable[..., Any], dict[str, str]]] = [
            (world.idp.sign_up, {"Password": PASSWORD}),
            (world.idp.confirm_sign_up, {"ConfirmationCode": "123456"}),
            (world.idp.resend_confirmation_code, {}),
            (world.idp.forgot_password, {}),
            (
                world.idp.confirm_forgot_password,
                {"ConfirmationCode": "123456", "Password": PASSWORD},
            ),
        ]
        for operation, more in operations:
            assert refusal(operation, **common, **more) == missing
            assert (
                refusal(operation, **common, **more, SecretHash=self.hash(world, "jill")) == wrong
            )

    def test_the_right_one_opens(self, world: World) -> None:
        signed_up = world.idp.sign_up(
            ClientId=world.client_id,
            Username="kim",
            Password=PASSWORD,
            SecretHash=self.hash(world, "kim"),
            UserAttributes=attributes(email="kim@pier.test"),
        )
        world.idp.confirm_sign_up(
            ClientId=world.client_id,
            Username="kim",
            ConfirmationCode=world.code("kim@pier.test"),
            SecretHash=self.hash(world, signed_up["UserSub"]),
        )
        assert world.get("kim")["UserStatus"] == "CONFIRMED"


def test_an_administrator_confirms_without_verifying(world: World) -> None:
    world.sign_up("lou", email="lou@pier.test")
    code = world.code("lou@pier.test")
    world.idp.admin_confirm_sign_up(UserPoolId=world.pool_id, Username="lou")
    assert world.get("lou")["UserStatus"] == "CONFIRMED"
    assert world.profile("lou")["email_verified"] == "false"
    already = ("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    assert (
        refusal(world.idp.admin_confirm_sign_up, UserPoolId=world.pool_id, Username="lou")
        == already
    )
    assert refusal(world.confirm, username="lou", code=code) == already


def test_production_has_no_inbox_and_sends_nothing(start_server: Callable[..., Server]) -> None:
    server = start_server(mode="production", access_keys="AKIATEST:secret")
    # boto3 signs with the real time, and signatures are checked here.
    server.clock.advance(seconds=time.time() - START_MS / 1000)
    world = make_world(server)
    assert refusal(world.sign_up, username="max", email="max@pier.test") == (
        "CodeDeliveryFailureException",
        "This server has no way to send messages.",
    )
    # The user stands, and another code can be asked for once there is a way to send it.
    assert world.get("max")["UserStatus"] == "UNCONFIRMED"
