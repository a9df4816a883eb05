"""How long do the month peaks of 36 of Brussels' months take?

    python bench/month_peaks.py [points]

A store's values lie by month, so that a question a month reads only that month: no instant is
looked up or truncated. First the bare maximum in SQL, so asked, and for three months only by
truncating each instant instead; then ``kwartier peaks`` without the printing: sums by the store,
judged by the analysis. The same peaks value by value are timed on a twentieth of the metering
points.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from os import getloadavg
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import pyarrow as pa

from kwartier.analysis import month_peaks, peak_stretches, peaks_of_summaries
from kwartier.store import Selection, Store, open_store
from kwartier.vocabulary.energy import ELECTRICITY, OFFTAKE
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission

MONTHS = [Month(2023, 11).plus(number) for number in range(36)]
PERIOD = Interval(MONTHS[0].interval(ELECTRICITY).start, MONTHS[-1].interval(ELECTRICITY).end)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
THREADS: dict[str, str | bool | int | float | list[str]] = {"threads": 2}

DESCRIBE = """
    INSERT INTO qualities VALUES (0, 'READ', NULL), (1, 'EST', NULL);
    INSERT INTO fetches BY NAME SELECT 0 AS fetch_id, 'fluvius' AS provider,
        '541440010000000000' AS metering_point, 'electricity' AS energy_type, 'gap' AS reason,
        'read_time' AS kind, now() AS window_start, now() AS window_end, [] AS granularities,
        now() AS planned_at, now() AS fetched_at, 'ok' AS outcome, 0 AS "rows", 0 AS undecoded;
    INSERT INTO series BY NAME SELECT n AS series_id, 'fluvius' AS provider,
        (541440010000000000 + n)::VARCHAR AS metering_point, 'electricity' AS energy_type,
        'meter' AS source, '1SAG' || n AS meter_id, 'PT15M' AS granularity,
        'offtake' AS direction, 'total' AS register, 'kWh' AS unit, now() AS described_at
    FROM range($points) t(n)
"""
MAKE = """
    INSERT INTO "values"
    SELECT series_id, "start", 900000000, hash(series_id, "start") % 1500 / 1000.0,
        hash("start", series_id) % 50 = 0, 0
    FROM range($points) s(series_id),
        generate_series($first::TIMESTAMPTZ, $last::TIMESTAMPTZ - INTERVAL 15 MINUTE,
            INTERVAL 15 MINUTE) t("start")
    WHERE hash("start", series_id + 1) % 100 <> 0
    ORDER BY ALL
"""
BY_MONTH = """
    SELECT series_id, 4 * max("value") FILTER (quality_id = 0), count("value"),
        count(*) FILTER (quality_id <> 0)
    FROM "values" WHERE "start" >= $first AND "start" < $last GROUP BY series_id
"""
TRUNCATING = """
    SELECT series_id, date_trunc('month', "start" AT TIME ZONE 'Europe/Brussels'), 4 * max("value")
    FROM "values" WHERE "start" < $last GROUP BY ALL
"""


def main(points: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.duckdb"
        store = open_store(path, create=True)
        print(f"{fill(path, points):,} values of {points} metering points")
        in_sql(path)
        permissions = permitted(points)
        by_sums(store, permissions)
        by_values(store, permissions[:: max(1, min(20, points))])


def fill(path: Path, points: int) -> int:
    """Quarters of all months laid as commits lay them: 1% missing, 2% estimated."""
    with duckdb.connect(str(path), config=THREADS) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in DESCRIBE.split(";"):
            given = {"points": points} if "$points" in statement else None
            connection.execute(statement, given)
        for month in MONTHS:
            connection.execute(MAKE, bounds(month) | {"points": points})
        return int(connection.execute('SELECT count(*) FROM "values"').fetchall()[0][0])


def in_sql(path: Path) -> None:
    """Maxima and counts only."""
    with duckdb.connect(str(path), read_only=True, config=THREADS) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        began, busy, found = perf_counter(), process_time(), 0
        for month in MONTHS:
            found += len(connection.execute(BY_MONTH, bounds(month)).fetchall())
        say("SQL, month by month", began, busy, found)
        began, busy = perf_counter(), process_time()
        last = bounds(MONTHS[2])["last"]
        found = len(connection.execute(TRUNCATING, {"last": last}).fetchnumpy()["series_id"])
        say("SQL, truncating, 3 months only", began, busy, found)


def by_sums(store: Store, permissions: list[Permission]) -> None:
    """What the store sums up, judged."""
    for run in ("first", "second"):
        began, busy = perf_counter(), process_time()
        stretches = peak_stretches(permissions, NOW)
        sums = store.summaries(stretches, granularity=Granularity.QUARTER_HOUR, direction=OFFTAKE)
        say(f"  of these the store, {run} time", began, busy, sums.num_rows)
        known, left = peaks_of_summaries(sums, permissions, NOW)
        say(f"kwartier, by sums, {run} time", began, busy, known.num_rows)
        assert left == []


def by_values(store: Store, permissions: list[Permission]) -> None:
    """What the store scans, counted by the analysis."""
    began, busy = perf_counter(), process_time()
    selection = Selection(metering_points=tuple(one.metering_point for one in permissions))
    values = pa.Table.from_batches(store.scan(selection))
    found = month_peaks(values, permissions, NOW).num_rows
    say(f"kwartier, by values, {len(permissions)} points", began, busy, found)
    print(f"{'':36} of {values.num_rows:,} values")


def permitted(points: int) -> list[Permission]:
    """All months of all metering points."""
    return [
        Permission(
            metering_point=str(541440010000000000 + number),
            energy_type=ELECTRICITY,
            granularity=Granularity.QUARTER_HOUR,
            intervals=(PERIOD,),
        )
        for number in range(points)
    ]


def bounds(month: Month) -> dict[str, object]:
    interval = month.interval(ELECTRICITY)
    return {"first": interval.start, "last": interval.end}


def say(what: str, began: float, busy: float, found: int) -> None:
    wall, busy = perf_counter() - began, process_time() - busy
    load = getloadavg()[0]
    print(f"{what:36}{wall:8.2f} s, {busy:6.2f} s of processor, {found:,} rows (load {load:.0f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
