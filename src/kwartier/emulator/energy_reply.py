"""From arrays to the bytes of an energy reply.

A half-year of quarters is 17,664 slices, and the same few hundred values come back all the time:
the immutable pieces of a slice are made once and shared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from kwartier.emulator.household import Household
from kwartier.emulator.noise import Ints
from kwartier.emulator.series import Series
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.quality import DEFINITIVE, ESTIMATED, PROVISIONAL, READ
from kwartier.wire.fluvius_v3 import (
    Energy,
    EnergyResponse,
    EnergyType,
    GasConversionFactor,
    Headpoint,
    HeadpointType,
    MeasuredValue,
    Measurement,
    MeasurementSet,
    Meta,
    PhysicalMeter,
    Slice,
    Unit,
    ValidationState,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER = msgspec.json.Encoder()


def energy_reply(
    home: Household, *, daily: Series | None, fine: Series | None, fetch_time: datetime
) -> bytes:
    """The reply for a digital meter; a series that is None or empty leaves its member out."""
    gas = home.energy_type == GAS
    fine_slices = _slices(home, fine, daily_registers=False)
    meter = PhysicalMeter(
        seq_number="1",
        meter_id=home.meter_id,
        daily_energy=_slices(home, daily, daily_registers=True),
        hourly_energy=fine_slices if gas else None,
        quarter_hourly_energy=None if gas else fine_slices,
    )
    headpoint = Headpoint(
        type_=HeadpointType.METERING_ON_METER,
        ean=home.ean,
        energy_type=EnergyType.GAS if gas else EnergyType.ELECTRICITY,
        physical_meters=[meter],
    )
    return _ENCODER.encode(
        EnergyResponse(data=Energy(headpoint=headpoint), meta=Meta(fetch_time=fetch_time))
    )


def _slices(home: Household, series: Series | None, *, daily_registers: bool) -> list[Slice] | None:
    if series is None or not len(series):
        return None
    if home.energy_type == GAS:
        measurements = _gas(series)
    elif daily_registers:
        measurements = _remembered(series, _day_and_night)
    else:
        measurements = _remembered(series, _total)
    starts, ends = _instants(series.starts), _instants(series.ends)
    return [
        Slice(start=start, end=end, measurements=measured)
        for start, end, measured in zip(starts, ends, measurements, strict=True)
    ]


def _instants(unix: Ints) -> list[datetime]:
    return [_EPOCH + timedelta(0, seconds) for seconds in unix.tolist()]


def _rows(series: Series) -> list[tuple[int, ...]]:
    """Per slice: 1 if estimated, 1 if its factor is definitive, then its whole numbers."""
    columns = [series.estimated.astype(int), series.definitive.astype(int)]
    columns += list(series.columns.values())
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _remembered(
    series: Series, make: Callable[[tuple[int, ...], str], list[Measurement]]
) -> list[list[Measurement]]:
    made: dict[tuple[int, ...], list[Measurement]] = {}
    found = []
    for row in _rows(series):
        measurements = made.get(row)
        if measurements is None:
            measurements = made[row] = make(row[2:], ESTIMATED if row[0] else READ)
        found.append(measurements)
    return found


def _value(thousandths: int, unit: str, state: str, factor: str | None = None) -> MeasuredValue:
    return MeasuredValue(
        value=thousandths / 1000,
        unit=Unit(unit),
        validation_state=ValidationState(state),
        gas_conversion_factor=None if factor is None else GasConversionFactor(factor),
    )


def _total(wh: tuple[int, ...], state: str) -> list[Measurement]:
    offtake, *injection = [MeasurementSet(total=_value(each, "kWh", state)) for each in wh]
    return [Measurement(offtake=offtake, injection=injection[0] if injection else None)]


def _day_and_night(wh: tuple[int, ...], state: str) -> list[Measurement]:
    values = [_value(each, "kWh", state) for each in wh]
    offtake, *injection = [
        MeasurementSet(day=values[i], night=values[i + 1]) for i in range(0, len(values), 2)
    ]
    return [Measurement(offtake=offtake, injection=injection[0] if injection else None)]


def _gas(series: Series) -> list[list[Measurement]]:
    found = []
    for estimated, definitive, litres, wh in _rows(series):
        state = ESTIMATED if estimated else READ
        factor = DEFINITIVE if definitive else PROVISIONAL
        volume = MeasurementSet(total=_value(litres, "m3", state))
        energy = MeasurementSet(total=_value(wh, "kWh", state, factor))
        found.append([Measurement(offtake=volume), Measurement(offtake=energy)])
    return found
