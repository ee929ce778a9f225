"""Telling the story: what happens, what the tokens said before, and what they say after."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from poolhouse.demo.running import server
from poolhouse.demo.showing import difference, whole
from poolhouse.demo.story import FUNCTIONS, PASSWORD, REGION, USERNAME, Story, Tokens, source
from poolhouse.functions.nodes import NodeMissing, find_node

CLAIM = ("demo:membershipLevel", "Premium")
SCOPE = "membership:USA.Premium"


def tell(port: int, data: Path, *, leave: bool) -> bool:
    """Run the whole story; whether the access token said what it should.

    With ``leave`` the server ends with the story, otherwise it goes on until SIGINT or SIGTERM.
    """
    started = time.monotonic()
    with server(_port_or_another(port), data) as running:
        story = Story(running.url())
        story.make_pool()
        _say(1, f"A user pool with custom:membership and custom:location: {story.pool_id}")
        before = story.sign_in()
        elapsed = time.monotonic() - started
        _say(2, f"{USERNAME}, a Premium member in the USA, signs in. No function is attached yet.")
        _show_whole(before)
        _note(f"first tokens {elapsed:.1f} s after the command to start the server")
        good = [_chapter(story, number, name, before) for number, name in enumerate(FUNCTIONS, 3)]
        _next_steps(story, data)
        if not leave:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            try:
                running.process.wait()
            except KeyboardInterrupt:
                click.echo()
    return all(good)


def _chapter(story: Story, number: int, file_name: str, before: Tokens) -> bool:
    if file_name.endswith(".mjs"):
        try:
            find_node()
        except NodeMissing as missing:
            _say(number, f"{file_name} is left out: {missing}")
            return True
    function = story.attach(file_name)
    _say(number, f"{file_name} becomes the pool's pre token generation trigger, version V2_0.")
    _note("\n".join(f"    {line}" for line in source(file_name).splitlines()))
    after = story.sign_in()
    click.echo(f"\n    {USERNAME} signs in again, and {function} runs. Both signatures verify.")
    click.secho("\n    access token, before (-) and after (+)", bold=True)
    _lines(difference(before.access_claims, after.access_claims))
    click.secho("\n    ID token", bold=True)
    _lines(difference(before.id_claims, after.id_claims))
    name, value = CLAIM
    scopes = str(after.access_claims.get("scope", "")).split()
    good = after.access_claims.get(name) == value and SCOPE in scopes
    if not good:
        click.secho(f"    the access token lacks {name} or the scope {SCOPE}", fg="red")
    return good


def _show_whole(tokens: Tokens) -> None:
    click.secho("\n    access token", bold=True)
    _lines(whole(tokens.access_claims))
    click.secho("\n    ID token", bold=True)
    _lines(whole(tokens.id_claims))


def _next_steps(story: Story, data: Path) -> None:
    url, command = story.url, Path(sys.executable).with_name("poolhouse")
    click.secho(f"\nThe server is at {url}. From another terminal:\n", bold=True)
    click.echo(f"""\
    export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION={REGION}
    export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
    aws cognito-idp initiate-auth --client-id {story.client_id} \\
        --auth-flow USER_PASSWORD_AUTH --auth-parameters USERNAME={USERNAME},PASSWORD={PASSWORD}

    {command} logs membership-py --data {data}
    {command} operations        # what is implemented

The key set:  {url}/{story.pool_id}/.well-known/jwks.json
Your turn:    docs/tutorials/design-a-token.md, with a function of your own.
""")


def _port_or_another(port: int) -> int:
    if port:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                _note(f"Port {port} is taken; a free one is used instead.")
                return 0
    return port


def _say(number: int, sentence: str) -> None:
    click.secho(f"\n{number}. {sentence}", bold=True)


def _note(text: str) -> None:
    click.secho(f"\n{text}" if "\n" in text else f"\n    {text}", dim=True)


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
