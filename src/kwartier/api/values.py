"""Reading values for whoever may know them: whose they are follows from the mandates' periods, and
what is on hold is told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.api.cursors import instant_of
from kwartier.api.standing import Standing
from kwartier.export.withheld import Withheld, batches_without
from kwartier.measurements import DESCRIPTIVE_COLUMNS, MEASUREMENTS_SCHEMA, SERIES_COLUMNS
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.whose import Claim, periods
from kwartier.store import Selection
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, subtract

ORDER: Final = ("start", "metering_point", *(n for n in SERIES_COLUMNS if n != "metering_point"))
"""What rows are in order of; no two have it all in common."""

REVISIONS_ORDER: Final = ("superseded_at", *ORDER, "fetched_at")
REVISIONS_SCHEMA: Final = pa.schema(
    [
        *(MEASUREMENTS_SCHEMA.field(name) for name in SERIES_COLUMNS),
        *(MEASUREMENTS_SCHEMA.field(name) for name in ("start", "end", "value")),
        *(
            MEASUREMENTS_SCHEMA.field(name)
            for name in ("validation_state", "gas_conversion_factor", "fetched_at")
        ),
        pa.field("superseded_at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("change", pa.string(), nullable=False),
        pa.field("new_value", pa.float64()),
        pa.field("new_validation_state", pa.string()),
        pa.field("new_gas_conversion_factor", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""What changed of a value: as it was, when that ended, and what it became; null if it went. The
``reason`` is why the provider was asked then.
"""

