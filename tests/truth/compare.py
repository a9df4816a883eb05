"""The store beside the truth, slice by slice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwartier.ean_digests import digest_for_logs
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import Selection, Store

SERIES: Final = (
    "ean",
    "energy_type",
    "granularity",
    "source",
    "meter_id",
    "sub_headpoint",
    "direction",
    "register",
    "unit",
)
COLUMNS: Final = (*SERIES, "start", "end", "value", "validation_state", "gas_conversion_factor")
EXAMPLES: Final = 10
_LISTED: Final = ", ".join(f'"{name}"' for name in COLUMNS)
_TEXTS: Final = ", ".join(f'"{name}"::VARCHAR' for name in SERIES)
_KEY: Final = f'hash({_TEXTS}, "start") AS key'

_SIDES: Final = f"""
    CREATE TEMP TABLE side_held AS SELECT {_LISTED}, {_KEY} FROM held WHERE "start" >= $since;
    CREATE TEMP TABLE told AS
        SELECT {_LISTED}, {_KEY}, permitted FROM truth WHERE "start" >= $since;
    CREATE TEMP TABLE side_kept AS SELECT {_LISTED}, {_KEY} FROM kept WHERE "start" >= $since;
    CREATE TEMP TABLE due AS
        SELECT {_LISTED}, key, FALSE AS was_kept FROM told WHERE permitted
        UNION ALL
        SELECT {_LISTED}, key, TRUE FROM side_kept
            WHERE key NOT IN (SELECT key FROM told WHERE permitted);
"""
_JOINED: Final = """
    CREATE TEMP TABLE verdicts AS
    SELECT
        CASE
            WHEN h.key IS NULL THEN 'lost'
            WHEN d.key IS NULL AND h.key IN (SELECT key FROM told) THEN 'beyond'
            WHEN d.key IS NULL THEN 'invented'
            WHEN h."end" IS DISTINCT FROM d."end" OR h."value" IS DISTINCT FROM d."value"
                THEN 'changed'
            ELSE 'state'
        END AS verdict,
        d.was_kept,
        coalesce(h.ean, d.ean) AS ean,
        coalesce(h.granularity, d.granularity) AS granularity,
        concat_ws(' ', coalesce(h.source, d.source), coalesce(h.meter_id, d.meter_id),
            coalesce(h.direction, d.direction), coalesce(h.register, d.register),
            coalesce(h.unit, d.unit)) AS series,
        coalesce(h."start", d."start") AS "start",
        coalesce(h."end", d."end") AS "end",
        concat_ws(' ', d."value", d.validation_state, d.gas_conversion_factor) AS expected,
        concat_ws(' ', h."value", h.validation_state, h.gas_conversion_factor) AS found
    FROM side_held h FULL JOIN due d ON h.key = d.key
    WHERE h.key IS NULL OR d.key IS NULL
        OR h."end" IS DISTINCT FROM d."end"
        OR h."value" IS DISTINCT FROM d."value"
        OR h.validation_state IS DISTINCT FROM d.validation_state
        OR h.gas_conversion_factor IS DISTINCT FROM d.gas_conversion_factor
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A slice of which store and truth say different things; empty text is: not there."""

    verdict: str
    ean: str
    granularity: str
    series: str
    start: datetime
    end: datetime
    expected: str
    found: str
    at: datetime
    fetches: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{self.verdict}: {digest_for_logs(self.ean)} {self.granularity} {self.series}, "
        told += f"{self.start:%Y-%m-%dT%H:%M}/{self.end:%Y-%m-%dT%H:%M}: "
        told += f"expected {self.expected or 'nothing'}, found {self.found or 'nothing'}, "
        told += f"at {self.at:%Y-%m-%d %H:%M}"
        return "\n    ".join([told, *self.fetches])


@dataclass(slots=True)
class Tally:
    """Values that were ``compared``, and of those: ``lost``, ``invented``, of another value
    (``changed``), in the wrong ``state``, or held ``beyond`` what is permitted.
    """

    compared: int = 0
    lost: int = 0
    invented: int = 0
    changed: int = 0
    state: int = 0
    beyond: int = 0
    examples: list[Difference] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.invented or self.changed or self.state or self.beyond)

    def add(self, other: Self) -> None:
        """Add up; a few examples are kept."""
        for each in fields(self):
            if each.name != "examples":
                total = getattr(self, each.name) + getattr(other, each.name)
                setattr(self, each.name, total)
        self.examples = [*self.examples, *other.examples][:EXAMPLES]

    def __str__(self) -> str:
        return "\n".join([f"{self.counts()}", *map(str, self.examples)])

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        names = (each.name for each in fields(self) if each.name != "examples")
        return {name: getattr(self, name) for name in names}


def held_of(store: Store, eans: Collection[str]) -> pa.Table:
    """All that the store holds of these metering points, in the truth's words."""
    batches = store.scan(Selection(metering_points=tuple(eans)))
    table = pa.Table.from_batches(batches, MEASUREMENTS_SCHEMA)
    return table.rename_columns({"metering_point": "ean"}).select(list(COLUMNS))


