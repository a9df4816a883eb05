"""One message to people: its subject and what it says, before it becomes a mail or a card."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.alerts.telling import News, Notice
from kwartier.alerts.wording import local
from kwartier.ean_digests import without_eans

_SUBJECT: Final = 120
_LONGEST: Final = 600
_MOST: Final = 20
_LABELS: Final = {
    News.BEGAN: "",
    News.CHANGED: "changed",
    News.LASTS: "still so",
    News.OVER: "over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """What a message says of one alert. ``label`` is a word or two such as ``urgent``; where it is
    over, there is no ``next_step``.
    """

    label: str
    says: str
    next_step: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``identifier`` is the same for the same news on the same day, so that a message that is sent
    again can be known; ``answers`` are the messages that it goes on from.
    """

    identifier: str
    subject: str
    paragraphs: tuple[Paragraph, ...]
    at: str
    is_urgent: bool
    is_over: bool
    answers: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole as plain text."""
        return "\n\n".join([self.head, *map(_as_text, self.paragraphs)]) + "\n"

    @property
    def head(self) -> str:
        """The line above the paragraphs."""
        return f"{self.subject} ({self.at}, Brussels' time)"


def compose(notices: Sequence[Notice], now: datetime, *, receiver: str) -> Message:
    """What ``notices`` say to ``receiver``, at ``now``. No EAN is in it, whatever they hold."""
    shown = notices[:_MOST]
    paragraphs = [_paragraph(notice) for notice in shown]
    if len(notices) > len(shown):
        rest = f"{len(notices) - len(shown)} more: `kwartier alerts` lists them."
        paragraphs.append(Paragraph(label="", says=rest, next_step="", since=""))
    threads = dict.fromkeys(notice.thread for notice in notices if notice.thread)
    return Message(
        identifier=_identifier(notices, now, receiver),
        subject=_subject(notices),
        paragraphs=tuple(paragraphs),
        at=local(now),
        is_urgent=any(notice.is_loud for notice in notices),
        is_over=all(notice.news is News.OVER for notice in notices),
        answers=tuple(threads),
    )


def trial(now: datetime, *, receiver: str) -> Message:
    """A message by which to see whether ``receiver`` takes any."""
    says = "This is a trial: alerts of kwartier arrive here. Nothing is wrong."
    return Message(
        identifier=_digest("trial", receiver, now.isoformat()),
        subject="A trial of the alerts",
        paragraphs=(Paragraph(label="", says=says, next_step="Nothing.", since=local(now)),),
        at=local(now),
        is_urgent=False,
        is_over=False,
    )


def _identifier(notices: Sequence[Notice], now: datetime, receiver: str) -> str:
    told = (f"{n.known.alert_id} {n.news} {n.known.alert.stage}" for n in notices)
    return _digest(receiver, f"{now:%Y-%m-%d}", *told)


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) > 1:
        kinds = dict.fromkeys(notice.known.alert.kind.value for notice in notices)
        return f"{len(notices)} alerts: {', '.join(kinds)}"
    [notice] = notices
    label = _LABELS[notice.news]
    says = _line(notice.known.alert.says)
    return _cut(f"{label.capitalize()}: {says}" if label else says, _SUBJECT)


def _paragraph(notice: Notice) -> Paragraph:
    alert = notice.known.alert
    is_over = notice.news is News.OVER
    words = ["urgent"] if alert.is_urgent and not is_over else []
    words += [label] if (label := _LABELS[notice.news]) else []
    ended = notice.known.ended_at
    since = f"since {local(notice.known.began_at)}"
    if is_over and ended is not None:
        since = f"from {local(notice.known.began_at)} to {local(ended)}"
    return Paragraph(
        label=", ".join(words),
        says=_cut(_line(alert.says), _LONGEST),
        next_step="" if is_over else _line(alert.next_step),
        since=since,
    )


def _line(text: str) -> str:
    """``text`` on one line and without EANs: it may quote what a provider said."""
    return without_eans(" ".join(text.split()))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3].rstrip() + "..."


def _as_text(one: Paragraph) -> str:
    head = f"[{one.label}] {one.says}" if one.label else one.says
    step = f"\n  What to do: {one.next_step}" if one.next_step else ""
    since = f"\n  {one.since[:1].upper()}{one.since[1:]}." if one.since else ""
    return head + step + since
