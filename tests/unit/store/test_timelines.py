"""Timelines: forgetting a stretch, and working days out anew."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kwartier.store import Store, open_store
from kwartier.store.duckdb.connection import writing
from kwartier.store.duckdb.lines import Tried, joined, tried_again, tried_outside, within, without
from kwartier.store.duckdb.timelines import forget_stretch
from kwartier.store.duckdb.timelines_anew import work_out_days
from kwartier.sync import FetchPolicy, plan
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.fetch import Asked, Reason
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval, day_start
from kwartier.vocabulary.mandate import Mandate
from support.measured import EAN, NOW, answer, quarters

ONE = timedelta(days=1)
FIRST = date(2026, 11, 2)
WHOLE = Interval(day_start(FIRST, ELECTRICITY), day_start(FIRST + 10 * ONE, ELECTRICITY))
DAYS_OF_A_TIMELINE = "kind NOT IN ('settled', 'inserted', 'read')"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with ten days, one of which lacks a quarter and one has an estimate."""
    path = tmp_path / "store.duckdb"
    starts = slice_starts(WHOLE, Granularity.QUARTER_HOUR, ELECTRICITY)
    rows = quarters(starts[0], [1.0] * len(starts))
    del rows[100]
    rows[300:301] = quarters(starts[301], [2.0], validation_state="EST")
    open_store(path, create=True).commit([answer(rows, scope=WHOLE)])
    return path


def told(store: Store) -> Asked:
    [asked] = store.asked([EAN])
    return asked


def test_a_forgotten_stretch_is_asked_for_again_as_if_it_were_new(path: Path) -> None:
    store = open_store(path)
    mandate = Mandate(
        provider="fluvius",
        contract_number="1",
        reference_number="KW-1",
        status="Approved",
        data_service_type="VH_kwartier_uur",
        metering_point=EAN,
        energy_type=ELECTRICITY,
        granularities=frozenset({Granularity.QUARTER_HOUR}),
        period_start=WHOLE.start,
        period_end=WHOLE.end,
    )
    assert [f.reason for f in plan([mandate], store.asked([EAN]), NOW, FetchPolicy())] == [
        Reason.DELTA
    ]
    midnight = day_start(FIRST + 6 * ONE, ELECTRICITY)
    cap = midnight + timedelta(hours=5)
    with writing(path, 30) as connection:
        forget_stretch(connection, EAN, Interval(cap, WHOLE.end))
    asked = told(store)
    assert asked.settled == (Interval(WHOLE.start, cap),)
    assert asked.complete[-1].end == cap
    backfill, _ = plan([mandate], [asked], NOW, FetchPolicy())
    assert backfill.window == Interval(midnight, WHOLE.end), "a day is asked for whole"
    with writing(path, 30) as connection:
        forget_stretch(connection, EAN)
    assert (told(store).settled, told(store).complete, told(store).tried) == ((), (), ())


def test_other_granularities_and_points_are_not_forgotten(path: Path) -> None:
    before = told(open_store(path))
    with writing(path, 30) as connection:
        forget_stretch(connection, EAN, WHOLE, [Granularity.DAY])
        forget_stretch(connection, "541440110000000009", WHOLE)
    assert told(open_store(path)) == before


def test_days_worked_out_anew_are_as_they_were_kept(path: Path) -> None:
    store = open_store(path)
    before = told(store)
    assert (len(before.complete), len(before.estimated), len(before.tried)) == (2, 1, 2)
    with writing(path, 30) as connection:
        connection.execute(f"DELETE FROM timelines WHERE {DAYS_OF_A_TIMELINE}")
        work_out_days(connection)
    assert told(store) == before


def test_the_days_after_take_no_more_rows(path: Path) -> None:
    before = rows_kept(path)
    for day in range(4):
        interval = day_interval(FIRST + (10 + day) * ONE, ELECTRICITY)
        open_store(path).commit([answer(quarters(interval.start, [1.0] * 96), scope=interval)])
    assert rows_kept(path) == before == 7


def rows_kept(path: Path) -> int:
    with writing(path, 30) as connection:
        rows: int
        [(rows,)] = connection.execute("SELECT count(*) FROM timelines").fetchall()
    return rows


def test_lines_are_sets_of_instants() -> None:
    assert joined([(5, 7), (1, 3), (3, 4), (6, 9)]) == [(1, 4), (5, 9)]
    assert without([(0, 10), (20, 30)], [(2, 4), (8, 22), (25, 26)]) == [
        (0, 2),
        (4, 8),
        (22, 25),
        (26, 30),
    ]
    assert within([(0, 10), (20, 30)], [(5, 25)]) == [(5, 10), (20, 25)]


def test_what_is_tried_again_is_cut_where_it_was_tried_unlike_and_joined_where_alike() -> None:
    tried = tried_again([], [(0, 10)], at=1, counts=0)
    tried = tried_again(tried, [(5, 15)], at=2, counts=1)
    assert tried == [Tried(0, 5, 0, 1), Tried(5, 15, 1, 2)]
    assert tried_again(tried, [(0, 15)], at=3, counts=0) == [Tried(0, 5, 0, 3), Tried(5, 15, 1, 3)]
    assert tried_outside(tried, [(3, 7)]) == [Tried(0, 3, 0, 1), Tried(7, 15, 1, 2)]
