"""What is held of one metering point that is a customer's: values, revisions, requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import DESCRIPTIVE_COLUMNS, MEASUREMENTS_SCHEMA
from kwartier.rights.account import Account, within
from kwartier.rights.whose import Claim, periods
from kwartier.store import Selection, Store
from kwartier.vocabulary.fetch import WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, intersect

_INSTANT: Final = pa.timestamp("us", "UTC")
_TEXT: Final = pa.string()

REVISIONS_SCHEMA: Final = pa.schema(
    [*MEASUREMENTS_SCHEMA, pa.field("superseded_at", _INSTANT), pa.field("change", _TEXT)]
)
REQUESTS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", _TEXT),
        ("energy_type", _TEXT),
        ("reason", _TEXT),
        ("kind", _TEXT),
        ("window_start", _INSTANT),
        ("window_end", _INSTANT),
        ("granularities", pa.list_(_TEXT)),
        ("planned_at", _INSTANT),
        ("fetched_at", _INSTANT),
        ("outcome", _TEXT),
        ("values", pa.int64()),
    ]
)
_GROUP: Final = ("energy_type", "granularity", "direction", "register", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSummary:
    """How much is held of one metering point. ``rows``, one an energy type, granularity, direction,
    register and unit: ``start`` and ``end``, how many ``values``, how many of them ``missing``, by
    validation ``states`` and gas conversion ``factors``, and how many ``revisions``.
    """

    metering_point: str
    energy_type: str
    periods: Mapping[Granularity, Sequence[Interval]]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class HeldOfPoint:
    """One metering point's part of an account, with the periods that are the customer's.

    ``values`` in the measurements schema, ``revisions`` (``REVISIONS_SCHEMA``) and ``requests``
    (``REQUESTS_SCHEMA``): those that asked for time of the customer's, as far as they did, or
    brought values of it.
    """

    metering_point: str
    energy_type: str
    periods: Mapping[Granularity, Sequence[Interval]]
    values: pa.Table
    revisions: pa.Table
    requests: pa.Table

    def summary(self) -> HeldSummary:
        """How much it is."""
        return HeldSummary(
            metering_point=self.metering_point,
            energy_type=self.energy_type,
            periods=self.periods,
            rows=self._counted(),
        )

    def _counted(self) -> list[dict[str, Any]]:
        revised = Counter(zip(*(self.revisions[name].to_pylist() for name in _GROUP), strict=True))
        table = self.values.select([*_GROUP, *_COUNTED])
        plain = [(n, table[n].cast(_TEXT) if n in _WORDS else table[n]) for n in table.column_names]
        grouped = pa.table(dict(plain)).group_by([*_GROUP, *_STATE])
        sums = grouped.aggregate(
            [("start", "min"), ("end", "max"), ("value", "count"), ([], "count_all")]
        )
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        for part in sums.to_pylist():
            key = tuple(part[name] for name in _GROUP)
            row = found.setdefault(key, _empty(key, part, revised[key]))
            row["start"] = min(row["start"], part["start_min"])
            row["end"] = max(row["end"], part["end_max"])
            row["values"] += part["count_all"]
            row["missing"] += part["count_all"] - part["value_count"]
            for name, word in zip(("states", "factors"), _STATE, strict=True):
                if part[word] is not None or name == "states":
                    state = part[word] or "unknown"
                    row[name][state] = row[name].get(state, 0) + part["count_all"]
        return [found[key] for key in sorted(found, key=lambda key: tuple(map(str, key)))]


_STATE: Final = ("validation_state", "gas_conversion_factor")
_COUNTED: Final = (*_STATE, "start", "end", "value")
_WORDS: Final = frozenset({*_GROUP, *_STATE})


def _empty(key: tuple[Any, ...], part: Mapping[str, Any], revised: int) -> dict[str, Any]:
    return {
        **dict(zip(_GROUP, key, strict=True)),
        "start": part["start_min"],
        "end": part["end_max"],
        "values": 0,
        "missing": 0,
        "states": {},
        "factors": {},
        "revisions": revised,
    }


def held_of_point(
    store: Store, account: Account, metering_point: str, claims: Sequence[Claim]
) -> HeldOfPoint:
    """Read what is the account's of one metering point."""
    mine = {g: within(parts, account.chosen) for g, parts in periods(claims).items()}
    selection = Selection(metering_points=(metering_point,), start=None, end=None)
    trace = store.trace([metering_point], selection)
    rows = rows_inside(trace.rows, mine)
    if account.was_held_by_others(metering_point):
        # What describes a series is as now known: of the installation that another has there.
        rows = _without_description(rows)
    fetched_at = dict(
        zip(
            trace.fetches["fetch"].to_pylist(), trace.fetches["fetched_at"].to_pylist(), strict=True
        )
    )
    is_current = pc.is_null(rows["superseded_by"])
    former = rows.filter(pc.invert(is_current))
    ended = [fetched_at[number] for number in former["superseded_by"].to_pylist()]
    revisions = former.append_column("superseded_at", pa.array(ended, _INSTANT))
    return HeldOfPoint(
        metering_point=metering_point,
        energy_type=claims[0].energy_type,
        periods=mine,
        values=rows.filter(is_current).select(MEASUREMENTS_SCHEMA.names),
        revisions=revisions.select(REVISIONS_SCHEMA.names),
        requests=_requests(trace.fetches, rows, mine),
    )


def rows_inside(rows: pa.Table, mine: Mapping[Granularity, Sequence[Interval]]) -> pa.Table:
    """The rows that lie wholly inside one of the periods of their granularity."""
    chosen = pa.array([False] * rows.num_rows, pa.bool_())
    if rows.num_rows == 0:
        return rows
    granularity = rows["granularity"].cast(_TEXT)
    for one, parts in mine.items():
        is_one = pc.equal(granularity, str(one))
        for part in parts:
            starts = pc.greater_equal(rows["start"], pa.scalar(part.start, _INSTANT))
            ends = pc.less_equal(rows["end"], pa.scalar(part.end, _INSTANT))
            chosen = pc.or_(chosen, pc.and_(is_one, pc.and_(starts, ends)))
    return rows.filter(chosen)


def _without_description(rows: pa.Table) -> pa.Table:
    for name in DESCRIPTIVE_COLUMNS:
        place = rows.column_names.index(name)
        field = rows.schema.field(name)
        rows = rows.set_column(place, field, pa.nulls(rows.num_rows, field.type))
    return rows


def _requests(
    fetches: pa.Table, rows: pa.Table, mine: Mapping[Granularity, Sequence[Interval]]
) -> pa.Table:
    brought = Counter(rows["fetch"].to_pylist())
    ended = set(rows["superseded_by"].to_pylist())
    told = []
    for fetch in fetches.to_pylist():
        own = [g for g in fetch["granularities"] if Granularity(g) in mine]
        row = fetch | {"granularities": own, "values": brought[fetch["fetch"]]}
        if fetch["kind"] == WindowKind.READ_TIME:
            asked = Interval(fetch["window_start"], fetch["window_end"])
            parts = intersect([asked], [p for g in own for p in mine[Granularity(g)]])
            if parts:
                told.append(row | {"window_start": parts[0].start, "window_end": parts[-1].end})
        elif brought[fetch["fetch"]] or fetch["fetch"] in ended:
            told.append(row)
    return pa.Table.from_pylist(told, REQUESTS_SCHEMA)
