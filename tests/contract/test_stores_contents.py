"""What a store says it holds by month, what of it is new, and where it is published."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from kwartier.store import Store
from kwartier.store.contents import MonthContents
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month, parse_instant
from support.measured import EAN, QUARTER, answer, quarter
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


def test_what_came_since_a_mark_is_new(store: Store) -> None:
    store.commit([answer([quarter(at("2026-01-10")), quarter(at("2026-02-10"))])])
    mark = store.contents().mark
    assert months(store, since=mark) == {"2026-01": (1, 0), "2026-02": (1, 0)}
    changed = [quarter(at("2026-02-10"), 2.0), quarter(at("2026-03-10"))]
    store.commit([answer(changed, fetched_at=later(1))])
    assert store.contents(mark).follows
    assert months(store, since=mark) == {"2026-01": (1, 0), "2026-02": (1, 1), "2026-03": (1, 1)}


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
