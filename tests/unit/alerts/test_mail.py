"""Alerts by mail: over a real server, encrypted or refused, in threads, readable."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from kwartier.alerts.mail import Mailbox
from kwartier.alerts.message import Message, compose
from kwartier.alerts.settings import MailSecurity
from kwartier.alerts.telling import News, Notice
from kwartier.errors import ConfigurationError
from kwartier.events.attempt import Failure
from kwartier.office.alerts import Alert, AlertKind, KnownAlert
from support.mail import PASSWORD, USER, MailServer, mail_server, own_certificate

AT = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
EAN = "541448800000000017"
HARM = "<script>alert(1)</script>\r\nBcc: everybody@example.com"
ALERT = Alert(
    kind=AlertKind.REFUSAL,
    key="credentials:fluvius",
    says=f"It was refused: {HARM}, about {EAN}",
    next_step="Look.",
    is_urgent=True,
)


def message(news: News = News.BEGAN, thread: str | None = None) -> Message:
    ended = AT if news is News.OVER else None
    known = KnownAlert(alert_id=1, alert=ALERT, began_at=AT, ended_at=ended)
    return compose([Notice(known=known, news=news, thread=thread)], AT, receiver="mail:x")


def mailbox(port: int, security: MailSecurity = MailSecurity.NONE, **given: str) -> Mailbox:
    return Mailbox(
        to=("a@energy.example", "b@energy.example"),
        sender="kwartier@energy.example",
        host="127.0.0.1",
        port=port,
        security=security,
        timeout=5,
        user=given.get("user"),
        password=given.get("password"),
    )


def send(box: Mailbox, told: Message | None = None) -> Failure | None:
    return asyncio.run(box.send(told or message(), at=AT, number=1))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return own_certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def plain() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def secured(
    security: MailSecurity, context: ssl.SSLContext, *, signs_in: bool = False
) -> AbstractContextManager[MailServer]:
    if security is MailSecurity.STARTTLS:
        return mail_server(starttls=context, signs_in=signs_in)
    return mail_server(tls=context, signs_in=signs_in)


def bodies(letter: EmailMessage) -> tuple[str, str]:
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_everybody_gets_text_and_a_page_that_say_the_same(plain: MailServer) -> None:
    assert send(mailbox(plain.port)) is None
    [(envelope, letter)] = plain.took
    assert envelope.rcpt_tos == ["a@energy.example", "b@energy.example"]
    assert letter["Subject"].startswith("[kwartier] It was refused")
    assert letter["Date"].datetime == AT
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = bodies(letter)
    for part in ("It was refused", "Look.", "2026-11-22 17:05"):
        assert part in text
        assert part in html


def test_what_others_wrote_becomes_neither_mark_nor_header_and_no_ean_is_in_it(
    plain: MailServer,
) -> None:
    send(mailbox(plain.port))
    [letter] = plain.letters
    text, html = bodies(letter)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert letter["Bcc"] is None
    assert EAN not in letter.as_string() + text + html


def test_messages_about_one_cause_make_a_thread(plain: MailServer) -> None:
    box, first = mailbox(plain.port), message()
    send(box, first)
    send(box, message(News.OVER, thread=first.identifier))
    begun, over = plain.letters
    assert begun["Message-ID"].endswith("@energy.example>")
    assert over["In-Reply-To"] == over["References"] == begun["Message-ID"]
    assert over["Message-ID"] != begun["Message-ID"]
    assert over["Subject"].startswith("[kwartier] Over: ")
    assert (begun["Importance"], over["Importance"]) == ("high", None)


def test_what_is_sent_again_carries_the_same_identifier(plain: MailServer) -> None:
    for _ in range(2):
        send(mailbox(plain.port))
    assert len({letter["Message-ID"] for letter in plain.letters}) == 1


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_it_signs_in_where_the_way_is_encrypted_and_trusted(
    certificate: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
    security: MailSecurity,
) -> None:
    context, file = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    is_starttls = security is MailSecurity.STARTTLS
    with secured(security, context, signs_in=is_starttls) as server:
        user = {"user": USER} if is_starttls else {}
        assert send(mailbox(server.port, security, **user, password=PASSWORD)) is None
        assert len(server.took) == 1
        if is_starttls:
            refused = send(mailbox(server.port, security, user=USER, password="another"))
            assert refused is not None
            assert refused.error == "the mail server refused user or password (535)"


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_that_is_not_trusted_gets_nothing(
    certificate: tuple[ssl.SSLContext, Path], security: MailSecurity
) -> None:
    with secured(security, certificate[0]) as server:
        failure = send(mailbox(server.port, security))
        assert failure is not None
        assert "certificate is not trusted" in failure.error
        assert server.took == []


def test_a_server_without_starttls_gets_nothing(plain: MailServer) -> None:
    failure = send(mailbox(plain.port, MailSecurity.STARTTLS))
    assert failure is not None
    assert "no STARTTLS" in failure.error
    assert plain.took == []


def test_a_server_that_is_gone_or_refuses_is_tried_again_later(plain: MailServer) -> None:
    plain.refusals = ["451 come back"]
    refused = send(mailbox(plain.port))
    assert refused == Failure("the mail server answered 451", timedelta(seconds=1))
    gone = asyncio.run(mailbox(1).send(message(), at=AT, number=4))
    assert gone == Failure("the mail server cannot be reached", timedelta(minutes=5))


def test_a_way_in_the_clear_off_this_machine_and_a_user_without_password_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="smtp_security"):
        Mailbox(to=("a@b.example",), sender="k@b.example", host="mail.example", port=25,
                security=MailSecurity.NONE)  # fmt: skip
    with pytest.raises(ConfigurationError, match="KWARTIER_SMTP_PASSWORD"):
        mailbox(25, user=USER)


def test_the_password_is_never_shown() -> None:
    assert PASSWORD not in repr(mailbox(25, user=USER, password=PASSWORD))
