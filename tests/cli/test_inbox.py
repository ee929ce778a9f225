"""``poolhouse inbox``, as a person or a test script runs it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from account_world import make_world
from poolhouse.cli import main
from server import Server


def run(server: Server, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["inbox", "--url", server.url, *arguments])


def test_just_the_newest_code(server: Server) -> None:
    world = make_world(server)
    world.sign_up("ann", email="ann@cli.test")
    world.idp.resend_confirmation_code(ClientId=world.client_id, Username="ann")
    done = run(server, "--last-code", "ann@cli.test")
    assert (done.exit_code, done.output) == (0, f"{world.code('ann@cli.test')}\n")
    world.confirm("ann", done.output.strip())


def test_no_code_is_a_failure(server: Server) -> None:
    done = run(server, "--last-code", "nobody@cli.test")
    assert done.exit_code == 1
    assert "no code was sent to nobody@cli.test" in done.output


def test_waiting_for_a_code(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(server)

    def meanwhile(_: float) -> None:
        world.sign_up("ben", email="ben@cli.test")

    monkeypatch.setattr("poolhouse.cli.inbox.time.sleep", meanwhile)
    done = run(server, "--last-code", "ben@cli.test", "--wait", "60")
    assert (done.exit_code, done.output) == (0, f"{world.code('ben@cli.test')}\n")


def test_messages_for_people_and_as_json(server: Server) -> None:
    world = make_world(server)
    world.sign_up("cleo", email="cleo@cli.test")
    shown = run(server, "--address", "cleo@cli.test").output
    assert shown.startswith(f"cleo@cli.test  (sign_up, pool {world.pool_id})\n")
    messages: list[dict[str, Any]] = json.loads(
        run(server, "--address", "cleo@cli.test", "--json").output
    )
    assert [message["code"] for message in messages] == [world.code("cleo@cli.test")]
    assert run(server, "--address", "nobody@cli.test").output == "The inbox is empty.\n"
