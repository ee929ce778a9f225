"""The development inbox: what was sent, to be read by people and tests."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from account_world import World, make_world
from poolhouse.store.schema import codes
from server import START_MS, Server


def read(server: Server, query: str = "") -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{server.url}/poolhouse/v1/inbox{query}") as answer:
        assert answer.headers["cache-control"] == "no-store"
        messages: list[dict[str, Any]] = json.load(answer)["messages"]
    return messages


def resend(world: World, username: str) -> None:
    world.idp.resend_confirmation_code(ClientId=world.client_id, Username=username)


def test_a_message_tells_all_about_itself(server: Server) -> None:
    world = make_world(server)
    world.sign_up("ann", email="ann@mast.test")
    (message,) = read(server, f"?pool={world.pool_id}")
    assert len(message.pop("id")) == 36
    code = message.pop("code")
    assert code.isdigit()
    assert len(code) == 6
    assert message == {
        "pool": world.pool_id,
        "address": "ann@mast.test",
        "username": "ann",
        "reason": "sign_up",
        "subject": "Your verification code",
        "body": f"Your verification code is {code}. ",
        "created_ms": START_MS,
    }


def test_newest_first_even_while_the_clock_stands_still(server: Server) -> None:
    world = make_world(server)
    world.sign_up("ben", email="ben@mast.test")
    for _ in range(4):
        resend(world, "ben")
    reasons = [message["reason"] for message in world.mail("ben@mast.test")]
    assert reasons == ["resend"] * 4 + ["sign_up"]
    world.confirm("ben", world.code("ben@mast.test"))


def test_by_address_by_pool_by_both_and_all(start_server: Callable[..., Server]) -> None:
    server = start_server()
    first, second = make_world(server), make_world(server)
    for world in (first, second):
        world.sign_up("cleo", email="cleo@mast.test")
        world.sign_up("dan", email="dan@mast.test")
    assert len(read(server)) == 4
    assert len(read(server, f"?pool={first.pool_id}")) == 2
    assert len(read(server, "?address=cleo@mast.test")) == 2
    (only,) = read(server, f"?address=cleo@mast.test&pool={second.pool_id}")
    assert (only["pool"], only["address"]) == (second.pool_id, "cleo@mast.test")
    assert read(server, "?address=nobody@mast.test") == []


def test_no_other_page_may_read_it(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/poolhouse/v1/inbox") as answer:
        assert "access-control-allow-origin" not in answer.headers


def test_in_production_there_is_none(start_server: Callable[..., Server]) -> None:
    server = start_server(mode="production", access_keys="AKIATEST:secret")
    server.clock.advance(seconds=time.time() - START_MS / 1000)
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        read(server)
    caught.value.close()


def test_codes_are_not_kept_in_the_clear(server: Server) -> None:
    world = make_world(server)
    sub = world.sign_up("eve", email="eve@mast.test")["UserSub"]
    code = world.code("eve@mast.test")
    rows = server.rows(select(codes).where(codes.c.sub == sub))
    assert rows
    assert code not in str([row[3] for row in rows])
