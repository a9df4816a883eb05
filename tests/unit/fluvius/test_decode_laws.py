"""Laws of decoding, whatever the reply holds."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime, timedelta

import msgspec
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.fluvius.decode import read_energy
from kwartier.fluvius.errors import DecodeError
from kwartier.wire import fluvius_v3 as wire

NOW = datetime(2025, 1, 8, tzinfo=UTC)
MIDNIGHT = datetime(2024, 10, 26, 22, tzinfo=UTC)
STEP = timedelta(minutes=15)
DAMAGED = [
    b"null",
    b"3",
    b"{}",
    b'{"start":"2024-10-26T22:00:00","end":"2024-10-26T22:15:00"}',
    b'{"start":"2024-10-26T22:15:00Z","end":"2024-10-26T22:00:00Z"}',
    b'{"start":"2024-10-26T22:00:00Z","end":"2024-10-26T22:15:00Z","measurements":[7]}',
    b'{"start":"2024-10-26T22:00:00Z","end":"2024-10-26T22:15:00Z",'
    b'"measurements":[{"offtake":{"total":{"value":"much"}}}]}',
]

words = st.sampled_from(["READ", "EST", "VAL", "NVAL", "Ĝisdatigita"])
values = st.builds(
    wire.MeasuredValue,
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
    unit=st.none() | st.sampled_from(["kWh", "m3", "kVArh"]),
    validation_state=st.none() | words,
    gas_conversion_factor=st.none() | st.sampled_from("PDC"),
)
registers = st.builds(
    wire.MeasurementSet,
    total=st.none() | values,
    day=st.none() | values,
    capacitive=st.none() | values,
)
measurements = st.builds(
    wire.Measurement, offtake=st.none() | registers, injection=st.none() | registers
)


@st.composite
def slice_lists(draw: st.DrawFn, *, unique: bool = False) -> list[wire.Slice]:
    """Slices in any order, some of them twice unless ``unique``."""
    places = draw(st.lists(st.integers(0, 20), max_size=8, unique=unique))
    width = draw(st.integers(0, 2))
    return [
        wire.Slice(
            start=MIDNIGHT + STEP * place,
            end=MIDNIGHT + STEP * (place + 1),
            measurements=draw(st.lists(measurements, min_size=width, max_size=width)),
        )
        for place in places
    ]


def reply_with(slices: list[bytes]) -> bytes:
    array = b"[" + b",".join(slices) + b"]"
    return (
        b'{"data":{"headpoint":{"$type":"metering-on-meter","ean":"541440110000000001",'
        b'"energyType":"E","physicalMeters":[{"seqNumber":"1","meterID":"A",'
        b'"quarterHourlyEnergy":' + array + b"}]}}}"
    )


@settings(max_examples=60, deadline=None)
@given(slices=slice_lists())
def test_duplicates_are_settled_alike_on_both_ways(slices: list[wire.Slice]) -> None:
    given_slices = [msgspec.json.encode(one) for one in slices]
    at_once = read_energy(reply_with(given_slices), fetched_at=NOW)
    loosely = read_energy(reply_with([*given_slices, b"0"]), fetched_at=NOW)
    assert in_order(at_once.table).equals(in_order(loosely.table))
    assert len(loosely.undecoded) == len(at_once.undecoded) + 1


@settings(max_examples=60, deadline=None)
@given(slices=slice_lists(unique=True))
def test_every_value_sent_arrives_unchanged_and_no_other(slices: list[wire.Slice]) -> None:
    reply = wire.EnergyResponse(
        data=wire.Energy(
            headpoint=wire.Headpoint(
                type_=wire.HeadpointType.METERING_ON_HEADPOINT,
                ean="541440110000000001",
                energy_type=wire.EnergyType.ELECTRICITY,
                quarter_hourly_energy=slices,
            )
        )
    )
    sent = {
        (s.start, s.end, direction, register, v.value, v.unit, v.validation_state)
        for s in slices
        for m in (s.measurements or [])[-1:]
        for direction in m.__struct_fields__
        if (registers := getattr(m, direction)) is not None
        for register in registers.__struct_fields__
        if (v := getattr(registers, register)) is not None
    }
    table = read_energy(msgspec.json.encode(reply), fetched_at=NOW).table
    names = ("start", "end", "direction", "register", "value", "unit", "validation_state")
    arrived = {tuple(row[name] for name in names) for row in table.to_pylist()}
    assert sent <= arrived
    assert len(arrived) == table.num_rows
    if all(len(s.measurements or []) < 2 for s in slices):
        assert sent == arrived


@settings(max_examples=60, deadline=None)
@given(
    slices=slice_lists(unique=True),
    damaged=st.lists(st.sampled_from(DAMAGED), min_size=1, max_size=4),
    seed=st.integers(0, 99),
)
def test_damaged_slices_never_cost_the_others(
    slices: list[wire.Slice], damaged: list[bytes], seed: int
) -> None:
    whole = [msgspec.json.encode(one) for one in slices]
    mixed = list(whole)
    dice = random.Random(seed)
    for one in damaged:
        mixed.insert(dice.randint(0, len(mixed)), one)
    expected, found = (read_energy(reply_with(each), fetched_at=NOW) for each in (whole, mixed))
    assert in_order(found.table).equals(in_order(expected.table))
    assert len(found.undecoded) == len(damaged) + len(expected.undecoded)


@settings(max_examples=150, deadline=None)
@given(slices=slice_lists(), at=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_body_is_refused_or_read_but_never_breaks_us(
    slices: list[wire.Slice], at: float, byte: int, cut: bool
) -> None:
    body = bytearray(reply_with([msgspec.json.encode(one) for one in slices]))
    place = int(at * (len(body) - 1))
    body[place] = byte
    with contextlib.suppress(DecodeError):
        read_energy(bytes(body[:place] if cut else body), fetched_at=NOW)


def in_order(table: pa.Table) -> pa.Table:
    keys = ("direction", "register", "unit", "start")
    plain = table.cast(
        pa.schema(
            pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
            for f in table.schema
        )
    )
    return plain.sort_by([(key, "ascending") for key in keys]).combine_chunks()
