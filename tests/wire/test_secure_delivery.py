"""E-mail through a server that wants TLS and a sign-in, as those on the internet do."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from account_world import make_world, refusal
from server import Server

USER, PASSWORD = "harbour", "Mole-4-Langeoog"


class MailServer:
    """Takes mail over STARTTLS from who signs in as USER, and nothing else."""

    def __init__(self, certificate: Path) -> None:
        self.mails: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with socket.socket() as probe:  # the controller cannot take any free port
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._judge,
        )
        controller.start()
        self.close = controller.stop

    def _judge(self, *given: Any) -> AuthResult:
        who = given[-1]
        known = isinstance(who, LoginPassword) and who == LoginPassword(
            USER.encode(), PASSWORD.encode()
        )
        return AuthResult(success=known)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert session.ssl is not None
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def mail_server(certificate: Path) -> Iterator[MailServer]:
    server = MailServer(certificate)
    yield server
    server.close()


@pytest.fixture
def start(start_server: Callable[..., Server], mail_server: MailServer) -> Callable[..., Server]:
    def start(**changes: Any) -> Server:
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_server.port,
            "smtp_user": USER,
            "smtp_password": PASSWORD,
            "message_attempts": 1,
            **changes,
        }
        return start_server(**settings)

    return start


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server's certificate is among those that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_mail_leaves_encrypted_after_a_sign_in(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    world = make_world(start())
    world.sign_up("ann", email="ann@mast.test")
    (mail,) = mail_server.mails
    assert world.code("ann@mast.test") in mail


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "wrong", [{"smtp_password": "Wrong-1-Wrong"}, {"smtp_tls": "none"}, {"smtp_tls": "tls"}]
)
def test_settings_that_do_not_fit_deliver_nothing(
    start: Callable[..., Server], mail_server: MailServer, wrong: dict[str, str]
) -> None:
    world = make_world(start(message_timeout_seconds=3.0, **wrong))
    refused = refusal(world.sign_up, username="ben", email="ben@mast.test")
    assert refused[0] == "CodeDeliveryFailureException"
    assert mail_server.mails == []


def test_a_server_that_cannot_prove_its_name_gets_nothing(
    start: Callable[..., Server], mail_server: MailServer
) -> None:
    """Whoever sits in between would read every code."""
    world = make_world(start())
    refused = refusal(world.sign_up, username="cleo", email="cleo@mast.test")
    assert refused[0] == "CodeDeliveryFailureException"
    assert mail_server.mails == []
