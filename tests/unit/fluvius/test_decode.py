"""Energy replies become measurements: what is kept, where it lands, what is noted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.fluvius.decode import DecodedEnergy, decode_energy, read_energy
from kwartier.fluvius.errors import DecodeError
from kwartier.measurements import check_measurements
from kwartier.vocabulary.interval import Interval

EAN = "541440110000000001"
NOW = datetime(2025, 1, 8, 9, 15, tzinfo=UTC)
MIDNIGHT = datetime(2025, 1, 6, 23, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def value(amount: float | None = 1.5, unit: str = "kWh", state: str = "READ", **more: Any) -> Any:
    return {"value": amount, "unit": unit, "validationState": state, **more}


def quarter(index: int, *measurements: Any) -> dict[str, Any]:
    start = MIDNIGHT + QUARTER * index
    given = list(measurements) or [{"offtake": {"total": value(index / 8)}}]
    return {"start": stamp(start), "end": stamp(start + QUARTER), "measurements": given}


def meter(slices: Any, array: str = "quarterHourlyEnergy", **more: Any) -> dict[str, Any]:
    return {"seqNumber": "1", "meterID": "1SAG-1", array: slices, **more}


def reply(*meters: Any, **more: Any) -> bytes:
    headpoint = {"$type": "metering-on-meter", "ean": EAN, "energyType": "E", **more}
    if meters:
        headpoint["physicalMeters"] = list(meters)
    return json.dumps({"data": {"headpoint": headpoint}, "_meta": {"fetchTime": "x"}}).encode()


def read(body: bytes, **more: Any) -> DecodedEnergy:
    decoded = read_energy(body, fetched_at=NOW, **more)
    check_measurements(decoded.table)
    decoded.table.validate(full=True)
    return decoded


def rows(decoded: DecodedEnergy) -> list[dict[str, Any]]:
    assert decoded.undecoded == ()
    listed: list[dict[str, Any]] = decoded.table.to_pylist()
    return listed


def column(decoded: DecodedEnergy, name: str) -> list[Any]:
    return [row[name] for row in rows(decoded)]


def test_a_quarter_hour_value_fills_every_column() -> None:
    (row,) = rows(read(reply(meter([quarter(0)]))))
    assert row == {
        "provider": "fluvius",
        "metering_point": EAN,
        "energy_type": "electricity",
        "source": "meter",
        "meter_id": "1SAG-1",
        "sub_headpoint": None,
        "granularity": "PT15M",
        "direction": "offtake",
        "register": "total",
        "unit": "kWh",
        "start": MIDNIGHT,
        "end": MIDNIGHT + QUARTER,
        "value": 0.0,
        "validation_state": "READ",
        "gas_conversion_factor": None,
        "fetched_at": NOW,
        "metering_type": "metering-on-meter",
        "seq_number": "1",
        "sub_headpoint_type": None,
        "installation_type": None,
        "vreg_id": None,
    }


@pytest.mark.parametrize(
    ("array", "granularity"),
    [("quarterHourlyEnergy", "PT15M"), ("hourlyEnergy", "PT1H"), ("dailyEnergy", "P1D")],
)
def test_the_granularity_is_that_of_the_array(array: str, granularity: str) -> None:
    assert column(read(reply(meter([quarter(0)], array))), "granularity") == [granularity]


def test_a_day_keeps_its_registers_apart() -> None:
    day = quarter(0, {"offtake": {"day": value(3.0), "night": value(5.0)}})
    decoded = read(reply(meter([day], "dailyEnergy")))
    assert dict(zip(column(decoded, "register"), column(decoded, "value"), strict=True)) == {
        "day": 3.0,
        "night": 5.0,
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"),
        ("2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"),
        ("2024-03-30T05:00:00Z", "2024-03-31T04:00:00Z"),
        ("2025-01-06T01:02:03Z", "2025-01-06T04:05:06Z"),
        ("2024-06-01T00:00:00+02:00", "2024-06-02T00:00:00+02:00"),
    ],
)
def test_slice_bounds_are_kept_as_given(start: str, end: str) -> None:
    day = {**quarter(0), "start": start, "end": end}
    (row,) = rows(read(reply(meter([day], "dailyEnergy"))))
    assert (row["start"], row["end"]) == (
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
    )


def test_gas_has_cubic_metres_and_kilowatt_hours_that_never_mix() -> None:
    hour = quarter(
        0,
        {"offtake": {"total": value(0.5, "m3")}},
        {"offtake": {"total": value(5.6, "kWh", gasConversionFactor="P")}},
    )
    decoded = read(reply(meter([hour], "hourlyEnergy"), energyType="G"))
    assert column(decoded, "energy_type") == ["gas", "gas"]
    found = zip(
        column(decoded, "unit"),
        column(decoded, "value"),
        column(decoded, "gas_conversion_factor"),
        strict=True,
    )
    assert set(found) == {("m3", 0.5, None), ("kWh", 5.6, "P")}


def test_a_missing_value_is_null_never_zero() -> None:
    absent = quarter(0, {"offtake": {"total": {"unit": "kWh", "validationState": "EST"}}})
    null = quarter(1, {"offtake": {"total": value(None)}})
    assert column(read(reply(meter([absent, null]))), "value") == [None, None]


def test_a_slice_without_measurements_is_no_value() -> None:
    hollow = [{**quarter(1), "measurements": None}, {**quarter(2), "measurements": []}]
    bare = {key: text for key, text in quarter(3).items() if key != "measurements"}
    decoded = read(reply(meter([quarter(0), *hollow, bare, quarter(4)])))
    assert column(decoded, "start") == [MIDNIGHT, MIDNIGHT + 4 * QUARTER]


def test_directions_that_only_some_slices_have_stay_with_their_slices() -> None:
    both = quarter(1, {"offtake": {"total": value(1.0)}, "injection": {"total": value(2.0)}})
    decoded = read(reply(meter([quarter(0), both, quarter(2)])))
    injected = [row for row in rows(decoded) if row["direction"] == "injection"]
    assert [(row["start"], row["value"]) for row in injected] == [(MIDNIGHT + QUARTER, 2.0)]
    assert decoded.table.num_rows == 4


def test_unknown_words_are_kept_verbatim() -> None:
    odd = quarter(0, {"borrowed": {"peak": value(1.0, "MJ", "GUESSED", gasConversionFactor="Q")}})
    body = reply(meter([odd, quarter(1)]), **{"$type": "metering-by-ear", "energyType": "H"})
    row = rows(read(body))[0]
    kept = ("energy_type", "metering_type", "direction", "register", "unit", "validation_state")
    assert [row[name] for name in kept] == [
        "H", "metering-by-ear", "borrowed", "peak", "MJ", "GUESSED",
    ]  # fmt: skip
    assert row["gas_conversion_factor"] == "Q"


def test_members_we_do_not_know_cost_nothing() -> None:
    remarked = quarter(0, {"offtake": {"total": value(1.0, quality=3), "note": "x"}, "tariff": 2})
    remarked["comment"] = "late"
    decoded = read(reply(meter([remarked], colour="grey"), address={"city": "Gent"}))
    assert column(decoded, "value") == [1.0]


def test_another_casing_of_a_known_kind_is_understood() -> None:
    assert column(read(reply(meter([quarter(0)]), energyType="e")), "energy_type") == [
        "electricity"
    ]


def test_values_at_the_headpoint() -> None:
    slices = [quarter(0, {"offtake": {"inductive": value(0.2, "kVArh", "VAL")}})]
    body = reply(**{"$type": "metering-on-headpoint"}, quarterHourlyEnergy=slices)
    (row,) = rows(read(body))
    assert (row["source"], row["meter_id"], row["register"]) == ("headpoint", None, "inductive")


@pytest.mark.parametrize("kind", ["metering-on-headpoint-and-meter", "metering-somehow"])
def test_what_is_measured_at_both_levels_counts_once_at_the_headpoint(kind: str) -> None:
    body = reply(meter([quarter(0)]), **{"$type": kind}, quarterHourlyEnergy=[quarter(0)])
    assert column(read(body), "source") == ["headpoint"]


def test_sub_headpoints_keep_their_installation() -> None:
    sub = {
        "$type": "submetering-production",
        "ean": "001",
        "seqNumber": "2",
        "vregId": "PV-7",
        "type": "PV",
        "quarterHourlyEnergy": [quarter(0, {"production": {"total": value(0.7)}})],
    }
    body = reply(**{"$type": "metering-on-headpoint"}, subHeadpoints=[sub])
    (row,) = rows(read(body))
    assert (row["source"], row["sub_headpoint"], row["seq_number"]) == ("sub_headpoint", "001", "2")
    assert (row["sub_headpoint_type"], row["installation_type"], row["vreg_id"]) == (
        "submetering-production", "PV", "PV-7",
    )  # fmt: skip


def test_both_meters_of_an_exchange_keep_their_share_of_the_day() -> None:
    old = meter([quarter(0)], "dailyEnergy", meterID="old")
    new = meter([quarter(0)], "dailyEnergy", meterID="new", seqNumber=2)
    decoded = read(reply(old, new))
    assert set(zip(column(decoded, "meter_id"), column(decoded, "seq_number"), strict=True)) == {
        ("old", "1"),
        ("new", "2"),
    }


def test_meters_without_identification_are_told_apart() -> None:
    nameless = [meter([quarter(0)], meterID=None, seqNumber=n) for n in ("1", "2", None)]
    assert column(read(reply(*nameless)), "meter_id") == ["seq-1", "seq-2", "nr-3"]


@pytest.mark.parametrize(
    ("damage", "time_is_known"),
    [
        ({"measurements": [{"offtake": {"total": {"value": "1,5"}}}]}, True),
        ({"measurements": [{"offtake": 7}]}, True),
        ({"measurements": "none"}, True),
        ({"start": "2025-01-07T00:00:00"}, False),
        ({"start": "yesterday"}, False),
        ({"start": None}, False),
        ({"end": "2025-01-01T00:00:00Z"}, False),
        ({"end": stamp(MIDNIGHT + QUARTER)}, False),
    ],
)
def test_a_damaged_slice_costs_no_other(damage: dict[str, Any], time_is_known: bool) -> None:
    damaged = {**quarter(1), **damage}
    decoded = read(reply(meter([quarter(0), damaged, quarter(2)])))
    assert decoded.table["start"].to_pylist() == [MIDNIGHT, MIDNIGHT + 2 * QUARTER]
    (note,) = decoded.undecoded
    assert note.path == "$.data.headpoint.physicalMeters[0].quarterHourlyEnergy[1]"
    assert note.why
    about = Interval(MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER) if time_is_known else None
    assert note.interval == about


@pytest.mark.parametrize("damaged", [5, "x", [], meter({"not": "an array"}), meter([7])])
def test_a_damaged_meter_costs_no_other(damaged: Any) -> None:
    decoded = read(reply(damaged, meter([quarter(0)])))
    assert decoded.table.num_rows == 1
    assert len(decoded.undecoded) == 1
    assert "physicalMeters[0]" in decoded.undecoded[0].path


def test_values_of_an_unknown_granularity_are_noted() -> None:
    decoded = read(reply(meter([quarter(0)], fiveMinuteEnergy=[quarter(0)])))
    assert decoded.table.num_rows == 1
    assert [note.path for note in decoded.undecoded] == [
        "$.data.headpoint.physicalMeters[0].fiveMinuteEnergy"
    ]


def test_an_exact_duplicate_is_dropped_in_silence() -> None:
    decoded = read(reply(meter([quarter(0), quarter(1), quarter(0)])))
    assert sorted(column(decoded, "start")) == [MIDNIGHT, MIDNIGHT + QUARTER]


def test_of_differing_duplicates_the_last_is_kept_and_it_is_noted() -> None:
    twice = [quarter(0, {"offtake": {"total": value(v)}}) for v in (1.0, 2.0, 1.0, 3.0)]
    decoded = read(reply(meter([*twice, quarter(1)])))
    assert decoded.table["value"].to_pylist() == [3.0, 0.125]
    (note,) = decoded.undecoded
    assert note.interval == Interval(MIDNIGHT, MIDNIGHT + QUARTER)


def test_the_same_meter_listed_twice_brings_its_values_once() -> None:
    decoded = read(reply(meter([quarter(0)]), meter([quarter(0)], seqNumber="2")))
    assert column(decoded, "seq_number") == ["2"]


def test_no_slices_is_an_empty_table() -> None:
    for body in (reply(), reply(meter([])), reply(meter(None)), b'{"data":{"headpoint":null}}'):
        assert rows(read(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>",
        b'{"data":{}}',
        b'{"data":{"mandates":[]}}',
        b'{"data":{"headpoint":[]}}',
        b'{"Type":"x","Code":"y","Message":"z"}',
        reply(meter([quarter(0)]))[:-9],
        reply(meter([quarter(0)])).replace(b"1SAG", b"\xff"),
    ],
)
def test_what_is_no_energy_reply_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read_energy(body, fetched_at=NOW)


def test_a_reply_about_another_metering_point_is_refused() -> None:
    with pytest.raises(DecodeError, match="another metering point") as caught:
        read(reply(meter([quarter(0)])), metering_point="541448800000004312")
    assert EAN not in str(caught.value)


def test_the_metering_point_asked_for_serves_where_the_reply_names_none() -> None:
    body = reply(meter([quarter(0)]), ean=None)
    assert column(read(body, metering_point=EAN), "metering_point") == [EAN]
    with pytest.raises(DecodeError, match="ean"):
        read(body)


def test_values_of_no_known_energy_are_refused() -> None:
    with pytest.raises(DecodeError, match="energyType"):
        read(reply(meter([quarter(0)]), energyType=None))


def test_the_time_of_the_fetch_needs_a_zone() -> None:
    with pytest.raises(InputError, match="fetched_at"):
        decode_energy(reply(), fetched_at=datetime(2025, 1, 8))  # noqa: DTZ001


def test_decode_energy_is_the_table_alone() -> None:
    body = reply(meter([quarter(0)]))
    assert decode_energy(body, fetched_at=NOW).equals(read(body).table)
