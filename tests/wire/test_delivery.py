"""Messages that leave: by SMTP, by the SMS webhook, and what happens when they cannot."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope

from account_world import World, attributes, make_world, refusal
from server import START_MS, Server

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sns"}}
KEY = "webhook-key"


class MailServer:
    """Takes what it is sent, once it has answered the ``refusals`` that it is given."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.mails: list[EmailMessage] = []
        self.attempts = 0
        with socket.socket() as probe:  # the controller cannot take any free port
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        self.close = controller.stop

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.attempts += 1
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"


class Webhook:
    """Answers with the ``statuses`` that it is given, then with 202."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(hook.statuses.pop(0) if hook.statuses else 202)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/sms"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def _open(thing: Any) -> Iterator[Any]:
    try:
        yield thing
    finally:
        thing.close()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with _open(MailServer()) as server:
        yield server


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with _open(Webhook()) as hook:
        yield hook


@pytest.fixture
def start(
    start_server: Callable[..., Server],
    mail_server: MailServer,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Server]:
    monkeypatch.setattr("poolhouse.messages.deliver._PAUSE_SECONDS", 0.0)

    def start(**changes: Any) -> Server:
        return start_server(
            smtp_host="127.0.0.1",
            smtp_port=mail_server.port,
            smtp_tls="none",
            sms_webhook=webhook.url,
            sms_webhook_secret=KEY,
            **changes,
        )

    return start


def code_of(mail: EmailMessage) -> str:
    content: str = mail.get_content()
    return "".join(character for character in content if character.isdigit())


def test_an_email_confirms_its_reader(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    world = make_world(
        start(),
        EmailConfiguration={
            "From": "Harbour <post@harbour.test>",
            "ReplyToEmailAddress": "a@b.test",
        },
    )
    world.sign_up("ann", email="ann@mast.test")
    (mail,) = mail_server.mails
    assert mail["From"] == "Harbour <post@harbour.test>"
    assert mail["Reply-To"] == "a@b.test"
    assert mail["To"] == "ann@mast.test"
    assert mail["Subject"] == "Your verification code"
    assert mail.get_content_type() == "text/plain"
    assert world.code("ann@mast.test") == code_of(mail)  # the inbox has it too
    world.confirm("ann", code_of(mail))
    assert world.get("ann")["UserStatus"] == "CONFIRMED"


def test_production_sends_and_keeps_nothing(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    server = start(mode="production", access_keys="AKIATEST:secret", mail_from="post@inn.test")
    server.clock.advance(seconds=time.time() - START_MS / 1000)
    world = make_world(server)
    world.sign_up("ben", email="ben@mast.test")
    (mail,) = mail_server.mails
    assert mail["From"] == "post@inn.test"
    world.confirm("ben", code_of(mail))


def test_the_inbox_can_be_switched_off(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    world = make_world(start(inbox=False))
    world.sign_up("cleo", email="cleo@mast.test")
    assert world.mail("cleo@mast.test") == []
    assert len(mail_server.mails) == 1


def test_markup_in_a_template_makes_html_and_markup_in_a_name_does_not(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    template = {"EmailMessage": "<b>{username}</b> {####}", "EmailSubject": "Hi"}
    world = make_world(start(), AdminCreateUserConfig={"InviteMessageTemplate": template})
    world.idp.admin_create_user(
        UserPoolId=world.pool_id,
        Username="<i>dan",
        TemporaryPassword="Tide-1-Baltrum",
        DesiredDeliveryMediums=["EMAIL"],
        UserAttributes=attributes(email="dan@mast.test"),
    )
    (mail,) = mail_server.mails
    assert mail.get_content_type() == "text/html"
    assert mail.get_content().strip() == "<b>&lt;i&gt;dan</b> Tide-1-Baltrum"


def test_a_failure_that_passes_is_tried_again(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    world = make_world(start())
    mail_server.refusals = ["451 try later"]
    world.sign_up("eve", email="eve@mast.test")
    assert (mail_server.attempts, len(mail_server.mails)) == (2, 1)


@pytest.mark.parametrize(("answers", "attempts"), [(["554 no"], 1), (["451 no", "451 no"], 2)])
def test_a_failure_that_stays_is_told_and_leaves_the_user(
    start: Callable[..., Server], mail_server: MailServer, answers: list[str], attempts: int
) -> None:
    world = make_world(start())
    mail_server.refusals = answers
    failed = ("CodeDeliveryFailureException", "The message could not be delivered.")
    assert refusal(world.sign_up, username="finn", email="finn@mast.test") == failed
    assert mail_server.attempts == attempts
    world.idp.resend_confirmation_code(ClientId=world.client_id, Username="finn")
    world.confirm("finn", code_of(mail_server.mails[-1]))


def test_nobody_learns_of_a_failure_where_existence_is_a_secret(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    world = make_world(start(), client={"PreventUserExistenceErrors": "ENABLED"})
    world.sign_up("gus", email="gus@mast.test")
    world.confirm("gus", world.code("gus@mast.test"))
    mail_server.refusals = ["554 no"]
    answer = world.idp.forgot_password(ClientId=world.client_id, Username="gus")
    assert answer["CodeDeliveryDetails"]["Destination"] == "g***@m***"
    assert len(mail_server.mails) == 1


def test_an_sms_is_posted_and_signed(start: Callable[..., Server], webhook: Webhook) -> None:
    world = make_world(start(), AutoVerifiedAttributes=["phone_number"], **SMS)
    world.sign_up("hal", phone_number="+4915112345678")
    ((headers, body),) = webhook.requests
    seconds, _, given = headers["poolhouse-signature"].removeprefix("t=").partition(",v1=")
    signed = f"{seconds}.".encode() + body
    assert hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest() == given
    assert int(seconds) == START_MS // 1000
    message = json.loads(body)
    assert headers["idempotency-key"] == message["id"]
    assert message["to"] == "+4915112345678"
    assert message["userPoolId"] == world.pool_id
    world.confirm("hal", "".join(filter(str.isdigit, message["text"])))


@pytest.mark.parametrize(
    ("statuses", "posts", "arrives"), [([503], 2, True), ([429, 500], 2, False), ([400], 1, False)]
)
def test_webhooks_that_refuse(
    start: Callable[..., Server],
    webhook: Webhook,
    statuses: list[int],
    posts: int,
    arrives: bool,
) -> None:
    world = make_world(start(), AutoVerifiedAttributes=["phone_number"], **SMS)
    webhook.statuses = statuses
    if arrives:
        world.sign_up("ida", phone_number="+4915112345678")
    else:
        refused = refusal(world.sign_up, username="ida", phone_number="+4915112345678")
        assert refused[0] == "CodeDeliveryFailureException"
    assert len(webhook.requests) == posts


def test_no_code_reaches_the_log(
    start: Callable[..., Server], mail_server: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    world = make_world(start())
    mail_server.refusals = ["554 refused: Your verification code is"]
    refusal(world.sign_up, username="jan", email="jan@mast.test")
    logged = "".join(capfd.readouterr())
    assert "a message was not delivered" in logged
    assert "SMTP 554" in logged
    assert world.code("jan@mast.test") not in logged
    assert "jan@mast.test" not in logged


def link_world(server: Server) -> World:
    return make_world(
        server,
        VerificationMessageTemplate={
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
            "EmailMessageByLink": "Please {##click <here>##}.",
            "EmailSubjectByLink": "Click",
        },
    )


def test_a_link_in_place_of_a_code(server: Server) -> None:
    world = link_world(server)
    world.sign_up("kim&co", email="kim@mast.test")
    (message,) = world.mail("kim@mast.test")
    assert message["subject"] == "Click"
    code = message["code"]
    assert message["body"] == (
        f'Please <a href="{server.url}/{world.pool_id}/confirmUser?client_id={world.client_id}'
        f'&amp;user_name=kim%26co&amp;confirmation_code={code}">click <here></a>.'
    )