def published_of(folder: Path, points: Collection[str]) -> pa.Table:
    """All that the dataset in ``folder`` tells of these metering points, in the truth's words."""
    files = sorted((folder / "current" / "measurements").glob("*.parquet"))
    wanted = pc.field("metering_point").isin(list(points))
    tables = [pq.read_table(path, filters=wanted, partitioning=None) for path in files]
    nothing = pa.Table.from_batches([], MEASUREMENTS_SCHEMA)
    table = pa.concat_tables(tables) if tables else nothing
    return table.rename_columns({"metering_point": "ean"}).select(list(COLUMNS))


def compare(
    held: pa.Table,
    truth: pa.Table,
    kept: pa.Table | None = None,
    *,
    now: datetime,
    since: datetime,
    unsettled: Collection[str] = (),
    may_be_gone: bool = False,
) -> Tally:
    """What is ``held`` against the ``truth`` at ``now``, of slices from ``since`` on.

    ``kept`` is what was true when mandates were finished: that stays as it was, or
    ``may_be_gone``. Of ``unsettled`` metering points only what may not be held is judged.
    """
    tally = Tally()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET threads = 2")
        kept = held.slice(0, 0) if kept is None else kept
        for name, table in (("held", held), ("truth", truth), ("kept", kept)):
            connection.register(name, table)
        for statement in _SIDES.split(";"):
            if statement.strip():
                connection.execute(statement, {"since": since} if "$since" in statement else None)
        connection.execute(_JOINED)
        tally.compared = _one(connection, "SELECT count(*) FROM due")
        lenient = (
            "(verdict = 'beyond' OR NOT list_contains($unsettled, ean)) "
            "AND NOT (verdict = 'lost' AND was_kept AND $may_be_gone)"
        )
        given = {"unsettled": list(unsettled), "may_be_gone": may_be_gone}
        counts = f"SELECT verdict, count(*) FROM verdicts WHERE {lenient} GROUP BY ALL"
        for verdict, count in connection.execute(counts, given).fetchall():
            setattr(tally, verdict, count)
        rows = connection.sql(
            f"SELECT * EXCLUDE was_kept FROM verdicts WHERE {lenient} "
            f'ORDER BY verdict, ean, "start" LIMIT {EXAMPLES}',
            params=given,
        )
        found = rows.to_arrow_table().to_pylist()
    tally.examples = [Difference(**row, at=now) for row in found]
    return tally


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [(count,)] = connection.execute(query).fetchall()
    return int(count)


def touched_by(store: Store, difference: Difference) -> Difference:
    """With the fetches that touched the slice: those by read time whose window holds it, and those
    by insert time that brought something within 40 days of it.
    """
    near = timedelta(days=40)
    told = []
    for each in store.fetches().to_pylist():
        if each["metering_point"] != difference.ean:
            continue
        by_read = each["kind"] == "readTime"
        reach = timedelta(0) if by_read else near
        overlaps = (
            each["window_start"] < difference.end + reach
            and each["window_end"] > difference.start - reach
        )
        if overlaps and (by_read or each["rows"]):
            told.append(_fetch(each))
    shown = [*told[:3], "...", *told[-5:]] if len(told) > 9 else told
    members = {each.name: getattr(difference, each.name) for each in fields(difference)}
    return Difference(**{**members, "fetches": tuple(shown)})


def _fetch(each: dict[str, Any]) -> str:
    return (
        f"fetch {each['reason']} {each['kind']} {each['window_start']:%Y-%m-%dT%H:%M}/"
        f"{each['window_end']:%Y-%m-%dT%H:%M}: {each['outcome']}, {each['rows']} rows, "
        f"at {each['fetched_at']:%Y-%m-%d %H:%M}"
    )
