"""Passkeys over the wire: registering, signing in, and every lie an authenticator could tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from account_world import World, make_world
from choice_world import add_passkey, choose, make_choice_world, request_options, respond
from refusals import refused
from server import Server
from sign_in_world import add_client
from software_authenticator import Authenticator
from token_reading import unverified

REFUSED = ("NotAuthorizedException", "Incorrect username or password.")


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    return make_choice_world(server)


@pytest.fixture
def user(world: World) -> str:
    """A fresh user each time: a user may have twenty passkeys only."""
    made = len(world.idp.list_users(UserPoolId=world.pool_id)["Users"])
    world.member(f"user-{made}")
    return f"user-{made}"


def creation_options(world: World, token: str) -> Any:
    answer = world.idp.start_web_authn_registration(AccessToken=token)
    return answer["CredentialCreationOptions"]


def complete(world: World, token: str, credential: dict[str, Any]) -> None:
    world.idp.complete_web_authn_registration(AccessToken=token, Credential=credential)


def asked(world: World, username: str) -> Any:
    challenge = choose(world, username, PREFERRED_CHALLENGE="WEB_AUTHN")
    assert challenge["ChallengeName"] == "WEB_AUTHN"
    return challenge


class TestRegistration:
    def test_options_say_what_a_browser_needs(self, world: World, user: str) -> None:
        token = world.token(user)
        options = creation_options(world, token)
        assert options["rp"] == {"id": "localhost", "name": "localhost"}
        assert options["user"]["name"] == options["user"]["displayName"] == user
        assert options["authenticatorSelection"] == {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        }
        assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -257]
        assert options["timeout"] == 60000
        assert options["excludeCredentials"] == []
        assert len(options["challenge"]) >= 22

    def test_a_registered_passkey_is_listed_and_not_offered_again(
        self, world: World, user: str
    ) -> None:
        roaming = add_passkey(world, user, attachment="cross-platform")
        token = world.token(user)
        [listed] = world.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
        assert listed["FriendlyCredentialName"] == "Roaming passkey"
        assert listed["RelyingPartyId"] == "localhost"
        assert listed["AuthenticatorAttachment"] == "cross-platform"
        assert listed["AuthenticatorTransports"] == ["internal"]
        [excluded] = creation_options(world, token)["excludeCredentials"]
        assert excluded["id"] == listed["CredentialId"]
        with refused("WebAuthnCredentialNotSupportedException"):
            complete(world, token, roaming.register(creation_options(world, token)))

    @pytest.mark.parametrize(
        ("lies", "code"),
        [
            ({"origin": "https://evil.test"}, "WebAuthnOriginNotAllowedException"),
            ({"origin": "https://localhost.evil.test"}, "WebAuthnOriginNotAllowedException"),
            ({"origin": "http://127.0.0.1:3000"}, "WebAuthnOriginNotAllowedException"),
            ({"rp_id": "evil.test"}, "WebAuthnRelyingPartyMismatchException"),
            ({"challenge": "A" * 43}, "WebAuthnChallengeNotFoundException"),
        ],
    )
    def test_lies_are_refused(
        self, world: World, user: str, lies: dict[str, str], code: str
    ) -> None:
        token = world.token(user)
        credential = Authenticator().register(creation_options(world, token), **lies)
        with refused(code):
            complete(world, token, credential)
        assert world.idp.list_web_authn_credentials(AccessToken=token)["Credentials"] == []

    def test_another_algorithm_is_not_supported(self, world: World, user: str) -> None:
        token = world.token(user)
        options = creation_options(world, token)
        with refused("WebAuthnCredentialNotSupportedException"):
            complete(world, token, Authenticator(algorithm=-35).register(options))

    @pytest.mark.parametrize("credential", [{}, {"id": "x"}, {"response": {}}, {"id": 3}])
    def test_what_is_no_credential_is_refused(
        self, world: World, user: str, credential: dict[str, Any]
    ) -> None:
        with refused("InvalidParameterException"):
            complete(world, world.token(user), credential)

    def test_a_challenge_registers_once_and_its_own_user(self, world: World, user: str) -> None:
        token = world.token(user)
        options = creation_options(world, token)
        world.member(f"{user}-too")
        with refused("WebAuthnChallengeNotFoundException"):
            complete(world, world.token(f"{user}-too"), Authenticator().register(options))
        complete(world, token, Authenticator().register(options))
        with refused("WebAuthnChallengeNotFoundException"):
            complete(world, token, Authenticator().register(options))

    def test_a_challenge_belongs_to_its_app_client(self, world: World, user: str) -> None:
        other = add_client(world, "USER_PASSWORD_AUTH")
        options = creation_options(world, world.token(user))
        token = world.idp.initiate_auth(
            ClientId=other.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": "Ferry-2-Norderney"},
        )["AuthenticationResult"]["AccessToken"]
        with refused("WebAuthnClientMismatchException"):
            complete(world, token, Authenticator().register(options))

    def test_a_challenge_expires(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_choice_world(server)
        world.member("ines")
        token = world.token("ines")
        options = creation_options(world, token)
        server.clock.advance(seconds=180)
        with refused("WebAuthnChallengeNotFoundException"):
            complete(world, token, Authenticator().register(options))

    def test_required_user_verification_is_required(self, server: Server) -> None:
        world = make_choice_world(server, passkeys={"UserVerification": "required"})
        world.member("ines")
        token = world.token("ines")
        options = creation_options(world, token)
        assert options["authenticatorSelection"]["userVerification"] == "required"
        with refused("WebAuthnCredentialNotSupportedException"):
            complete(world, token, Authenticator(verifies=False).register(options))

    def test_a_user_has_twenty_at_most(self, world: World, user: str) -> None:
        token = world.token(user)
        last = creation_options(world, token)
        for _ in range(20):
            complete(world, token, Authenticator().register(creation_options(world, token)))
        with refused("LimitExceededException"):
            creation_options(world, token)
        with refused("LimitExceededException"):
            complete(world, token, Authenticator().register(last))
        first = world.idp.list_web_authn_credentials(AccessToken=token, MaxResults=15)
        rest = world.idp.list_web_authn_credentials(
            AccessToken=token, MaxResults=15, NextToken=first["NextToken"]
        )
        assert "NextToken" not in rest
        ids = {each["CredentialId"] for each in first["Credentials"] + rest["Credentials"]}
        assert (len(first["Credentials"]), len(ids)) == (15, 20)

    def test_the_pool_must_allow_passkeys_and_name_a_relying_party(self, server: Server) -> None:
        world = make_choice_world(server, factors=["PASSWORD"])
        world.member("ines")
        with refused("WebAuthnNotEnabledException"):
            creation_options(world, world.token("ines"))
        bare = make_world(
            server,
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
        )
        bare.member("ines")
        with refused("WebAuthnConfigurationMissingException"):
            creation_options(bare, bare.token("ines"))
        name = bare.pool_id.rpartition("_")[2].lower()
        bare.idp.create_user_pool_domain(UserPoolId=bare.pool_id, Domain=f"prefix-{name}")
        assert creation_options(bare, bare.token("ines"))["rp"]["id"] == "localhost"
        custom = f"id.{name}.example"
        arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
        bare.idp.create_user_pool_domain(
            UserPoolId=bare.pool_id, Domain=custom, CustomDomainConfig={"CertificateArn": arn}
        )
        assert creation_options(bare, bare.token("ines"))["rp"]["id"] == custom

    def test_a_token_without_the_scope_registers_nothing(self, world: World) -> None:
        with refused("NotAuthorizedException", "Invalid Access Token"):
            creation_options(world, "no.access.token")


class TestSignIn:
    def test_a_signature_signs_in_once(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        challenge = asked(world, user)
        options = json.loads(request_options(challenge))
        assert options["rpId"] == "localhost"
        assert options["userVerification"] == "preferred"
        assert [each["type"] for each in options["allowCredentials"]] == ["public-key"]
        assertion = key.sign(options)
        done = respond(world, challenge, user, CREDENTIAL=assertion)
        claims = unverified(done["AuthenticationResult"]["AccessToken"])
        assert claims["username"] == user
        with refused("NotAuthorizedException"):
            respond(world, challenge, user, CREDENTIAL=assertion)
        # The same assertion for a new challenge: what an eavesdropper could try.
        with refused(*REFUSED):
            respond(world, asked(world, user), user, CREDENTIAL=assertion)

    def test_selected_in_one_step_or_two(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        offered = choose(world, user)
        one = respond(
            world, offered, user, ANSWER="WEB_AUTHN", CREDENTIAL=key.sign(request_options(offered))
        )
        assert one["AuthenticationResult"]["RefreshToken"]
        challenge = respond(world, choose(world, user), user, ANSWER="WEB_AUTHN")
        two = respond(world, challenge, user, CREDENTIAL=key.sign(request_options(challenge)))
        assert two["AuthenticationResult"]["RefreshToken"]

    @pytest.mark.parametrize(
        "lies",
        [
            {"origin": "https://evil.test"},
            {"origin": "https://localhost@evil.test"},
            {"origin": "file://"},
            {"rp_id": "evil.test"},
            {"challenge": "B" * 43},
        ],
    )
    def test_lies_are_refused_and_the_session_lives_on(
        self, world: World, user: str, lies: dict[str, str]
    ) -> None:
        key = add_passkey(world, user)
        challenge = asked(world, user)
        with refused(*REFUSED):
            respond(world, challenge, user, CREDENTIAL=key.sign(request_options(challenge), **lies))
        good = key.sign(request_options(challenge))
        assert respond(world, challenge, user, CREDENTIAL=good)["AuthenticationResult"]

    def test_a_cloned_key_is_noticed_by_its_counter(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        clone = replace(key)
        for _ in range(2):
            challenge = asked(world, user)
            respond(world, challenge, user, CREDENTIAL=key.sign(request_options(challenge)))
        challenge = asked(world, user)
        with refused(*REFUSED):
            respond(world, challenge, user, CREDENTIAL=clone.sign(request_options(challenge)))

    def test_an_authenticator_without_a_counter_is_no_clone(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        for _ in range(2):
            challenge = asked(world, user)
            signed = key.sign(request_options(challenge), counter=0)
            assert respond(world, challenge, user, CREDENTIAL=signed)["AuthenticationResult"]

    def test_the_key_of_another_user_does_not_fit(self, world: World, user: str) -> None:
        add_passkey(world, user)
        world.member(f"{user}-too")
        foreign = add_passkey(world, f"{user}-too")
        challenge = asked(world, user)
        with refused(*REFUSED):
            respond(world, challenge, user, CREDENTIAL=foreign.sign(request_options(challenge)))

    def test_a_signature_of_another_key_does_not_fit(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        challenge = asked(world, user)
        forger = replace(Authenticator(), id=key.id)
        with refused(*REFUSED):
            respond(world, challenge, user, CREDENTIAL=forger.sign(request_options(challenge)))

    @pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"id": "a"}'])
    def test_what_is_no_credential_is_refused(
        self, world: World, user: str, credential: str
    ) -> None:
        add_passkey(world, user)
        with refused("InvalidParameterException"):
            respond(world, asked(world, user), user, CREDENTIAL=credential)

    def test_a_deleted_passkey_signs_nobody_in(self, world: World, user: str) -> None:
        key = add_passkey(world, user)
        token = world.token(user)
        challenge = asked(world, user)
        [listed] = world.idp.list_web_authn_credentials(AccessToken=token)["Credentials"]
        delete = world.idp.delete_web_authn_credential
        delete(AccessToken=token, CredentialId=listed["CredentialId"])
        with refused(*REFUSED):
            respond(world, challenge, user, CREDENTIAL=key.sign(request_options(challenge)))
        assert "WEB_AUTHN" not in choose(world, user)["AvailableChallenges"]
        with refused("ResourceNotFoundException"):
            delete(AccessToken=token, CredentialId=listed["CredentialId"])

    def test_nobody_deletes_the_passkey_of_another(self, world: World, user: str) -> None:
        add_passkey(world, user)
        [listed] = world.idp.list_web_authn_credentials(AccessToken=world.token(user))[
            "Credentials"
        ]
        world.member(f"{user}-too")
        with refused("ResourceNotFoundException"):
            world.idp.delete_web_authn_credential(
                AccessToken=world.token(f"{user}-too"), CredentialId=listed["CredentialId"]
            )

    def test_passkeys_of_another_relying_party_are_not_offered(self, server: Server) -> None:
        world = make_choice_world(server)
        world.member("ines")
        add_passkey(world, "ines")
        world.idp.set_user_pool_mfa_config(
            UserPoolId=world.pool_id, WebAuthnConfiguration={"RelyingPartyId": "id.harbour.test"}
        )
        assert "WEB_AUTHN" not in choose(world, "ines")["AvailableChallenges"]
        add_passkey(world, "ines", origin="https://app.id.harbour.test:8443")
        assert "WEB_AUTHN" in choose(world, "ines")["AvailableChallenges"]

    def test_a_verified_passkey_can_be_two_factors(self, server: Server) -> None:
        multi = {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
        world = make_choice_world(server, factors=["PASSWORD", "WEB_AUTHN"], passkeys=multi)
        world.member("ines", email="ines@harbour.test")
        key = add_passkey(world, "ines")
        world.idp.set_user_pool_mfa_config(
            UserPoolId=world.pool_id,
            MfaConfiguration="ON",
            EmailMfaConfiguration={},
        )
        assert "WEB_AUTHN" not in choose(world, "ines")["AvailableChallenges"]
        world.idp.admin_set_user_mfa_preference(
            UserPoolId=world.pool_id,
            Username="ines",
            EmailMfaSettings={"Enabled": True},
            WebAuthnMfaSettings={"Enabled": True},
        )
        challenge = asked(world, "ines")
        done = respond(world, challenge, "ines", CREDENTIAL=key.sign(request_options(challenge)))
        assert done["AuthenticationResult"]["AccessToken"]
        key.verifies = False
        challenge = asked(world, "ines")
        signed = key.sign(request_options(challenge))
        answer = respond(world, challenge, "ines", CREDENTIAL=signed)
        assert answer["ChallengeName"] == "EMAIL_OTP"


def test_a_passkey_is_a_factor_that_the_user_has(world: World, user: str) -> None:
    factors = {"UserPoolId": world.pool_id, "Username": user}
    before = world.idp.admin_get_user_auth_factors(**factors)["ConfiguredUserAuthFactors"]
    assert "WEB_AUTHN" not in before
    add_passkey(world, user)
    after = world.idp.admin_get_user_auth_factors(**factors)["ConfiguredUserAuthFactors"]
    assert "WEB_AUTHN" in after
    own = world.idp.get_user_auth_factors(AccessToken=world.token(user))
    assert own["ConfiguredUserAuthFactors"] == after


def test_a_deleted_user_leaves_no_passkey(server: Server) -> None:
    world = make_choice_world(server)
    world.member("ines")
    key = add_passkey(world, "ines")
    world.idp.admin_delete_user(UserPoolId=world.pool_id, Username="ines")
    world.member("ines")
    assert "WEB_AUTHN" not in choose(world, "ines")["AvailableChallenges"]
    options = creation_options(world, world.token("ines"))
    complete(world, world.token("ines"), key.register(options))
