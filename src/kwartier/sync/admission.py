"""What of an answer may be kept: only what a mandate permits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import Fetched


def admit(fetched: Fetched) -> tuple[Fetched, int]:
    """Drop the rows that no mandate permitted when the fetch was planned, and count them.

    A row is permitted when its whole slice lies inside a permitted stretch of its granularity.
    """
    table = fetched.table
    if table is None or table.num_rows == 0:
        return fetched, 0
    starts = _instants(table, "start")
    ends = _instants(table, "end")
    granularities = pc.cast(table.column("granularity"), pa.string())
    permitted = np.zeros(table.num_rows, dtype=bool)
    for scope in fetched.fetch.permitted:
        is_granularity = pc.equal(granularities, str(scope.granularity)).to_numpy()
        begin = np.datetime64(scope.interval.start.replace(tzinfo=None), "us")
        until = np.datetime64(scope.interval.end.replace(tzinfo=None), "us")
        permitted |= is_granularity & (starts >= begin) & (ends <= until)
    refused = int(table.num_rows - permitted.sum())
    if not refused:
        return fetched, 0
    return replace(fetched, table=table.filter(pa.array(permitted))), refused


def _instants(table: pa.Table, column: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    instants: np.ndarray[tuple[int], np.dtype[np.datetime64]] = table.column(column).to_numpy()
    return instants
