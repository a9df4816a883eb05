"""Replies of v2 as measurements: what is read, what is noted, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.fluvius import DecodedEnergy, DecodeError, read_energy
from kwartier.measurements import check_measurements
from kwartier.vocabulary.interval import Interval
from kwartier.wire import fluvius_v2 as wire

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000001"
START = datetime(2026, 10, 24, 22, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def slice_(number: int, *measurement: dict[str, Any], **more: Any) -> dict[str, Any]:
    start = START + number * QUARTER
    bounds = {"timestampStart": start.isoformat(), "timestampEnd": (start + QUARTER).isoformat()}
    return {**bounds, "measurement": list(measurement), **more}


def taken(value: float | None = 1.5, state: str | None = "VAL") -> dict[str, Any]:
    return {"unit": "kWh", "offtakeValue": value, "offtakeValidationState": state}


def body(*slices: Any, name: str = "quarterHourlyEnergy", **more: Any) -> bytes:
    meter = {"seqNumber": 1, "meterID": "1SAG1", name: list(slices)}
    data = {"fetchTime": "2026-11-20T12:00:00Z", "gasMeters": [], "electricityMeters": [meter]}
    return msgspec.json.encode({"data": {**data, **more}})


def read(content: bytes) -> DecodedEnergy:
    decoded = read_energy(content, fetched_at=NOW, metering_point=EAN)
    check_measurements(decoded.table)
    return decoded


def values(decoded: DecodedEnergy) -> list[float | None]:
    found: list[float | None] = decoded.table["value"].to_pylist()
    return found


def test_a_value_is_told_with_all_that_is_known_of_it() -> None:
    [row] = read(body(slice_(0, taken()))).table.to_pylist()
    expected = {
        "provider": "fluvius",
        "metering_point": EAN,
        "energy_type": "electricity",
        "source": "meter",
        "meter_id": "1SAG1",
        "granularity": "PT15M",
        "direction": "offtake",
        "register": "total",
        "unit": "kWh",
        "start": START,
        "value": 1.5,
        "validation_state": "VAL",
        "gas_conversion_factor": None,
        "metering_type": "metering-on-meter",
        "seq_number": "1",
    }
    assert {name: row[name] for name in expected} == expected


def test_the_metering_point_must_be_given_if_there_are_values() -> None:
    with pytest.raises(DecodeError, match="give metering_point"):
        read_energy(body(slice_(0, taken())), fetched_at=NOW)
    assert read_energy(body(), fetched_at=NOW).table.num_rows == 0


def test_empty_lists_and_null_measurements_are_no_values() -> None:
    for content in (
        b'{"data":{"electricityMeters":[],"gasMeters":[]}}',
        b'{"data":{"electricityMeters":null,"gasMeters":[]}}',
        body({**slice_(0), "measurement": None}),
        body(name="dailyEnergy"),
    ):
        decoded = read(content)
        assert (decoded.table.num_rows, decoded.undecoded) == (0, ())


def test_missing_is_null_and_what_is_all_null_is_not_there() -> None:
    estimated = {**taken(None, "EST"), "injectionValue": None, "injectionValidationState": None}
    [row] = read(body(slice_(0, estimated))).table.to_pylist()
    assert (row["direction"], row["value"], row["validation_state"]) == ("offtake", None, "EST")


def test_unknown_words_registers_and_members_are_kept_or_passed_over() -> None:
    odd = {
        **taken(1, "Later"),
        "unit": "MJ",
        "offtakeExclusiveNightValue": 2,
        "storageValue": 3.5,
        "remark": "Value",
        "remarkValue": "none",
        "checkedValue": True,
    }
    rows = read(body(slice_(0, odd, later=1))).table.to_pylist()
    told = {(row["direction"], row["register"]): row["value"] for row in rows}
    assert told == {
        ("offtake", "total"): 1.0,
        ("offtake", "exclusiveNight"): 2.0,
        ("storage", "total"): 3.5,
    }
    assert {row["unit"] for row in rows} == {"MJ"}
    assert rows[0]["validation_state"] == "Later"


@pytest.mark.parametrize(
    "damaged",
    [
        slice_(1, taken("much")),  # type: ignore[arg-type]  # the damage
        slice_(1, {**taken(), "unit": 5}),
        slice_(1, {**taken(), "offtakeValidationState": 1}),
        slice_(1, taken(), timestampEnd=START.isoformat()),
        slice_(1, taken(), timestampStart="2026-10-24T22:15:00"),
        {"timestampStart": "x"},
        {**slice_(1), "measurement": [7]},
        {**slice_(1), "measurement": {}},
        None,
        "slice",
    ],
)
def test_a_damaged_slice_costs_only_itself(damaged: Any) -> None:
    decoded = read(body(slice_(0, taken(1)), damaged, slice_(2, taken(3))))
    assert values(decoded) == [1, 3]
    [note] = decoded.undecoded
    assert note.path == "$.data.electricityMeters[0].quarterHourlyEnergy[1]"


def test_the_time_of_a_damaged_slice_is_noted_if_it_can_be_read() -> None:
    [note] = read(body(slice_(1, {**taken(), "unit": 5}))).undecoded
    assert note.interval == Interval(START + QUARTER, START + 2 * QUARTER)


def test_a_damaged_meter_costs_only_itself() -> None:
    content = body(slice_(0, taken()), gasMeters=[5])
    decoded = read(content)
    assert values(decoded) == [1.5]
    assert [note.path for note in decoded.undecoded] == ["$.data.gasMeters[0]"]


def test_of_duplicates_the_last_is_kept_and_a_difference_noted() -> None:
    decoded = read(body(slice_(0, taken(1)), slice_(1, taken(2)), slice_(0, taken(1))))
    assert sorted(value or 0 for value in values(decoded)) == [1, 2]
    assert decoded.undecoded == ()
    decoded = read(body(slice_(0, taken(1)), slice_(0, taken(4))))
    assert values(decoded) == [4]
    assert len(decoded.undecoded) == 1


def test_meters_of_both_energies_are_read() -> None:
    gas = {"seqNumber": 1, "meterID": "1FLO1", "hourlyEnergy": [slice_(0, taken(7))]}
    decoded = read(body(slice_(0, taken()), gasMeters=[gas]))
    assert decoded.table["energy_type"].to_pylist() == ["electricity", "gas"]
    assert values(decoded) == [1.5, 7]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"data":5}', b'{"data":{"mandates":[]}}', b"\xff"]
)
def test_what_is_no_energy_reply_is_refused(content: bytes) -> None:
    with pytest.raises(DecodeError):
        read(content)


amounts = st.none() | st.floats(allow_nan=False, allow_infinity=False)
words = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
NAMES = [
    (direction, register, f"{direction}_{register}" if register != "total" else direction)
    for direction in ("offtake", "injection")
    for register in ("total", "day", "night")
]


@st.composite
def measured(draw: st.DrawFn) -> wire.Measurement:
    members: dict[str, Any] = {"unit": draw(words)}
    for _, _, name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        members[f"{name}_value"] = draw(amounts)
        members[f"{name}_validation_state"] = draw(words)
    return wire.Measurement(**members)


@settings(max_examples=60, deadline=None)
@given(st.lists(measured(), max_size=6))
def test_every_value_of_a_reply_is_in_the_table_and_nothing_else(
    given_: list[wire.Measurement],
) -> None:
    slices = [
        wire.Slice(
            start=START + number * QUARTER,
            end=START + (number + 1) * QUARTER,
            measurement=[measurement],
        )
        for number, measurement in enumerate(given_)
    ]
    meter = wire.Meter(seq_number=2, meter_id="1SAG1", quarter_hourly_energy=slices)
    reply = wire.EnergyResponse(data=wire.Energy(fetch_time=NOW, electricity_meters=[meter]))
    decoded = read(msgspec.json.encode(reply))
    expected = {
        (one.start, direction, register, value, state, measurement.unit)
        for one, measurement in zip(slices, given_, strict=True)
        for direction, register, name in NAMES
        for value in [getattr(measurement, f"{name}_value")]
        for state in [getattr(measurement, f"{name}_validation_state")]
        if value is not None or state is not None
    }
    names = ("start", "direction", "register", "value", "validation_state", "unit")
    found = [tuple(row[name] for name in names) for row in decoded.table.to_pylist()]
    assert decoded.undecoded == ()
    assert len(found) == len(expected)
    assert set(found) == expected
