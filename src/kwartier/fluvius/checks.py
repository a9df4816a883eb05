"""What Fluvius forbids is refused here, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlsplit

from kwartier.errors import InputError
from kwartier.vocabulary.local_time import BRUSSELS, parse_instant, to_utc
from kwartier.wire.open_enum import OpenEnum

E = TypeVar("E", bound=OpenEnum)

Moment = date | datetime | str
"""A time as callers give it. A date is Brussels' midnight; a date-time without zone, or its text,
is Brussels' wall time."""

MAX_WINDOW: Final = timedelta(days=185, hours=1)
HISTORY_YEARS: Final = 3
MAX_AMOUNT: Final = 86_400
_SEPARATORS: Final = str.maketrans(";|", ",,")


def instant(moment: Moment, field: str) -> datetime:
    """The moment in UTC, to the second as the API has it."""
    exact = parse_instant(moment, field) if isinstance(moment, str) else to_utc(moment, field)
    return exact.replace(microsecond=0)


def optional_instant(moment: Moment | None, field: str) -> datetime | None:
    """The instant meant by ``moment``; None for None."""
    return None if moment is None else instant(moment, field)


def wire_time(moment: datetime) -> str:
    """As the API writes it: UTC to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def word(vocabulary: Callable[[str], E], text: str, field: str) -> E:
    """A word of the API's vocabulary, whatever its casing; unknown ones are refused."""
    found = vocabulary(text)
    if not found.is_known:
        known = ", ".join(type(found))
        raise InputError(field, f"must be one of {known}", f"got {text!r}")
    return found


def words(vocabulary: Callable[[str], E], texts: str | Sequence[str], field: str) -> list[E]:
    """One or more words, as a sequence or as one text with separators (``,``, ``;`` or ``|``)."""
    parts = texts.translate(_SEPARATORS).split(",") if isinstance(texts, str) else list(texts)
    if not parts:
        raise InputError(field, "must name at least one, or be left out")
    return [word(vocabulary, part.strip(), field) for part in parts]


def check_order(start: datetime, end: datetime | None, field: str, after: str) -> None:
    """``end``, if any, must be later than ``start``."""
    if end is not None and end <= start:
        raise InputError(field, f"must be later than {after}", f"{wire_time(start)} given there")


def check_history(start: datetime, now: datetime, field: str) -> None:
    """Three years back, by calendar date (our reading); where UTC's and Brussels' dates differ,
    only what is too early by both is refused.
    """
    today = min(now.astimezone(UTC).date(), now.astimezone(BRUSSELS).date())
    if max(start.astimezone(UTC).date(), start.astimezone(BRUSSELS).date()) < _years_before(today):
        raise InputError(
            field, f"must not be earlier than {HISTORY_YEARS} years ago", wire_time(start)
        )


def _years_before(today: date) -> date:
    try:
        return today.replace(year=today.year - HISTORY_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - HISTORY_YEARS, day=28)


def check_not_future(start: datetime, now: datetime, field: str) -> None:
    """``start`` must not lie after ``now``."""
    if start > now:
        raise InputError(field, "must not lie in the future", wire_time(start))


def check_window(start: datetime, end: datetime, field: str) -> None:
    """At most 185 days; an hour more is let pass for the autumn's clock change (our reading)."""
    if end - start > MAX_WINDOW:
        days = (end - start) / timedelta(days=1)
        raise InputError(field, "must be at most 185 days after from_date", f"{days:.1f} days")


def check_count(count: int, low: int, high: int, field: str) -> None:
    """``count`` must lie between ``low`` and ``high``."""
    if not low <= count <= high:
        raise InputError(field, f"must be between {low} and {high}", f"got {count}")


def check_amount(amount: float, field: str, unit: str) -> None:
    """``amount`` must be positive, and not so large that it cannot be meant."""
    least = 1 if isinstance(amount, int) else 0.001
    if not least <= amount <= MAX_AMOUNT:
        raise InputError(field, f"must be between {least} and {MAX_AMOUNT} {unit}", f"got {amount}")


def check_digits(text: str, lengths: tuple[int, ...], field: str) -> None:
    """``text`` must be all digits, as many as one of ``lengths``."""
    if not (text.isascii() and text.isdigit() and len(text) in lengths):
        allowed = " or ".join(map(str, lengths))
        raise InputError(field, f"must have {allowed} digits", f"got {len(text)} characters")


def check_filled(text: str, field: str) -> str:
    """``text`` must not be empty."""
    if not text.strip():
        raise InputError(field, "must not be empty")
    return text


def check_url(text: str, field: str) -> None:
    """``text`` must be an absolute http or https URL."""
    try:
        parts = urlsplit(text)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        is_valid = False
    if not is_valid:
        raise InputError(field, "must be a web address such as https://example.com/done")
