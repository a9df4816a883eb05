"""Households are plausible, and any window of their load comes out the same."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.electricity import quarter_load
from kwartier.emulator.metering.gas import hour_load
from kwartier.emulator.metering.household import household_of
from kwartier.emulator.metering.local_calendar import Days, day_number

YEAR = (day_number(date(2025, 11, 1)), day_number(date(2026, 11, 1)))
MONTHS = [2880, 2976, 2976, 2688, 2972, 2880, 2976, 2880, 2976, 2976, 2880, 2980]

sandbox_eans = st.builds(
    lambda block, serial: f"54144{block}0000000{serial:03d}",
    st.sampled_from(["000", "001", "010", "011"]),
    st.integers(0, 999),
)
days_of_years = st.integers(day_number(date(2023, 1, 1)), day_number(date(2029, 1, 1)))


def electricity(block: str, hundreds: int) -> list[tuple[float, float, float]]:
    """Offtake and injection (kWh a year) and mean month peak (kW) of a few households."""
    found = []
    for serial in range(0, 30, 3):
        home = household_of(f"54144{block}0000000{hundreds}{serial:02d}", 1)
        load = quarter_load(home, Days("electricity", *YEAR))
        months = np.split(load.offtake, np.cumsum(MONTHS)[:-1])
        peak = float(np.mean([month.max() * 4 / 1000 for month in months]))
        found.append((load.offtake.sum() / 1000, load.injection.sum() / 1000, peak))
    return found


@given(ean=sandbox_eans, first=days_of_years, count=st.integers(1, 8), cut=st.integers(0, 7))
@settings(max_examples=30, deadline=None)
def test_any_window_of_electricity_is_the_same(ean: str, first: int, count: int, cut: int) -> None:
    home, cut = household_of(ean, 1), min(cut, count - 1)
    whole = quarter_load(home, Days("electricity", first, first + count))
    part = quarter_load(home, Days("electricity", first + cut, first + count))
    size = len(part.quarters)
    assert whole.quarters[-size:].tolist() == part.quarters.tolist()
    assert whole.offtake[-size:].tolist() == part.offtake.tolist()
    assert whole.injection[-size:].tolist() == part.injection.tolist()
    assert whole.day_tariff[-size:].tolist() == part.day_tariff.tolist()


@given(serial=st.integers(0, 999), first=days_of_years, count=st.integers(2, 8))
@settings(max_examples=20, deadline=None)
def test_any_window_of_gas_is_the_same(serial: int, first: int, count: int) -> None:
    home = household_of(f"541441010000000{serial:03d}", 1)
    whole = hour_load(home, Days("gas", first, first + count))
    part = hour_load(home, Days("gas", first + 1, first + count))
    assert whole.litres[-len(part.litres) :].tolist() == part.litres.tolist()
    assert whole.litres.min() >= 0


def test_a_plain_household_takes_what_households_take() -> None:
    for offtake, injection, peak in electricity("001", 0):
        assert 2_300 < offtake < 4_700
        assert injection == 0
        assert 2.8 < peak < 4.8


def test_an_electric_vehicle_adds_its_charging_and_its_peak() -> None:
    plain = np.mean([offtake for offtake, _, _ in electricity("001", 0)])
    loads = electricity("001", 2)
    assert 1_800 < np.mean([offtake for offtake, _, _ in loads]) - plain < 3_500
    assert all(7 < peak < 16 for _, _, peak in loads)


def test_a_heat_pump_adds_three_to_five_megawatt_hours() -> None:
    plain = np.mean([offtake for offtake, _, _ in electricity("001", 0)])
    heated = np.mean([offtake for offtake, _, _ in electricity("001", 4)])
    assert 3_000 < heated - plain < 5_000


def test_solar_panels_inject_most_and_spare_some() -> None:
    plain = np.mean([offtake for offtake, _, _ in electricity("001", 0)])
    loads = electricity("011", 0)
    assert all(2_000 < injection < 5_000 for _, injection, _ in loads)
    assert 700 < plain - np.mean([offtake for offtake, _, _ in loads]) < 2_500


def test_some_quarters_go_both_ways() -> None:
    home = household_of("541440110000000001", 1)
    load = quarter_load(home, Days("electricity", *YEAR))
    both = (load.offtake > 0) & (load.injection > 0)
    assert 200 < both.sum() < 5_000
    assert np.minimum(load.offtake, load.injection).max() <= 25


def test_no_sun_shines_at_night() -> None:
    home = household_of("541440110000000001", 1)
    load = quarter_load(home, Days("electricity", *YEAR))
    night = (load.quarters % 96 < 8) | (load.quarters % 96 > 88)
    assert load.injection[night].sum() == 0


def test_a_shop_is_busy_on_working_days() -> None:
    home = household_of("541440010000000801", 1)
    load = quarter_load(home, Days("electricity", *YEAR))
    assert load.offtake[load.day_tariff].sum() > 2 * load.offtake[~load.day_tariff].sum()


@pytest.mark.parametrize(
    ("hundreds", "low", "high"), [(0, 900, 1_650), (4, 60, 200), (7, 250, 750)]
)
def test_gas_follows_the_kind_of_household(hundreds: int, low: int, high: int) -> None:
    for serial in range(0, 30, 6):
        home = household_of(f"541441010000000{hundreds}{serial:02d}", 1)
        cubic_metres = hour_load(home, Days("gas", *YEAR)).litres.sum() / 1000
        assert low < cubic_metres < high


def test_most_gas_is_burnt_when_it_is_cold() -> None:
    home = household_of("541441010000000001", 1)
    winter = Days("gas", day_number(date(2026, 1, 1)), day_number(date(2026, 2, 1)))
    summer = Days("gas", day_number(date(2026, 7, 1)), day_number(date(2026, 8, 1)))
    assert hour_load(home, winter).litres.sum() > 5 * hour_load(home, summer).litres.sum()


def test_another_world_has_other_data() -> None:
    days = Days("electricity", YEAR[0], YEAR[0] + 2)
    first, second = (
        quarter_load(household_of("541440010000000001", seed), days).offtake.tolist()
        for seed in (1, 2)
    )
    assert first != second


def test_traits_are_read_off_the_ean() -> None:
    plain, solar = household_of("541440010000000001", 1), household_of("541440110000000001", 1)
    assert (plain.solar_peak, solar.injects) == (0, True)
    assert household_of("541440010000000901", 1).fine_series is False
    gas = household_of("541441010000000001", 1)
    assert (gas.energy_type, gas.meter_id[:4], len(gas.meter_id)) == ("gas", "1FLO", 14)
    assert (plain.meter_id[:4], len(plain.meter_id)) == ("1SAG", 14)


def test_a_company_takes_many_homes_worth() -> None:
    for serial in range(5):
        load = quarter_load(
            household_of(f"541450010000000{serial:03d}", 1), Days("electricity", *YEAR)
        )
        assert 15_000 < load.offtake.sum() / 1000 < 120_000
