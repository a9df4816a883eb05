"""What a store says it holds by month, what of it is new, and where it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.store import Store
from kwartier.store.contents import NOT_COUNTED, MonthContents
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, parse_instant
from support.histories import SLOTS, answers, sequences, slot
from support.measured import EAN, NOW, QUARTER, answer, quarter
from support.retention import list_mandate, order, until
from support.stores import HOUR, MakeStore, later


def at(text: str) -> datetime:
    return parse_instant(text, "at")


def months(store: Store, **since: object) -> dict[str, tuple[int, int]]:
    contents = store.contents(**since)  # type: ignore[arg-type]
    return {str(month): (found.rows, found.new) for month, found in contents.months.items()}


def test_an_empty_store_holds_nothing(store: Store) -> None:
    contents = store.contents()
    assert (contents.months, contents.metering_points, contents.follows) == ({}, (), False)


def test_rows_count_in_their_local_month_and_its_first_six_hours_in_both(store: Store) -> None:
    rows = [quarter(at(text)) for text in ("2026-01-31T23:45", "2026-02-01", "2026-02-01T06:00")]
    store.commit([answer(rows)])
    contents = store.contents()
    assert contents.metering_points == (EAN,)
    assert contents.months == {
        Month(2026, 1): MonthContents(rows=2, new=2),
        Month(2026, 2): MonthContents(rows=2, new=2),
    }


def test_what_came_since_a_mark_is_new_and_other_months_are_as_they_were(store: Store) -> None:
    store.commit([answer([quarter(at("2026-01-10")), quarter(at("2026-02-10"))])])
    mark = store.contents().mark
    assert months(store, since=mark) == {}
    changed = [quarter(at("2026-02-10"), 2.0), quarter(at("2026-03-10"))]
    store.commit([answer(changed, fetched_at=later(1))])
    contents = store.contents(mark)
    assert (contents.follows, contents.adds) == (True, True)
    assert months(store, since=mark) == {"2026-02": (1, 1), "2026-03": (1, 1)}
    uncounted = replace(mark, rows=NOT_COUNTED)
    assert months(store, since=uncounted) == {
        "2026-01": (1, 0),
        "2026-02": (1, 1),
        "2026-03": (1, 1),
    }


def test_a_month_that_lost_its_last_row_is_told_of(store: Store) -> None:
    hour = Interval(at("2026-01-10"), at("2026-01-10") + HOUR)
    store.commit([answer([quarter(hour.start)], scope=hour)])
    mark = store.contents().mark
    store.commit([answer([], scope=hour, fetched_at=later(1))])
    assert months(store, since=mark) == {"2026-01": (0, 0)}


def test_once_something_was_erased_every_month_is_counted(store: Store) -> None:
    list_mandate(store)
    days = ("2026-01-10", "2026-02-10", "2026-03-10")
    store.commit([answer([quarter(at(day)) for day in days])])
    mark = store.contents().mark
    store.retract([order(until(at("2026-03-01")))], at=NOW)
    store.commit([answer([quarter(at("2026-04-10"))], fetched_at=later(1))])
    contents = store.contents(mark)
    assert (contents.follows, contents.adds) == (True, False)
    assert months(store, since=mark) == {"2026-01": (1, 0), "2026-02": (1, 0), "2026-04": (1, 1)}


@settings(sequences, max_examples=6)
@given(
    steps=st.lists(
        st.lists(answers(), min_size=1, max_size=3) | st.integers(0, SLOTS).map(slot),
        min_size=2,
        max_size=6,
    ),
    remembered=st.sets(st.integers(0, 5)),
)
def test_what_is_told_since_a_mark_makes_up_the_whole(
    make_store: MakeStore, steps: list[list[Fetched] | datetime], remembered: set[int]
) -> None:
    """Whatever comes or is erased (all from an instant on), and however often one looks."""
    store = make_store()
    list_mandate(store)
    mark, known = store.contents().mark, dict[Month, int]()
    for number, step in enumerate(steps):
        if isinstance(step, datetime):
            store.retract([order(until(step))], at=NOW)
        else:
            store.commit(step)
        if number in remembered:
            told = store.contents(mark)
            found = {month: one.rows for month, one in told.months.items()}
            known = (known if told.adds else {}) | found
            mark = told.mark
    told = store.contents(mark)
    found = {month: one.rows for month, one in told.months.items()}
    now = (known if told.adds else {}) | found
    whole = {month: one.rows for month, one in store.contents().months.items()}
    assert {month: rows for month, rows in now.items() if rows} == whole


def test_a_removed_row_is_no_longer_counted(store: Store) -> None:
    hour = Interval(at("2026-01-10"), at("2026-01-10") + HOUR)
    rows = [quarter(hour.start), quarter(hour.start + QUARTER)]
    store.commit([answer(rows, scope=hour)])
    mark = store.contents().mark
    store.commit([answer(rows[:1], scope=hour, fetched_at=later(1))])
    assert months(store, since=mark) == {"2026-01": (1, 0)}


def test_a_mark_of_another_history_makes_all_new(make_store: MakeStore) -> None:
    one, other = make_store(), make_store()
    one.commit([answer([quarter(at("2026-01-10"))])])
    other.commit([answer([quarter(at("2026-01-10"))], fetched_at=later(0) - timedelta(days=1))])
    other.commit([answer([quarter(at("2026-01-11"))], fetched_at=later(1))])
    mark = one.contents().mark
    assert not other.contents(mark).follows
    assert months(other, since=mark) == {"2026-01": (2, 2)}


def test_publications_are_kept_in_mind_once(store: Store) -> None:
    for name in ("/b", "/a", "/b"):
        store.note_publication(Path(name))
    assert store.publications() == [Path("/a"), Path("/b")]
    store.forget_publication(Path("/b"))
    assert store.publications() == [Path("/a")]
