"""Spans of time as text: ISO 8601 durations, or a number of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kwartier.emulator.rules import add_months
from kwartier.errors import InputError

_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?"
    r"(?:(?P<days>\d+)D)?(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, then days and less, in UTC: a day is 24 hours."""

    months: int
    rest: timedelta

    @classmethod
    def parse(cls, text: str, field: str) -> Duration:
        """``P3M``, ``P1Y2M10DT2H30M``, ``P2W``, ``-P1D``; a whole number is days.

        Raises :class:`InputError` that names ``field``.
        """
        if re.fullmatch(r"-?\d{1,6}", text):
            return cls(0, timedelta(days=int(text)))
        found = _DURATION.fullmatch(text)
        if found is None or len(text) > 40:
            raise InputError(field, "must be days, or a duration such as P3M or P1DT12H", text[:40])
        number = {
            name: int(each or 0) for name, each in found.groupdict().items() if name != "sign"
        }
        months = 12 * number.pop("years") + number.pop("months")
        try:
            rest = timedelta(**number)
        except OverflowError as error:
            raise InputError(field, "is longer than any calendar", text) from error
        sign = -1 if found["sign"] else 1
        return cls(sign * months, sign * rest)

    def after(self, moment: datetime, field: str) -> datetime:
        """``moment`` and this long on. Raises :class:`InputError` past every calendar."""
        try:
            return add_months(moment, self.months) + self.rest
        except (ValueError, OverflowError, AssertionError) as error:
            raise InputError(field, "leads past every calendar") from error


def is_duration(text: str) -> bool:
    """Whether ``text`` is meant as a duration, not as an instant."""
    return text.startswith(("P", "-P"))
