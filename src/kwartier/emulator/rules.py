"""The limits of the ESCO API, in one place."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from kwartier.vocabulary.local_time import BRUSSELS

YEARS_BACK: Final = 3
MANDATE_YEARS: Final = 3
RENEWAL_MONTHS: Final = 3
CONSENT_MONTHS: Final = 1
"""A grid user who is silent for so long has refused."""
SHORT_URL_LIVES: Final = timedelta(hours=24)
LONGEST_WINDOW: Final = timedelta(days=185, hours=1)
"""185 days, and an hour for the clock change (our reading: the limit is on instants)."""

MAX_DATA_SERVICES: Final = 3
MAX_EANS: Final = 1000

EAN_PATTERN: Final = "[0-9]{18}"
REFERENCE_PATTERN: Final = "[A-Za-z0-9-]{1,35}"
RESERVED_REFERENCE: Final = "MijnFluvius-"
ENTERPRISE_NUMBER_PATTERN: Final = "[0-9]{9,10}"

_YEARS = range(1900, 9000)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].*)?")


def is_ean(text: str) -> bool:
    """18 digits."""
    return re.fullmatch(EAN_PATTERN, text) is not None


def is_reference(text: str) -> bool:
    """At most 35 letters, digits and hyphens, not beginning with ``MijnFluvius-``."""
    return bool(re.fullmatch(REFERENCE_PATTERN, text)) and not text.startswith(RESERVED_REFERENCE)


def is_enterprise_number(text: str) -> bool:
    """9 or 10 digits; no check digit (our reading)."""
    return re.fullmatch(ENTERPRISE_NUMBER_PATTERN, text) is not None


def is_web_address(text: str) -> bool:
    """An absolute http or https URL; that others are refused is our reading."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


@lru_cache(maxsize=1 << 10)
def read_instant(text: str) -> datetime | None:
    """An ISO 8601 date-time (a date means its midnight), in UTC unless it says otherwise.

    None when it is neither, or in a year that no calendar arithmetic should meet. Documented is
    ``YYYY-MM-DDTHH:MM:SSZ``; that other ISO forms are taken too is our reading.
    """
    if not _INSTANT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def add_months(instant: datetime, months: int) -> datetime:
    """The same day and time some months on; the month's last day where it has no such day."""
    index = instant.year * 12 + instant.month - 1 + months
    year, month = index // 12, index % 12 + 1
    for day in range(instant.day, 0, -1):
        try:
            return instant.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def is_too_long_ago(moment: datetime, now: datetime) -> bool:
    """Whether ``moment`` lies more than three years back.

    Calendar dates are compared (our reading), each taken to the asker's favour: the date of
    ``moment`` in Brussels, that of ``now`` in UTC, so that local and UTC midnights both pass.
    """
    return moment.astimezone(BRUSSELS).date() < _years_before(now.date())


@lru_cache(maxsize=16)
def _years_before(today: date) -> date:
    return add_months(datetime.combine(today, time()), -12 * YEARS_BACK).date()