_ROWS_OF_A_WINDOW: Final = 200_000
_ROWS_OF_A_DAY: Final = 96 * 4
_LONGEST_WINDOW: Final = 184
_FIRST_WINDOW: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which values: of ``points``, a customer's part of them where ``claims`` are given, from
    ``start`` on and before ``end``, as known at ``as_of``; None means all, or now.
    """

    points: tuple[str, ...]
    claims: Sequence[Claim] | None = None
    granularity: Granularity | None = None
    energy_type: str | None = None
    direction: str | None = None
    register: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    as_of: datetime | None = None

    def selection(self, within: Interval | None = None) -> Selection:
        """What to ask the store for."""
        return Selection(
            metering_points=self.points,
            granularity=self.granularity,
            energy_type=self.energy_type,
            direction=self.direction,
            start=self.start if within is None else within.start,
            end=self.end if within is None else within.end,
        )


def windows(
    standing: Standing, wanted: Wanted, *, after: datetime | None = None, grows: bool = False
) -> Iterator[Interval]:
    """The time in which there may be wanted values, in stretches of which one at a time is read;
    from ``after`` on. They begin short where they grow: then only the first rows are needed.
    """
    hulls = [one.hull for point in wanted.points for one in standing.facts.held.get(point, ())]
    if not hulls:
        return
    first = max(filter(None, (min(h.start for h in hulls), wanted.start, after)))
    last = min(filter(None, (max(h.end for h in hulls), wanted.end)))
    a_day = _ROWS_OF_A_DAY * len(wanted.points)
    longest = min(max(_ROWS_OF_A_WINDOW // a_day, 1), _LONGEST_WINDOW)
    days = min(_FIRST_WINDOW, longest) if grows else longest
    while first < last:
        end = min(first + timedelta(days=days), last)
        yield Interval(first, end)
        first, days = end, min(days * 4, longest)


def values_of(standing: Standing, wanted: Wanted, parts: Iterable[Interval]) -> Iterator[pa.Table]:
    """The wanted values of each stretch of ``parts``, in ``ORDER``."""
    told = _Told(standing, wanted)
    for part in parts:
        batches = standing.moment.scan(wanted.selection(part), as_of=wanted.as_of)
        table = pa.Table.from_batches(told.of(batches), MEASUREMENTS_SCHEMA)
        if table.num_rows:
            yield in_order(table.unify_dictionaries(), ORDER)


def changes_of(standing: Standing, wanted: Wanted, since: datetime | None) -> pa.Table:
    """The wanted values that were superseded, beside what took their place
    (``REVISIONS_SCHEMA``).
    """
    changes = standing.moment.changes(wanted.selection(), since=since).unify_dictionaries()
    batches = list(_Told(standing, wanted).of(changes.to_batches()))
    return pa.Table.from_batches(batches, changes.schema).select(REVISIONS_SCHEMA.names)


class _Told:
    """What of some rows may be told."""

    def __init__(self, standing: Standing, wanted: Wanted) -> None:
        self._on_hold = standing.facts.on_hold
        self._register = wanted.register
        self._elsewhere: Withheld = {}
        self._shared = pa.array([], pa.string())
        if wanted.claims is not None:
            self._elsewhere = _elsewhere(standing, wanted.points, wanted.claims)
            self._shared = pa.array(_others_too(standing, wanted.points), pa.string())

    def of(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows that are theirs and not on hold, without what describes another's meters."""
        left = batches_without(batches_without(batches, self._on_hold), self._elsewhere)
        for batch in left:
            chosen = batch
            if self._register is not None:
                chosen = chosen.filter(pc.equal(_words(chosen, "register"), self._register))
            if len(self._shared):
                yield from self._undescribed(chosen)
            else:
                yield chosen

    def _undescribed(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """What describes a series is as now known: of the installation that another has there."""
        is_shared = pc.is_in(_words(batch, "metering_point"), self._shared)
        yield batch.filter(pc.invert(is_shared))
        shared = batch.filter(is_shared)
        columns = [
            pa.nulls(shared.num_rows, field.type) if field.name in DESCRIPTIVE_COLUMNS else column
            for field, column in zip(shared.schema, shared.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=shared.schema)


def _words(batch: pa.RecordBatch, name: str) -> pa.Array:
    return batch.column(name).cast(pa.string())


def _elsewhere(
    standing: Standing, points: Iterable[str], claims: Sequence[Claim]
) -> dict[tuple[str, str, Granularity], list[Interval]]:
    """The time of each metering point and granularity that none of the claims opens."""
    everything = [Interval(BEGINNING, END)]
    found = {}
    for point in points:
        theirs = periods(claim for claim in claims if claim.metering_point == point)
        for provider in {held.provider for held in standing.facts.held.get(point, ())}:
            for granularity in Granularity:
                opened = theirs.get(granularity, [])
                found[provider, point, granularity] = subtract(everything, opened)
    return found


def _others_too(standing: Standing, points: Iterable[str]) -> list[str]:
    """The metering points that were somebody else's too."""
    return [
        point
        for point in points
        if len({claim.customer_id for claim in standing.facts.whose.at(point)}) > 1
    ]


def in_order(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The rows in order of ``keys``."""
    if table.num_rows < 2:
        return table
    sortable = pa.table({name: _sortable(table[name]) for name in keys})
    return table.take(pc.sort_indices(sortable, [(name, "ascending") for name in keys]))


def rows_after(table: pa.Table, keys: Sequence[str], after: Sequence[Any] | None) -> pa.Table:
    """The rows of a table in order of ``keys`` that come after the one whose key is ``after``."""
    if after is None or not table.num_rows:
        return table
    first = pc.greater_equal(_sortable(table[keys[0]]), _scalar(table, keys[0], after[0]))
    table = table.filter(first)
    passed = 0
    wanted = [_comparable(value) for value in after]
    for row in _keys(table, keys):
        if list(map(_comparable, row)) > wanted:
            break
        passed += 1
    return table.slice(passed)


def key_of_last(table: pa.Table, keys: Sequence[str]) -> list[str | int | None]:
    """The key of the last row, as a cursor holds it."""
    row = table.slice(table.num_rows - 1).select(keys).to_pylist()[0]
    return [
        value.isoformat() if isinstance(value, datetime) else value
        for value in (row[name] for name in keys)
    ]


def _keys(table: pa.Table, keys: Sequence[str]) -> Iterator[list[Any]]:
    for batch in table.select(keys).to_batches(max_chunksize=256):
        for row in batch.to_pylist():
            yield [row[name] for name in keys]


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        return pc.fill_null(column.cast(pa.string()), "")
    return column


def _scalar(table: pa.Table, name: str, value: Any) -> pa.Scalar:
    kind = table.schema.field(name).type
    if pa.types.is_timestamp(kind):
        return pa.scalar(instant_of(value), kind)
    return pa.scalar(value or "", pa.string())


def _comparable(value: Any) -> Any:
    """A member of a key, so that it compares with its like; an instant may come as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else value
