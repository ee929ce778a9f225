"""Two servers on one database want the same thing at once: exactly one gets it, each time.

``POOLHOUSE_DUEL_ROUNDS=1000`` makes it a thousand rounds of each kind.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from account_world import OTHER_PASSWORD, World, make_world
from oauth_world import post, send
from poolhouse.store import authorization_codes
from poolhouse.store.authorization_codes import AuthorizationCode
from poolhouse.store.sealing import token_hash
from server import Server, running
from sign_in_world import TEMPORARY, add_client, exchange, invite, sign_in, start

ROUNDS = int(os.environ.get("POOLHOUSE_DUEL_ROUNDS", "100"))
_CALLBACK = "https://app.test/callback"


@dataclass
class Duel:
    """The same pool, seen through two servers."""

    first: World
    second: World
    threads: ThreadPoolExecutor

    def fight(self, act: Callable[[World], Any]) -> list[Any]:
        """What each of both got from doing the same at the same time; an error is an outcome."""
        ready = threading.Barrier(2)

        def one(world: World) -> Any:
            ready.wait(10)
            try:
                return act(world)
            except ClientError as error:
                return error

        return list(self.threads.map(one, (self.first, self.second)))

    def winner(self, act: Callable[[World], Any]) -> tuple[Any, str]:
        """What the one winner got, and the error of the loser."""
        outcomes = self.fight(act)
        lost = [each for each in outcomes if isinstance(each, ClientError)]
        assert len(lost) == 1, outcomes
        (won,) = (each for each in outcomes if not isinstance(each, ClientError))
        return won, lost[0].response["Error"]["Code"]


@pytest.fixture(scope="module")
def duel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Duel]:
    data: Path = tmp_path_factory.mktemp("duel")
    # A family that is revoked with the loser's attempt would end the chain of rotations.
    alike = {"public_url": "http://duel.test", "revoke_reused_family": False}
    with running(data, **alike) as one, running(data, **alike) as other:
        first = make_world(_reachable(one))
        second = World(_reachable(other), other.client(), first.pool_id, first.client_id)
        with ThreadPoolExecutor(2) as threads:
            yield Duel(first, second, threads)


def _reachable(server: Server) -> Server:
    """Both tell clients one public address; a test goes to each at its own."""
    server.url = f"http://127.0.0.1:{server.app.settings.port}"
    return server


def test_one_authorization_code_is_redeemed_once(duel: Duel) -> None:
    world = duel.first
    client = add_client(
        world,
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[_CALLBACK],
    )
    sub = world.member("ines")
    house = world.server.house
    for number in range(ROUNDS):
        code = f"code-{number}"
        record = AuthorizationCode(
            pool_id=world.pool_id,
            code_hash=token_hash(code),
            client_id=client.id,
            sub=sub,
            event_id=house.ids.uuid(),
            redirect_uri=_CALLBACK,
            scopes=("openid",),
            auth_time=house.clock.now_ms() // 1000,
            expires_ms=house.clock.now_ms() + 300_000,
        )
        world.server.ask(house.db.write(authorization_codes.insert, record))
        form = {
            "grant_type": "authorization_code",
            "client_id": client.id,
            "code": code,
            "redirect_uri": _CALLBACK,
        }

        def redeem(world: World, form: dict[str, str] = form) -> tuple[int, str]:
            answer = post(world.server, f"/{world.pool_id}/oauth2/token", form)
            return answer.status, json.loads(answer.body).get("error", "")

        assert sorted(duel.fight(redeem)) == [(200, ""), (400, "invalid_grant")]


def test_one_refresh_token_is_rotated_once(duel: Duel) -> None:
    world = duel.first
    client = add_client(
        world,
        "USER_PASSWORD_AUTH",
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )
    world.member("olga")
    token = sign_in(world, "olga", client)["RefreshToken"]
    for _ in range(ROUNDS):
        won, lost = duel.winner(partial(exchange, token=token, client=client))
        assert lost == "RefreshTokenReuseException"
        token = won["RefreshToken"]


def test_one_sign_up_is_confirmed_once(duel: Duel) -> None:
    world = duel.first
    for number in range(ROUNDS):
        name, address = f"new-{number}", f"new-{number}@sea.test"
        world.sign_up(name, email=address)
        code = world.code(address)
        _, lost = duel.winner(partial(World.confirm, username=name, code=code))
        assert lost in {"NotAuthorizedException", "ExpiredCodeException"}
        assert world.get(name)["UserStatus"] == "CONFIRMED"


def test_one_auth_session_is_spent_once(duel: Duel) -> None:
    world = duel.first
    for number in range(ROUNDS):
        name = f"guest-{number}"
        invite(world, name)
        challenge = start(world, "USER_PASSWORD_AUTH", USERNAME=name, PASSWORD=TEMPORARY)

        def answer(world: World, name: str = name, challenge: Any = challenge) -> Any:
            return world.idp.respond_to_auth_challenge(
                ClientId=world.client_id,
                ChallengeName=challenge["ChallengeName"],
                Session=challenge["Session"],
                ChallengeResponses={"USERNAME": name, "NEW_PASSWORD": OTHER_PASSWORD},
            )

        won, lost = duel.winner(answer)
        assert won["AuthenticationResult"]["AccessToken"]
        assert lost == "NotAuthorizedException"


def test_many_changes_of_one_user_are_all_kept(duel: Duel) -> None:
    """No compare-and-swap: a read, a change in Python, and a write of the whole record."""
    world = duel.first
    world.member("max")
    names = ["given_name", "family_name", "nickname", "locale", "profile", "website"]
    for number in range(max(1, ROUNDS // 20)):

        def change(pair: tuple[World, str], number: int = number) -> None:
            side, name = pair
            side.idp.admin_update_user_attributes(
                UserPoolId=side.pool_id,
                Username="max",
                UserAttributes=[{"Name": name, "Value": f"{name} {number}"}],
            )

        sides = [duel.first, duel.second] * 3
        with ThreadPoolExecutor(6) as six:
            list(six.map(change, zip(sides, names, strict=True)))
        assert world.profile("max") == {name: f"{name} {number}" for name in names}


def test_a_change_on_one_server_is_seen_on_the_other_at_once(duel: Duel) -> None:
    """What a server keeps parsed it keeps by revision, and asks for that each time."""
    one, other = duel.first, duel.second
    client = add_client(one, "USER_PASSWORD_AUTH")
    one.member("rita")
    assert sign_in(other, "rita", client)  # the other server has parsed the client now
    one.idp.update_user_pool_client(
        UserPoolId=one.pool_id, ClientId=client.id, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]
    )
    with pytest.raises(ClientError, match="USER_PASSWORD_AUTH"):
        sign_in(other, "rita", client)
    one.idp.admin_disable_user(UserPoolId=one.pool_id, Username="rita")
    assert other.get("rita")["Enabled"] is False


def test_keys_are_one_servers_as_much_as_the_others(duel: Duel) -> None:
    """A token signed by one is good at the other, and a pool that is gone is gone on both."""
    one, other = duel.first, duel.second
    one.member("paul")
    assert other.idp.get_user(AccessToken=one.token("paul"))["Username"] == "paul"
    doomed = make_world(one.server)
    doomed.member("eve")
    token = doomed.token("eve")
    assert other.idp.get_user(AccessToken=token)["Username"] == "eve"
    assert send(other.server, "GET", f"/{doomed.pool_id}/.well-known/jwks.json").status == 200
    one.idp.delete_user_pool(UserPoolId=doomed.pool_id)
    with pytest.raises(ClientError):
        other.idp.get_user(AccessToken=token)
    assert send(other.server, "GET", f"/{doomed.pool_id}/.well-known/jwks.json").status == 404
