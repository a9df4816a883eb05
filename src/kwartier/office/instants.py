"""Instants as the office file keeps them: text in UTC, that sorts in order of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from kwartier.errors import InputError

_FORMAT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


def to_text(at: datetime) -> str:
    """``at`` as kept, such as ``2026-11-22T16:00:00.000000Z``; InputError without a zone."""
    if at.tzinfo is None:
        raise InputError("at", "needs a time zone", "local times could mean two")
    return at.astimezone(UTC).strftime(_FORMAT)


def from_text(text: str) -> datetime:
    """The instant that :func:`to_text` wrote."""
    return datetime.fromisoformat(text)


def maybe_to_text(at: datetime | None) -> str | None:
    """The same where there may be no instant."""
    return None if at is None else to_text(at)


def maybe_from_text(text: str | None) -> datetime | None:
    """The same where there may be no instant."""
    return None if text is None else from_text(text)
