"""What is drawn, whoever draws it: steps over time, or bars by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil, floor, log10
from typing import Final

from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import BRUSSELS

COLOURS: Final = {
    "offtake": "#1f6fb4",
    "injection": "#2a8c4a",
    "production": "#b8860b",
    "month peak": "#8a4fb0",
}
ESTIMATED: Final = "#d98200"


@dataclass(frozen=True, slots=True)
class Step:
    """A value that holds from ``start`` to ``end``; None where it is missing."""

    start: datetime
    end: datetime
    value: float | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Steps of one name, in order of time."""

    name: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class LoadChart:
    """Curves over ``interval``; the axis shows Brussels' time."""

    title: str
    note: str
    unit: str
    interval: Interval
    curves: Sequence[Curve]

    @property
    def top(self) -> float:
        """The highest value."""
        return max(
            (s.value for c in self.curves for s in c.steps if s.value is not None), default=0
        )

    @property
    def has_estimates(self) -> bool:
        """Whether anything shown is an estimate."""
        return any(step.estimated for curve in self.curves for step in curve.steps)

    def ticks(self) -> list[tuple[datetime, str]]:
        """Instants on the time axis, and how each is called."""
        first = self.interval.start.astimezone(BRUSSELS).date()
        days = round(self.interval.duration / timedelta(days=1))
        if days <= 1:
            dates = [first, first + timedelta(days=1)]  # a gas day goes on into the next
            moments = [
                datetime.combine(date, time(hour), BRUSSELS)
                for date in dates
                for hour in range(0, 24, 3)
            ]
            shown = [(moment, f"{moment:%H:%M}") for moment in moments]
        else:
            step = 1 if days <= 8 else 5
            dates = [first + timedelta(days=number) for number in range(0, days, step)]
            shown = [
                (datetime.combine(day, time(), BRUSSELS), f"{day:%a} {day.day}/{day.month}")
                for day in dates
            ]
        in_utc = [(moment.astimezone(UTC), name) for moment, name in shown]
        return [(moment, name) for moment, name in in_utc if moment in self.interval]


@dataclass(frozen=True, slots=True)
class Bar:
    """A month's value; ``mark`` is ~ with estimates or still open, ≥ a lower bound."""

    value: float | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars by month, a row of them a name."""

    title: str
    note: str
    unit: str
    months: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Bar]]]

    @property
    def top(self) -> float:
        """The highest value."""
        return max(
            (b.value for _, bars in self.rows for b in bars if b.value is not None), default=0
        )


Chart = LoadChart | BarChart


def scale(top: float, about: int = 5) -> list[float]:
    """Round numbers from zero to at least ``top``.

    >>> scale(7.3)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    if top <= 0:
        return [0.0, 1.0]
    rough = top / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    return [round(step * number, 10) for number in range(ceil(top / step - 1e-9) + 1)]


def short(number: float) -> str:
    """A number for an axis: no more digits than needed."""
    return f"{number:.10g}"
