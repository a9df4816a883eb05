"""What Fluvius holds of an EAN: sums, arrival, estimates, gaps, factors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.arrival import LONGEST_DELAY, NEVER, arrival
from kwartier.emulator.metering.electricity import quarter_load
from kwartier.emulator.metering.gas import factors, month_closes
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import Household, household_of
from kwartier.emulator.metering.local_calendar import Days, day_number, start_quarter
from kwartier.emulator.metering.series import Series, days_read, days_stored
from kwartier.vocabulary.local_time import BRUSSELS, day_start

MUCH_LATER = datetime(2031, 1, 1, tzinfo=UTC).timestamp()
YEAR = (day_number(date(2025, 11, 1)), day_number(date(2026, 11, 1)))

SOLAR, PLAIN, GAS_HOME = "541440110000000001", "541440010000000002", "541441010000000003"

eans = st.builds(
    lambda block, serial: f"5414{block}000000{serial:03d}",
    st.sampled_from(["40000", "40110", "41000", "41010", "50002", "50112", "40222", "51222"]),
    st.integers(0, 899),
)
instants = st.integers(
    int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()),
)


def day(number: date) -> int:
    return day_number(number)


def sums(series: Series, name: str, bounds: np.ndarray) -> list[int]:
    """The sum of a column over each day."""
    which = np.searchsorted(bounds * 900, series.starts, side="right") - 1
    totals = np.zeros(len(bounds) - 1, dtype=np.int64)
    np.add.at(totals, which, series.columns[name])
    return totals.tolist()


def whole_days(home: Household, days: Days, fine: Series) -> np.ndarray:
    """Which days lack none of their quarters or hours."""
    step = 4 if home.energy_type == "gas" else 1
    which = np.searchsorted(days.bounds * 900, fine.starts, side="right") - 1
    counts = np.bincount(which, minlength=days.end - days.first)
    return np.asarray(counts * step == np.diff(days.bounds))


@pytest.mark.parametrize("ean", [SOLAR, PLAIN, "541440010000000307", "541440110000000645"])
@pytest.mark.parametrize("asked", [MUCH_LATER, datetime(2026, 10, 31, tzinfo=UTC).timestamp()])
def test_quarters_add_up_to_the_registers(ean: str, asked: float) -> None:
    home, days = household_of(ean, 1), Days("electricity", *YEAR)
    found = held(home, days, asked)
    arrived = np.isin(days.bounds[:-1] * 900, found.days.starts)
    whole = whole_days(home, days, found.fine) & arrived
    assert whole.sum() > 340
    for direction in ("offtake", "injection") if home.injects else ("offtake",):
        columns = found.days.columns
        registers = columns[f"{direction}_day"] + columns[f"{direction}_night"]
        from_quarters = np.array(sums(found.fine, direction, days.bounds))
        assert from_quarters[whole].tolist() == registers[whole[arrived]].tolist()


def test_each_tariff_adds_up_even_while_estimated() -> None:
    home, days = household_of(PLAIN, 1), Days("electricity", *YEAR)
    load = quarter_load(home, days)
    came = arrival(home, days)
    never = np.flatnonzero((came.estimated_count > 0) & (came.replaced == NEVER))
    waiting = np.flatnonzero((came.estimated_count > 0) & (came.missing_count == 0))
    assert len(waiting) > 0
    for number in waiting.tolist():
        one = Days("electricity", days.first + number, days.first + number + 1)
        found = held(home, one, float(came.stored[number]))
        tariff = load.day_tariff[np.isin(load.quarters * 900, found.fine.starts)]
        offtake = found.fine.columns["offtake"]
        assert offtake[tariff].sum() == found.days.columns["offtake_day"].sum()
        assert offtake[~tariff].sum() == found.days.columns["offtake_night"].sum()
        assert found.fine.estimated.sum() > 0
    assert set(never.tolist()) <= set(np.flatnonzero(came.estimated_count).tolist())


def test_hours_of_gas_add_up_to_the_gas_day() -> None:
    home, days = household_of(GAS_HOME, 1), Days("gas", *YEAR)
    found = held(home, days, MUCH_LATER)
    whole = whole_days(home, days, found.fine)
    hourly = np.array(sums(found.fine, "litres", days.bounds))
    assert whole.sum() > 350
    assert hourly[whole].tolist() == found.days.columns["litres"][whole].tolist()
    assert {(b - a) // 3600 for a, b in zip(found.days.starts, found.days.ends, strict=True)} == {
        23,
        24,
        25,
    }


@pytest.mark.parametrize(
    ("ean", "when", "slices"),
    [
        (PLAIN, date(2026, 3, 29), 92),
        (PLAIN, date(2026, 10, 25), 100),
        (PLAIN, date(2026, 11, 2), 96),
        (GAS_HOME, date(2026, 3, 28), 23),
        (GAS_HOME, date(2026, 10, 24), 25),
        (GAS_HOME, date(2026, 10, 25), 24),
    ],
)
def test_clock_change_days_are_whole_and_seamless(ean: str, when: date, slices: int) -> None:
    home = household_of(ean, 1)
    found = held(home, Days(home.energy_type, day(when), day(when) + 1), MUCH_LATER)
    assert len(found.fine) == slices
    assert found.fine.starts[0] == found.days.starts[0]
    assert found.fine.ends[-1] == found.days.ends[0]
    assert found.fine.starts[1:].tolist() == found.fine.ends[:-1].tolist()
    assert found.days.starts[0] == day_start(when, home.energy_type).timestamp()


@given(ean=eans, asked=instants, span=st.integers(1, 40), cut=st.integers(1, 39))
@settings(max_examples=30, deadline=None)
def test_any_window_holds_the_same_slices(ean: str, asked: int, span: int, cut: int) -> None:
    home = household_of(ean, 1)
    last = days_read(home, asked, asked).first
    whole = held(home, Days(home.energy_type, last - span, last + 1), asked)
    part = held(home, Days(home.energy_type, last - min(cut, span), last + 1), asked)
    for all_of, some in ((whole.days, part.days), (whole.fine, part.fine)):
        if not len(some):
            continue
        tail = all_of.where(all_of.starts >= some.starts[0])
        assert tail.starts.tolist() == some.starts.tolist()
        assert tail.stored.tolist() == some.stored.tolist()
        assert tail.estimated.tolist() == some.estimated.tolist()
        for name in some.columns:
            assert tail.columns[name].tolist() == some.columns[name].tolist()


@given(ean=eans, asked=instants)
@settings(max_examples=30, deadline=None)
def test_nothing_is_there_before_it_is_measured_and_stored(ean: str, asked: int) -> None:
    home = household_of(ean, 1)
    found = held(home, days_read(home, asked - 20 * 86_400, asked + 5 * 86_400), asked)
    for series in (found.days, found.fine):
        assert (series.stored <= asked).all()
        assert (series.stored > series.ends).all()


@given(ean=eans, asked=instants)
@settings(max_examples=20, deadline=None)
def test_storing_never_takes_longer_than_promised(ean: str, asked: int) -> None:
    home = household_of(ean, 1)
    days = days_read(home, asked, asked + 200 * 86_400)
    came = arrival(home, days)
    starts = days.bounds[:-1] * 900
    replaced = np.where(came.replaced == NEVER, came.stored, came.replaced)
    assert (np.maximum(came.stored, replaced) - starts).max() < LONGEST_DELAY
    found = held(home, days_stored(home, asked, asked + 86_400), asked + 86_400)
    recent = (found.fine.stored >= asked) & (found.fine.stored < asked + 86_400)
    more = held(home, days_read(home, asked - 60 * 86_400, asked + 86_400), asked + 86_400)
    assert recent.sum() == ((more.fine.stored >= asked) & (more.fine.stored < asked + 86_400)).sum()


def test_electricity_arrives_the_next_morning() -> None:
    home, days = household_of(PLAIN, 1), Days("electricity", *YEAR)
    came = arrival(home, days)
    nights = [start_quarter(number + 1, "electricity") * 900 for number in days.numbers.tolist()]
    late = came.stored - np.array(nights) > 12 * 3600
    assert 0 < late.mean() < 0.06
    for stored in came.stored[~late].tolist():
        local = datetime.fromtimestamp(stored, UTC).astimezone(BRUSSELS)
        assert 3 <= local.hour < 10


def test_gas_arrives_after_thirty_to_sixty_hours() -> None:
    home, days = household_of(GAS_HOME, 1), Days("gas", *YEAR)
    hours = (arrival(home, days).stored - days.bounds[1:] * 900) / 3600
    usual = hours[hours < 60]
    assert hours.min() >= 30
    assert 0.94 < len(usual) / len(hours) < 1


def test_a_history_surely_shows_gaps_estimates_and_late_days() -> None:
    late = gaps = waiting = for_good = 0
    for serial in range(25):
        home = household_of(f"541440110000000{serial:03d}", 1)
        days = Days("electricity", YEAR[0] - 30, YEAR[1])
        came = arrival(home, days)
        late += int((came.stored > days.bounds[1:] * 900 + 14 * 3600).sum())
        gaps += int((came.missing_count > 0).sum())
        waiting += int((came.estimated_count > 0).sum())
        for_good += int(((came.estimated_count > 0) & (came.replaced == NEVER)).sum())
    assert 120 < late < 280
    assert 5 < gaps < 25
    assert 100 < waiting < 210
    assert 4 < for_good < 35


def test_a_reading_replaces_an_estimate_and_moves_its_insert_time() -> None:
    home, days = household_of(SOLAR, 1), Days("electricity", *YEAR)
    came = arrival(home, days)
    number = int(np.flatnonzero((came.estimated_count > 0) & (came.replaced != NEVER))[0])
    one = Days("electricity", days.first + number, days.first + number + 1)
    replaced = float(came.replaced[number])
    before, after = held(home, one, replaced - 1).fine, held(home, one, replaced).fine
    assert before.estimated.sum() == (after.stored == replaced).sum() > 0
    assert not after.estimated.any()
    assert before.starts.tolist() == after.starts.tolist()
    assert before.columns["offtake"].sum() == after.columns["offtake"].sum()
    block = before.estimated
    assert np.ptp(before.columns["offtake"][block]) <= np.ptp(after.columns["offtake"][block])


def test_a_gap_is_in_the_quarters_and_not_in_the_registers() -> None:
    home, days = household_of(PLAIN, 1), Days("electricity", YEAR[0] - 730, YEAR[1])
    came = arrival(home, days)
    number = int(np.flatnonzero(came.missing_count)[0])
    one = Days("electricity", days.first + number, days.first + number + 1)
    found = held(home, one, MUCH_LATER)
    load = quarter_load(home, one)
    assert len(load.quarters) - len(found.fine) == came.missing_count[number]
    assert (
        found.days.columns["offtake_day"][0] + found.days.columns["offtake_night"][0]
        == load.offtake.sum()
    )


def test_the_factor_is_definitive_once_the_month_is_closed() -> None:
    home = household_of(GAS_HOME, 1)
    october = Days("gas", day(date(2026, 10, 1)), day(date(2026, 11, 1)))
    closing = datetime(2026, 11, 5, 5, tzinfo=UTC)
    assert month_closes((2026 - 1970) * 12 + 9) == closing.timestamp()
    before = held(home, october, (closing - timedelta(seconds=1)).timestamp()).days
    after = held(home, october, closing.timestamp()).days
    assert not before.definitive.any()
    assert after.definitive.all()
    same = after.where(np.isin(after.starts, before.starts))
    assert same.stored.tolist() == before.stored.tolist()
    assert same.columns["litres"].tolist() == before.columns["litres"].tolist()
    assert (same.columns["energy"] != before.columns["energy"]).all()


def test_factors_are_those_of_the_month_in_which_the_gas_day_starts() -> None:
    numbers = np.array([day(date(2026, 9, 30)), day(date(2026, 10, 1)), day(date(2026, 10, 31))])
    factor = factors(1, "coast", numbers, MUCH_LATER).known
    assert factor[1] == factor[2] != factor[0]
    assert 110_000 < factor.min() <= factor.max() < 120_000


def test_a_registration_not_switched_on_has_days_only() -> None:
    for ean in ("541440010000000901", "541441010000000901"):
        home = household_of(ean, 1)
        found = held(home, days_read(home, MUCH_LATER - 1e7, MUCH_LATER - 9e6), MUCH_LATER)
        assert len(found.fine) == 0
        assert len(found.days) > 5


def test_the_future_holds_nothing() -> None:
    home, asked = household_of(PLAIN, 1), datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
    found = held(home, days_read(home, asked + 10 * 86_400, asked + 20 * 86_400), asked)
    assert len(found.days) == len(found.fine) == 0


@pytest.mark.parametrize(
    ("ean", "sums"),
    [
        ("541440000000000001", {"offtake": 28598}),
        ("541440010000000217", {"offtake": 23418}),
        ("541440100000000402", {"offtake": 42994, "injection": 43818}),
        ("541440110000000001", {"offtake": 11402, "injection": 38160}),
        ("541441000000000003", {"litres": 14565}),
        ("541441010000000703", {"litres": 4294}),
        ("541450112000000001", {"offtake": 305748, "injection": 443257, "production": 705396}),
        ("541451012000000001", {"litres": 202639, "definitive_energy": 2301086}),
    ],
)
def test_values_do_not_change_from_release_to_release(ean: str, sums: dict[str, int]) -> None:
    home, first = household_of(ean, 1), day_number(date(2026, 3, 28))
    fine = held(home, Days(home.energy_type, first, first + 3), MUCH_LATER).fine
    assert {name: int(fine.columns[name].sum()) for name in sums} == sums
