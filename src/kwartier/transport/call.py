"""What is sent and what comes back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

Query = Mapping[str, str | tuple[str, ...]]
"""Parameters by name; several values of one are sent one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request. ``is_idempotent``: sending it twice does no more than sending it once.

    Headers and body are left out of ``repr``: they carry keys and personal data.
    """

    method: str
    url: str
    query: Query = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    is_idempotent: bool = True

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query's parameters as they are sent."""
        return [
            (name, value)
            for name, values in self.query.items()
            for value in ((values,) if isinstance(values, str) else values)
        ]

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
