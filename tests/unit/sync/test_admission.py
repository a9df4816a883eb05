"""Only what a mandate permits, and what was asked for, is kept of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kwartier.measurements import Fetched
from kwartier.sync.admission import Admitted, admit
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from support.measurements import rows_at

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINT = "541440110000000001"
ALL_YEAR = Interval(NOW - timedelta(days=365), NOW)


def fetched(
    starts: list[datetime],
    permitted: list[Scope],
    *,
    granularity: Granularity = Granularity.QUARTER_HOUR,
    energy_type: str = ELECTRICITY,
    kind: WindowKind = WindowKind.READ_TIME,
    window: Interval = ALL_YEAR,
) -> Fetched:
    fetch = Fetch(
        provider="fluvius",
        metering_point=POINT,
        energy_type=energy_type,
        reason=Reason.BACKFILL,
        kind=kind,
        window=window,
        granularities=tuple({scope.granularity for scope in permitted}),
        scopes=tuple(permitted),
        permitted=tuple(permitted),
        planned_at=NOW,
    )
    table = rows_at(POINT, starts, granularity=granularity, energy_type=energy_type)
    return Fetched(fetch=fetch, fetched_at=NOW, outcome=Outcome.OK, table=table)


def kept_starts(answer: Fetched) -> list[datetime]:
    assert answer.table is not None
    starts: list[datetime] = answer.table.column("start").to_pylist()
    return starts


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)])
def test_slices_outside_the_permitted_day_are_dropped_and_counted(day: date) -> None:
    permitted = day_interval(day, ELECTRICITY)
    around = Interval(permitted.start - timedelta(hours=1), permitted.end + timedelta(hours=1))
    starts = slice_starts(around, Granularity.QUARTER_HOUR, ELECTRICITY)
    admitted = admit(fetched(starts, [Scope(Granularity.QUARTER_HOUR, permitted)]))
    assert (admitted.beyond_consent, admitted.unasked) == (8, 0)
    assert kept_starts(admitted.fetched) == slice_starts(
        permitted, Granularity.QUARTER_HOUR, ELECTRICITY
    )


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_gas_day_that_only_begins_inside_the_period_is_not_permitted(day: date) -> None:
    gas_day = day_interval(day, GAS)
    short = Interval(gas_day.start, gas_day.end - timedelta(hours=1))
    whole = admit(
        fetched(
            [gas_day.start],
            [Scope(Granularity.DAY, gas_day)],
            granularity=Granularity.DAY,
            energy_type=GAS,
        )
    )
    cut = admit(
        fetched(
            [gas_day.start],
            [Scope(Granularity.DAY, short)],
            granularity=Granularity.DAY,
            energy_type=GAS,
        )
    )
    assert kept_starts(whole.fetched) == [gas_day.start]
    assert (kept_starts(cut.fetched), cut.beyond_consent) == ([], 1)


def test_a_granularity_that_no_mandate_opens_is_dropped() -> None:
    day = day_interval(date(2026, 6, 1), ELECTRICITY)
    admitted = admit(fetched([day.start], [Scope(Granularity.DAY, day)]))
    assert (kept_starts(admitted.fetched), admitted.beyond_consent) == ([], 1)


def test_an_answer_that_is_permitted_whole_is_handed_on_untouched() -> None:
    day = day_interval(date(2026, 6, 1), ELECTRICITY)
    answer = fetched([day.start], [Scope(Granularity.QUARTER_HOUR, day)])
    assert admit(answer) == Admitted(answer)
    failed = replace(answer, table=None, outcome=Outcome.FAILED)
    assert admit(failed) == Admitted(failed)


def test_a_slice_outside_the_measured_time_asked_for_is_dropped_and_counted_apart() -> None:
    day = day_interval(date(2026, 6, 1), ELECTRICITY)
    quarter = timedelta(minutes=15)
    starts = [day.start - quarter, day.start, day.end - quarter, day.end]
    permitted = [Scope(Granularity.QUARTER_HOUR, ALL_YEAR)]
    admitted = admit(fetched(starts, permitted, window=day))
    assert kept_starts(admitted.fetched) == starts[1:3]
    assert (admitted.beyond_consent, admitted.unasked) == (0, 2)
    stored = admit(fetched(starts, permitted, window=day, kind=WindowKind.INSERT_TIME))
    assert kept_starts(stored.fetched) == starts, "a window of insert times says nothing of these"


def test_a_slice_across_the_edge_of_the_window_is_kept() -> None:
    gas_day = day_interval(date(2026, 6, 1), GAS)
    edge = Interval(gas_day.start - timedelta(days=7), gas_day.end - timedelta(hours=6))
    answer = fetched(
        [gas_day.start],
        [Scope(Granularity.DAY, ALL_YEAR)],
        granularity=Granularity.DAY,
        energy_type=GAS,
        window=edge,
    )
    assert admit(answer) == Admitted(answer)
