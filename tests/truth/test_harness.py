"""The harness itself: what differs is found and told, and what is the same is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from kwartier.store import open_store
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.local_time import day_of
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from support.measured import EAN, Row, answer, measurements, quarter, quarters
from truth.checks import clock_changes
from truth.compare import COLUMNS, compare, held_of, touched_by
from truth.fewest_pages import fewest_pages
from truth.figures import Figures
from truth.long_story import long_story
from truth.minimum import fewest_requests
from truth.permitted import found_in_bytes, outside, spans, spans_of_consents
from truth.story import OWNERS, REREAD, Consent, Grant, Story, Withdraw

T0 = datetime(2026, 3, 28, 23, tzinfo=UTC)
NOW = T0 + timedelta(days=30)
SINCE = T0 - timedelta(days=30)
KNOWN = quarters(T0, [1.0, 2.0, 3.0, 4.0])


def table(rows: list[Row], **more: pa.Array) -> pa.Table:
    told = measurements(rows).rename_columns({"metering_point": "ean"}).select(list(COLUMNS))
    for name, column in more.items():
        told = told.append_column(name, column)
    return told


def truth(rows: list[Row], *, permitted: int | None = None) -> pa.Table:
    """The first ``permitted`` of them are (None: all)."""
    count = len(rows) if permitted is None else permitted
    return table(rows, permitted=pa.array([place < count for place in range(len(rows))]))


def verdicts(held: list[Row], told: pa.Table, **more: object) -> dict[str, int]:
    found = compare(table(held), told, now=NOW, since=SINCE, **more)  # type: ignore[arg-type]
    return {name: count for name, count in found.counts().items() if count and name != "compared"}


def other(place: int, **columns: object) -> list[Row]:
    """What is known, but for one slice."""
    rows = list(KNOWN)
    rows[place] = quarter(rows[place].start, **{"value": rows[place].value, **columns})  # type: ignore[arg-type]
    return rows


def test_the_same_on_both_sides_is_the_truth() -> None:
    found = compare(table(KNOWN), truth(KNOWN), now=NOW, since=SINCE)
    assert (found.holds, found.compared) == (True, 4)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (KNOWN[:3], {"lost": 1}),
        ([*KNOWN, quarter(T0 + timedelta(days=1))], {"invented": 1}),
        (other(2, value=3.001), {"changed": 1}),
        (other(2, value=None), {"changed": 1}),
        (other(2, validation_state="EST"), {"state": 1}),
        (other(2, gas_conversion_factor="D"), {"state": 1}),
        (other(2, meter_id="1SAG1100000002"), {"lost": 1, "invented": 1}),
    ],
)
def test_every_difference_is_told_by_its_kind(held: list[Row], expected: dict[str, int]) -> None:
    assert verdicts(held, truth(KNOWN)) == expected


def test_what_no_mandate_permits_is_beyond_and_what_was_finished_stays_as_it_was() -> None:
    assert verdicts(KNOWN, truth(KNOWN, permitted=3)) == {"beyond": 1}
    later = truth(other(3, value=9.0), permitted=3)
    assert verdicts(KNOWN, later, kept=table(KNOWN)) == {}
    assert verdicts(KNOWN[:3], later, kept=table(KNOWN)) == {"lost": 1}
    assert verdicts(other(3, value=9.0), later, kept=table(KNOWN)) == {"changed": 1}


def test_of_what_is_unsettled_only_what_may_not_be_held_is_judged() -> None:
    assert verdicts(KNOWN[:2], truth(KNOWN, permitted=3), unsettled=[EAN]) == {}
    assert verdicts(KNOWN, truth(KNOWN, permitted=3), unsettled=[EAN]) == {"beyond": 1}


def test_a_difference_names_the_slice_both_values_and_the_fetches_but_no_ean(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path / "kwartier.duckdb", create=True)
    store.commit([answer(other(1, value=7.0))])
    found = compare(held_of(store, [EAN]), truth(KNOWN), now=NOW, since=SINCE)
    (told,) = [str(touched_by(store, each)) for each in found.examples]
    assert "expected 2 READ" in told.replace("2.0", "2")
    assert "found 7 READ" in told.replace("7.0", "7")
    assert "2026-03-28T23:15/2026-03-28T23:30" in told
    assert "fetch backfill readTime" in told
    assert EAN not in told


def test_periods_say_what_may_be_held_of_which_granularity() -> None:
    mandate = {
        "status": "Finished",
        "ean": EAN,
        "dataServiceType": "VH_kwartier_uur",
        "dataPeriodFrom": T0.isoformat(),
        "dataPeriodTo": (T0 + timedelta(minutes=45)).isoformat(),
    }
    rows = [
        {"metering_point": EAN, "granularity": "PT15M", "start": row.start, "end": row.end}
        for row in KNOWN
    ]
    assert outside(rows, spans([mandate])) == rows[3:]
    assert outside(rows, spans([{**mandate, "status": "Rejected"}])) == rows
    assert outside(rows, spans([{**mandate, "dataServiceType": "VH_dag"}])) == rows


def test_words_are_found_in_the_bytes_of_any_file(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"\x00\x011SAG1\xff")
    assert found_in_bytes(tmp_path, ["1SAG1", "1SAG2"]) == {"1SAG1"}


def test_a_perfect_planner_asks_once_for_the_past_and_then_once_a_day() -> None:
    moments = tuple(NOW + timedelta(days=day) for day in range(10))
    grant = Grant(
        ean=EAN,
        service="VH_dag",
        reference="A",
        since=NOW - timedelta(days=200),
        expires=moments[7],
    )
    story = Story(moments=moments, deeds={0: [grant]}, checks=frozenset())
    windows, deltas, rest_before_expiry = 2, 6, 1
    assert fewest_requests(story) == windows + deltas + rest_before_expiry


def test_a_perfect_planner_asks_eneco_for_a_page_a_day_and_for_the_last_days_again() -> None:
    owner = OWNERS[0].id
    moments = tuple(NOW.replace(hour=12) + timedelta(days=day) for day in range(4))
    start = day_of(moments[0] - timedelta(days=30), HEAT)
    consent = Consent(owner=owner, start=start, end=day_of(moments[3], HEAT))
    story = Story(moments=moments, deeds={0: [consent]}, checks=frozenset())
    first, again = 31, REREAD // timedelta(days=1) + 1
    assert fewest_pages(story) == first + 2 * again
    assert story.losing(3) == {owner}
    withdrawn = Story(
        moments=moments, deeds={0: [consent], 2: [Withdraw(owner=owner)]}, checks=frozenset()
    )
    assert fewest_pages(withdrawn) == first + again


def test_contracts_say_what_may_be_held_of_data_owners() -> None:
    consent = Consent(owner="o", start=date(2026, 3, 29), end=date(2026, 3, 30))
    allowed = spans_of_consents([consent])
    hours = [T0 + timedelta(hours=number) for number in range(24)]
    rows = [
        {"metering_point": "o", "granularity": "PT1H", "start": at, "end": at + timedelta(hours=1)}
        for at in hours
    ]
    assert outside(rows, allowed) == rows[23:], "the day has 23 hours"


def test_the_long_story_is_the_same_again_and_tells_of_everything() -> None:
    story = long_story(7, days=1_100, points=50, owners=10)
    assert story == long_story(7, days=1_100, points=50, owners=10)
    assert (len(story.eans), len(story.owners)) == (50, 10)
    kinds = {getattr(deed, "kind", type(deed).__name__) for deed in story.all_deeds()}
    assert kinds >= {
        "Grant",
        "Finish",
        "Consent",
        "Withdraw",
        "customer-change",
        "combined-switch",
        "move",
        "disconnection",
        "supplier-switch",
        "meter-exchange",
        "quarter-hours-on",
        "late-data",
        "re-estimation",
        "contract-ended",
    }
    days = [day for day, _, _ in clock_changes(story, story.moments[0])]
    assert days == [
        "2024-03-31",
        "2024-10-27",
        "2025-03-30",
        "2025-10-26",
        "2026-03-29",
        "2026-10-25",
    ]


def test_a_run_is_gone_on_with_from_its_figures(tmp_path: Path) -> None:
    figures = Figures(next=3)
    figures.part(FLUVIUS).interrupted["commit"] = 2
    figures.part(ENECO).interrupted["full disk"] = 1
    figures.part(ENECO).tally.compared = 5
    figures.save(tmp_path / "figures.json")
    again = Figures.load(tmp_path / "figures.json")
    assert (again.next, again.kills, again.full_disks) == (3, 2, 1)
    assert (again.of[ENECO].tally.compared, again.counts()) == (5, {"compared": 5})
    assert again.holds
