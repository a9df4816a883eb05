"""Where fetches have the last word on a series, on what is absent too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from kwartier.store.duckdb.answers import Answer
from kwartier.store.duckdb.numbering import SeriesNumbers
from kwartier.store.duckdb.rows import Array, Rows

NEVER: Final = int(np.iinfo(np.int64).min)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Stretch(NamedTuple):
    """Instants in microseconds since 1970."""

    series_id: int
    start: int
    end: int
    fetched_at: int
    fetch_id: int


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches as columns, those of the latest fetches last."""

    series_id: Array
    start: Array
    end: Array
    fetched_at: Array
    fetch_id: Array

    @classmethod
    def of(cls, stretches: Iterable[Stretch]) -> Stretches:
        """Stretches in any order; of fetches of one instant, the last has the last word."""
        latest_last = sorted(stretches, key=lambda stretch: stretch.fetched_at)
        table = np.array(latest_last, dtype=np.int64).reshape(-1, len(fields(cls)))
        return cls(*table.T)

    def __len__(self) -> int:
        return len(self.start)

    def holding(self, rows: Rows) -> Array:
        """For each row the place of the latest stretch that holds it whole; -1 if none does."""
        found = np.full(len(rows), -1, dtype=np.int64)
        if not len(self) or not len(rows):
            return found
        order = np.argsort(rows.series_id, kind="stable")
        series, start, end = rows.series_id[order], rows.start[order], rows.end[order]
        firsts = np.searchsorted(series, self.series_id)
        lasts = np.searchsorted(series, self.series_id, side="right")
        for place, among in enumerate(map(slice, firsts, lasts)):
            holds = (self.start[place] <= start[among]) & (end[among] <= self.end[place])
            found[order[among][holds]] = place
        return found

    def latest_word(self, rows: Rows) -> Array:
        """For each row when the latest fetch that speaks for it was answered, or NEVER."""
        word: Array = np.append(self.fetched_at, NEVER)[self.holding(rows)]
        return word


def spoken_by(answers: Iterable[Answer], series: SeriesNumbers) -> Iterator[Stretch]:
    """Where ``answers`` speak for the series that there are."""
    for answer in answers:
        fetched = answer.fetched
        for granularity, interval in answer.speech:
            for number in series.of_point(
                fetched.fetch.provider, fetched.fetch.metering_point, granularity
            ):
                yield Stretch(
                    number,
                    micros(interval.start),
                    micros(interval.end),
                    micros(fetched.fetched_at),
                    answer.fetch_id,
                )


def micros(instant: datetime) -> int:
    """Microseconds since 1970."""
    return (instant - _EPOCH) // timedelta(microseconds=1)
