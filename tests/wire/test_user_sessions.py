"""User sessions: tracked where the pool wants it, listed, limited, revoked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account_world import World, make_world, refusal
from refusals import refused
from server import Server
from sign_in_world import add_client, refresh

REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
NOWHERE = "tkn" + "0" * 25


def track(world: World, most: int = 20, state: str = "ENABLED") -> Any:
    return world.idp.set_user_pool_session_configuration(
        UserPoolId=world.pool_id, UserSessionTracking=state, TokenSession={"MaxPerUser": most}
    )


@pytest.fixture
def world(server: Server) -> World:
    made = make_world(server)
    made.member("ines")
    track(made)
    return made


def signed_in(world: World) -> Any:
    return world.sign_in("ines")["AuthenticationResult"]


def sessions(world: World, token: str) -> Any:
    return world.idp.list_user_sessions(AccessToken=token)["Sessions"]


def own(world: World, token: str) -> Any:
    [found] = [each for each in sessions(world, token) if each["IsCurrentSession"]]
    return found


def of_user(world: World) -> Any:
    return world.idp.admin_list_user_sessions(UserPoolId=world.pool_id, Username="ines")["Sessions"]


class TestConfiguration:
    def test_a_new_pool_tracks_nothing(self, server: Server) -> None:
        world = make_world(server)
        shown = world.idp.get_user_pool_session_configuration(UserPoolId=world.pool_id)
        assert shown["UserSessionTracking"] == "DISABLED"
        assert shown["TokenSession"] == {"MaxPerUser": 20}
        world.member("ines")
        assert sessions(world, world.token("ines")) == []

    def test_what_was_set_is_shown_and_survives_an_update(self, world: World) -> None:
        answer = track(world, 7)
        assert answer["TokenSession"] == {"MaxPerUser": 7}
        world.idp.update_user_pool(UserPoolId=world.pool_id)
        shown = world.idp.get_user_pool_session_configuration(UserPoolId=world.pool_id)
        assert (shown["UserSessionTracking"], shown["TokenSession"]["MaxPerUser"]) == ("ENABLED", 7)
        assert "user_sessions" not in str(world.idp.describe_user_pool(UserPoolId=world.pool_id))

    @pytest.mark.parametrize("most", [0, 101])
    def test_the_limit_has_limits(self, world: World, most: int) -> None:
        with refused("InvalidParameterException"):
            track(world, most)

    def test_the_plan_must_have_it(self, server: Server) -> None:
        world = make_world(server, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            track(world)

    def test_a_client_reuses_an_hour_unless_told_otherwise(self, world: World) -> None:
        place = {"UserPoolId": world.pool_id, "ClientId": world.client_id}
        get = world.idp.get_user_pool_client_session_configuration
        put = world.idp.set_user_pool_client_session_configuration
        assert get(**place)["SSOSession"] == {"MaxValidityMinutes": 60}
        assert put(**place, SSOSession={"MaxValidityMinutes": 0})["SSOSession"] == {
            "MaxValidityMinutes": 0
        }
        assert get(**place)["SSOSession"] == {"MaxValidityMinutes": 0}
        with refused("InvalidParameterException"):
            put(**place, SSOSession={"MaxValidityMinutes": 129601})
        with refused("ResourceNotFoundException"):
            get(UserPoolId=world.pool_id, ClientId="nobody")
        track(world, state="DISABLED")
        with refused("InvalidParameterException"):
            put(**place, SSOSession={"MaxValidityMinutes": 5})
        track(world)
        assert get(**place)["SSOSession"] == {"MaxValidityMinutes": 0}


class TestListing:
    def test_a_session_says_what_it_is(self, world: World) -> None:
        token = signed_in(world)["AccessToken"]
        [session] = sessions(world, token)
        assert session["SessionType"] == "TOKEN"
        assert len(session["SessionId"]) == 28
        assert session["SessionId"].startswith("tkn")
        assert session["ClientId"] == world.client_id
        assert session["IsCurrentSession"] is True
        assert session["LastIPAddress"] == "127.0.0.1"
        assert session["DeviceType"].startswith("Boto3")
        assert "OriginSessionId" not in session
        assert of_user(world)[0]["IsCurrentSession"] is False

    def test_sessions_of_all_clients_are_listed(self, world: World) -> None:
        other = add_client(world, "USER_PASSWORD_AUTH")
        token = signed_in(world)["AccessToken"]
        world.idp.initiate_auth(
            ClientId=other.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": "Ferry-2-Norderney"},
        )
        assert {each["ClientId"] for each in sessions(world, token)} == {
            world.client_id,
            other.id,
        }

    def test_a_refresh_is_an_activity(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server)
        world.member("ines")
        track(world)
        first = signed_in(world)
        before = own(world, first["AccessToken"])
        server.clock.advance(seconds=60)
        refresh(world, first["RefreshToken"])
        after = own(world, first["AccessToken"])
        assert after["CreateDate"] == before["CreateDate"]
        assert (after["LastActiveDate"] - before["LastActiveDate"]).total_seconds() == 60
        assert len(of_user(world)) == 1

    def test_what_has_ended_is_gone(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server, client={"RefreshTokenValidity": 1})
        world.member("ines")
        track(world)
        signed_in(world)
        assert len(of_user(world)) == 1
        server.clock.advance(seconds=86_400)
        assert of_user(world) == []

    def test_tracking_that_is_off_lists_nothing(self, world: World) -> None:
        token = signed_in(world)["AccessToken"]
        track(world, state="DISABLED")
        assert sessions(world, token) == []
        assert of_user(world) == []

    def test_unknown_users_have_none(self, world: World) -> None:
        with refused("UserNotFoundException"):
            world.idp.admin_list_user_sessions(UserPoolId=world.pool_id, Username="nobody")
        with refused("NotAuthorizedException", "Invalid Access Token"):
            sessions(world, "no.access.token")


class TestLimit:
    def test_the_least_recently_used_makes_room(self, start_server: Callable[..., Server]) -> None:
        server = start_server()
        world = make_world(server)
        world.member("ines")
        track(world, 2)
        first = signed_in(world)
        server.clock.advance(seconds=1)
        second = signed_in(world)
        server.clock.advance(seconds=1)
        refresh(world, first["RefreshToken"])
        server.clock.advance(seconds=1)
        third = signed_in(world)
        assert len(sessions(world, third["AccessToken"])) == 2
        assert refusal(world.idp.get_user, AccessToken=second["AccessToken"]) == REVOKED
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            refresh(world, second["RefreshToken"])
        assert refresh(world, first["RefreshToken"])["AccessToken"]

    def test_lowering_it_waits_for_the_next_sign_in(self, world: World) -> None:
        for _ in range(4):
            token = signed_in(world)["AccessToken"]
        track(world, 1)
        assert len(sessions(world, token)) == 4
        token = signed_in(world)["AccessToken"]
        assert len(sessions(world, token)) == 1


class TestRevoking:
    def test_a_revoked_session_ends_its_tokens(self, world: World) -> None:
        lost, mine = signed_in(world), signed_in(world)
        session_id = own(world, lost["AccessToken"])["SessionId"]
        world.idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=session_id)
        assert refusal(world.idp.get_user, AccessToken=lost["AccessToken"]) == REVOKED
        with refused("NotAuthorizedException", "Refresh Token has been revoked"):
            refresh(world, lost["RefreshToken"])
        assert len(sessions(world, mine["AccessToken"])) == 1
        with refused("ResourceNotFoundException"):
            world.idp.revoke_user_session(AccessToken=mine["AccessToken"], SessionId=session_id)

    def test_nobody_revokes_the_session_they_are_in(self, world: World) -> None:
        token = signed_in(world)["AccessToken"]
        with refused("InvalidParameterException"):
            world.idp.revoke_user_session(
                AccessToken=token, SessionId=own(world, token)["SessionId"]
            )
        assert world.idp.get_user(AccessToken=token)

    def test_an_administrator_revokes_any(self, world: World) -> None:
        token = signed_in(world)["AccessToken"]
        [session] = of_user(world)
        revoke = world.idp.admin_revoke_user_session
        place = {"UserPoolId": world.pool_id, "SessionId": session["SessionId"]}
        world.member("other")
        with refused("ResourceNotFoundException"):
            revoke(**place, Username="other")
        revoke(**place, Username="ines")
        assert refusal(world.idp.get_user, AccessToken=token) == REVOKED
        with refused("ResourceNotFoundException"):
            revoke(**place, Username="ines")

    @pytest.mark.parametrize("session_id", ["tkn", "xyz" + "0" * 25, "tkn" + "A" * 25])
    def test_an_id_has_its_form(self, world: World, session_id: str) -> None:
        with refused("InvalidParameterException"):
            world.idp.admin_revoke_user_session(
                UserPoolId=world.pool_id, Username="ines", SessionId=session_id
            )

    def test_signing_out_and_revoking_tokens_end_sessions(self, world: World) -> None:
        first, second = signed_in(world), signed_in(world)
        world.idp.revoke_token(ClientId=world.client_id, Token=first["RefreshToken"])
        assert len(of_user(world)) == 1
        world.idp.global_sign_out(AccessToken=second["AccessToken"])
        assert of_user(world) == []

    def test_an_unknown_id_is_refused(self, world: World) -> None:
        with refused("ResourceNotFoundException"):
            world.idp.revoke_user_session(
                AccessToken=signed_in(world)["AccessToken"], SessionId=NOWHERE
            )
