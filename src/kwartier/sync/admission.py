"""What of an answer may be kept: only what a mandate permits, and only what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import Fetched
from kwartier.vocabulary.fetch import WindowKind
from kwartier.vocabulary.interval import Interval


@dataclass(frozen=True, slots=True)
class Admitted:
    """``fetched`` with the rows that may be kept, and how many were dropped for which reason."""

    fetched: Fetched
    beyond_consent: int = 0
    unasked: int = 0


def admit(fetched: Fetched) -> Admitted:
    """Drop the rows that no mandate permitted when the fetch was planned, or that lie wholly
    outside the measured time that was asked for: another fetch speaks for that.

    A row is permitted when its whole slice lies inside a permitted stretch of its granularity.
    """
    table = fetched.table
    if table is None or table.num_rows == 0:
        return Admitted(fetched)
    starts = _instants(table, "start")
    ends = _instants(table, "end")
    granularities = pc.cast(table.column("granularity"), pa.string())
    permitted = np.zeros(table.num_rows, dtype=bool)
    for scope in fetched.fetch.permitted:
        is_granularity = pc.equal(granularities, str(scope.granularity)).to_numpy()
        begin, until = _bounds(scope.interval)
        permitted |= is_granularity & (starts >= begin) & (ends <= until)
    asked = np.ones(table.num_rows, dtype=bool)
    if fetched.fetch.kind is WindowKind.READ_TIME:
        begin, until = _bounds(fetched.fetch.window)
        asked = (ends > begin) & (starts < until)
    kept = permitted & asked
    if kept.all():
        return Admitted(fetched)
    return Admitted(
        replace(fetched, table=table.filter(pa.array(kept))),
        beyond_consent=int((~permitted).sum()),
        unasked=int((permitted & ~asked).sum()),
    )


def _bounds(interval: Interval) -> tuple[np.datetime64, np.datetime64]:
    start, end = interval.start.replace(tzinfo=None), interval.end.replace(tzinfo=None)
    return np.datetime64(start, "us"), np.datetime64(end, "us")


def _instants(table: pa.Table, column: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    instants: np.ndarray[tuple[int], np.dtype[np.datetime64]] = table.column(column).to_numpy()
    return instants
