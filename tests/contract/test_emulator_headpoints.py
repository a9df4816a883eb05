"""Where an EAN is metered, over raw HTTP: headpoints, sub-headpoints, registers, states."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from support.esco import Esco, send

DAY, NEXT = "2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z"
GAS_DAY = ("2026-11-09T05:00:00Z", "2026-11-10T05:00:00Z")

AMR, AMR_PARTS = "541450110000000001", "541450112000000001"
AMR_GAS, AMR_GAS_TENANT = "541451010000000001", "541451012000000001"
BOTH, BOTH_PARTS, BOTH_GAS = "541440210000000001", "541450222000000001", "541441210000000001"
SERIES = {"dailyEnergy", "hourlyEnergy", "quarterHourlyEnergy"}
ALL = {"total", "day", "night", "reactive", "inductive", "capacitive"}


def headpoint(esco: Esco, ean: str, start: str = DAY, end: str = NEXT, **query: str) -> Any:
    assert esco.mock(f"HEADPOINT-{ean}", ean).status == 200
    answer = esco.energy(ean, start, end, **query)
    assert answer.status == 200
    assert answer.content.startswith(b'{"data":{"headpoint":{"$type":"metering-on-')
    assert b"[]" not in answer.content
    assert b"null" not in answer.content
    return answer.json["data"]["headpoint"]


def values(found: Any) -> list[dict[str, Any]]:
    """All values below ``found``, each with its register's name."""
    if isinstance(found, list):
        return [value for each in found for value in values(each)]
    here = [{**found[name], "register": name} for name in ALL & found.keys()]
    below = [each for name, each in found.items() if name not in ALL]
    return here + [
        value for each in below if isinstance(each, dict | list) for value in values(each)
    ]


def units(found: Any) -> dict[str, set[str]]:
    """The unit of each register below ``found``."""
    named: dict[str, set[str]] = {}
    for value in values(found):
        named.setdefault(value["register"], set()).add(value["unit"])
    return named


def test_amr_is_metered_at_its_headpoint(esco: Esco) -> None:
    found = headpoint(esco, AMR)
    members = ["$type", "ean", "energyType", "dailyEnergy", "quarterHourlyEnergy"]
    assert list(found) == members
    assert (found["$type"], found["ean"]) == ("metering-on-headpoint", AMR)
    assert len(found["quarterHourlyEnergy"]) == 96
    (quarter, *_), (day,) = found["quarterHourlyEnergy"], found["dailyEnergy"]
    (measured,) = quarter["measurements"]
    assert list(measured) == ["offtake", "injection"]
    assert list(measured["offtake"]) == ["total", "reactive", "inductive", "capacitive"]
    assert list(measured["injection"]) == ["total", "inductive", "capacitive"]
    (measured,) = day["measurements"]
    assert list(measured["offtake"]) == ["day", "night", "reactive", "inductive", "capacitive"]
    assert list(measured["injection"]) == ["day", "night", "inductive", "capacitive"]
    kvarh, kwh = {"reactive", "inductive", "capacitive"}, {"total", "day", "night"}
    assert units(found) == {name: {"kVArh"} for name in kvarh} | {name: {"kWh"} for name in kwh}
    assert {value["validationState"] for value in values(found)} <= {"VAL", "NVAL"}


def test_estimates_are_not_validated_at_a_headpoint_and_estimated_at_a_meter(esco: Esco) -> None:
    window = ("2026-05-20T00:00:00Z", "2026-11-19T23:00:00Z")
    found = headpoint(esco, "541440210000000003", *window, granularity="hourly_quarterhourly")
    (meter,) = found["physicalMeters"]
    states = [
        [each["measurements"][0]["offtake"]["total"]["validationState"] for each in array]
        for array in (found["quarterHourlyEnergy"], meter["quarterHourlyEnergy"])
    ]
    meant = {"VAL": "READ", "NVAL": "EST"}
    assert set(states[0]) == set(meant)
    assert [meant[state] for state in states[0]] == states[1]


