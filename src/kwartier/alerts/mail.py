"""Alerts by mail: text and a simple page, over SMTP, in threads by cause."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar, Final

from kwartier.alerts.message import Message, Paragraph
from kwartier.alerts.receiver import ReceiverKind, identity
from kwartier.alerts.settings import MailSecurity
from kwartier.errors import ConfigurationError
from kwartier.events.attempt import Failure, pause_after
from kwartier.transport.drivers import is_loopback

if TYPE_CHECKING:
    from jinja2 import Template

TIMEOUT: Final = 20.0
_CALM, _LOUD, _WELL = "#0b5394", "#b00020", "#2e7d32"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Those who are mailed, and the server that takes mail for them.

    Raises :class:`ConfigurationError` for a way that is not encrypted and leaves this machine.
    """

    kind: ClassVar[ReceiverKind] = ReceiverKind.MAIL
    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: MailSecurity = MailSecurity.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        if self.security is MailSecurity.NONE and not is_loopback(f"smtp://{self.host}"):
            raise ConfigurationError(
                f"alerts.smtp_security: none is for a mail server on this machine, and {self.host} "
                "is not: write starttls or tls"
            )
        if self.user is not None and self.password is None:
            raise ConfigurationError(
                "KWARTIER_SMTP_PASSWORD is not set, and alerts.smtp_user is: set it, or leave the "
                "user out"
            )

    @property
    def name(self) -> str:
        """Names those who are told without telling their addresses."""
        return identity(self.kind, *sorted(self.to))

    async def send(self, message: Message, *, at: datetime, number: int) -> Failure | None:
        """Hand ``message`` to the server, for the ``number``-th time; None if it was taken."""
        try:
            await asyncio.to_thread(self._send, self.letter(message, at))
        except (OSError, smtplib.SMTPException) as error:
            return Failure(_said(error), pause_after(number))
        return None

    def letter(self, message: Message, at: datetime) -> EmailMessage:
        """``message`` as mail; ``at`` is the real time."""
        letter = EmailMessage()
        letter["Subject"] = f"[kwartier] {message.subject}"
        letter["From"], letter["To"] = self.sender, ", ".join(self.to)
        letter["Date"] = format_datetime(at)
        letter["Message-ID"] = self._reference(message.identifier)
        # Nobody is away from the office for us, and no list answers.
        letter["Auto-Submitted"] = "auto-generated"
        if message.answers:
            letter["In-Reply-To"] = self._reference(message.answers[0])
            letter["References"] = " ".join(map(self._reference, message.answers))
        if message.is_urgent:
            letter["Importance"] = "high"
        letter.set_content(message.text)
        letter.add_alternative(_page().render(message=message, colour=_colour), subtype="html")
        return letter

    def _reference(self, identifier: str) -> str:
        return f"<{identifier}@{self.sender.rpartition('@')[2]}>"

    def _send(self, letter: EmailMessage) -> None:
        with self._connected() as server:
            if self.user is not None and self.password is not None:
                server.login(self.user, self.password)
            server.send_message(letter)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        ours, context = socket.gethostname(), ssl.create_default_context()
        if self.security is MailSecurity.TLS:
            with smtplib.SMTP_SSL(
                self.host, self.port, ours, timeout=self.timeout, context=context
            ) as server:
                yield server
            return
        with smtplib.SMTP(self.host, self.port, ours, timeout=self.timeout) as server:
            if self.security is MailSecurity.STARTTLS:
                server.starttls(context=context)
            yield server


def _said(error: OSError | smtplib.SMTPException) -> str:
    """What went wrong, without what the server said: that may hold addresses or names."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refused user or password ({error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            return "the mail server takes nothing for any of the addresses"
        case smtplib.SMTPNotSupportedError():
            return "the mail server has no STARTTLS, or no sign-in"
        case smtplib.SMTPResponseException():
            return f"the mail server answered {error.smtp_code}"
        case ssl.SSLError():
            return "the mail server's certificate is not trusted, or it speaks no TLS there"
        case TimeoutError():
            return "the mail server gave no reply in time"
        case smtplib.SMTPException():
            return "the mail server ended the connection"
    return "the mail server cannot be reached"


@cache
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files(__package__).joinpath("mail.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)


def _colour(paragraph: Paragraph) -> str:
    if "over" in paragraph.label:
        return _WELL
    return _LOUD if "urgent" in paragraph.label else _CALM
