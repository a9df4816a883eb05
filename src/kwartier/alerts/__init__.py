"""Telling people what needs one: judged from facts, once for each cause, by mail and in a chat.

:func:`alerts_now` is a pure judgement; the office file knows what was told to whom.
"""

from kwartier.alerts.chat import Chat
from kwartier.alerts.delivery import Delivery, tell_receivers, try_receivers
from kwartier.alerts.facts import (
    CertificateFact,
    DayOfChanges,
    DiskFacts,
    Facts,
    Overdue,
    StoreFacts,
    WaitingFacts,
)
from kwartier.alerts.judge import Judgement, alerts_now, judge
from kwartier.alerts.lookout import Certificates, Lookout
from kwartier.alerts.mail import Mailbox
from kwartier.alerts.receiver import Receiver, ReceiverKind
from kwartier.alerts.receivers import receivers_of
from kwartier.alerts.settings import AlertSettings, MailSecurity, WebhookFormat

__all__ = [
    "AlertSettings",
    "CertificateFact",
    "Certificates",
    "Chat",
    "DayOfChanges",
    "Delivery",
    "DiskFacts",
    "Facts",
    "Judgement",
    "Lookout",
    "MailSecurity",
    "Mailbox",
    "Overdue",
    "Receiver",
    "ReceiverKind",
    "StoreFacts",
    "WaitingFacts",
    "WebhookFormat",
    "alerts_now",
    "judge",
    "receivers_of",
    "tell_receivers",
    "try_receivers",
]
