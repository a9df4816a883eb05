"""How long do the month peaks of 36 of Brussels' months take, in SQL and by kwartier?

    python bench/month_peaks.py [points]

Values lie by month in the store, so that a question a month reads only that month: no instant is
looked up or truncated. The last line asks for three months by truncating each instant instead.
``month_peaks`` of the analysis says more than a maximum: gaps, estimates, several meters, what a
mandate cuts; it is timed on a twentieth of the metering points.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import pyarrow.compute as pc

import analysis
from kwartier.analysis import month_peaks
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month
from kwartier.vocabulary.mandate import Permission

MONTHS = [Month(2023, 11).plus(number) for number in range(36)]
PERIOD = Interval(MONTHS[0].interval(ELECTRICITY).start, MONTHS[-1].interval(ELECTRICITY).end)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)

MAKE = """
    INSERT INTO "values"
    SELECT series_id, "start", hash(series_id, "start") % 1500 / 1000.0, 0::SMALLINT
    FROM range($points) s(series_id),
        generate_series($first::TIMESTAMPTZ, $last::TIMESTAMPTZ - INTERVAL 15 MINUTE,
            INTERVAL 15 MINUTE) t("start")
    ORDER BY ALL
"""
BY_MONTH = """
    SELECT series_id, 4 * max("value") FILTER (quality_id < 2), count("value"),
        count(*) FILTER (quality_id >= 2)
    FROM "values" WHERE "start" >= $first AND "start" < $last GROUP BY series_id
"""
TRUNCATING = """
    SELECT series_id, date_trunc('month', "start" AT TIME ZONE 'Europe/Brussels'), 4 * max("value")
    FROM "values" WHERE "start" < $last GROUP BY ALL
"""


def main(points: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        in_sql(Path(folder) / "values.duckdb", points)
    by_kwartier(max(1, points // 20))


def in_sql(path: Path, points: int) -> None:
    """A table as the store keeps it, asked month by month."""
    with duckdb.connect(str(path), config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            'CREATE TABLE "values" '
            '(series_id INTEGER, "start" TIMESTAMPTZ, "value" DOUBLE, quality_id SMALLINT)'
        )
        for month in MONTHS:
            connection.execute(MAKE, bounds(month) | {"points": points})
    with duckdb.connect(str(path), read_only=True, config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        began, busy = perf_counter(), process_time()
        found = 0
        for month in MONTHS:
            found += len(connection.execute(BY_MONTH, bounds(month)).fetchall())
        say(f"SQL, {points} points, month by month", began, busy, f"{found:,} peaks")
        began, busy = perf_counter(), process_time()
        last = bounds(MONTHS[2])["last"]
        found = len(connection.execute(TRUNCATING, {"last": last}).fetchnumpy()["series_id"])
        say("SQL, truncating, 3 months only", began, busy, f"{found:,} peaks")


def bounds(month: Month) -> dict[str, object]:
    interval = month.interval(ELECTRICITY)
    return {"first": interval.start, "last": interval.end}


def by_kwartier(points: int) -> None:
    """The analysis, on Arrow in memory."""
    analysis.PERIOD = PERIOD
    names = [f"5414400100{number:08d}" for number in range(points)]
    values = analysis.made_up_quarters(names)
    values = values.filter(pc.equal(values["direction"], "offtake"))
    permissions = [
        Permission(
            metering_point=name,
            energy_type=ELECTRICITY,
            granularity=Granularity.QUARTER_HOUR,
            intervals=(PERIOD,),
        )
        for name in names
    ]
    began, busy = perf_counter(), process_time()
    found = month_peaks(values, permissions, NOW).num_rows
    say(f"month_peaks, {points} points", began, busy, f"{found:,} peaks")
    print(f"{'':36} of {values.num_rows:,} values")


def say(what: str, began: float, busy: float, found: str) -> None:
    wall, busy = perf_counter() - began, process_time() - busy
    print(f"{what:36}{wall:8.2f} s, {busy:6.2f} s of processor, {found}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
