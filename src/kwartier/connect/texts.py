"""Sentences in a visitor's language, and dates in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from kwartier.connect.languages import de, en, fr, nl
from kwartier.vocabulary.local_time import BRUSSELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What the page says in the language of ``code``."""

    code: str
    texts: dict[str, str] = field(repr=False)
    months: str = field(repr=False)
    date_order: str = field(repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, filled with ``values``; whoever shows it escapes it."""
        return self.texts[key].format(**values)

    def count(self, noun: str, number: int) -> str:
        """``1 day``, ``2 days``."""
        return self(f"{noun}_one") if number == 1 else self(f"{noun}_many", n=number)

    def day(self, moment: datetime) -> str:
        """The date in words that an instant has in Brussels."""
        return self._in_words(moment.astimezone(BRUSSELS).date())

    def last_day(self, end: datetime) -> str:
        """The last day of a period that ends at the instant ``end``, which is not in it."""
        return self.day(end - timedelta(microseconds=1))

    def _in_words(self, day: date) -> str:
        month = self.months.split()[day.month - 1]
        return self.date_order.format(day=day.day, month=month, year=day.year)


SPEECHES: Final = {
    code: Speech(code=code, texts=module.TEXTS, months=module.MONTHS, date_order=module.DAY)
    for code, module in (("nl", nl), ("fr", fr), ("de", de), ("en", en))
}


def preferred(header: str, offered: Iterable[str]) -> list[str]:
    """The languages ``offered``, first those that an Accept-Language ``header`` prefers."""
    weights: dict[str, float] = {}
    for part in header.split(",")[:20]:
        name, _, parameter = part.partition(";")
        code = name.strip().lower().partition("-")[0]
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        weights[code] = max(weight, weights.get(code, 0.0))
    return sorted(offered, key=lambda code: -weights.get(code, 0.0))
