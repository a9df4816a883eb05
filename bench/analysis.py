"""How fast are coverage and month peaks? Values a second, beside the same counts in DuckDB.

    python bench/analysis.py [points]

Made-up quarter-hours of offtake and injection over 13 months, in one table, as a store yields
them. The peer answers a smaller question (present and estimated slices and the highest quarter
per metering point and month, without expected slices, gaps or several meters).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import duckdb
import numpy as np
import pyarrow as pa

from kwartier.analysis import month_coverage, month_peaks
from kwartier.measurements import MEASUREMENTS_SCHEMA, check_measurements
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import Permission

PERIOD = Interval(datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)

PEER = """
    SELECT metering_point, date_trunc('month', start AT TIME ZONE 'Europe/Brussels') AS month,
           count(DISTINCT start) AS present,
           count(DISTINCT start) FILTER (validation_state = 'EST') AS estimated,
           4 * max(value) FILTER (direction = 'offtake' AND validation_state = 'READ') AS kw
    FROM quarters WHERE value IS NOT NULL GROUP BY ALL
"""


def main(points: int) -> None:
    names = [f"5414400100{i:08d}" for i in range(points)]
    quarters = made_up_quarters(names)
    permissions = [
        Permission(
            metering_point=name,
            energy_type="electricity",
            granularity=Granularity.QUARTER_HOUR,
            intervals=(PERIOD,),
        )
        for name in names
    ]
    print(f"{points} metering points, {quarters.num_rows:,} values")
    report("month_coverage", quarters, lambda: month_coverage(quarters, permissions, NOW))
    report("month_peaks", quarters, lambda: month_peaks(quarters, permissions, NOW))
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("quarters", quarters)
        report("DuckDB, part of it", quarters, lambda: connection.sql(PEER).fetchall())


def report(what: str, quarters: pa.Table, run: Callable[[], object]) -> None:
    """Print the best of three runs."""
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    best = min(seconds)
    print(f"{what:20} {best:7.3f} s {quarters.num_rows / best / 1e6:7.1f} million values/s")


def made_up_quarters(names: list[str]) -> pa.Table:
    """Offtake and injection of every quarter; one in a hundred missing, one in fifty estimated."""
    step = np.timedelta64(15, "m")
    begin, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in (PERIOD.start, PERIOD.end))
    starts = np.arange(begin, end, step)
    random = np.random.default_rng(1)
    tables = []
    for name in names:
        for direction in ("offtake", "injection"):
            at = starts[random.random(len(starts)) > 0.01]
            columns = {
                "provider": "fluvius",
                "metering_point": name,
                "energy_type": "electricity",
                "source": "meter",
                "meter_id": "1SAG" + name[-10:],
                "granularity": "PT15M",
                "direction": direction,
                "register": "total",
                "unit": "kWh",
                "start": at,
                "end": at + step,
                "value": random.integers(0, 1500, len(at)) / 1000,
                "validation_state": np.where(random.random(len(at)) < 0.02, "EST", "READ"),
                "fetched_at": np.full(len(at), begin),
            }
            tables.append(as_measurements(columns, len(at)))
    return check_measurements(pa.concat_tables(tables).unify_dictionaries())


def as_measurements(columns: Mapping[str, object], rows: int) -> pa.Table:
    """Columns (one word for a whole column, or an array) as a measurements table."""
    arrays = []
    for field in MEASUREMENTS_SCHEMA:
        column = columns.get(field.name)
        if column is None:
            arrays.append(pa.nulls(rows, field.type))
        elif isinstance(column, str):
            codes = pa.array(np.zeros(rows, dtype=np.int32))
            arrays.append(pa.DictionaryArray.from_arrays(codes, pa.array([column])))
        elif pa.types.is_dictionary(field.type):
            arrays.append(pa.array(column).cast(pa.string()).dictionary_encode())
        else:
            arrays.append(pa.array(column).cast(field.type))
    return pa.Table.from_arrays(arrays, schema=MEASUREMENTS_SCHEMA)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
