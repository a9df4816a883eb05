"""Replies are joined from ready-made text; encoding the wire's structs gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.headpoints import Measurements, Place, places_of
from kwartier.emulator.metering.household import Household, household_of
from kwartier.emulator.metering.reply_bytes import Shown, energy_reply
from kwartier.emulator.metering.series import Series
from kwartier.emulator.metering.value_texts import texts_of
from kwartier.vocabulary.energy import GAS, HEADPOINT, METER, SUB_HEADPOINT
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.wire import fluvius_v3 as wire

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEPS = {Granularity.QUARTER_HOUR: 900, Granularity.HOUR: 3600, Granularity.DAY: 86_400}
MEMBERS = {
    Granularity.DAY: "daily_energy",
    Granularity.HOUR: "hourly_energy",
    Granularity.QUARTER_HOUR: "quarter_hourly_energy",
}
LARGEST = 10**10

eans = st.sampled_from(
    [
        "541440000000000001",
        "541440110000000002",
        "541441010000000003",
        "541450000000000004",
        "541450112000000005",
        "541451010000000006",
        "541451012000000007",
        "541440210000000008",
        "541450222000000009",
        "541441210000000010",
        "541451222000000011",
    ]
)


def as_structs(
    home: Household, shown: Shown, *, active: bool, reactive: bool
) -> wire.EnergyResponse:
    """The reply as the wire's structs, made value by value."""
    wanted = {"active": active or home.energy_type == GAS, "reactive": reactive}
    by_source: dict[str, list[Place]] = {METER: [], HEADPOINT: [], SUB_HEADPOINT: []}
    for place in places_of(home.connection):
        by_source[place.source].append(place)

    def members(place: Place) -> dict[str, list[wire.Slice]]:
        found = {
            MEMBERS[granularity]: slices(series, place.measurements(granularity), place, wanted)
            for granularity, series in shown.items()
        }
        return {name: each for name, each in found.items() if each}

    meters = [
        wire.PhysicalMeter(seq_number=str(place.number), meter_id=home.meter_id, **members(place))
        for place in by_source[METER]
    ]
    subs = []
    for place in by_source[SUB_HEADPOINT]:
        said = place.described(home)
        subs.append(
            wire.SubHeadpoint(
                type_=place.kind,
                ean=said["sub_headpoint"],
                seq_number=str(place.number),
                vreg_id=said["vreg_id"],
                type=wire.InstallationType.PV if said["installation_type"] == "PV" else None,
                **members(place),
            )
        )
    headpoint = wire.Headpoint(
        type_=home.connection.metering,
        ean=home.ean,
        energy_type=wire.EnergyType("G" if home.energy_type == GAS else "E"),
        physical_meters=meters or None,
        sub_headpoints=subs or None,
        **(members(by_source[HEADPOINT][0]) if by_source[HEADPOINT] else {}),
    )
    data = wire.Energy(headpoint=headpoint)
    return wire.EnergyResponse(data=data, meta=wire.Meta(fetch_time=NOW))


def slices(
    series: Series, measurements: Measurements, place: Place, wanted: dict[str, bool]
) -> list[wire.Slice]:
    found = []
    for row in range(len(series)):
        measured = []
        for registers in measurements:
            sets: dict[str, dict[str, wire.MeasuredValue]] = {}
            for register in registers:
                if not wanted["reactive" if register.unit == "kVArh" else "active"]:
                    continue
                factor = "D" if series.definitive[row] else "P"
                sets.setdefault(register.direction, {})[register.name] = wire.MeasuredValue(
                    value=int(series.columns[register.column][row]) / 1000,
                    unit=wire.Unit(register.unit),
                    validation_state=wire.ValidationState(place.states[int(series.estimated[row])]),
                    gas_conversion_factor=(
                        wire.GasConversionFactor(factor) if register.with_factor else None
                    ),
                )
            if sets:
                parts = {name: wire.MeasurementSet(**each) for name, each in sets.items()}
                measured.append(wire.Measurement(**parts))
        if measured:
            start, end = (
                datetime.fromtimestamp(int(instants[row]), UTC)
                for instants in (series.starts, series.ends)
            )
            found.append(wire.Slice(start=start, end=end, measurements=measured))
    return found


@st.composite
def series_of(draw: st.DrawFn, home: Household, granularity: Granularity) -> Series:
    """Any slices with any values, gaps and states, over midnights in UTC."""
    present = draw(st.lists(st.booleans(), max_size=150))
    first = draw(st.integers(20_000 * 96, 20_700 * 96)) * 900 // STEPS[granularity]
    starts = (first + np.flatnonzero(present)) * STEPS[granularity]
    names = {
        register.column
        for place in places_of(home.connection)
        for registers in place.measurements(granularity)
        for register in registers
    }
    largest = draw(st.sampled_from([1, 999, 5_000, LARGEST]))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Series(
        starts=starts,
        ends=starts + STEPS[granularity],
        stored=starts,
        estimated=random.random(len(starts)) < 0.3,
        definitive=random.random(len(starts)) < 0.5,
        columns={name: random.integers(0, largest, len(starts)) for name in sorted(names)},
    )


@given(
    data=st.data(),
    ean=eans,
    asked=st.sets(st.sampled_from(["day", "fine"])),
    kinds=st.sampled_from([(True, True), (True, False), (False, True)]),
)
@settings(max_examples=120, deadline=None)
def test_the_bytes_are_those_of_the_encoded_structs(
    data: st.DataObject, ean: str, asked: set[str], kinds: tuple[bool, bool]
) -> None:
    home = household_of(ean, 1)
    granularities = {"day": Granularity.DAY, "fine": finest(home.energy_type)}
    shown = {
        granularity: data.draw(series_of(home, granularity))
        for name, granularity in granularities.items()
        if name in asked
    }
    active, reactive = kinds
    made = energy_reply(home, shown, active=active, reactive=reactive, fetch_time=NOW)
    structs = as_structs(home, shown, active=active, reactive=reactive)
    assert made == msgspec.json.encode(structs)


@given(thousandths=st.integers(0, LARGEST))
@settings(max_examples=200, deadline=None)
def test_any_value_is_written_as_the_encoder_would(thousandths: int) -> None:
    home = household_of("541440000000000001", 1)
    start = np.array([int((NOW - timedelta(days=3)).timestamp())])
    one = Series(
        starts=start,
        ends=start + 900,
        stored=start,
        estimated=np.array([False]),
        definitive=np.array([False]),
        columns={"offtake": np.array([thousandths])},
    )
    shown = {Granularity.QUARTER_HOUR: one}
    made = energy_reply(home, shown, active=True, reactive=True, fetch_time=NOW)
    assert b'"value":' + msgspec.json.encode(thousandths / 1000) + b"," in made


def test_many_different_values_are_remembered_within_bounds() -> None:
    home, count = household_of("541440110000000002", 1), 40_000
    starts = (1_700_000_000 // 900 + np.arange(count)) * 900
    nothing = np.zeros(count, dtype=bool)
    series = Series(
        starts=starts,
        ends=starts + 900,
        stored=starts,
        estimated=nothing,
        definitive=nothing,
        columns={name: np.arange(count) * 7 for name in ("offtake", "injection")},
    )
    shown = {Granularity.QUARTER_HOUR: series}
    made = energy_reply(home, shown, active=True, reactive=False, fetch_time=NOW)
    (place,) = places_of(home.connection)
    assert all(0 < len(texts) <= 1 << 15 for texts in texts_of(place.fine, place.states))
    reply = msgspec.json.decode(made, type=wire.EnergyResponse)
    assert reply == as_structs(home, shown, active=True, reactive=False)
