"""Which hour a usage record's timestamp names.

Eneco's documents say neither in which zone a timestamp without one is, nor whether it labels the
start or the end of the hour: both are settings, and their defaults are our reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, cast
from zoneinfo import ZoneInfo

from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import FIRST_YEAR, LAST_YEAR, showings

HOUR: Final = timedelta(hours=1)


class HourLabel(StrEnum):
    """Which end of its hour a timestamp names."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class UnclearHour:
    """Why a timestamp names no hour; ``interval`` holds all hours that it may mean, if known."""

    why: str
    interval: Interval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamps:
    """``zone`` is the IANA zone of timestamps that carry none, ``labels`` which end of the hour
    they name. A timestamp's own offset goes before ``zone``.
    """

    zone: str = "UTC"
    labels: HourLabel = HourLabel.START

    def __post_init__(self) -> None:
        if self.labels not in list(HourLabel):
            raise InputError("labels", 'must be "start" or "end"', f"got {self.labels!r}")
        try:
            ZoneInfo(self.zone)
        except (KeyError, OSError, ValueError) as error:
            rule = "must be an IANA time zone such as UTC or Europe/Amsterdam"
            raise InputError("zone", rule, f"got {self.zone!r}") from error

    def hours(self, texts: Sequence[str]) -> list[Interval | UnclearHour]:
        """The hour of each of a channel's timestamps, in the order in which they were listed.

        When the clock is turned back, an hour's wall time without offset comes twice: of two
        records alike the one that is listed first is the earlier one (the later one in a list
        that runs backwards). One alone, or more than two, are unclear, and so are a wall time
        that the clock skips and an instant that is no full hour.
        """
        is_short = max(map(len, texts), default=0) <= _LONGEST_REMEMBERED
        hour_of = _remembered_hour if is_short else _hour
        hours = [hour_of(text, self.zone, self.labels) for text in texts]
        if _Twice in set(map(type, hours)):
            return self._told_apart(texts, hours)
        return cast("list[Interval | UnclearHour]", hours)

    def bounds(self, text: str) -> tuple[datetime, datetime] | None:
        """The earliest and the latest instant (UTC) that a reply's ``startDate`` or ``endDate``
        may mean: the same but for wall times that happen twice. None if it cannot be read.
        """
        moment = _read(text)
        instants = [] if isinstance(moment, UnclearHour) else _instants(moment, self.zone)
        return (instants[0], instants[-1]) if instants else None

    def _told_apart(
        self, texts: Sequence[str], hours: Sequence[Interval | UnclearHour | _Twice]
    ) -> list[Interval | UnclearHour]:
        moments = [_read(text) for text in texts]
        places: dict[datetime, list[int]] = {}
        for place, moment in enumerate(moments):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                places.setdefault(moment, []).append(place)
        wall_times = list(places)
        runs_backwards = wall_times[0] > wall_times[-1]
        told: list[Interval | UnclearHour] = []
        for place, hour in enumerate(hours):
            if isinstance(hour, _Twice):
                alike = places[hour.moment]
                is_second = (place == alike[-1]) != runs_backwards
                told.append(hour.one(is_second=is_second) if len(alike) == 2 else hour.either())
            else:
                told.append(hour)
        return told


@dataclass(frozen=True, slots=True)
class _Twice:
    """The two hours of a wall time that happens twice."""

    moment: datetime
    zone: str
    first: Interval
    second: Interval

    def one(self, *, is_second: bool) -> Interval | UnclearHour:
        return _full(self.second if is_second else self.first)

    def either(self) -> UnclearHour:
        return UnclearHour(
            f"this time happens twice in {self.zone}, and not just two records bear it",
            Interval(self.first.start, self.second.end),
        )


def _hour(text: str, zone: str, labels: HourLabel) -> Interval | UnclearHour | _Twice:
    moment = _read(text)
    if isinstance(moment, UnclearHour):
        return moment
    hours = [_labelled(instant, labels) for instant in _instants(moment, zone)]
    if not hours:
        return UnclearHour(f"no such time in {zone}: the clock skips it")
    return _full(hours[0]) if len(hours) == 1 else _Twice(moment, zone, *hours)


_remembered_hour: Final = lru_cache(maxsize=1 << 14)(_hour)
"""All channels and data owners tell of the same hours."""
_LONGEST_REMEMBERED: Final = 40


def _instants(moment: datetime, zone: str) -> list[datetime]:
    if moment.tzinfo is not None:
        return [moment.astimezone(UTC)]
    return showings(moment, ZoneInfo(zone))


def _labelled(instant: datetime, labels: HourLabel) -> Interval:
    start = instant if labels == HourLabel.START else instant - HOUR
    return Interval(start, start + HOUR)


def _full(hour: Interval) -> Interval | UnclearHour:
    start = hour.start
    if start.minute or start.second or start.microsecond:
        return UnclearHour("not at a full hour", hour)
    return hour


def _read(text: str) -> datetime | UnclearHour:
    """As written, with or without offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return UnclearHour("not a date-time")
    if len(text) <= len("2025-01-08"):
        return UnclearHour("a day, not an hour")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return UnclearHour(f"not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment
