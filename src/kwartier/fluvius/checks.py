"""What Fluvius forbids is refused here, before anything is sent.

Every check takes what a caller gave, of whatever type, and names the field and the rule in the
:class:`~kwartier.errors.InputError` that it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlsplit

from kwartier.errors import InputError
from kwartier.registry.customers import check_reference_number
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import BRUSSELS, day_start, parse_instant, to_utc
from kwartier.wire.open_enum import OpenEnum

E = TypeVar("E", bound=OpenEnum)
T = TypeVar("T")

Moment = date | datetime | str
"""A time as callers give it. A date is Brussels' midnight; a date-time without zone, or its text,
is Brussels' wall time."""

MAX_WINDOW: Final = timedelta(days=185, hours=1)
HISTORY_YEARS: Final = 3
MAX_AMOUNT: Final = 86_400
_SEPARATORS: Final = str.maketrans(";|", ",,")


def optional(check: Callable[[object, str], T], given: object, field: str) -> T | None:
    """What ``check`` makes of ``given``; None for None."""
    return None if given is None else check(given, field)


def text(given: object, field: str) -> str:
    """Text that is not blank."""
    if not isinstance(given, str):
        raise _of_wrong_type(field, "text", given)
    if not given.strip():
        raise InputError(field, "must not be empty")
    return given


def reference_number(given: object, field: str) -> str:
    """A reference number of ours: at most 35 letters, digits and hyphens, and none of Fluvius'."""
    return check_reference_number(text(given, field), field)


def instant(given: object, field: str) -> datetime:
    """The moment in UTC, to the second as the API has it."""
    if isinstance(given, str):
        exact = parse_instant(given, field)
    elif isinstance(given, date):
        exact = to_utc(given, field)
    else:
        raise _of_wrong_type(field, "a date, a date-time or ISO 8601 text", given)
    return exact.replace(microsecond=0)


def time(given: object, field: str) -> str:
    """The moment as the API writes it."""
    return wire_time(instant(given, field))


def wire_time(moment: datetime) -> str:
    """As the API writes it: UTC to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def word(vocabulary: type[E], given: object, field: str) -> E:
    """A word of the API's vocabulary, whatever its casing; unknown ones are refused."""
    if not isinstance(given, str):
        raise _of_wrong_type(field, f"one of {', '.join(vocabulary)}", given)
    found = vocabulary(given)
    if not found.is_known:
        raise InputError(field, f"must be one of {', '.join(vocabulary)}", f"got {given!r}")
    return found


def words(vocabulary: type[E], given: object, field: str) -> list[E]:
    """One or more words, as a list or as one text with separators (``,``, ``;`` or ``|``)."""
    if isinstance(given, str):
        parts: list[object] = [part.strip() for part in given.translate(_SEPARATORS).split(",")]
    else:
        parts = items(given, field)
    if not parts:
        raise InputError(field, "must name at least one, or be left out")
    return [word(vocabulary, part, field) for part in parts]


def optional_word(vocabulary: type[E], given: object, field: str) -> E | None:
    """A word of the API's vocabulary; None for None."""
    return None if given is None else word(vocabulary, given, field)


def listed(vocabulary: type[E], given: object, field: str) -> str | None:
    """Words as the API takes a list of them: with commas; None for None."""
    return None if given is None else ",".join(words(vocabulary, given, field))


def items(given: object, field: str) -> list[object]:
    """The items of a list, a tuple or the like; text and bytes are none."""
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | bytearray):
        raise _of_wrong_type(field, "a list", given)
    return list(given)


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
            field,
            f"must not be earlier than {HISTORY_YEARS} years ago",
            f"{wire_time(start)}; the first whole day is {wire_time(earliest_start(now))}",
        )


def earliest_start(now: datetime) -> datetime:
    """The start of the first local day that lies wholly within the last three years."""
    limit = _years_before(now.astimezone(BRUSSELS).date())
    return day_start(limit + timedelta(days=1), ELECTRICITY)


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
        raise InputError(
            field,
            "must be at most 185 days after from_date",
            f"{days:.1f} days; iter_energy and energy_table take longer spans",
        )


def count(given: object, low: int, high: int, field: str) -> int:
    """A whole number from ``low`` to ``high``."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise _of_wrong_type(field, "a whole number", given)
    if not low <= given <= high:
        raise InputError(field, f"must be between {low} and {high}", f"got {given}")
    return given


def flag(given: object, field: str) -> bool:
    """True or False, nothing that merely counts as one."""
    if not isinstance(given, bool):
        raise _of_wrong_type(field, "True or False", given)
    return given


def check_amount(amount: object, field: str, unit: str) -> None:
    """``amount`` must be positive, and not so large that it cannot be meant."""
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise _of_wrong_type(field, "a number", amount)
    least = 1 if isinstance(amount, int) else 0.001
    if not least <= amount <= MAX_AMOUNT:
        raise InputError(field, f"must be between {least} and {MAX_AMOUNT} {unit}", f"got {amount}")


def enterprise_number(given: object, field: str) -> str:
    """9 or 10 digits, without dots; no check digits (our reading)."""
    number = text(given, field)
    if not (number.isascii() and number.isdigit() and len(number) in (9, 10)):
        raise InputError(field, "must have 9 or 10 digits", f"got {len(number)} characters")
    return number


def web_address(given: object, field: str) -> str:
    """An absolute http or https URL."""
    address = text(given, field)
    try:
        parts = urlsplit(address)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_valid = False
    if not is_valid or " " in address or not address.isprintable():
        raise InputError(field, "must be a web address such as https://example.com/done")
    return address


def _of_wrong_type(field: str, wanted: str, given: object) -> InputError:
    return InputError(field, f"must be {wanted}", f"got {type(given).__name__}")
