"""Spans longer than one request may ask for, cut into windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kwartier.fluvius import checks
from kwartier.vocabulary import arguments
from kwartier.vocabulary.arguments import Moment
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import cut_windows, day_of, day_start

MAX_DAYS: Final = 184
"""Days a window, one of the 185 allowed being kept for the autumn's longer day."""


def span_of(from_date: Moment | None, to_date: Moment | None, now: datetime) -> Interval:
    """The span that is meant: None is as far back as is allowed, or until now."""
    start = arguments.optional(arguments.instant, from_date, "from_date")
    end = arguments.optional(arguments.instant, to_date, "to_date")
    if start is None:
        start = checks.earliest_start(now)
    else:
        checks.check_history(start, now, "from_date")
    end = now.replace(microsecond=0) if end is None else end
    arguments.check_order(start, end, "to_date", "from_date")
    return Interval(start, end)


def cut_span(span: Interval) -> list[Interval]:
    """Windows of at most 184 days, oldest first, that cut no day of either energy.

    An EAN does not tell what it carries. So windows end at Brussels' midnight, and each begins
    with the gas day that this midnight cuts: 18 hours are asked for twice, and dropped once.
    """
    if span.duration <= timedelta(days=MAX_DAYS):
        return [span]
    windows = list(reversed(cut_windows(span, ELECTRICITY, MAX_DAYS - 1)))
    return [windows[0], *(_with_gas_day(window, span) for window in windows[1:])]


def _with_gas_day(window: Interval, span: Interval) -> Interval:
    last_instant = window.start - timedelta(microseconds=1)
    return Interval(max(span.start, day_start(day_of(last_instant, GAS), GAS)), window.end)
