"""After a change of grid user nobody is told anything of the other's data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kwartier.funnel import Board, Cause, Progress, Stage, why_no_data
from kwartier.funnel.causes import Finding
from kwartier.office import open_office
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store
from kwartier.vocabulary.fetch import Outcome
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.funnel import DUE_END, START
from support.mandates import known_mandate
from support.measured import EAN, GAS_EAN, NOW, Row, answer, quarters
from support.stores import empty_store

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MOVED = START + 5 * DAY
BEFORE, AFTER = Interval(START, MOVED), Interval(MOVED, DUE_END)
KINDS = {
    EAN: ("electricity", Granularity.QUARTER_HOUR),
    GAS_EAN: ("gas", Granularity.HOUR),
}


class Neighbours:
    """``former`` moved out at midnight, ``later`` moved in."""

    def __init__(self, path: Path, point: str) -> None:
        self.path, self.point = path, point
        self.store: Store = empty_store(path)
        self.office = open_office(path)
        changes = [CustomerChange(customer_id=id_) for id_ in ("former", "later")]
        applied = self.store.change_customers(changes, provider="fluvius", now=START - 30 * DAY)
        references = {one.customer_id: one.reference_number for one in applied.made}
        energy_type, granularity = KINDS[point]
        former = known_mandate(
            metering_point=point,
            energy_type=energy_type,
            granularities=frozenset({granularity}),
            period_start=START,
            reference_number=references["former"],
        ).mandate
        self.store.record_mandates(Listing([former], START + DAY), provider="fluvius")
        capped = replace(former, period_end=MOVED)
        later = replace(former, period_start=MOVED, reference_number=references["later"])
        self.store.record_mandates(Listing([capped, later], MOVED + DAY), provider="fluvius")

    def bring(self, part: Interval, days_later: float, outcome: Outcome = Outcome.OK) -> None:
        """Values of a stretch, fetched so many days after its end."""
        energy_type, granularity = KINDS[self.point]
        rows = [] if outcome is not Outcome.OK else self.rows(part)
        self.store.commit(
            [
                answer(
                    rows,
                    scope=part,
                    metering_point=self.point,
                    energy_type=energy_type,
                    granularities=(granularity,),
                    fetched_at=part.end + days_later * DAY,
                    outcome=outcome,
                )
            ]
        )

    def rows(self, part: Interval) -> list[Row]:
        if self.point == EAN:
            return quarters(part.start, [1.0] * (part.duration // timedelta(minutes=15)))
        return [
            Row(
                start=part.start + number * HOUR,
                end=part.start + (number + 1) * HOUR,
                metering_point=GAS_EAN,
                energy_type="gas",
                granularity="PT1H",
            )
            for number in range(part.duration // HOUR)
        ]

    def told(self, customer_id: str) -> tuple[Progress, list[Finding]]:
        """All that is told of one of them, alone and on the board."""
        board = Board(self.store, self.office, lambda: NOW, store_path=self.path)
        board.refresh()
        [progress] = board.find(text=customer_id).rows
        assert board.refresh_customer(customer_id) == progress
        return progress, why_no_data(self.store, self.office, customer_id, now=NOW)


@pytest.mark.parametrize("point", KINDS)
def test_what_is_told_of_who_moved_out_does_not_change_with_what_comes_later(
    tmp_path: Path, point: str
) -> None:
    here = Neighbours(tmp_path / "kwartier.duckdb", point)
    here.bring(BEFORE, 0.5)
    before = here.told("former")
    here.bring(Interval(MOVED, MOVED + 2 * DAY), 0.5)
    here.bring(AFTER, 0.3, Outcome.FAILED)
    assert here.told("former") == before
    assert before[0].stage is Stage.ENDED
    assert [one.cause for one in before[1]] == [Cause.MOVED_OUT]


@pytest.mark.parametrize("point", KINDS)
def test_who_moved_in_has_no_data_before_its_own_came(tmp_path: Path, point: str) -> None:
    here = Neighbours(tmp_path / "kwartier.duckdb", point)
    without = here.told("later")
    here.bring(BEFORE, 0.5)
    assert here.told("later") == without
    assert without[0].stage is Stage.APPROVED
    assert Stage.FIRST_DATA not in without[0].reached
    here.bring(Interval(MOVED, DUE_END), 0.5)
    progress, [finding] = here.told("later")
    assert (progress.stage, finding.cause) == (Stage.COMPLETE, Cause.COMPLETE)
    assert progress.reached[Stage.FIRST_DATA] == DUE_END + DAY / 2
