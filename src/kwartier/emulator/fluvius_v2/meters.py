"""A digital meter and its slices in the words of the ESCO API v2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from kwartier.emulator.metering.headpoints import Measurements, places_of
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.meters import PhysicalMeter
from kwartier.emulator.metering.registers import Register
from kwartier.emulator.metering.reply_bytes import Shown
from kwartier.emulator.metering.series import Series
from kwartier.vocabulary.energy import METER
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.quality import ESTIMATED, VALIDATED
from kwartier.wire.fluvius_v2 import Measurement, Meter, Slice
from kwartier.wire.fluvius_v3 import GasConversionFactor, Unit, ValidationState

_STATES = (ValidationState(VALIDATED), ValidationState(ESTIMATED))
_FACTORS = (GasConversionFactor.PROVISIONAL, GasConversionFactor.DEFINITIVE)
_ARRAYS = {
    Granularity.DAY: "daily_energy",
    Granularity.HOUR: "hourly_energy",
    Granularity.QUARTER_HOUR: "quarter_hourly_energy",
}


def meter_of(home: Household, shown: Shown, hung: PhysicalMeter | None = None) -> Meter:
    """The physical meter of a household that has one, with the slices to show; or that of its
    meters in turn which ``hung`` names.
    """
    place = next(each for each in places_of(home.connection) if each.source == METER)
    place = place if hung is None else place.hung(hung)
    arrays = {
        _ARRAYS[granularity]: list(_slices(series, place.measurements(granularity)))
        for granularity, series in shown.items()
        if len(series)
    }
    return Meter(seq_number=place.number, meter_id=place.meter_id or home.meter_id, **arrays)


def _slices(series: Series, measurements: Measurements) -> Iterator[Slice]:
    told = [list(_told(series, registers)) for registers in measurements]
    bounds = zip(series.starts.tolist(), series.ends.tolist(), strict=True)
    for (start, end), *measured in zip(bounds, *told, strict=True):
        yield Slice(
            start=datetime.fromtimestamp(start, UTC),
            end=datetime.fromtimestamp(end, UTC),
            measurement=measured,
        )


def _told(series: Series, registers: tuple[Register, ...]) -> Iterator[Measurement]:
    """One measurement a slice: the registers' values side by side, in the unit of all of them."""
    names = [_name(register) for register in registers]
    columns = [(series.columns[register.column] / 1000).tolist() for register in registers]
    with_factor, unit = registers[0].with_factor, Unit(registers[0].unit)
    flags = zip(series.estimated.tolist(), series.definitive.tolist(), strict=True)
    for (estimated, definitive), *values in zip(flags, *columns, strict=True):
        members: dict[str, object] = {"unit": unit}
        for name, value in zip(names, values, strict=True):
            members[f"{name}_value"] = value
            members[f"{name}_validation_state"] = _STATES[estimated]
        if with_factor:
            members["offtake_used_gcf"] = _FACTORS[definitive]
        yield Measurement(**members)  # type: ignore[arg-type]  # names are made up of the registers'


def _name(register: Register) -> str:
    """The beginning of its members' names: a total has only its direction."""
    total = register.name == "total"
    return register.direction if total else f"{register.direction}_{register.name}"
