"""Two servers on one database want the same thing at once: exactly one gets it, each time.

Both are processes, started as an operator starts them; they share the database and nothing else.
``POOLHOUSE_DUEL_ROUNDS=1000`` makes it a thousand rounds of each kind, and pytest's ``-rP`` shows
how often each of the two was first: they meet when neither always is.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from benchmarks.postgresql_pair import free_port
from botocore.exceptions import ClientError

import databases
from account_world import OTHER_PASSWORD, World, make_world
from browser_world import CALLBACK, Browser, outcome
from command_line import serving
from oauth_world import post, send
from server import Server, Site
from sign_in_world import TEMPORARY, add_client, exchange, invite, sign_in, start

ROUNDS = int(os.environ.get("POOLHOUSE_DUEL_ROUNDS", "100"))


def _is_error(outcome: Any) -> bool:
    return isinstance(outcome, ClientError)


@dataclass
class Duel:
    """The same pool, seen through two servers."""

    first: World
    second: World
    threads: ThreadPoolExecutor
    won: Counter[str] = field(default_factory=Counter)

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

    def winner(
        self, act: Callable[[World], Any], lost: Callable[[Any], bool] = _is_error
    ) -> tuple[Any, Any]:
        """What the one winner got, and the one loser; ``lost`` tells them apart."""
        outcomes = self.fight(act)
        losers = [each for each in outcomes if lost(each)]
        assert len(losers) == 1, outcomes
        (won,) = (each for each in outcomes if not lost(each))
        self.won["the second" if lost(outcomes[0]) else "the first"] += 1
        return won, losers[0]


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Duel]:
    """On PostgreSQL each has a data directory of its own, as on two machines."""
    shared: Path = tmp_path_factory.mktemp("duel")
    told = {f"POOLHOUSE_{name}".upper(): str(v) for name, v in databases.settings(shared).items()}
    # A family that is revoked with the loser's attempt would end the chain of rotations.
    told |= {"POOLHOUSE_REVOKE_REUSED_FAMILY": "false", "POOLHOUSE_STRICT_RESPONSES": "true"}
    other_data = tmp_path_factory.mktemp("other") if databases.on_postgresql() else shared
    port = free_port()
    with ExitStack() as stack:
        _, line = stack.enter_context(serving(shared, **told))
        address = re.search(r"http://localhost:(\d+)", line)
        assert address, "the first server did not start"
        place = ("--port", str(port), "--public-url", address[0])
        _, line = stack.enter_context(serving(other_data, *place, **told))
        assert address[0] in line, "the second server did not start"
        first = make_world(_as_server(int(address[1])))
        site = _as_server(port)
        second = World(site, site.client(), first.pool_id, first.client_id)
        with ThreadPoolExecutor(2) as threads:
            yield Duel(first, second, threads)


@pytest.fixture
def duel(servers: Duel) -> Iterator[Duel]:
    servers.won.clear()
    started = time.monotonic()
    yield servers
    if servers.won:
        print(f"won: {dict(servers.won)}, {time.monotonic() - started:.1f} s")


def _as_server(port: int) -> Server:
    """Whoever asks for more of it than an address finds nothing: it is a process of its own."""
    return cast("Server", Site(f"http://127.0.0.1:{port}"))


def test_one_authorization_code_is_redeemed_once(duel: Duel) -> None:
    client = add_client(
        duel.first,
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO"],
    )
    duel.first.member("ada")
    browser = Browser(replace(duel.first, client_id=client.id))
    # The same browser at the other server: its cookies are good at both.
    beside = Browser(replace(duel.second, client_id=client.id), browser.session)
    answer = browser.sign_in("ada")
    for number in range(ROUNDS):
        form = {
            "grant_type": "authorization_code",
            "client_id": client.id,
            "code": outcome(answer)["code"],
            "redirect_uri": CALLBACK,
        }

        def redeem(world: World, form: dict[str, str] = form) -> tuple[int, str]:
            answer = post(world.server, f"/{world.pool_id}/oauth2/token", form)
            return answer.status, json.loads(answer.body).get("error", "")

        won, lost = duel.winner(redeem, lambda got: got[0] != 200)
        assert (won, lost) == ((200, ""), (400, "invalid_grant"))
        answer = (beside, browser)[number % 2].authorize()


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
        assert _code(lost) == "RefreshTokenReuseException"
        token = won["RefreshToken"]


def test_one_sign_up_is_confirmed_once(duel: Duel) -> None:
    world = duel.first
    for number in range(ROUNDS):
        name, address = f"new-{number}", f"new-{number}@sea.test"
        world.sign_up(name, email=address)
        code = world.code(address)
        _, lost = duel.winner(partial(World.confirm, username=name, code=code))
        assert _code(lost) in {"NotAuthorizedException", "ExpiredCodeException"}
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
        assert _code(lost) == "NotAuthorizedException"


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
