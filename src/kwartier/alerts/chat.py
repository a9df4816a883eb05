"""Alerts in a chat: an Adaptive Card for Teams, or blocks as Slack and its likes take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import msgspec

from kwartier.alerts.message import Message, Paragraph
from kwartier.alerts.receiver import ReceiverKind, identity
from kwartier.alerts.settings import WebhookFormat
from kwartier.errors import ConfigurationError
from kwartier.events.attempt import Failure, hand_over
from kwartier.transport import AsyncDriver, Call
from kwartier.transport.drivers import is_loopback

TIMEOUT: Final = 20.0
VARIABLE: Final = "KWARTIER_ALERTS_WEBHOOK_URL"
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
_CARD_VERSION: Final = "1.4"
_HEADER: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """An address of a chat that takes messages: https, or http on this machine. It holds a key,
    so it is shown nowhere and not stored.

    Raises :class:`ConfigurationError` for an address that is none.
    """

    kind: ClassVar[ReceiverKind] = ReceiverKind.WEBHOOK
    url: str = field(repr=False)
    format: WebhookFormat = WebhookFormat.TEAMS
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        if not _is_fit(self.url):
            raise ConfigurationError(
                f"{VARIABLE}: must be the https address that the chat's webhook was given"
            )

    @property
    def name(self) -> str:
        """Names the address without telling it."""
        return identity(self.kind, self.url)

    async def send(self, message: Message, *, at: datetime, number: int) -> Failure | None:  # noqa: ARG002 - the card says when
        """Post ``message``, for the ``number``-th time; None if it was taken."""
        driver = AsyncDriver(timeout=self.timeout)
        try:
            return await hand_over(driver, self.call(message), number=number)
        finally:
            await driver.aclose()

    def call(self, message: Message) -> Call:
        """The request that tells ``message``."""
        told = card(message) if self.format is WebhookFormat.TEAMS else blocks(message)
        return Call(
            method="POST",
            url=self.url,
            headers={"content-type": "application/json"},
            body=msgspec.json.encode(told),
        )


def _is_fit(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and is_loopback(url)
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


def card(message: Message) -> dict[str, Any]:
    """An Adaptive Card, as a workflow of Teams takes it. Its texts are runs, which Teams shows as
    they are: what a provider or a customer wrote is never taken for a link or a mark.
    """
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": _CARD,
                "contentUrl": None,
                "content": {
                    "$schema": _SCHEMA,
                    "type": "AdaptiveCard",
                    "version": _CARD_VERSION,
                    "msteams": {"width": "Full"},
                    "body": [
                        _runs([_run(message.subject, weight="Bolder", size="Medium")]),
                        *(_container(one) for one in message.paragraphs),
                        _runs([_run(f"{message.at}, Brussels' time", isSubtle=True)]),
                    ],
                },
            }
        ],
    }


def _container(one: Paragraph) -> dict[str, Any]:
    style = "good" if "over" in one.label else "attention" if "urgent" in one.label else "default"
    items = [_runs([_run(one.label, weight="Bolder")])] if one.label else []
    items.append(_runs([_run(one.says)]))
    if one.next_step:
        items.append(_runs([_run("What to do: ", weight="Bolder"), _run(one.next_step)]))
    if one.since:
        items.append(_runs([_run(one.since, isSubtle=True)]))
    return {"type": "Container", "style": style, "items": items}


def _runs(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **look}


def blocks(message: Message) -> dict[str, Any]:
    """``text`` for notifications and for those who know no blocks, and ``blocks``."""
    return {"text": _escaped(message.text), "blocks": list(_blocks(message))}


def _blocks(message: Message) -> Iterator[dict[str, Any]]:
    yield {"type": "header", "text": _plain(message.subject[:_HEADER])}
    for one in message.paragraphs:
        step = f"\nWhat to do: {one.next_step}" if one.next_step else ""
        label = f"[{one.label}] " if one.label else ""
        yield {"type": "section", "text": _plain(f"{label}{one.says}{step}")}
        if one.since:
            yield {"type": "context", "elements": [_plain(one.since)]}
    yield {"type": "context", "elements": [_plain(f"{message.at}, Brussels' time")]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _escaped(text: str) -> str:
    """What would be a mention or a link otherwise."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
