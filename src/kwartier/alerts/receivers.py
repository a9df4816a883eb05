"""Who is told of alerts, by the settings and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kwartier.alerts.chat import VARIABLE, Chat
from kwartier.alerts.mail import Mailbox
from kwartier.alerts.receiver import Receiver
from kwartier.alerts.settings import AlertSettings
from kwartier.errors import ConfigurationError
from kwartier.settings import environment

PASSWORD: Final = "KWARTIER_SMTP_PASSWORD"  # noqa: S105 - the variable's name


def receivers_of(
    settings: AlertSettings, variables: Mapping[str, str] | None = None
) -> list[Receiver]:
    """Everybody who is told; raises :class:`~kwartier.errors.ConfigurationError` for a receiver
    that cannot be used.
    """
    found = environment() if variables is None else variables
    receivers: list[Receiver] = []
    if settings.mail_to:
        if settings.mail_from is None:
            raise ConfigurationError(
                "alerts.mail_from is needed beside mail_to: the address that alerts come from"
            )
        receivers.append(
            Mailbox(
                to=settings.mail_to,
                sender=settings.mail_from,
                host=settings.smtp_host,
                port=settings.smtp_port,
                security=settings.smtp_security,
                user=settings.smtp_user,
                password=found.get(PASSWORD),
            )
        )
    url = found.get(VARIABLE)
    if url:
        receivers.append(Chat(url=url.strip(), format=settings.webhook_format))
    return receivers
