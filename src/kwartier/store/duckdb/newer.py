"""What newer fetches than those of a batch have said already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from kwartier.store.duckdb.answers import Answer
from kwartier.store.duckdb.numbering import SeriesNumbers
from kwartier.store.duckdb.rows import Array
from kwartier.store.duckdb.stretches import NEVER, Stretch, Stretches
from kwartier.store.named_sql import load_sql

_SQL = load_sql(__package__, "merge.sql")


@dataclass(frozen=True, slots=True)
class Newer:
    """Recorded fetches that are newer than some of a batch, and where they have the last word."""

    fetch_id: Array
    fetched_at: Array
    stretches: Stretches

    def answered_at(self, fetch_id: Array) -> Array:
        """When each of these fetches was answered; NEVER for those that are not newer."""
        if not len(self.fetch_id):
            return np.full(len(fetch_id), NEVER)
        place = np.searchsorted(self.fetch_id, fetch_id)
        is_newer = np.append(self.fetch_id, -1)[place] == fetch_id
        at: Array = np.where(is_newer, np.append(self.fetched_at, NEVER)[place], NEVER)
        return at


def read_newer(
    connection: duckdb.DuckDBPyConnection, answers: Sequence[Answer], series: SeriesNumbers
) -> Newer:
    """The successful fetches of the batch's metering points since its oldest answer."""
    oldest = {"oldest": min(answer.fetched.fetched_at for answer in answers)}
    found = connection.sql(_SQL["newer_fetches"], params=oldest).to_arrow_table()
    fetch_id, fetched_at = (column.to_numpy() for column in found.columns)
    stretches: list[Stretch] = []
    if len(fetch_id):
        spoken = connection.sql(_SQL["newer_stretches"], params=oldest).to_arrow_table()
        stretches = [
            Stretch(number, *bounds)
            for provider, point, granularity, *bounds in zip(
                *(column.to_pylist() for column in spoken.columns), strict=True
            )
            for number in series.of_point(provider, point, granularity)
        ]
    return Newer(fetch_id, fetched_at, Stretches.of(stretches))
