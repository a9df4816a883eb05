"""What callers give, of whatever type, checked before anything is sent.

Every check names the field and the rule in the :class:`~kwartier.errors.InputError` that it raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

from kwartier.errors import InputError
from kwartier.vocabulary.local_time import parse_instant, to_utc

T = TypeVar("T")

Moment = date | datetime | str
"""A time as callers give it. A date is Brussels' midnight; a date-time without zone, or its text,
is Brussels' wall time."""

MAX_AMOUNT: Final = 86_400


def optional(check: Callable[[object, str], T], given: object, field: str) -> T | None:
    """What ``check`` makes of ``given``; None for None."""
    return None if given is None else check(given, field)


def text(given: object, field: str) -> str:
    """Text that is not blank."""
    if not isinstance(given, str):
        raise of_wrong_type(field, "text", given)
    if not given.strip():
        raise InputError(field, "must not be empty")
    return given


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


def flag(given: object, field: str) -> bool:
    """True or False, nothing that merely counts as one."""
    if not isinstance(given, bool):
        raise of_wrong_type(field, "True or False", given)
    return given


def instant(given: object, field: str) -> datetime:
    """The moment in UTC, to the second as the providers' APIs have it."""
    if isinstance(given, str):
        exact = parse_instant(given, field)
    elif isinstance(given, date):
        exact = to_utc(given, field)
    else:
        raise of_wrong_type(field, "a date, a date-time or ISO 8601 text", given)
    return exact.replace(microsecond=0)


def time(given: object, field: str) -> str:
    """The moment as the providers' APIs write it."""
    return wire_time(instant(given, field))


def wire_time(moment: datetime) -> str:
    """As the providers' APIs write it: UTC to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def check_order(start: datetime, end: datetime | None, field: str, after: str) -> None:
    """``end``, if any, must be later than ``start``."""
    if end is not None and end <= start:
        raise InputError(field, f"must be later than {after}", f"{wire_time(start)} given there")


def check_not_future(moment: datetime, now: datetime, field: str) -> None:
    """``moment`` must not lie after ``now``."""
    if moment > now:
        raise InputError(field, "must not lie in the future", wire_time(moment))


def check_amount(amount: object, field: str, unit: str) -> None:
    """``amount`` must be positive, and not so large that it cannot be meant."""
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise of_wrong_type(field, "a number", amount)
    least = 1 if isinstance(amount, int) else 0.001
    if not least <= amount <= MAX_AMOUNT:
        raise InputError(field, f"must be between {least} and {MAX_AMOUNT} {unit}", f"got {amount}")


def now_by(clock: object) -> datetime:
    """What ``clock`` shows, in UTC; without a zone it is Brussels' wall time."""
    if not callable(clock):
        raise InputError("clock", "must be a function that returns the time")
    shown: object = clock()
    if not isinstance(shown, datetime):
        raise InputError("clock", "must return a date-time", f"got {type(shown).__name__}")
    return to_utc(shown, "clock")


def of_wrong_type(field: str, wanted: str, given: object) -> InputError:
    """The error for ``given`` not being what is ``wanted``."""
    return InputError(field, f"must be {wanted}", f"got {type(given).__name__}")
