"""What is connected at a metering point (IG): read off its household, as its energy is.

All of it is plausible rather than documented. Volumes are what was used and injected in the last
whole calendar year, so that they agree with the day values of that year. Where quarter-hours are
not switched on (xxx from 900), SMR 3 is not either; half of these (from 950) still have their
classic meter. Both change once an event does it: a meter that is hung up is a digital one, and only
such a one registers quarter-hours. After a disconnection nothing is used. AMR, of which neither
word for a meter is true, has no installation data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from kwartier.emulator.events.event import Event
from kwartier.emulator.metering.happenings import NOTHING, happenings
from kwartier.emulator.metering.held import held
from kwartier.emulator.metering.household import Household, household_of
from kwartier.emulator.metering.local_calendar import Days, day_number
from kwartier.emulator.metering.registers import ENERGY, column
from kwartier.vocabulary.energy import ELECTRICITY, GAS, INJECTION, OFFTAKE
from kwartier.vocabulary.local_time import BRUSSELS, day_start
from kwartier.wire.fluvius_v3 import EnergyType, InstallationType, Unit
from kwartier.wire.installation import (
    CalculatedRegister,
    EstimatedVolume,
    Installation,
    LocalProduction,
    MeterType,
    VolumeType,
)

_ELECTRICITY_REGISTERS = {
    CalculatedRegister.OFFTAKE_HIGH: column(OFFTAKE, "day"),
    CalculatedRegister.OFFTAKE_LOW: column(OFFTAKE, "night"),
    CalculatedRegister.INJECTION_HIGH: column(INJECTION, "day"),
    CalculatedRegister.INJECTION_LOW: column(INJECTION, "night"),
}
_GAS_REGISTERS = {CalculatedRegister.OFFTAKE_TOTAL_HOURS: ENERGY}

_FIRST_CLASSIC = 950
_ALL_COME_IN = 90 * 86_400
"""Seconds after which of a year's days none is missing, and all gas factors are definitive."""


def installation_of(
    ean: str, *, seed: int, now: datetime, events: Iterable[Event] = ()
) -> Installation | None:
    """The installation behind a sandbox EAN, to which ``events`` happened, as known at ``now``;
    None of AMR.
    """
    home = household_of(ean, seed)
    if not home.connection.at_meter:
        return None
    happened = happenings(events, home.energy_type, now.timestamp())
    switched_on = happened.fine_from is not None and happened.fine_from <= now.timestamp()
    exchanged = any(each.at <= now.timestamp() for each in happened.exchanges)
    gas = home.energy_type == GAS
    classic = int(ean[15:]) >= _FIRST_CLASSIC and not (exchanged or switched_on)
    return Installation(
        energy_type=EnergyType.GAS if gas else EnergyType.ELECTRICITY,
        meter_type=MeterType.CLASSIC if classic else MeterType.DIGITAL,
        smr3=home.fine_series or switched_on,
        local_production_installations=_production(home),
        estimated_volumes=_volumes(home, now.astimezone(BRUSSELS).year - 1, happened.ends),
    )


def _production(home: Household) -> list[LocalProduction]:
    if not home.solar_peak:
        return []
    inspected = date(2013 + home.key % 10, 1 + home.key % 12, 1 + home.key % 28)
    return [
        LocalProduction(
            vreg_id=home.vreg_id,
            type=InstallationType.PV,
            converter_power=round(home.solar_peak * home.scale / 1000, 1),
            converter_power_unit=Unit.KVA,
            inspection_date=day_start(inspected, ELECTRICITY).astimezone(UTC),
        )
    ]


@lru_cache(maxsize=1 << 12)
def _volumes(home: Household, year: int, ends: int | None) -> list[EstimatedVolume]:
    days = Days(home.energy_type, day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1)))
    begin, end = (
        day_start(date(each, 1, 1), home.energy_type).astimezone(UTC) for each in (year, year + 1)
    )
    happened = replace(NOTHING, ends=ends)
    counted = held(home, days, end.timestamp() + _ALL_COME_IN, happened).days.columns
    registers = _GAS_REGISTERS if home.energy_type == GAS else _ELECTRICITY_REGISTERS
    return [
        EstimatedVolume(
            type=VolumeType.ANNUAL,
            calculated_register=register,
            value=round(int(counted[name].sum()) / 1000),
            unit=Unit.KWH,
            consumption_start_date=begin,
            consumption_end_date=end,
        )
        for register, name in registers.items()
        if name in counted
    ]
