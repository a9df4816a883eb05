"""What is sent and what comes back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Self

Query = Mapping[str, str | tuple[str, ...]]
"""Parameters by name; several values of one are sent one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Call:
    """One HTTP request. ``is_idempotent``: sending it twice does no more than sending it once.

    Query, headers and body are left out of ``repr``: they carry keys and personal data.
    ``shown_as`` is the address that messages show, where the real one holds personal data.
    """

    method: str
    url: str
    query: Query = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_idempotent: bool = True
    shown_as: str | None = None

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query's parameters as they are sent."""
        return [
            (name, value)
            for name, values in self.query.items()
            for value in ((values,) if isinstance(values, str) else values)
        ]

    @property
    def address(self) -> str:
        """Where it goes, as messages may show it."""
        return self.shown_as or self.url

    def with_header(self, name: str, value: str) -> Self:
        return replace(self, headers={**self.headers, name: value})

    def __repr__(self) -> str:
        return f"Call({self.method} {self.address})"


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
    def phrase(self) -> str:
        """What HTTP calls the status, such as ``Not Found``."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "(unknown status)"

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
