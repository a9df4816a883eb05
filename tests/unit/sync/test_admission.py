"""Only what a mandate permits is kept of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kwartier.measurements import Fetched
from kwartier.sync.admission import admit
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity, slice_starts
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from support.measurements import rows_at

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
POINT = "541440110000000001"


def fetched(
    starts: list[datetime],
    permitted: list[Scope],
    *,
    granularity: Granularity = Granularity.QUARTER_HOUR,
    energy_type: str = ELECTRICITY,
) -> Fetched:
    fetch = Fetch(
        provider="fluvius",
        metering_point=POINT,
        energy_type=energy_type,
        reason=Reason.BACKFILL,
        kind=WindowKind.READ_TIME,
        window=Interval(NOW - timedelta(days=100), NOW),
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
    kept, refused = admit(fetched(starts, [Scope(Granularity.QUARTER_HOUR, permitted)]))
    assert refused == 8
    assert kept_starts(kept) == slice_starts(permitted, Granularity.QUARTER_HOUR, ELECTRICITY)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_gas_day_that_only_begins_inside_the_period_is_not_permitted(day: date) -> None:
    gas_day = day_interval(day, GAS)
    short = Interval(gas_day.start, gas_day.end - timedelta(hours=1))
    whole, _ = admit(
        fetched(
            [gas_day.start],
            [Scope(Granularity.DAY, gas_day)],
            granularity=Granularity.DAY,
            energy_type=GAS,
        )
    )
    cut, refused = admit(
        fetched(
            [gas_day.start],
            [Scope(Granularity.DAY, short)],
            granularity=Granularity.DAY,
            energy_type=GAS,
        )
    )
    assert (kept_starts(whole), kept_starts(cut), refused) == ([gas_day.start], [], 1)


def test_a_granularity_that_no_mandate_opens_is_dropped() -> None:
    day = day_interval(date(2026, 6, 1), ELECTRICITY)
    kept, refused = admit(fetched([day.start], [Scope(Granularity.DAY, day)]))
    assert (kept_starts(kept), refused) == ([], 1)


def test_an_answer_that_is_permitted_whole_is_handed_on_untouched() -> None:
    day = day_interval(date(2026, 6, 1), ELECTRICITY)
    answer = fetched([day.start], [Scope(Granularity.QUARTER_HOUR, day)])
    assert admit(answer) == (answer, 0)
    failed = replace(answer, table=None, outcome=Outcome.FAILED)
    assert admit(failed) == (failed, 0)
