"""A published dataset: what is in it, what is written again, and how it is replaced."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwartier.errors import InputError
from kwartier.export import ExportError, PublishReport, forget, publish, republish
from kwartier.export.parquet import EXPORT_SCHEMA
from kwartier.export.withheld import batches_without, withheld_in
from kwartier.registry import Listing
from kwartier.retention import Decision, DecisionKind
from kwartier.store import Store, open_store
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, day_interval, parse_instant
from kwartier.vocabulary.mandate import FINISHED
from support.mandates import known_mandate
from support.measured import EAN, GAS_EAN, QUARTER, Row, answer, measurements, quarter

WALL = datetime(2026, 11, 20, 12, tzinfo=UTC)
OTHER = "541440110000000307"
JANUARY, FEBRUARY, MARCH = (Month(2026, number) for number in (1, 2, 3))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store.duckdb", create=True)


def at(text: str) -> datetime:
    return parse_instant(text, "at")


def keep(store: Store, *rows: Row, hours: float = 0) -> None:
    """Commit rows, fetched so many hours later than usual."""
    store.commit([answer(rows, fetched_at=WALL + timedelta(hours=hours))])


def read(report: PublishReport, table: str = "measurements") -> pa.Table:
    return pq.read_table(report.folder / table)


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "generations").iterdir())


def months(report: PublishReport) -> dict[str, list[float | None]]:
    """The published values by file."""
    return {
        path.stem: pq.read_table(path)["value"].to_pylist()
        for path in sorted((report.folder / "measurements").iterdir())
    }


def test_it_holds_what_the_store_holds(store: Store, tmp_path: Path) -> None:
    rows = [quarter(at("2026-01-31T23:45"), 0.25), quarter(at("2026-02-01"), None)]
    keep(store, *rows)
    report = publish(store, tmp_path / "published", wall=WALL)
    assert (report.generation, report.written, report.rows) == (1, (JANUARY, FEBRUARY), 2)
    table = read(report)
    assert table.schema.equals(EXPORT_SCHEMA)
    assert table.to_pylist() == measurements(rows, WALL).to_pylist()
    assert months(report) == {"2026-01": [0.25], "2026-02": [None]}


def test_a_month_is_brussels_and_a_gas_day_belongs_to_the_month_it_begins_in(
    store: Store, tmp_path: Path
) -> None:
    last = day_interval(date(2026, 1, 31), "gas")
    hours = [last.start, last.end - timedelta(hours=1), last.end]
    gas = [
        Row(
            start=start,
            end=start + timedelta(hours=1),
            value=number,
            metering_point=GAS_EAN,
            energy_type="gas",
            granularity="PT1H",
            unit="m3",
        )
        for number, start in enumerate(hours)
    ]
    store.commit([answer(gas, metering_point=GAS_EAN, energy_type="gas")])
    keep(store, quarter(at("2026-01-31T23:45"), 10.0), quarter(at("2026-02-01"), 11.0))
    report = publish(store, tmp_path / "published", wall=WALL)
    found = {name: {float(one or 0) for one in values} for name, values in months(report).items()}
    assert found == {"2026-01": {0.0, 1.0, 10.0}, "2026-02": {2.0, 11.0}}


@pytest.mark.parametrize(
    ("edge", "count"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-04-01", 96)]
)
def test_the_days_of_a_clock_change_lie_whole_in_their_month(
    store: Store, tmp_path: Path, edge: str, count: int
) -> None:
    day = day_interval(date.fromisoformat(edge), "electricity")
    assert day.duration // QUARTER == count
    keep(store, *(quarter(day.start + n * QUARTER, 1.0) for n in range(count)))
    report = publish(store, tmp_path / "published", wall=WALL)
    assert months(report)[edge[:7]] == [1.0] * count


def test_only_months_that_changed_are_written_and_others_are_the_same_file(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    keep(store, quarter(at("2026-01-10"), 1.0), quarter(at("2026-02-10"), 2.0))
    first = publish(store, folder, wall=WALL)
    keep(store, quarter(at("2026-02-10"), 2.5), quarter(at("2026-03-10"), 3.0), hours=1)
    second = publish(store, folder, wall=WALL)
    assert (second.written, second.linked, second.rows) == ((FEBRUARY, MARCH), 1, 2)
    assert months(second) == {"2026-01": [1.0], "2026-02": [2.5], "2026-03": [3.0]}
    assert months(first) == {"2026-01": [1.0], "2026-02": [2.0]}
    for month, same in (("2026-01", True), ("2026-02", False)):
        files = [r.folder / "measurements" / f"{month}.parquet" for r in (first, second)]
        assert files[0].samefile(files[1]) is same


def test_an_unchanged_fetch_writes_nothing(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    publish(store, tmp_path / "published", wall=WALL)
    keep(store, quarter(at("2026-01-10"), 1.0), hours=1)
    assert publish(store, tmp_path / "published", wall=WALL).written == ()


def test_a_value_that_a_fetch_no_longer_carries_goes(store: Store, tmp_path: Path) -> None:
    day = Interval(at("2026-01-10"), at("2026-01-11"))
    rows = [quarter(day.start, 1.0), quarter(day.start + QUARTER, 2.0)]
    store.commit([answer(rows, scope=day)])
    publish(store, tmp_path / "published", wall=WALL)
    store.commit([answer(rows[:1], scope=day, fetched_at=WALL + timedelta(hours=1))])
    report = publish(store, tmp_path / "published", wall=WALL)
    assert (report.written, months(report)) == ((JANUARY,), {"2026-01": [1.0]})


def test_a_new_description_of_a_series_reaches_all_months(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0), quarter(at("2026-02-10"), 2.0))
    publish(store, tmp_path / "published", wall=WALL)
    keep(store, quarter(at("2026-02-10"), 2.0, seq_number="7"), hours=1)
    report = publish(store, tmp_path / "published", wall=WALL)
    assert read(report)["seq_number"].to_pylist() == ["7", "7"]


def test_a_store_of_another_history_is_published_anew(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    publish(store, tmp_path / "published", wall=WALL)
    restored = open_store(tmp_path / "restored.duckdb", create=True)
    keep(restored, quarter(at("2026-01-10"), 9.0), hours=-1)
    report = publish(restored, tmp_path / "published", wall=WALL)
    assert (report.written, months(report)) == ((JANUARY,), {"2026-01": [9.0]})


def test_a_damaged_generation_is_made_good(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0), quarter(at("2026-02-10"), 2.0))
    first = publish(store, tmp_path / "published", wall=WALL)
    (first.folder / "measurements" / "2026-01.parquet").unlink()
    assert publish(store, tmp_path / "published", wall=WALL).written == (JANUARY,)
    (tmp_path / "published" / "current" / "_manifest.json").write_text("{}")
    assert publish(store, tmp_path / "published", wall=WALL).written == (JANUARY, FEBRUARY)


def test_the_former_generation_stays_for_its_grace(store: Store, tmp_path: Path) -> None:
    folder, grace = tmp_path / "published", timedelta(hours=1)
    keep(store, quarter(at("2026-01-10"), 1.0))
    reports = [
        publish(store, folder, wall=WALL + timedelta(minutes=minutes), grace=grace)
        for minutes in (0, 10, 69)
    ]
    assert [report.folder.exists() for report in reports] == [True, True, True]
    last = publish(store, folder, wall=WALL + timedelta(minutes=70), grace=grace)
    assert [report.folder.exists() for report in reports] == [False, True, True]
    assert (folder / "current").resolve() == last.folder


def test_what_a_killed_process_left_is_cleared_away(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    keep(store, quarter(at("2026-01-10"), 1.0))
    first = publish(store, folder, wall=WALL)
    for leftover in (".draft", "00000002", ".trash-00000000"):
        (folder / "generations" / leftover / "measurements").mkdir(parents=True)
    assert publish(store, folder, wall=WALL).generation == 2
    assert generations(folder) == [first.folder.name, "00000002"]


def test_a_failure_leaves_the_former_dataset_whole(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "published"
    keep(store, quarter(at("2026-01-10"), 1.0))
    first = publish(store, folder, wall=WALL)
    keep(store, quarter(at("2026-01-10"), 2.0), hours=1)

    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(ExportError, match=r"No space left.*still stands"):
            publish(store, folder, wall=WALL)
    assert generations(folder) == [first.folder.name]
    assert (folder / "current").resolve() == first.folder
    assert months(first) == {"2026-01": [1.0]}
    assert months(publish(store, folder, wall=WALL)) == {"2026-01": [2.0]}


def test_a_folder_with_other_things_in_it_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"folder: must be empty.*name another folder"):
        publish(store, tmp_path, wall=WALL)
    with pytest.raises(InputError, match=r"must be a folder"):
        publish(store, tmp_path / "store.duckdb", wall=WALL)
    assert store.publications() == []


def test_a_folder_that_cannot_be_looked_at_is_refused_as_one_that_cannot_be_written(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="cannot publish into"):
        publish(store, tmp_path / ("x" * 300), wall=datetime.now(UTC))


def test_a_new_folder_is_closed_to_strangers(store: Store, tmp_path: Path) -> None:
    publish(store, tmp_path / "published", wall=WALL)
    assert stat.S_IMODE((tmp_path / "published").stat().st_mode) & 0o007 == 0


def test_republishing_leaves_no_former_generation(store: Store, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    keep(store, quarter(at("2026-01-10"), 1.0))
    for folder in folders:
        publish(store, folder, wall=WALL)
    keep(store, quarter(at("2026-01-10"), 2.0), hours=1)
    publish(store, folders[0], wall=WALL)
    reports = republish(store, wall=WALL, months=[JANUARY])
    assert [report.written for report in reports] == [(JANUARY,), (JANUARY,)]
    for folder, report in zip(folders, reports, strict=True):
        assert generations(folder) == [report.folder.name]
        assert months(report) == {"2026-01": [2.0]}


def test_republishing_a_dataset_out_of_reach_is_refused(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    publish(store, tmp_path / "published", wall=WALL)
    (tmp_path / "published").rename(tmp_path / "elsewhere")
    with pytest.raises(ExportError, match=r"is not there.*--forget"):
        republish(store, wall=WALL)
    forget(store, tmp_path / "published")
    assert republish(store, wall=WALL) == []


def test_forgetting_takes_the_dataset_away(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    publish(store, tmp_path / "published", wall=WALL)
    assert store.publications() == [tmp_path / "published"]
    forget(store, tmp_path / "published")
    assert not (tmp_path / "published").exists()
    assert store.publications() == []


def test_it_explains_every_column(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    folder = publish(store, tmp_path / "published", wall=WALL).folder
    page = (folder / "README.txt").read_text()
    schema = json.loads((folder / "_schema.json").read_text())
    tables = {path.name.removesuffix(".parquet") for path in folder.iterdir()}
    assert schema.keys() == tables - {"README.txt", "_schema.json", "_manifest.json", "FOLDER"}
    for name, table in schema.items():
        path = folder / name if (folder / name).is_dir() else folder / f"{name}.parquet"
        columns = {column["name"]: column["says"] for column in table["columns"]}
        assert list(columns) == pq.read_table(path).column_names
        assert all(f"  {column:24}{says}" in page for column, says in columns.items())


def test_the_folder_names_itself(store: Store, tmp_path: Path) -> None:
    report = publish(store, tmp_path / "published", wall=WALL)
    place = (tmp_path / "published" / "current" / "FOLDER").read_text()
    assert tmp_path / "published" / place == report.folder


def test_points_are_text(store: Store, tmp_path: Path) -> None:
    keep(store, quarter(at("2026-01-10"), 1.0))
    assert read(publish(store, tmp_path / "p", wall=WALL))["metering_point"].to_pylist() == [EAN]


def test_what_is_on_hold_is_left_out_until_a_person_decides_to_keep_it(
    store: Store, tmp_path: Path
) -> None:
    """A mandate that was ended, the next one on the same point, and a slice across both."""
    cap = at("2026-02-01")
    before, across, after = (
        quarter(start, number)
        for number, start in enumerate(
            [at("2026-01-10"), cap - timedelta(minutes=5), at("2026-02-10")]
        )
    )
    other = quarter(at("2026-01-10"), 7.0, metering_point=OTHER)
    keep(store, before, across, after)
    store.commit([answer([other], metering_point=OTHER, fetched_at=WALL)])
    ended, follows = known_mandate(1, metering_point=EAN), known_mandate(2, metering_point=EAN)
    ended = replace(ended, mandate=replace(ended.mandate, period_end=cap))
    follows = replace(follows, mandate=replace(follows.mandate, period_start=cap))
    store.record_mandates(Listing([ended.mandate, follows.mandate], WALL), provider="fluvius")
    folder = tmp_path / "published"
    assert months(publish(store, folder, wall=WALL))["2026-02"] == [2.0]
    finished = replace(ended.mandate, status=FINISHED)
    store.record_mandates(Listing([finished, follows.mandate], WALL), provider="fluvius")
    report = publish(store, folder, wall=WALL)
    left_over = {name: values for name, values in months(report).items() if values}
    assert left_over == {"2026-01": [7.0], "2026-02": [2.0]}
    assert report.written == (JANUARY,)
    assert publish(store, folder, wall=WALL).written == ()
    left = pa.Table.from_batches(batches_without(store.scan(), withheld_in(store)))
    assert sorted(left["value"].to_pylist()) == [2.0, 7.0]
    decided = Decision(
        kind=DecisionKind.KEEP, mandate_id=1, decided_at=WALL, decided_by="An", why="a dispute"
    )
    store.decide([decided])
    report = publish(store, folder, wall=WALL)
    assert set(months(report)["2026-01"]) == {0.0, 1.0, 7.0}
    assert withheld_in(store) == {}
