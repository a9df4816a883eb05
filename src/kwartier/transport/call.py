"""What is sent and what comes back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request. ``is_idempotent``: sending it twice does no more than sending it once.

    Headers and body are left out of ``repr``: they carry keys and personal data.
    """

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    is_idempotent: bool = True

    def with_header(self, name: str, value: str) -> Self:
        return replace(self, headers={**self.headers, name: value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP reply; header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def date(self) -> datetime | None:
        """The server's time (its Date header), in UTC; None if it gives none that can be read."""
        return http_date(self.headers.get("date", ""))


def http_date(text: str) -> datetime | None:
    """Read an HTTP date such as ``Wed, 08 Jan 2025 09:15:00 GMT``."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
