"""What headpoints and sub-headpoints register hangs together as energy does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.electricity import quarter_load
from kwartier.emulator.metering.gas import hour_load
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import household_of
from kwartier.emulator.metering.local_calendar import Days, day_number
from kwartier.emulator.metering.registers import column
from kwartier.vocabulary.energy import ELECTRICITY, GAS

LATER = datetime(2031, 1, 1, tzinfo=UTC).timestamp()
FIRST, LAST = day_number(date(2023, 1, 1)), day_number(date(2029, 1, 1))
FLOWS = ("offtake", "injection", "production", "auxiliary", "tenant")

eans = st.builds(
    lambda digits, serial: f"5414{digits}000000{serial:03d}",
    st.sampled_from(["50000", "50011", "50012", "50110", "50111", "50112", "40212", "50212"]),
    st.integers(0, 999),
)
days = st.builds(
    lambda first, count: Days(ELECTRICITY, first, first + count),
    st.one_of(st.integers(FIRST, LAST), st.just(day_number(date(2026, 3, 28)))),
    st.integers(1, 4),
)


@given(ean=eans, days=days)
@settings(max_examples=40, deadline=None)
def test_energy_is_neither_made_nor_lost(ean: str, days: Days) -> None:
    home = household_of(ean, 1)
    load = quarter_load(home, days)
    assert all(getattr(load, flow).min() >= 0 for flow in FLOWS)
    used = load.offtake + load.production - load.injection
    assert used.tolist() == load.consumption.tolist()
    assert (load.auxiliary + load.tenant <= used).all()
    if home.connection.plant:
        assert load.auxiliary.min() > 0
    if not home.injects:
        assert load.injection.sum() == 0


@given(ean=eans, days=days)
@settings(max_examples=20, deadline=None)
def test_any_window_shows_the_same_in_every_register(ean: str, days: Days) -> None:
    home = household_of(ean, 1)
    more = Days(days.energy_type, days.first - 2, days.end)
    for few, many in (
        (held(home, days, LATER).fine, held(home, more, LATER).fine),
        (held(home, days, LATER).days, held(home, more, LATER).days),
    ):
        assert few.columns.keys() == many.columns.keys()
        for name, values in few.columns.items():
            assert many.columns[name][len(many) - len(few) :].tolist() == values.tolist()


@given(ean=eans, days=days)
@settings(max_examples=30, deadline=None)
def test_quarters_add_up_to_the_days_in_every_register(ean: str, days: Days) -> None:
    found = held(household_of(ean, 1), days, LATER)
    bounds = np.searchsorted(found.fine.starts, days.bounds * 900)
    for day, (first, end) in enumerate(pairwise(bounds.tolist())):
        if end - first < days.bounds[day + 1] - days.bounds[day]:
            continue
        for name, values in found.fine.columns.items():
            names = [column(name, each) for each in ("day", "night")] if name in FLOWS else [name]
            assert values[first:end].sum() == sum(found.days.columns[each][day] for each in names)


@given(ean=eans, days=days)
@settings(max_examples=20, deadline=None)
def test_reactive_energy_goes_with_the_active(ean: str, days: Days) -> None:
    home = household_of(ean, 1)
    fine = held(home, days, LATER).fine
    for flow in FLOWS:
        if flow not in fine.columns:
            continue
        inductive, capacitive = (fine.columns[column(flow, n)] for n in ("inductive", "capacitive"))
        read = ~fine.estimated
        assert (np.minimum(inductive, capacitive)[read] == 0).all()
        assert (inductive + capacitive <= 0.61 * fine.columns[flow] + 1)[read].all()
    both = fine.columns["offtake_inductive"] + fine.columns["offtake_capacitive"]
    assert fine.columns["offtake_reactive"].tolist() == both.tolist()
    assert "injection_reactive" not in fine.columns


@pytest.mark.parametrize("ean", ["541450111000000001", "541440212000000002"])
def test_a_plant_follows_the_sun_and_eats_little_of_it(ean: str) -> None:
    year = Days(ELECTRICITY, day_number(date(2025, 11, 1)), day_number(date(2026, 11, 1)))
    load = quarter_load(household_of(ean, 1), year)
    assert load.production[(load.quarters % 96 < 8) | (load.quarters % 96 > 88)].sum() == 0
    assert 0.02 < load.auxiliary.sum() / load.production.sum() < 0.06
    assert load.injection.sum() < load.production.sum()


def test_without_injection_a_plant_is_held_back() -> None:
    year = Days(ELECTRICITY, day_number(date(2025, 11, 1)), day_number(date(2026, 11, 1)))
    load = quarter_load(household_of("541450011000000001", 1), year)
    assert load.injection.sum() == 0
    assert (load.production == load.consumption).sum() > 1_000
    assert (load.production <= load.consumption).all()


def test_a_digital_meter_keeps_nothing_but_its_own_registers() -> None:
    fine = held(
        household_of("541440112000000001", 1), Days(ELECTRICITY, FIRST, FIRST + 2), LATER
    ).fine
    assert set(fine.columns) == {"offtake", "injection"}


def test_gas_at_the_headpoint_is_definitive_from_the_start() -> None:
    home = household_of("541451012000000001", 1)
    october = Days(GAS, day_number(date(2026, 10, 1)), day_number(date(2026, 11, 1)))
    early, late = (
        held(home, october, datetime(2026, 11, day, tzinfo=UTC).timestamp()).days for day in (4, 20)
    )
    same = late.where(np.isin(late.starts, early.starts))
    for name in ("definitive_energy", "tenant"):
        assert same.columns[name].tolist() == early.columns[name].tolist()
    assert late.columns["definitive_energy"].tolist() == late.columns["energy"].tolist()
    assert (early.columns["definitive_energy"] != early.columns["energy"]).all()
    load = hour_load(home, october)
    assert (load.tenant <= load.litres).all()
    assert load.tenant.sum() > 0
