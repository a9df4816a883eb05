"""What Fluvius forbids is refused here, before anything is sent.

Every check takes what a caller gave, of whatever type, and names the field and the rule in the
:class:`~kwartier.errors.InputError` that it raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

from kwartier.errors import InputError
from kwartier.registry.customers import check_reference_number
from kwartier.vocabulary.arguments import of_wrong_type, text, wire_time
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import BRUSSELS, day_start
from kwartier.wire.open_enum import OpenEnum

E = TypeVar("E", bound=OpenEnum)

MAX_WINDOW: Final = timedelta(days=185, hours=1)
HISTORY_YEARS: Final = 3
_SEPARATORS: Final = str.maketrans(";|", ",,")


def reference_number(given: object, field: str) -> str:
    """A reference number of ours: at most 35 letters, digits and hyphens, and none of Fluvius'."""
    return check_reference_number(text(given, field), field)


def word(vocabulary: type[E], given: object, field: str) -> E:
    """A word of the API's vocabulary, whatever its casing; unknown ones are refused."""
    if not isinstance(given, str):
        raise of_wrong_type(field, f"one of {', '.join(vocabulary)}", given)
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
        raise of_wrong_type(field, "a list", given)
    return list(given)


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
        raise of_wrong_type(field, "a whole number", given)
    if not low <= given <= high:
        raise InputError(field, f"must be between {low} and {high}", f"got {given}")
    return given


def enterprise_number(given: object, field: str) -> str:
    """9 or 10 digits, without dots; no check digits (our reading)."""
    number = text(given, field)
    if not (number.isascii() and number.isdigit() and len(number) in (9, 10)):
        raise InputError(field, "must have 9 or 10 digits", f"got {len(number)} characters")
    return number
