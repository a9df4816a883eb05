"""Installation data of the emulated households."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow.compute as pc
import pytest

from kwartier.emulator.events.event import Event, EventAsked
from kwartier.emulator.metering.installation import installation_of
from kwartier.emulator.metering.truth import truth
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.local_time import day_start

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOLAR, PLAIN, GAS_HOME = "541440110000000001", "541440010000000001", "541441010000000001"


def test_it_is_the_same_every_time_and_another_in_another_world() -> None:
    first = installation_of(SOLAR, seed=1, now=NOW)
    assert first == installation_of(SOLAR, seed=1, now=NOW)
    assert first != installation_of(SOLAR, seed=2, now=NOW)


@pytest.mark.parametrize(
    ("ean", "meter", "smr3"),
    [
        ("541440010000000899", "DM", True),
        ("541440010000000900", "DM", False),
        ("541440010000000949", "DM", False),
        ("541440010000000950", "KM", False),
        ("541450210000000001", "DM", True),
    ],
)
def test_the_meter_follows_from_the_household(ean: str, meter: str, smr3: bool) -> None:
    found = installation_of(ean, seed=1, now=NOW)
    assert found is not None
    assert (found.meter_type, found.smr3) == (meter, smr3)


def test_amr_has_none() -> None:
    assert installation_of("541450110000000001", seed=1, now=NOW) is None


def test_only_who_has_solar_panels_produces() -> None:
    for ean, count in ((SOLAR, 1), (PLAIN, 0), (GAS_HOME, 0)):
        found = installation_of(ean, seed=1, now=NOW)
        assert found is not None
        assert len(found.local_production_installations) == count


@pytest.mark.parametrize(
    ("ean", "energy_type", "registers"),
    [
        (SOLAR, ELECTRICITY, {"OfftakeHigh", "OfftakeLow", "InjectionHigh", "InjectionLow"}),
        (PLAIN, ELECTRICITY, {"OfftakeHigh", "OfftakeLow"}),
        (GAS_HOME, GAS, {"OfftakeTotalHours"}),
    ],
)
def test_volumes_are_the_day_values_of_the_last_whole_year(
    ean: str, energy_type: str, registers: set[str]
) -> None:
    found = installation_of(ean, seed=1, now=NOW)
    assert found is not None
    begin, end = (day_start(date(year, 1, 1), energy_type) for year in (2025, 2026))
    counted = 0.0
    for batch in truth([ean], [], seed=1, now=NOW):
        days = batch.filter((pc.field("granularity") == "P1D") & (pc.field("unit") == "kWh"))
        rows = days.select(["start", "value"]).to_pylist()
        counted += sum(row["value"] for row in rows if begin <= row["start"] < end)
    volumes = found.estimated_volumes
    assert {each.calculated_register for each in volumes} == registers
    assert {(each.consumption_start_date, each.consumption_end_date) for each in volumes} == {
        (begin, end)
    }
    assert sum(each.value or 0 for each in volumes) == pytest.approx(counted, abs=len(volumes))


def happened(kind: str, ean: str, effective: str) -> Event:
    return EventAsked(kind=kind, ean=ean, effective=effective).happening(NOW)


@pytest.mark.parametrize(
    ("kind", "effective", "meter", "smr3"),
    [
        ("meter-exchange", "-P20D", "DM", False),
        ("meter-exchange", "P1D", "KM", False),
        ("quarter-hours-on", "-P20D", "DM", True),
        ("quarter-hours-on", "P1D", "KM", False),
        ("move", "-P20D", "KM", False),
        ("supplier-switch", "-P20D", "KM", False),
    ],
)
@pytest.mark.parametrize("ean", ["541440010000000950", "541441010000000950"])
def test_the_meter_and_its_regime_follow_the_events(
    ean: str, kind: str, effective: str, meter: str, smr3: bool
) -> None:
    event = happened(kind, ean, effective)
    found = installation_of(ean, seed=1, now=NOW, events=[event])
    assert found is not None
    assert (found.meter_type, found.smr3) == (meter, smr3)
    before = installation_of(ean, seed=1, now=NOW - timedelta(seconds=1), events=[event])
    assert before is not None
    assert (before.meter_type, before.smr3) == ("KM", False), "it was not recorded yet"


@pytest.mark.parametrize("ean", [SOLAR, GAS_HOME])
def test_after_a_disconnection_nothing_is_used(ean: str) -> None:
    def volume(*events: Event) -> int:
        found = installation_of(ean, seed=1, now=NOW, events=events)
        assert found is not None
        return sum(each.value or 0 for each in found.estimated_volumes)

    gone = happened("disconnection", ean, "2025-07-01")
    assert 0 < volume(gone) < volume()
    assert volume(gone, happened("move", ean, "2025-07-02")) == volume()
    assert volume(happened("disconnection", ean, "2024-07-01")) == 0
    assert volume(happened("disconnection", ean, "2026-07-01")) == volume()