def test_parts_that_are_metered_apart(esco: Esco) -> None:
    found = headpoint(esco, AMR_PARTS)
    production, auxiliary, offtake = found["subHeadpoints"]
    for sub, kind, number in zip(
        (production, auxiliary, offtake), ("production", "auxiliary", "offtake"), "123", strict=True
    ):
        assert sub["$type"] == f"submetering-{kind}"
        assert next(iter(sub)) == "$type"
        assert sub["seqNumber"] == number
        assert len(sub["ean"]) == 18
        registers = ["inductive", "capacitive"]
        for array, active in (
            ("dailyEnergy", ["day", "night"]),
            ("quarterHourlyEnergy", ["total"]),
        ):
            for each in sub[array]:
                (measured,) = each["measurements"]
                assert list(measured) == [kind]
                assert list(measured[kind]) == active + registers
    assert production["type"] == auxiliary["type"] == "PV"
    assert production["vregId"] == auxiliary["vregId"]
    assert not {"type", "vregId"} & offtake.keys()
    assert len({found["ean"], production["ean"], auxiliary["ean"], offtake["ean"]}) == 4


def test_headpoint_and_meter_show_the_same_energy(esco: Esco) -> None:
    found = headpoint(esco, BOTH_PARTS)
    assert found["$type"] == "metering-on-headpoint-and-meter"
    kinds = ["$type", "ean", "energyType", "physicalMeters", "dailyEnergy", "quarterHourlyEnergy"]
    assert list(found) == [*kinds, "subHeadpoints"]
    (meter,) = found["physicalMeters"]
    assert units(meter).keys() == {"total", "day", "night"}
    for array in ("dailyEnergy", "quarterHourlyEnergy"):
        for here, there in zip(found[array], meter[array], strict=True):
            assert (here["start"], here["end"]) == (there["start"], there["end"])
            for direction, registers in there["measurements"][0].items():
                for register, value in registers.items():
                    counterpart = here["measurements"][0][direction][register]
                    assert (value["value"], value["unit"]) == (counterpart["value"], "kWh")


def test_gas_at_a_headpoint_is_energy_without_a_factor(esco: Esco) -> None:
    found = headpoint(esco, AMR_GAS, *GAS_DAY)
    assert list(found) == ["$type", "ean", "energyType", "dailyEnergy", "hourlyEnergy"]
    assert len(found["hourlyEnergy"]) == 24
    for each in (*found["dailyEnergy"], *found["hourlyEnergy"]):
        (measured,) = each["measurements"]
        total = measured["offtake"]["total"]
        assert set(total) == {"value", "unit", "validationState"}
        assert (total["unit"], total["validationState"]) == ("kWh", "VAL")


def test_gas_at_both_levels_has_one_measurement_here_and_two_there(esco: Esco) -> None:
    found = headpoint(esco, BOTH_GAS, "2026-10-12T04:00:00Z", "2026-10-13T04:00:00Z")
    (meter,) = found["physicalMeters"]
    for here, there in zip(found["hourlyEnergy"], meter["hourlyEnergy"], strict=True):
        (energy,), (volume, metered) = here["measurements"], there["measurements"]
        assert volume["offtake"]["total"]["unit"] == "m3"
        assert metered["offtake"]["total"]["gasConversionFactor"] == "D"
        assert metered["offtake"]["total"]["value"] == energy["offtake"]["total"]["value"]


def test_a_tenant_of_gas_is_metered_apart(esco: Esco) -> None:
    found = headpoint(esco, AMR_GAS_TENANT, *GAS_DAY)
    (tenant,) = found["subHeadpoints"]
    assert tenant["$type"] == "submetering-offtake"
    assert units(tenant) == {"total": {"kWh"}}
    (whole,), (part,) = found["dailyEnergy"], tenant["dailyEnergy"]
    of_whole, of_part = (
        each["measurements"][0]["offtake"]["total"]["value"] for each in (whole, part)
    )
    assert 0 < of_part < of_whole


