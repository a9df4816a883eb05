"""The store's numbers for series and qualities: looked up, and given out as needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import duckdb
import pyarrow as pa

from kwartier.measurements import DESCRIPTIVE_COLUMNS, MEASUREMENTS_SCHEMA, SERIES_COLUMNS
from kwartier.store.duckdb.kin import Member
from kwartier.store.named_sql import load_sql
from kwartier.vocabulary.energy import GAS

Words = tuple[str | None, ...]

QUALITY_COLUMNS: Final = ("validation_state", "gas_conversion_factor")

_SQL = load_sql(__package__, "merge.sql")
_PROVIDER, _POINT, _ENERGY, _GRANULARITY, _SOURCE, _METER = (
    SERIES_COLUMNS.index(name)
    for name in ("provider", "metering_point", "energy_type", "granularity", "source", "meter_id")
)


class SeriesNumbers:
    """The series of the metering points of a batch, with their numbers and descriptions.

    Numbers from ``first_new`` up to ``next_number`` are of series that the batch brought. ``gas``
    are the series whose days are gas days.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, metering_points: Iterable[str]
    ) -> None:
        self._connection = connection
        self._number: dict[Words, int] = {}
        self._described: dict[int, tuple[Words, datetime]] = {}
        self._changed: set[int] = set()
        self._of_point: defaultdict[Words, list[int]] = defaultdict(list)
        self.gas: set[int] = set()
        [(first_new,)] = connection.execute(_SQL["next_series_id"]).fetchall()
        self.first_new: int = first_new
        self.next_number: int = first_new
        points = pa.array(sorted(set(metering_points)), pa.string())
        connection.register("batch_points", pa.table({"metering_point": points}))
        columns = connection.sql(_SQL["known_series"]).to_arrow_table().columns
        for number, *words, at in zip(*(column.to_pylist() for column in columns), strict=True):
            self._add(tuple(words[: len(SERIES_COLUMNS)]), number)
            self._described[number] = tuple(words[len(SERIES_COLUMNS) :]), at

    def number(self, identity: Words, description: Words, at: datetime) -> int:
        """The number of a series, a new one if it has none.

        The newest description is kept; what it leaves out stays as it was.
        """
        if identity not in self._number:
            self._add(identity, self.next_number)
            self._described[self.next_number] = description, at
            self.next_number += 1
        number = self._number[identity]
        known, described_at = self._described[number]
        merged = tuple(
            old if new is None else new for new, old in zip(description, known, strict=True)
        )
        if at >= described_at and merged != known:
            self._described[number] = merged, at
            self._changed.add(number)
        return number

    def _add(self, identity: Words, number: int) -> None:
        self._number[identity] = number
        point = identity[_PROVIDER], identity[_POINT], identity[_GRANULARITY]
        self._of_point[point].append(number)
        if identity[_ENERGY] == GAS:
            self.gas.add(number)

    def of_point(self, provider: str, metering_point: str, granularity: str) -> list[int]:
        """The series of one granularity of a metering point."""
        return self._of_point.get((provider, metering_point, granularity), [])

    def members(self) -> Iterator[Member]:
        """Each series, and where its values are measured."""
        for identity, number in self._number.items():
            point, granularity, source = (
                identity[place] or "" for place in (_POINT, _GRANULARITY, _SOURCE)
            )
            yield Member(
                point, granularity, source, identity[_METER] or "", number, number in self.gas
            )

    def write(self) -> None:
        """Keep the new series, and the descriptions that changed."""
        identity_of = {number: identity for identity, number in self._number.items()}
        if self.next_number > self.first_new:
            new = range(self.first_new, self.next_number)
            rows = [(n, *identity_of[n], *self._description(n)) for n in new]
            self._connection.register("new_series", _table(rows, _SERIES))
            self._connection.execute(_SQL["add_series"])
        changed = sorted(n for n in self._changed if n < self.first_new)
        if changed:
            rows = [(n, *self._description(n)) for n in changed]
            self._connection.register("new_descriptions", _table(rows, _DESCRIPTIONS))
            self._connection.execute(_SQL["describe_series"])

    def _description(self, number: int) -> tuple[object, ...]:
        words, at = self._described[number]
        return *words, at


class QualityNumbers:
    """The pairs of validation state and gas conversion factor, with their numbers."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        columns = connection.sql(_SQL["known_qualities"]).to_arrow_table().columns
        pairs = zip(*(column.to_pylist() for column in columns), strict=True)
        self._number: dict[Words, int] = {pair: number for number, pair in enumerate(pairs)}
        self._known = len(self._number)

    def number(self, pair: Words) -> int:
        """The number of a pair, a new one if it has none."""
        return self._number.setdefault(pair, len(self._number))

    def having(self, column: str, word: str) -> list[int]:
        """The pairs in which ``column`` says ``word``."""
        position = QUALITY_COLUMNS.index(column)
        return [number for pair, number in self._number.items() if pair[position] == word]

    def write(self) -> None:
        """Keep the new pairs."""
        rows = [(n, *pair) for pair, n in self._number.items() if n >= self._known]
        if rows:
            self._connection.register("new_qualities", _table(rows, _QUALITIES))
            self._connection.execute(_SQL["add_qualities"])


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _text(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


_NUMBER = ("series_id", pa.int32())
_DESCRIBED_AT = ("described_at", MEASUREMENTS_SCHEMA.field("fetched_at").type)
_SERIES = pa.schema([_NUMBER, *_text(*SERIES_COLUMNS, *DESCRIPTIVE_COLUMNS), _DESCRIBED_AT])
_DESCRIPTIONS = pa.schema([_NUMBER, *_text(*DESCRIPTIVE_COLUMNS), _DESCRIBED_AT])
_QUALITIES = pa.schema([("quality_id", pa.int16()), *_text(*QUALITY_COLUMNS)])
