"""How long does a commit take, in a fresh store and in a large one?

A million values (thirty metering points, half a year of quarter-hours in two directions),
inserted and committed again unchanged, and a small delta, beside what one cannot go below: a
plain insert of the same Arrow table into DuckDB without keys, revisions or coverage, and writing
it to Parquet. Ratios are against the plain insert.

    python bench/store.py [--points N] [--large N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched, empty_measurements
from kwartier.store import Selection, open_store
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

T0 = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 184
WORDS = {
    "provider": "fluvius",
    "energy_type": "electricity",
    "source": "meter",
    "meter_id": "1SAG1100000001",
    "granularity": "PT15M",
    "register": "total",
    "unit": "kWh",
    "validation_state": "READ",
    "metering_type": "metering-on-meter",
    "seq_number": "1",
}


def answer(
    number: int, start: datetime, days: int, hours_later: int = 0, *, is_delta: bool = False
) -> Fetched:
    """The quarters of one metering point, offtake and injection in turn, as decoding gives them."""
    ean, fetched_at = f"{541440110000000000 + number}", T0 + timedelta(days=400, hours=hours_later)
    count = days * 96 * 2
    starts = np.datetime64(start.replace(tzinfo=None), "us") + np.repeat(
        np.arange(days * 96) * np.timedelta64(15, "m"), 2
    )
    instants = pa.timestamp("us", "UTC")

    def words(codes: np.ndarray, *text: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(text))

    same = np.zeros(count, dtype=np.int32)
    columns = {name: words(same, text) for name, text in WORDS.items()} | {
        "metering_point": words(same, ean),
        "direction": words(np.arange(count) % 2, "offtake", "injection"),
        "start": pa.array(starts, pa.timestamp("us")).cast(instants),
        "end": pa.array(starts + np.timedelta64(15, "m"), pa.timestamp("us")).cast(instants),
        "value": pa.array(np.random.default_rng(number).integers(0, 800, count) / 1000),
        "fetched_at": pa.array([fetched_at] * count, instants),
    }
    table = pa.table(
        {f.name: columns.get(f.name, pa.nulls(count, f.type)) for f in MEASUREMENTS_SCHEMA},
        schema=MEASUREMENTS_SCHEMA,
    )
    interval = Interval(start, start + timedelta(days=max(days, 1)))
    scopes = (Scope(Granularity.QUARTER_HOUR, interval),)
    fetch = Fetch(
        provider="fluvius",
        metering_point=ean,
        energy_type="electricity",
        reason=Reason.DELTA if is_delta else Reason.BACKFILL,
        kind=WindowKind.INSERT_TIME if is_delta else WindowKind.READ_TIME,
        window=interval,
        granularities=(Granularity.QUARTER_HOUR,),
        scopes=scopes,
        permitted=scopes,
        planned_at=fetched_at,
    )
    return Fetched(fetch=fetch, fetched_at=fetched_at, outcome=Outcome.OK, table=table)


def timed(what: str, action: Callable[[], object], *, rows: int = 0, beside: float = 0.0) -> float:
    """Run ``action`` once and print its line; returns the seconds."""
    begin = time.perf_counter()
    action()
    took = time.perf_counter() - begin
    rate = f"{rows / took / 1e6:8.2f} M rows/s" if rows else " " * 17
    ratio = f"{took / beside:7.1f} x" if beside else ""
    print(f"{what:<52}{took * 1000:9.0f} ms {rate} {ratio}")
    return took


def floor(folder: Path, table: pa.Table) -> float:
    """What plain DuckDB and plain Parquet take for the same table; returns DuckDB's seconds."""

    def insert() -> None:
        with duckdb.connect(str(folder / "plain.duckdb")) as connection:
            connection.register("incoming", table)
            connection.execute("CREATE TABLE plain AS SELECT * FROM incoming")

    plain = timed("plain DuckDB insert", insert, rows=table.num_rows)
    parquet = folder / "plain.parquet"

    def write() -> None:
        pq.write_table(table, parquet, compression="zstd")

    timed("plain Parquet write (zstd)", write, rows=table.num_rows, beside=plain)
    return plain


def measure(folder: Path, points: int, large: int) -> None:
    """Print a line for each question."""
    batch = [answer(number, T0, DAYS) for number in range(points)]
    whole = pa.concat_tables([one.table for one in batch])
    rows = whole.num_rows
    plain = floor(folder, whole)
    store = open_store(folder / "store.duckdb", create=True)
    timed("insert, fresh store", lambda: store.commit(batch), rows=rows, beside=plain)
    timed("the same again, unchanged", lambda: store.commit(batch), rows=rows, beside=plain)
    for first in range(points, large, points):
        store.commit([answer(number, T0, DAYS) for number in range(first, first + points)])
    held = sum(one.num_rows for one in store.scan(Selection(start=T0, end=T0 + timedelta(1))))
    print(f"-- a store of {held * DAYS / 1e6:.1f} M rows, {large} metering points")
    fresh = [answer(number, T0, DAYS) for number in range(large, large + points)]
    timed("insert, large store", lambda: store.commit(fresh), rows=rows, beside=plain)
    timed("the same again, unchanged", lambda: store.commit(fresh), rows=rows, beside=plain)
    begin = T0 + timedelta(days=DAYS - 1)
    delta = [answer(number, begin, 1, 2, is_delta=True) for number in range(45)]
    empty = [replace(one, table=empty_measurements()) for one in delta]
    timed("delta, 45 fetches without a value", lambda: store.commit(empty))
    timed("delta, 45 fetches of 192 values", lambda: store.commit(delta))
    every = [f"{541440110000000000 + number}" for number in range(large)]
    timed("asked, every metering point", lambda: store.asked(every))
    one = Selection(metering_points=(every[large // 2],))
    timed("scan, one metering point", lambda: list(store.scan(one)))

    def scanned() -> int:
        return sum(batch.num_rows for batch in store.scan())

    timed("scan, everything", scanned, rows=scanned())
    size = (folder / "store.duckdb").stat().st_size
    print(f"{size / scanned():.1f} bytes a row in the file")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=30, help="metering points in a commit")
    parser.add_argument("--large", type=int, default=300, help="metering points in the large store")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.points, arguments.large)
