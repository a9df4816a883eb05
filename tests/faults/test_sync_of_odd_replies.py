"""A sync of replies that can be read but are odd: without a value, twice, or not asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.compute as pc
import pytest

from support.damaged_sync import (
    DAYS,
    FETCHES,
    NOW,
    QUARTERS,
    SAME,
    Difference,
    Home,
    changing,
    on_energy_of,
    slices,
    total,
)


def test_a_kind_of_metering_that_nobody_knows_is_read_all_the_same(home: Home) -> None:
    def rename(content: Any) -> None:
        content["data"]["headpoint"]["$type"] = "metering-by-satellite"

    report = home.sync(on_energy_of(QUARTERS, changing(rename)))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.difference() == SAME
    assert {row["metering_type"] for row in home.values(QUARTERS)} == {"metering-by-satellite"}
    assert home.sync().revised == 0


def test_a_null_is_kept_as_missing_and_never_counted_as_present(home: Home) -> None:
    def forget(content: Any) -> None:
        total(slices(content)[7])["value"] = None

    undamaged = home.sync(on_energy_of(QUARTERS, changing(forget)))
    assert (undamaged.failed, undamaged.undecoded) == (0, 0)
    missing = [row for row in home.values(QUARTERS) if row["value"] is None]
    assert len(missing) == 1
    assert home.difference() == Difference(missing=1, surplus=1)
    assert present(home) == len(home.values(QUARTERS)) - 1
    home.sync()
    assert home.difference().missing == 1, "a gap until gaps are asked for again"


def present(home: Home) -> int:
    counted: int = pc.sum(home.store.coverage([QUARTERS])["present"]).as_py()
    return counted


def test_a_null_that_is_filled_later_is_revised(home: Home) -> None:
    def forget(content: Any) -> None:
        for one in slices(content)[-96 * 12 :]:
            total(one)["value"] = None

    home.sync(on_energy_of(QUARTERS, changing(forget)))
    lost = home.difference(QUARTERS).missing
    home.emulator.world.clock.set(NOW + timedelta(days=12))
    report = home.sync()
    assert report.revised > 0, "estimates that gave way to the meter's reading came with values"
    assert home.difference(QUARTERS).missing < lost


def test_a_slice_that_comes_twice_alike_counts_once(home: Home) -> None:
    def repeat(content: Any) -> None:
        some = slices(content)
        some.append(some[3])

    report = home.sync(on_energy_of(QUARTERS, changing(repeat)))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.difference() == SAME


def test_of_a_slice_that_comes_twice_with_other_values_the_last_counts_and_it_is_told(
    home: Home,
) -> None:
    def contradict(content: Any) -> None:
        some = slices(content)
        start, end = some[3]["start"], some[3]["end"]
        value = {**total(some[3]), "value": 99.5}
        measured = [{"offtake": {"total": value}}]
        some.insert(0, {"start": start, "end": end, "measurements": measured})

    report = home.sync(on_energy_of(QUARTERS, changing(contradict)))
    assert (report.failed, report.undecoded) == (0, 1)
    assert home.difference() == SAME
    assert home.sync().revised == 0


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("receiver", ["the newer window", "the older window"])
def test_a_slice_outside_the_request_never_takes_the_place_of_one_that_was_asked_for(
    home: Home, receiver: str, concurrency: int
) -> None:
    """What another window of the same sync says of its own days counts, whichever comes last."""
    newer = receiver == "the newer window"
    stray = (
        datetime(2026, 3, 10, 23, tzinfo=UTC) if newer else datetime(2026, 11, 9, 23, tzinfo=UTC)
    )

    def add(content: Any) -> None:
        some = slices(content)
        if (some[0]["start"] > "2026-03-01") is not newer:
            return
        value = {"value": 99.5, "unit": "kWh", "validationState": "READ"}
        some.append(
            {
                "start": f"{stray:%Y-%m-%dT%H:%M:%SZ}",
                "end": f"{stray + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
                "measurements": [{"offtake": {"day": value, "night": value}}],
            }
        )

    report = home.sync(on_energy_of(DAYS, changing(add)), concurrency=concurrency)
    assert (report.failed, report.beyond_consent) == (0, 0)
    assert report.unasked == 2, "a day of two registers"
    assert home.difference() == SAME


def test_a_slice_outside_the_mandate_is_not_kept_and_counted(home: Home) -> None:
    def add(content: Any) -> None:
        some = slices(content)
        for start, end in (
            ("2026-01-30T23:00:00Z", "2026-01-31T23:00:00Z"),
            ("2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
        ):
            some.append({**some[0], "start": start, "end": end})

    report = home.sync(on_energy_of(DAYS, changing(add), times=1))
    assert report.beyond_consent == 8, "two days of four registers"
    assert home.difference() == SAME


def test_values_of_a_granularity_that_no_mandate_opens_are_not_kept(home: Home) -> None:
    def add(content: Any) -> None:
        meter = content["data"]["headpoint"]["physicalMeters"][0]
        meter["quarterHourlyEnergy"] = [
            {
                "start": "2026-11-10T23:00:00Z",
                "end": "2026-11-10T23:15:00Z",
                "measurements": [{"offtake": {"total": {"value": 1.0, "unit": "kWh"}}}],
            }
        ]

    report = home.sync(on_energy_of(DAYS, changing(add)))
    assert report.beyond_consent == FETCHES[DAYS]
    assert home.difference() == SAME
