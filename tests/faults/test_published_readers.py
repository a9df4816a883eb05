"""Those who read a published dataset while it is replaced: they never fail, nor see two at once."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.export import publish
from kwartier.store import Store
from support.measured import Row, answer, quarter
from support.stores import empty_store

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
STARTS = [datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 3)]
PUBLISHED_TIMES = 10
"""At least; it goes on until each reader has seen both generations."""

READER = """
import pathlib, sys
import duckdb, pandas, polars, pyarrow.dataset

published, both, stop = map(pathlib.Path, sys.argv[1:])
readers = {
    "pyarrow": lambda files: pyarrow.dataset.dataset(files).to_table()["value"].to_pylist(),
    "pandas": lambda files: pandas.read_parquet(files)["value"].tolist(),
    "polars": lambda files: polars.scan_parquet(files).collect()["value"].to_list(),
}
IN_SQL = f\"\"\"
    SET VARIABLE folder = (
        SELECT '{published}/' || content FROM read_text('{published}/current/FOLDER'));
    SELECT "value" FROM read_parquet(getvariable('folder') || '/measurements/*.parquet');
\"\"\"
seen = {name: set() for name in ("duckdb", *readers)}
times = 0
print("ready", flush=True)
while times < 2 or not stop.exists():
    for name, read in readers.items():
        folder = (published / "current").resolve()
        files = sorted(map(str, (folder / "measurements").iterdir()))
        found = [read([file]) for file in files] if times % 2 else [read(files)]
        values = [value for part in found for value in part]
        assert len(values) == 3 and len(set(values)) == 1, (name, values)
        seen[name].add(values[0])
    values = [value for (value,) in duckdb.connect().execute(IN_SQL).fetchall()]
    assert len(values) == 3 and len(set(values)) == 1, ("duckdb", values)
    seen["duckdb"].add(values[0])
    times += 1
    if all(len(generations) == 2 for generations in seen.values()):
        both.touch()
"""


def rows(generation: float) -> list[Row]:
    """A value in each of three months: the mark of a generation."""
    return [quarter(start, generation) for start in STARTS]


def keep(store: Store, generation: int) -> None:
    later = timedelta(minutes=generation)
    store.commit([answer(rows(generation), fetched_at=WALL + later)])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return empty_store(tmp_path / "store.duckdb")


def test_readers_never_fail_and_never_see_two_generations_at_once(
    store: Store, tmp_path: Path
) -> None:
    folder, both, stop = (tmp_path / name for name in ("published", "both", "stop"))
    stores = [store, empty_store(tmp_path / "other.duckdb")]
    for generation, one in enumerate(stores):
        keep(one, generation)
    publish(store, folder, wall=WALL)
    with subprocess.Popen(
        [sys.executable, "-c", READER, folder, both, stop],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        times = 0
        while reader.poll() is None and (times < PUBLISHED_TIMES or not both.exists()):
            times += 1
            report = publish(stores[times % 2], folder, wall=WALL + timedelta(minutes=times))
            assert len(report.written) == len(STARTS)
        stop.touch()
        _, complaint = reader.communicate()
    assert reader.returncode == 0, complaint
    assert both.exists()
