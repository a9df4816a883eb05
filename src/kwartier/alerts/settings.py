"""What alerts there are to be, whom they go to, and when they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated

from kwartier.errors import InputError
from kwartier.vocabulary.setting import Setting


class MailSecurity(StrEnum):
    """``starttls`` begins in the clear and must then be encrypted, ``tls`` is from the beginning;
    ``none`` is for a mail server on this machine.
    """

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class WebhookFormat(StrEnum):
    """``teams`` posts an Adaptive Card to a workflow, ``slack`` what Slack and its likes take."""

    TEAMS = "teams"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """Who is told what needs a person, by mail or in a chat, and when. Mail goes to ``mail_to``
    (the password of ``smtp_user`` is KWARTIER_SMTP_PASSWORD), chat to the address in
    KWARTIER_ALERTS_WEBHOOK_URL. Without either, `kwartier alerts` still shows what is open.
    """

    mail_to: Annotated[
        tuple[str, ...] | None, Setting(about="addresses that alerts are mailed to")
    ] = None
    mail_from: Annotated[
        str | None, Setting(about="the address that they come from; needed for mail")
    ] = None
    smtp_host: Annotated[str, Setting(about="the mail server")] = "localhost"
    smtp_port: Annotated[int, Setting(about="its port", at_least=1, at_most=65_535)] = 587
    smtp_security: Annotated[
        MailSecurity,
        Setting(
            about="how the way there is encrypted; its certificate is always checked. none only "
            "for a server on this machine"
        ),
    ] = MailSecurity.STARTTLS
    smtp_user: Annotated[str | None, Setting(about="who signs in there, if anybody has to")] = None
    webhook_format: Annotated[
        WebhookFormat, Setting(about="what the address in KWARTIER_ALERTS_WEBHOOK_URL takes")
    ] = WebhookFormat.TEAMS
    quiet_from: Annotated[
        time,
        Setting(about="from this local time on only what is urgent is told; as quiet_to: never"),
    ] = time(22)
    quiet_to: Annotated[time, Setting(about="until this local time")] = time(7)
    daily_at: Annotated[
        time, Setting(about="what is not urgent is told once a day, at this local time")
    ] = time(8, 30)
    repeat_after: Annotated[
        timedelta,
        Setting(about="what lasts is told again after this", at_least=timedelta(hours=1)),
    ] = timedelta(days=3)
    settle: Annotated[
        timedelta,
        Setting(about="that something is over is told once it was over for so long"),
    ] = timedelta(minutes=30)
    certificate_days: Annotated[
        tuple[int, ...],
        Setting(about="days before a certificate expires that it is told", at_least=1),
    ] = (30, 14, 7, 1)
    unreachable_after: Annotated[
        timedelta,
        Setting(
            about="a provider that no poll or sync has reached for so long",
            at_least=timedelta(minutes=15),
        ),
    ] = timedelta(hours=6)
    silent_after: Annotated[
        timedelta,
        Setting(
            about="values that are overdue for so long, of a metering point or of a provider",
            at_least=timedelta(hours=1),
        ),
    ] = timedelta(days=3)
    lag_over: Annotated[
        timedelta,
        Setting(about="values that are overdue for so long...", at_least=timedelta(hours=1)),
    ] = timedelta(hours=24)
    lag_share: Annotated[
        float,
        Setting(
            about="...of more than this share of the metering points of a kind of energy",
            at_least=0,
            at_most=1,
        ),
    ] = 0.1
    disk_free: Annotated[
        float,
        Setting(about="less than this share of the store's disk is free", at_least=0, at_most=1),
    ] = 0.05

    def __post_init__(self) -> None:
        for address in self.mail_to or ():
            _check_address("mail_to", address)
        if self.mail_from is not None:
            _check_address("mail_from", self.mail_from)


def _check_address(field: str, address: str) -> None:
    name, _, domain = address.rpartition("@")
    if not name or not domain or not address.isprintable() or set(address) & set(" ,<>"):
        raise InputError(field, f"{address!r} is no mail address", "such as it@energy.example")
