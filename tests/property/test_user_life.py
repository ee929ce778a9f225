"""A user's life as a state machine: whatever happens in whatever order, model and server agree."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from account_world import World, attributes
from mfa_world import mfa_world, respond, totp, wrong_totp
from server import Server, running
from token_reading import unverified

# Set POOLHOUSE_TEST_LIVES to 250 for 10,000 steps over the wire.
RUNS, STEPS = int(os.environ.get("POOLHOUSE_TEST_LIVES", "30")), 80
# Between two steps: attempt limits are counted by the hour, and are no part of this.
STEP_SECONDS = 1201
PASSWORDS = [f"Harbour-lights-{n}" for n in range(3)]
GROUPS = ["pilots", "night-watch"]
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
WRONG_STATE = ("NotAuthorizedException", "User password cannot be reset in the current state.")
NO_CHANNEL = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
NOT_CONFIRMED = ("UserNotConfirmedException", "User is not confirmed.")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")

Refusal = tuple[str, str]


@dataclass
class SignIn:
    """Tokens of one sign-in, and whether they ought to be good."""

    access: str
    refresh: str
    live: bool = True


@dataclass
class Person:
    """What the model knows of a user; ``there`` is whether they exist."""

    name: str
    there: bool = True
    enabled: bool = True
    status: str = "UNCONFIRMED"
    password: str = ""
    email: str | None = None
    verified: bool = False
    groups: set[str] = field(default_factory=set)
    totp: str | None = None
    sign_ins: list[SignIn] = field(default_factory=list)

    def end_sign_ins(self) -> None:
        for each in self.sign_ins:
            each.live = False


def outcome(call: Callable[..., Any], **parameters: Any) -> Any:
    """The answer, or the refusal as exception and message."""
    try:
        return call(**parameters)
    except ClientError as error:
        refused = error.response["Error"]
        return refused["Code"], refused["Message"]


class UserLife(RuleBasedStateMachine):
    """People of one pool. Names are never used twice, so runs do not see one another's users."""

    world: ClassVar[World]
    steps: ClassVar[int] = 0
    names: ClassVar[Iterator[int]] = itertools.count()
    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.touched: Person | None = None

    # --- coming into being ---

    @rule(target=people, password=st.sampled_from(PASSWORDS))
    def sign_up(self, password: str) -> Person:
        name = f"person-{next(self.names)}"
        person = Person(name, password=password, email=f"{name}@harbour.test")
        self._world().sign_up(name, password, email=f"{name}@harbour.test")
        return self._touch(person)

    @rule(target=people, password=st.sampled_from(PASSWORDS), verified=st.booleans())
    def invite(self, password: str, *, verified: bool) -> Person:
        name = f"person-{next(self.names)}"
        email = f"{name}@harbour.test"
        self._world().idp.admin_create_user(
            **self._names(name),
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
            UserAttributes=attributes(email=email, email_verified=str(verified).lower()),
        )
        return self._touch(
            Person(name, True, True, "FORCE_CHANGE_PASSWORD", password, email, verified)
        )

    @rule(person=people)
    def name_is_taken(self, person: Person) -> None:
        if person.there:
            found = outcome(self._world().sign_up, username=person.name)
            assert found == ("UsernameExistsException", "User already exists")

    # --- confirming ---

    @rule(person=people)
    def confirm_with_the_code(self, person: Person) -> None:
        if not person.there or not person.email or person.status != "UNCONFIRMED":
            return
        sent = outcome(
            self._world().idp.resend_confirmation_code,
            ClientId=self.world.client_id,
            Username=person.name,
        )
        assert sent["CodeDeliveryDetails"]["AttributeName"] == "email"
        wrong = outcome(
            self.world.confirm, username=person.name, code=self.world.wrong_code(person.email)
        )
        assert wrong[0] == "CodeMismatchException"
        self.world.confirm(person.name, self.world.code(person.email))
        person.status, person.verified = "CONFIRMED", True
        self._touch(person)

    @rule(person=people)
    def confirm_by_an_administrator(self, person: Person) -> None:
        found = outcome(self._world().idp.admin_confirm_sign_up, **self._names(person.name))
        if not person.there:
            assert found[0] == "UserNotFoundException"
        elif person.status != "UNCONFIRMED":
            assert found == (
                "NotAuthorizedException",
                f"User cannot be confirmed. Current status is {person.status}",
            )
        else:
            person.status = "CONFIRMED"
            self._touch(person)

    # --- signing in ---

    @rule(person=people, password=st.sampled_from(PASSWORDS), new=st.sampled_from(PASSWORDS))
    def sign_in(self, person: Person, password: str, new: str) -> None:
        found = outcome(self._world().sign_in, username=person.name, password=password)
        expected = self._refusal(person, password)
        if expected is not None:
            assert found == expected
            return
        if person.status == "FORCE_CHANGE_PASSWORD":
            assert found["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
            found = respond(
                self.world, found["ChallengeName"], found["Session"], person.name, NEW_PASSWORD=new
            )
            person.status, person.password = "CONFIRMED", new
        if person.totp is not None:
            assert found["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
            found = self._answer_totp(person, found["Session"])
        tokens = found["AuthenticationResult"]
        claims = unverified(tokens["AccessToken"])
        assert set(claims.get("cognito:groups", ())) == person.groups
        person.sign_ins.append(SignIn(tokens["AccessToken"], tokens["RefreshToken"]))
        self._touch(person)

    @rule(person=people)
    def refresh(self, person: Person) -> None:
        for each in person.sign_ins[-2:]:
            found = outcome(
                self._world().idp.initiate_auth,
                ClientId=self.world.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": each.refresh},
            )
            if person.there and person.enabled and each.live:
                claims = unverified(found["AuthenticationResult"]["IdToken"])
                assert claims["cognito:username"] == person.name
                assert set(claims.get("cognito:groups", ())) == person.groups
            else:
                assert found[0] == "NotAuthorizedException"

    @rule(person=people)
    def use_an_access_token(self, person: Person) -> None:
        for each in person.sign_ins[-2:]:
            found = outcome(self._world().idp.get_user, AccessToken=each.access)
            if person.there and person.enabled and each.live:
                assert found["Username"] == person.name
            else:
                assert found[0] in ("NotAuthorizedException", "UserNotFoundException")

    @rule(person=people)
    def sign_out_everywhere(self, person: Person) -> None:
        token = self._good_token(person)
        if token is not None:
            self._world().idp.global_sign_out(AccessToken=token)
            person.end_sign_ins()

    @rule(person=people)
    def signed_out_by_an_administrator(self, person: Person) -> None:
        found = outcome(self._world().idp.admin_user_global_sign_out, **self._names(person.name))
        if person.there:
            person.end_sign_ins()
        else:
            assert found[0] == "UserNotFoundException"

    @rule(person=people)
    def revoke_the_last_sign_in(self, person: Person) -> None:
        if person.sign_ins:
            last = person.sign_ins[-1]
            self._world().idp.revoke_token(ClientId=self.world.client_id, Token=last.refresh)
            last.live = False

    # --- passwords ---

    @rule(person=people, password=st.sampled_from(PASSWORDS), permanent=st.booleans())
    def password_set_by_an_administrator(
        self, person: Person, password: str, *, permanent: bool
    ) -> None:
        found = outcome(
            self._world().idp.admin_set_user_password,
            **self._names(person.name),
            Password=password,
            Permanent=permanent,
        )
        if not person.there:
            assert found[0] == "UserNotFoundException"
            return
        person.password = password
        person.status = "CONFIRMED" if permanent else "FORCE_CHANGE_PASSWORD"
        self._touch(person)

    @rule(person=people, old=st.sampled_from(PASSWORDS), new=st.sampled_from(PASSWORDS))
    def change_password(self, person: Person, old: str, new: str) -> None:
        token = self._good_token(person)
        if token is None:
            return
        found = outcome(
            self._world().idp.change_password,
            AccessToken=token,
            PreviousPassword=old,
            ProposedPassword=new,
        )
        if person.status == "RESET_REQUIRED":
            assert found == RESET
        elif old != person.password:
            assert found == WRONG
        else:
            person.password, person.status = new, "CONFIRMED"
            self._touch(person)

    @rule(person=people)
    def reset_by_an_administrator(self, person: Person) -> None:
        found = outcome(self._world().idp.admin_reset_user_password, **self._names(person.name))
        if not person.there:
            assert found[0] == "UserNotFoundException"
        elif not person.enabled:
            assert found == ("NotAuthorizedException", "User is disabled")
        elif person.status not in ("CONFIRMED", "RESET_REQUIRED"):
            assert found == WRONG_STATE
        elif not person.verified:
            assert found == NO_CHANNEL
        else:
            person.status = "RESET_REQUIRED"
            self._touch(person)

    @rule(person=people, new=st.sampled_from(PASSWORDS))
    def forget_and_choose_another(self, person: Person, new: str) -> None:
        found = outcome(
            self._world().idp.forgot_password,
            ClientId=self.world.client_id,
            Username=person.name,
        )
        if not person.there:
            assert found[0] == "UserNotFoundException"
            return
        if isinstance(found, tuple):
            refusals = [DISABLED, WRONG_STATE, NO_CHANNEL]
            good = (
                person.enabled
                and person.verified
                and person.status
                in (
                    "CONFIRMED",
                    "RESET_REQUIRED",
                )
            )
            assert found in refusals, found
            assert not good
            return
        assert person.email is not None
        self.world.idp.confirm_forgot_password(
            ClientId=self.world.client_id,
            Username=person.name,
            ConfirmationCode=self.world.code(person.email),
            Password=new,
        )
        person.password, person.status = new, "CONFIRMED"
        self._touch(person)

    # --- the profile ---

    @rule(person=people)
    def take_another_address(self, person: Person) -> None:
        token = self._good_token(person)
        if token is None:
            return
        email = f"{person.name}-{next(self.names)}@harbour.test"
        self._world().idp.update_user_attributes(
            AccessToken=token, UserAttributes=attributes(email=email)
        )
        person.email, person.verified = email, False
        self._touch(person)

    @rule(person=people)
    def verify_the_address(self, person: Person) -> None:
        token = self._good_token(person)
        if token is None or person.email is None:
            return
        self._world().idp.get_user_attribute_verification_code(
            AccessToken=token, AttributeName="email"
        )
        self.world.idp.verify_user_attribute(
            AccessToken=token, AttributeName="email", Code=self.world.code(person.email)
        )
        person.verified = True
        self._touch(person)

    @rule(person=people)
    def lose_the_address(self, person: Person) -> None:
        if person.there and person.email is not None:
            self._world().idp.admin_delete_user_attributes(
                **self._names(person.name), UserAttributeNames=["email"]
            )
            person.email, person.verified = None, False
            self._touch(person)

    @rule(person=people, group=st.sampled_from(GROUPS))
    def join(self, person: Person, group: str) -> None:
        found = outcome(
            self._world().idp.admin_add_user_to_group, **self._names(person.name), GroupName=group
        )
        if person.there:
            person.groups.add(group)
            self._touch(person)
        else:
            assert found[0] == "UserNotFoundException"

    @rule(person=people, group=st.sampled_from(GROUPS))
    def leave(self, person: Person, group: str) -> None:
        found = outcome(
            self._world().idp.admin_remove_user_from_group,
            **self._names(person.name),
            GroupName=group,
        )
        if person.there:
            person.groups.discard(group)
            self._touch(person)
        else:
            assert found[0] == "UserNotFoundException"

    # --- second factor ---

    @rule(person=people)
    def set_up_an_authenticator(self, person: Person) -> None:
        token = self._good_token(person)
        if token is None:
            return
        idp = self._world().idp
        secret = idp.associate_software_token(AccessToken=token)["SecretCode"]
        wrong = outcome(
            idp.verify_software_token,
            AccessToken=token,
            UserCode=wrong_totp(self.world, secret),
        )
        assert wrong[0] == "EnableSoftwareTokenMFAException"
        code = totp(self.world, secret)
        assert idp.verify_software_token(AccessToken=token, UserCode=code)["Status"] == "SUCCESS"
        idp.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        person.totp = secret
        self._touch(person)

    @rule(person=people)
    def stop_using_it(self, person: Person) -> None:
        if person.there and person.totp is not None:
            self._world().idp.admin_set_user_mfa_preference(
                **self._names(person.name), SoftwareTokenMfaSettings={"Enabled": False}
            )
            person.totp = None
            self._touch(person)

    # --- the end ---

    @rule(person=people)
    def disable(self, person: Person) -> None:
        found = outcome(self._world().idp.admin_disable_user, **self._names(person.name))
        if person.there:
            person.enabled = False
            person.end_sign_ins()
            self._touch(person)
        else:
            assert found[0] == "UserNotFoundException"

    @rule(person=people)
    def enable(self, person: Person) -> None:
        found = outcome(self._world().idp.admin_enable_user, **self._names(person.name))
        if person.there:
            person.enabled = True
            self._touch(person)
        else:
            assert found[0] == "UserNotFoundException"

    @rule(person=people, by_themselves=st.booleans())
    def delete(self, person: Person, *, by_themselves: bool) -> None:
        token = self._good_token(person)
        if by_themselves and token is not None:
            self._world().idp.delete_user(AccessToken=token)
        elif person.there:
            self._world().idp.admin_delete_user(**self._names(person.name))
        person.there = False
        person.end_sign_ins()
        self._touch(person)

    @rule(person=consumes(people))
    def forget(self, person: Person) -> None:
        """Nobody acts on this person any more; who was touched last is looked at once more."""
        self._touch(person)

    # --- model and server agree ---

    @invariant()
    def agrees(self) -> None:
        person = self.touched
        if person is None:
            return
        self.touched = None
        found = outcome(self.world.get, username=person.name)
        if not person.there:
            assert found == ("UserNotFoundException", "User does not exist.")
            return
        assert (found["UserStatus"], found["Enabled"]) == (person.status, person.enabled)
        known = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
        assert known.get("email") == person.email
        assert (known.get("email_verified") == "true") == person.verified
        assert found.get("UserMFASettingList", []) == (
            [] if person.totp is None else ["SOFTWARE_TOKEN_MFA"]
        )
        listed = self.world.idp.admin_list_groups_for_user(**self._names(person.name))["Groups"]
        assert {each["GroupName"] for each in listed} == person.groups

    # --- helpers of the rules ---

    def _world(self) -> World:
        """Every rule acts through this, some time after the one before."""
        type(self).steps += 1
        self.world.server.clock.advance(seconds=STEP_SECONDS)
        return self.world

    def _names(self, username: str) -> dict[str, str]:
        return {"UserPoolId": self.world.pool_id, "Username": username}

    def _touch(self, person: Person) -> Person:
        self.touched = person
        return person

    def _good_token(self, person: Person) -> str | None:
        if not (person.there and person.enabled):
            return None
        live = [each.access for each in person.sign_ins if each.live]
        return live[-1] if live else None

    def _refusal(self, person: Person, password: str) -> Refusal | None:
        if not person.there:
            return "UserNotFoundException", "User does not exist."
        if not person.enabled:
            return DISABLED
        if password != person.password:
            return WRONG
        return {"UNCONFIRMED": NOT_CONFIRMED, "RESET_REQUIRED": RESET}.get(person.status)

    def _answer_totp(self, person: Person, session: str) -> Any:
        assert person.totp is not None
        wrong = outcome(
            respond,
            world=self.world,
            challenge="SOFTWARE_TOKEN_MFA",
            session=session,
            username=person.name,
            SOFTWARE_TOKEN_MFA_CODE=wrong_totp(self.world, person.totp),
        )
        assert wrong[0] == "CodeMismatchException"
        return respond(
            self.world,
            "SOFTWARE_TOKEN_MFA",
            session,
            person.name,
            SOFTWARE_TOKEN_MFA_CODE=totp(self.world, person.totp),
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Lock-out is off: it is about failures in a row, which come about by chance here."""
    with running(tmp_path, lockout=False) as server:
        yield make_life(server)


def make_life(server: Server) -> World:
    world = mfa_world(server, "OPTIONAL", "TOTP")
    for group in GROUPS:
        world.idp.create_group(UserPoolId=world.pool_id, GroupName=group)
    made = world.idp.create_user_pool_client(
        UserPoolId=world.pool_id,
        ClientName="life",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AccessTokenValidity=24,
        RefreshTokenValidity=3650,
    )["UserPoolClient"]
    return World(server, world.idp, world.pool_id, made["ClientId"])


def test_model_and_server_agree_on_a_life(world: World) -> None:
    class Life(UserLife):
        pass

    Life.world, Life.steps, Life.names = world, 0, itertools.count()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Life.steps > 10 * RUNS
