"""``GET /api/mandate/energy``, over raw HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from support.emulators import FreshEmulator
from support.esco import Answer, Esco, only_meter

SOLAR, GAS_EAN = "541440110000000001", "541441010000000001"
DAY, NEXT = "2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z"


def mocked(esco: Esco, ean: str, service: str = "VH_onbepaald", **more: Any) -> Esco:
    assert esco.mock(f"ENERGY-{ean}-{service}", ean, service, **more).status == 200
    return esco


def no_mandate(answer: Answer) -> bool:
    return answer.status == 404 and answer.json["Code"] == "Mandates.NotFound"


def test_a_day_of_electricity(esco: Esco) -> None:
    answer = mocked(esco, SOLAR).energy(SOLAR, DAY, NEXT, granularity="daily")
    assert answer.status == 200
    assert answer.content.startswith(b'{"data":{"headpoint":{"$type":"metering-on-meter"')
    assert answer.json["_meta"] == {"fetchTime": "2026-11-20T12:00:00Z"}
    meter = only_meter(answer)
    assert set(meter) == {"seqNumber", "meterID", "dailyEnergy"}
    assert meter["seqNumber"] == "1"
    (day,) = meter["dailyEnergy"]
    assert (day["start"], day["end"]) == (DAY, NEXT)
    (measured,) = day["measurements"]
    assert set(measured) == {"offtake", "injection"}
    for direction in measured.values():
        assert set(direction) == {"day", "night"}
        for value in direction.values():
            assert (value["unit"], value["validationState"]) == ("kWh", "READ")


def test_quarters_of_electricity_add_up_to_the_day(esco: Esco) -> None:
    meter = only_meter(mocked(esco, SOLAR).energy(SOLAR, DAY, NEXT))
    assert len(meter["quarterHourlyEnergy"]) == 96
    for direction in ("offtake", "injection"):
        quarters = sum(
            round(each["measurements"][0][direction]["total"]["value"] * 1000)
            for each in meter["quarterHourlyEnergy"]
        )
        registers = meter["dailyEnergy"][0]["measurements"][0][direction]
        assert quarters == sum(round(each["value"] * 1000) for each in registers.values())


def test_granularity_leaves_the_other_array_out(esco: Esco) -> None:
    mocked(esco, SOLAR)
    fine = only_meter(esco.energy(SOLAR, DAY, NEXT, granularity="hourly_quarterhourly"))
    assert set(fine) == {"seqNumber", "meterID", "quarterHourlyEnergy"}
    both = only_meter(esco.energy(SOLAR, DAY, NEXT, granularity="daily;hourly_quarterhourly"))
    assert {"dailyEnergy", "quarterHourlyEnergy"} < set(both)


def test_without_injection_there_is_no_such_direction(esco: Esco) -> None:
    ean = "541440010000000001"
    meter = only_meter(mocked(esco, ean).energy(ean, DAY, NEXT))
    for each in (*meter["dailyEnergy"], *meter["quarterHourlyEnergy"]):
        assert list(each["measurements"][0]) == ["offtake"]


def test_gas_comes_as_cubic_metres_then_energy(esco: Esco) -> None:
    answer = mocked(esco, GAS_EAN).energy(GAS_EAN, "2026-10-20T00:00:00Z", "2026-10-23T12:00:00Z")
    assert answer.json["data"]["headpoint"]["energyType"] == "G"
    meter = only_meter(answer)
    assert "quarterHourlyEnergy" not in meter
    assert [each["start"] for each in meter["dailyEnergy"]] == [
        "2026-10-20T04:00:00Z",
        "2026-10-21T04:00:00Z",
        "2026-10-22T04:00:00Z",
    ]
    assert len(meter["hourlyEnergy"]) == 84
    for each in (*meter["dailyEnergy"], *meter["hourlyEnergy"]):
        volume, energy = (measured["offtake"]["total"] for measured in each["measurements"])
        assert volume["unit"] == "m3"
        assert "gasConversionFactor" not in volume
        assert (energy["unit"], energy["gasConversionFactor"]) == ("kWh", "D")
        assert abs(energy["value"] - volume["value"] * 11.55) <= volume["value"] * 0.3 + 0.001


@pytest.mark.parametrize(
    ("ean", "start", "end", "days", "fine"),
    [
        (SOLAR, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 1, 92),
        (SOLAR, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 1, 100),
        (GAS_EAN, "2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z", 1, 23),
        (GAS_EAN, "2026-10-24T04:00:00Z", "2026-10-25T05:00:00Z", 1, 25),
    ],
)
def test_days_on_which_the_clock_changes(
    esco: Esco, ean: str, start: str, end: str, days: int, fine: int
) -> None:
    meter = only_meter(mocked(esco, ean).energy(ean, start, end))
    assert len(meter["dailyEnergy"]) == days
    assert len(meter.get("hourlyEnergy") or meter["quarterHourlyEnergy"]) == fine


def test_the_last_quarter_needs_the_whole_end(esco: Esco) -> None:
    meter = only_meter(mocked(esco, SOLAR).energy(SOLAR, DAY, "2026-11-10T22:59:59Z"))
    assert len(meter["quarterHourlyEnergy"]) == 95
    assert "dailyEnergy" not in meter


def test_what_was_stored_yesterday_may_be_older(esco: Esco) -> None:
    mocked(esco, GAS_EAN)
    window = ("2026-11-18T23:00:00Z", "2026-11-19T23:00:00Z")
    meter = only_meter(esco.energy(GAS_EAN, *window, periodType="insertTime"))
    starts = [each["start"] for each in meter["dailyEnergy"]]
    assert starts
    assert max(starts) < "2026-11-18T23:00:00Z"


def test_a_delta_after_a_day_brings_that_day_and_no_other(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator(clock=datetime(2026, 11, 12, 11, tzinfo=UTC))
    esco = mocked(Esco(emulator.env), SOLAR)
    before = only_meter(esco.energy(SOLAR, "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"))
    emulator.world.clock.set(datetime(2026, 11, 13, 11, tzinfo=UTC))
    window = ("2026-11-12T11:00:00Z", "2026-11-13T11:00:00Z")
    delta = only_meter(esco.energy(SOLAR, *window, periodType="insertTime"))
    after = only_meter(esco.energy(SOLAR, "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"))
    for name in ("dailyEnergy", "quarterHourlyEnergy"):
        merged = {each["start"]: each for each in before[name]}
        merged |= {each["start"]: each for each in delta[name]}
        assert merged == {each["start"]: each for each in after[name]}
        assert len(after[name]) > len(before[name])


def test_the_service_decides_what_is_opened(esco: Esco) -> None:
    daily, fine = "541440110000000021", "541440110000000022"
    mocked(esco, daily, "VH_dag")
    mocked(esco, fine, "VH_kwartier_uur")
    assert "quarterHourlyEnergy" not in only_meter(esco.energy(daily, DAY, NEXT))
    assert "dailyEnergy" not in only_meter(esco.energy(fine, DAY, NEXT))
    assert no_mandate(esco.energy(daily, DAY, NEXT, granularity="hourly_quarterhourly"))
    assert no_mandate(esco.energy(fine, DAY, NEXT, granularity="daily"))


@pytest.mark.parametrize("status", ["Requested", "Rejected", "Finished"])
def test_only_an_approved_mandate_opens_anything(esco: Esco, status: str) -> None:
    ean = "541440110000000031"
    mocked(esco, ean, status=status)
    assert no_mandate(esco.energy(ean, DAY, NEXT))


def test_the_reference_narrows_the_mandates(esco: Esco) -> None:
    mocked(esco, SOLAR)
    reference = f"ENERGY-{SOLAR}-VH_onbepaald"
    assert esco.energy(SOLAR, DAY, NEXT, referenceNumber=reference).status == 200
    assert no_mandate(esco.energy(SOLAR, DAY, NEXT, referenceNumber="ANOTHER"))


def test_a_mandate_without_data_is_a_meter_without_slices(esco: Esco) -> None:
    answer = mocked(esco, SOLAR).energy(SOLAR, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")
    assert answer.status == 200
    assert set(only_meter(answer)) == {"seqNumber", "meterID"}


def test_quarters_not_switched_on_leave_the_days(esco: Esco) -> None:
    ean = "541440010000000901"
    meter = only_meter(mocked(esco, ean).energy(ean, DAY, NEXT))
    assert set(meter) == {"seqNumber", "meterID", "dailyEnergy"}


def test_reactive_registers_are_not_on_a_digital_meter(esco: Esco) -> None:
    mocked(esco, SOLAR)
    mocked(esco, GAS_EAN)
    assert set(only_meter(esco.energy(SOLAR, DAY, NEXT, complexEnergyTypes="reactive"))) == {
        "seqNumber",
        "meterID",
    }
    both = esco.energy(SOLAR, DAY, NEXT, complexEnergyTypes="reactive|active")
    assert "dailyEnergy" in only_meter(both)
    gas = esco.energy(GAS_EAN, DAY, NEXT, complexEnergyTypes="reactive")
    assert "hourlyEnergy" in only_meter(gas)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-05-19T12:00:00Z", "2026-11-20T12:00:00Z"),
        ("2026-05-19T11:00:00Z", "2026-11-20T12:00:00Z"),
        ("2023-11-20T00:00:00Z", "2023-11-21T00:00:00Z"),
        ("2026-11-10", "2026-11-11"),
        ("8999-12-01T00:00:00Z", "8999-12-31T23:59:59Z"),
    ],
)
def test_the_widest_windows(esco: Esco, start: str, end: str) -> None:
    assert mocked(esco, SOLAR).energy(SOLAR, start, end).status == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ean": "123"}, "18 digits"),
        ({"ean": ""}, "'ean' is mandatory"),
        ({"periodType": "readtime"}, "readTime, insertTime"),
        ({"periodType": ""}, "'periodType' is mandatory"),
        ({"from": ""}, "'from' is mandatory"),
        ({"to": ""}, "'to' is mandatory"),
        ({"to": DAY}, "later than 'from'"),
        ({"from": "2026-05-19T10:59:59Z", "to": "2026-11-20T12:00:00Z"}, "185 days"),
        ({"from": "2023-11-18T00:00:00Z", "to": "2023-11-20T00:00:00Z"}, "3 years"),
        ({"granularity": "hourly"}, "daily, hourly_quarterhourly"),
        ({"complexEnergyTypes": "all"}, "active, reactive"),
    ],
)
def test_questions_that_break_a_rule(esco: Esco, changes: dict[str, str], says: str) -> None:
    query = {"ean": SOLAR, "periodType": "readTime", "from": DAY, "to": NEXT, **changes}
    answer = esco.get("/api/mandate/energy", **query)
    assert answer.status == 400
    assert list(answer.json) == ["Type", "Code", "Message", "ValidationErrorMessages"]
    assert answer.json["Code"] == "RequestModelValidation.Failed"
    (message,) = answer.json["ValidationErrorMessages"]
    assert says in message


def test_the_old_name_of_the_ean_is_unknown(esco: Esco) -> None:
    query = {"eanNumber": SOLAR, "periodType": "readTime", "from": DAY, "to": NEXT}
    assert esco.get("/api/mandate/energy", **query).status == 400


def test_names_in_any_casing_and_unknown_ones_are_taken(esco: Esco) -> None:
    mocked(esco, SOLAR)
    query = {"EAN": SOLAR, "PeriodType": "readTime", "From": DAY, "To": NEXT}
    answer = esco.get("/api/Mandate/Energy", DataServiceType="VH_dag", **query)
    assert "quarterHourlyEnergy" in only_meter(answer)


def test_the_same_question_has_the_same_bytes(fresh_emulator: FreshEmulator) -> None:
    first, second = (mocked(Esco(fresh_emulator().env), SOLAR) for _ in range(2))
    contents = [each.energy(SOLAR, DAY, NEXT).content for each in (first, second)]
    assert contents[0] == contents[1]
    other = mocked(Esco(fresh_emulator(seed=2).env), SOLAR)
    assert other.energy(SOLAR, DAY, NEXT).content != contents[0]