@pytest.mark.parametrize("separator", [",", ";", "|"])
@pytest.mark.parametrize("ean", [AMR_PARTS, BOTH_PARTS])
def test_all_separators_and_kinds_of_energy(esco: Esco, ean: str, separator: str) -> None:
    plain = headpoint(esco, ean)
    both = headpoint(
        esco,
        ean,
        complexEnergyTypes=separator.join(["reactive", "active"]),
        granularity=separator.join(["hourly_quarterhourly", "daily"]),
    )
    assert both == plain


@pytest.mark.parametrize("ean", [AMR, AMR_PARTS, BOTH_PARTS])
def test_active_or_reactive_energy_alone(esco: Esco, ean: str) -> None:
    active = headpoint(esco, ean, complexEnergyTypes="active")
    assert units(active) == {name: {"kWh"} for name in ("total", "day", "night")}
    reactive = headpoint(esco, ean, complexEnergyTypes="reactive")
    assert units(reactive) == {name: {"kVArh"} for name in ("reactive", "inductive", "capacitive")}
    for meter in reactive.get("physicalMeters", []):
        assert not SERIES & meter.keys()
    for sub in reactive.get("subHeadpoints", []):
        assert {"dailyEnergy", "quarterHourlyEnergy"} <= sub.keys()


@pytest.mark.parametrize("ean", [AMR_GAS, AMR_GAS_TENANT, BOTH_GAS, "541441010000000001"])
def test_gas_does_not_heed_the_kind_of_energy(esco: Esco, ean: str) -> None:
    plain = headpoint(esco, ean, *GAS_DAY)
    assert headpoint(esco, ean, *GAS_DAY, complexEnergyTypes="reactive") == plain


@pytest.mark.parametrize(
    ("granularity", "left_out"),
    [("daily", {"quarterHourlyEnergy"}), ("hourly_quarterhourly", {"dailyEnergy"})],
)
def test_a_granularity_not_asked_for_is_left_out_everywhere(
    esco: Esco, granularity: str, left_out: set[str]
) -> None:
    found = headpoint(esco, BOTH_PARTS, granularity=granularity)
    for place in (found, *found["physicalMeters"], *found["subHeadpoints"]):
        assert SERIES & place.keys() == {"dailyEnergy", "quarterHourlyEnergy"} - left_out


def test_without_data_the_places_are_told_all_the_same(esco: Esco) -> None:
    found = headpoint(esco, BOTH_PARTS, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")
    assert not SERIES & found.keys()
    assert [set(meter) for meter in found["physicalMeters"]] == [{"seqNumber", "meterID"}]
    assert [sub["$type"] for sub in found["subHeadpoints"]] == [
        "submetering-production",
        "submetering-auxiliary",
        "submetering-offtake",
    ]


@pytest.mark.parametrize("ean", ["541451100000000001", "541451112000000001", "541441120000000001"])
def test_gas_with_injection_is_refused_in_the_widening_too(esco: Esco, ean: str) -> None:
    answer = esco.mock("REFUSED", ean)
    assert answer.status == 400
    assert answer.json["Code"] == "ModelValidation.Failed"


def test_the_truth_tells_of_every_place(esco: Esco) -> None:
    origin = esco.env["FLUVIUS_TOKEN_URL"].split("/")[:3]
    url = f"{'/'.join(origin)}/_emulator/truth?ean={BOTH_PARTS}&ean={AMR_GAS}"
    table = pa.ipc.open_stream(send(url).content).read_all()
    parts = table.select(["ean", "source"]).to_batches()
    sources = {
        (ean, source)
        for part in parts
        for ean in part["ean"].unique().to_pylist()
        for source in part["source"].unique().to_pylist()
    }
    assert sources == {
        (BOTH_PARTS, "meter"),
        (BOTH_PARTS, "headpoint"),
        (BOTH_PARTS, "sub_headpoint"),
        (AMR_GAS, "headpoint"),
    }
