"""A usages reply as measurements: every channel, and what is wrong in a reply costs only itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from kwartier.eneco.decode import DecodedUsages, decode_usages, read_usages
from kwartier.eneco.errors import DecodeError
from kwartier.eneco.timestamps import HourLabel, Timestamps
from kwartier.measurements import check_measurements
from kwartier.vocabulary.interval import Interval

OWNER = "6F1B0D4E-52A1-4B0C-9C55-0A7F3B1E2D90"
AT = datetime(2025, 1, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOON = datetime(2025, 1, 7, 12, tzinfo=UTC)


def record(hours: int = 0, amount: Any = 0.25) -> dict[str, Any]:
    return {"timestamp": (NOON + hours * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ"), "amount": amount}


def channel(
    name: Any = "Gas", *records: Any, unit: Any = "CubicMeter", key: str = "usageRecords"
) -> dict[str, Any]:
    return {"channelId": name, "unit": unit, key: list(records)}


def usages(*channels: Any, **others: Any) -> bytes:
    reply = {
        "startDate": "2025-01-07T08:00:00Z",
        "endDate": "2025-01-08T08:00:00Z",
        "usageChannels": list(channels),
        **others,
    }
    return json.dumps(reply).encode()


def read(body: bytes, timestamps: Timestamps | None = None) -> DecodedUsages:
    decoded = read_usages(
        body, metering_point=OWNER, fetched_at=AT, timestamps=timestamps or Timestamps()
    )
    check_measurements(decoded.table)
    return decoded


def column(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table[name].to_pylist()
    return values


def test_a_row_says_all_that_the_table_asks_for() -> None:
    (row,) = read(usages(channel("Warmth", record(), unit="Centigrade"))).table.to_pylist()
    assert {name: value for name, value in row.items() if value is not None} == {
        "provider": "eneco",
        "metering_point": OWNER.lower(),
        "energy_type": "heat",
        "source": "headpoint",
        "granularity": "PT1H",
        "direction": "offtake",
        "register": "total",
        "unit": "Centigrade",
        "start": NOON,
        "end": NOON + HOUR,
        "value": 0.25,
        "fetched_at": AT,
    }


@pytest.mark.parametrize(
    ("name", "unit", "energy_type", "direction", "in_words"),
    [
        ("Gas", "CubicMeter", "gas", "offtake", "m3"),
        ("Warmth", "Centigrade", "heat", "offtake", "Centigrade"),
        ("Electricity", "KiloWattHour", "electricity", "offtake", "kWh"),
        ("Redelivery", "KiloWattHour", "electricity", "injection", "kWh"),
        ("Produced", "KiloWattHour", "electricity", "production", "kWh"),
        ("Tapwater", "CubicMeter", "hot_water", "offtake", "m3"),
        ("Cooling", "Centigrade", "cooling", "offtake", "Centigrade"),
        ("Steam", "GigaJoule", "Steam", "offtake", "GigaJoule"),
        ("warmth", "centigrade", "heat", "offtake", "Centigrade"),
        ("Gas", None, "gas", "offtake", None),
    ],
)
def test_a_channel_tells_what_flows_and_in_which_unit(
    name: str, unit: str | None, energy_type: str, direction: str, in_words: str | None
) -> None:
    (row,) = read(usages(channel(name, record(), unit=unit))).table.to_pylist()
    assert (row["energy_type"], row["direction"], row["unit"]) == (energy_type, direction, in_words)


def test_channels_stay_apart() -> None:
    body = usages(
        channel("Gas", record(), record(1)),
        channel("Tapwater", record(amount=0.01)),
        channel("Electricity", record(amount=1), unit="KiloWattHour"),
        channel("Produced", record(amount=2), unit="KiloWattHour"),
    )
    decoded = read(body)
    assert column(decoded.table, "value") == [0.25, 0.25, 0.01, 1.0, 2.0]
    assert decoded.channels == 4
    assert decoded.undecoded == ()


def test_a_reply_tells_its_own_bounds() -> None:
    decoded = read(usages())
    assert (decoded.start, decoded.end) == (
        datetime(2025, 1, 7, 8, tzinfo=UTC),
        datetime(2025, 1, 8, 8, tzinfo=UTC),
    )


def test_of_bounds_that_happen_twice_those_count_that_claim_less() -> None:
    twice = "2024-10-27T02:00:00"
    decoded = read(usages(startDate=twice, endDate=twice), Timestamps(zone="Europe/Amsterdam"))
    assert decoded.start == datetime(2024, 10, 27, 1, tzinfo=UTC)
    assert decoded.end == datetime(2024, 10, 27, 0, tzinfo=UTC)


@pytest.mark.parametrize("start", ["last week", 7, {}])
def test_bounds_that_cannot_be_read_are_noted_and_cost_nothing(start: Any) -> None:
    decoded = read(usages(channel("Gas", record()), startDate=start))
    assert decoded.start is None
    assert decoded.end is not None
    assert decoded.table.num_rows == 1
    assert [note.path for note in decoded.undecoded] == ["$.startDate"]


def test_bounds_may_be_missing() -> None:
    decoded = read(b'{"usageChannels": []}')
    assert (decoded.start, decoded.end, decoded.undecoded) == (None, None, ())


@pytest.mark.parametrize("channels", ["[]", "null"])
def test_a_reply_without_channels_has_none(channels: str) -> None:
    decoded = read(f'{{"startDate": null, "usageChannels": {channels}}}'.encode())
    assert decoded.channels == 0
    assert decoded.table.num_rows == 0


def test_a_channel_without_records_counts_as_a_channel() -> None:
    assert read(usages(channel("Gas"), {"channelId": "Cooling"})).channels == 2


def test_either_name_of_the_list_of_records_is_read() -> None:
    one = read(usages(channel("Gas", record(), key="usageRecord")))
    assert one.table.equals(read(usages(channel("Gas", record()))).table)


def test_names_are_read_in_any_casing() -> None:
    body = usages(channel("Gas", record())).decode()
    for name in ("startDate", "usageChannels", "channelId", "usageRecords", "timestamp", "amount"):
        body = body.replace(name, name[0].upper() + name[1:])
    assert read(body.encode()).table.equals(read(usages(channel("Gas", record()))).table)


@pytest.mark.parametrize("name", ["data", "Data"])
def test_a_reply_may_be_wrapped(name: str) -> None:
    bare = usages(channel("Gas", record(), {"timestamp": "x"}))
    wrapped = read(f'{{"{name}": {bare.decode()}}}'.encode())
    assert wrapped.table.equals(read(bare).table)
    assert [note.path for note in wrapped.undecoded] == ["$.data.usageChannels[0].usageRecords[1]"]


def test_what_nobody_knows_is_passed_over() -> None:
    extra = {**channel("Gas", {**record(), "quality": "good"}), "meter": [1]}
    assert read(usages(extra, trace={"id": 7})).table.num_rows == 1


@pytest.mark.parametrize("missing", [{"timestamp": record()["timestamp"]}, record(amount=None)])
def test_a_missing_amount_is_null(missing: dict[str, Any]) -> None:
    assert column(read(usages(channel("Gas", missing))).table, "value") == [None]


@pytest.mark.parametrize("amount", ["0.25", [], {}, True])
def test_an_amount_that_is_no_number_costs_its_hour_alone(amount: Any) -> None:
    decoded = read(usages(channel("Gas", record(), record(1, amount), record(2))))
    assert column(decoded.table, "start") == [NOON, NOON + 2 * HOUR]
    (note,) = decoded.undecoded
    assert note.path == "$.usageChannels[0].usageRecords[1]"
    assert note.interval == Interval(NOON + HOUR, NOON + 2 * HOUR)


def test_whole_numbers_of_any_length_are_amounts_within_a_floats_range() -> None:
    body = usages(channel("Gas", record(amount=2**80), record(1, 10**400), record(2, -3)))
    decoded = read(body)
    assert column(decoded.table, "value") == [2.0**80, -3.0]
    assert [note.interval for note in decoded.undecoded] == [Interval(NOON + HOUR, NOON + 2 * HOUR)]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_refused(word: str) -> None:
    body = usages(channel("Gas", record(amount="?"))).replace(b'"?"', word.encode())
    with pytest.raises(DecodeError, match="not a usages reply"):
        read(body)


def test_a_number_too_great_for_a_float_costs_its_hour_alone() -> None:
    body = usages(channel("Gas", record(amount="?"), record(1))).replace(b'"?"', b"1e999")
    decoded = read(body)
    assert column(decoded.table, "start") == [NOON + HOUR]
    assert len(decoded.undecoded) == 1


@pytest.mark.parametrize(
    "damaged", [None, 7, "x", [], {}, {"amount": 1}, {"timestamp": None}, {"timestamp": 3}]
)
def test_a_damaged_record_costs_no_other(damaged: Any) -> None:
    decoded = read(usages(channel("Gas", record(), damaged, record(1))))
    assert column(decoded.table, "start") == [NOON, NOON + HOUR]
    (note,) = decoded.undecoded
    assert note.path == "$.usageChannels[0].usageRecords[1]"
    assert note.interval is None


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        7,
        [],
        {},
        {"channelId": ""},
        {"channelId": 5},
        {"channelId": "Gas", "unit": []},
        {"channelId": "Gas", "usageRecords": "none"},
    ],
)
def test_a_damaged_channel_costs_no_other(damaged: Any) -> None:
    decoded = read(usages(channel("Gas", record()), damaged, channel("Tapwater", record())))
    assert column(decoded.table, "energy_type") == ["gas", "hot_water"]
    assert [note.path for note in decoded.undecoded] == ["$.usageChannels[1]"]
    assert decoded.channels == 3


def test_the_same_hour_twice_with_one_amount_is_one() -> None:
    decoded = read(usages(channel("Gas", record(), record(1), record()), channel("Gas", record())))
    assert column(decoded.table, "value") == [0.25, 0.25]
    assert decoded.undecoded == ()


def test_of_an_hour_twice_with_different_amounts_the_last_is_kept_and_noted() -> None:
    decoded = read(usages(channel("Gas", record(), record(0, 0.5)), channel("Gas", record(1))))
    assert column(decoded.table, "value") == [0.5, 0.25]
    (note,) = decoded.undecoded
    assert note.interval == Interval(NOON, NOON + HOUR)
    assert "last" in note.why


def test_one_channel_in_two_units_is_two_series() -> None:
    body = usages(
        channel("Warmth", record(amount=42), unit="Centigrade"),
        channel("Warmth", record(amount=0.01), unit="GigaJoule"),
    )
    assert column(read(body).table, "unit") == ["Centigrade", "GigaJoule"]


def test_the_hour_that_comes_twice_is_read_in_the_order_of_its_records() -> None:
    texts = [f"2024-10-27T{hour}:00:00" for hour in ("01", "02", "02", "03")]
    records = [{"timestamp": text, "amount": i} for i, text in enumerate(texts)]
    body = usages(channel("Gas", *records))
    decoded = read(body, Timestamps(zone="Europe/Amsterdam"))
    first = datetime(2024, 10, 26, 23, tzinfo=UTC)
    assert column(decoded.table, "start") == [first + i * HOUR for i in range(4)]
    assert column(decoded.table, "value") == [0.0, 1.0, 2.0, 3.0]
    labels_end = Timestamps(zone="Europe/Amsterdam", labels=HourLabel.END)
    assert column(read(body, labels_end).table, "end") == column(decoded.table, "start")


def test_an_unreadable_amount_still_keeps_its_place_in_the_hour_that_comes_twice() -> None:
    twice = "2024-10-27T02:00:00"
    body = usages(
        channel("Gas", {"timestamp": twice, "amount": "?"}, {"timestamp": twice, "amount": 7})
    )
    decoded = read(body, Timestamps(zone="Europe/Amsterdam"))
    assert column(decoded.table, "start") == [datetime(2024, 10, 27, 1, tzinfo=UTC)]
    assert column(decoded.table, "value") == [7.0]


def test_an_hour_that_is_unclear_is_noted_with_the_time_it_may_be_about() -> None:
    lone = {"timestamp": "2024-10-27T02:00:00", "amount": 1}
    decoded = read(usages(channel("Gas", lone)), Timestamps(zone="Europe/Amsterdam"))
    assert decoded.table.num_rows == 0
    (note,) = decoded.undecoded
    assert note.interval is not None
    assert note.interval.duration == 2 * HOUR
    assert note.why.startswith("timestamp:")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>",
        b'{"data": null}',
        b'{"errors": []}',
        b'{"usageChannels": {}}',
        b'{"usageChannels": [}',
        b'{"usageChannels": [], "x": "\xff"}',
        b"[" * 5000,
        b'{"data":' * 5000,
    ],
)
def test_what_is_no_usages_reply_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError, match="not a usages reply"):
        read(body)


def test_decode_gives_the_table_alone() -> None:
    body = usages(channel("Gas", record()))
    table = decode_usages(body, metering_point=OWNER, fetched_at=AT)
    assert table.equals(read(body).table)


def test_the_time_of_the_fetch_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        decode_usages(usages(), metering_point=OWNER, fetched_at=AT.replace(tzinfo=None))
