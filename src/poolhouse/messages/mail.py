"""E-mail by SMTP (RFC 5321, RFC 8314 for TLS), sent as the pool's EmailConfiguration says."""

from __future__ import annotations

import re
from email.errors import HeaderParseError, MessageError
from email.message import EmailMessage
from email.utils import formatdate

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.messages.compose import Message
from poolhouse.messages.failures import NotDelivered

_BLANKS = re.compile(r"\s+")


async def send(house: House, pool: UserPool, message: Message, message_id: str) -> None:
    """Hand the message to the SMTP server. Raises :class:`NotDelivered`."""
    import aiosmtplib

    settings = house.settings
    try:
        mail = _mail(house, pool, message, message_id)
        await aiosmtplib.send(
            mail,
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password or None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            timeout=settings.message_timeout_seconds,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [each.code for each in error.recipients]
        raise NotDelivered(
            f"SMTP {min(codes, default=0)}: recipient refused",
            may_pass=all(_is_temporary(code) for code in codes),
        ) from error
    except aiosmtplib.SMTPResponseException as error:
        # The server's own words may quote the message: its number says enough.
        raise NotDelivered(f"SMTP {error.code}", may_pass=_is_temporary(error.code)) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise NotDelivered(type(error).__name__, may_pass=True) from error
    except (MessageError, HeaderParseError, ValueError) as error:
        raise NotDelivered("not an address that e-mail can be sent to", may_pass=False) from error


def _mail(house: House, pool: UserPool, message: Message, message_id: str) -> EmailMessage:
    configuration = pool.settings.get("EmailConfiguration") or {}
    sender = message.sender or configuration.get("From") or house.settings.mail_from
    reply_to = message.reply_to or configuration.get("ReplyToEmailAddress")
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.address
    if reply_to:
        mail["Reply-To"] = reply_to
    mail["Subject"] = _BLANKS.sub(" ", message.subject or "")
    mail["Date"] = formatdate(house.clock.now_ms() / 1000)
    mail["Message-ID"] = f"<{message_id}@{house.settings.base_url.partition('://')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, subtype="html" if message.is_html else "plain")
    return mail


def _is_temporary(code: int) -> bool:
    return 400 <= code < 500
