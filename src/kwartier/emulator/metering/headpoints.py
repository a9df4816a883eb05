"""Where an EAN is metered, which registers are shown there, and in what words.

A physical meter registers (READ) or is estimated (EST); at a headpoint and its sub-headpoints
values are validated (VAL) or not (NVAL).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.meters import PhysicalMeter
from kwartier.emulator.metering.registers import (
    HEADPOINT_ENERGY,
    METERED_ENERGY,
    TENANT,
    TENANT_ENERGY,
    VOLUME,
    Register,
    electricity_registers,
)
from kwartier.emulator.metering.sandbox_ean import Connection, sub_headpoint_ean
from kwartier.vocabulary.energy import (
    AUXILIARY,
    GAS,
    HEADPOINT,
    INJECTION,
    METER,
    OFFTAKE,
    PRODUCTION,
    SUB_HEADPOINT,
)
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.quality import ESTIMATED, NOT_VALIDATED, READ, VALIDATED
from kwartier.wire.fluvius_v3 import InstallationType, SubHeadpointType

Measurements = tuple[tuple[Register, ...], ...]
"""The registers of a slice, measurement by measurement: gas at a meter has two of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One of the places where an EAN is metered.

    ``states``: the validation state as registered, and as estimated. ``number`` counts the
    places of one ``source`` (its ``seqNumber``); ``kind`` is a sub-headpoint's ``$type``,
    ``meter_id`` that of a meter which was exchanged, or came in its place.
    """

    source: str
    number: int
    states: tuple[str, str]
    daily: Measurements
    fine: Measurements
    kind: SubHeadpointType | None = None
    meter_id: str | None = None

    def hung(self, meter: PhysicalMeter) -> Place:
        """This place as one of the meters that hung there in turn."""
        return replace(self, number=meter.number, meter_id=meter.meter_id)

    def measurements(self, granularity: Granularity) -> Measurements:
        return self.daily if granularity is Granularity.DAY else self.fine

    def described(self, home: Household) -> dict[str, str | None]:
        """Of a household's place: the measurements table's words for it."""
        is_meter, is_sub = self.source == METER, self.source == SUB_HEADPOINT
        is_installation = self.kind in {SubHeadpointType.PRODUCTION, SubHeadpointType.AUXILIARY}
        return {
            "source": self.source,
            "meter_id": self.meter_id or home.meter_id if is_meter else None,
            "sub_headpoint": sub_headpoint_ean(home.ean, self.number) if is_sub else None,
            "metering_type": home.connection.metering,
            "seq_number": str(self.number) if is_meter or is_sub else None,
            "sub_headpoint_type": self.kind,
            "installation_type": _INSTALLATION if is_installation else None,
            "vreg_id": home.vreg_id if is_installation else None,
        }


_INSTALLATION = InstallationType.PV

_AT_METER = (READ, ESTIMATED)
_AT_HEADPOINT = (VALIDATED, NOT_VALIDATED)


@cache
def places_of(connection: Connection) -> tuple[Place, ...]:
    """In the order of a reply: the meter, the headpoint, its sub-headpoints."""
    meter = _place(METER, 1, _meter(connection, daily=True), _meter(connection, daily=False))
    headpoint = _place(
        HEADPOINT, 1, _headpoint(connection, daily=True), _headpoint(connection, daily=False)
    )
    return (
        *((meter,) if connection.at_meter else ()),
        *((headpoint,) if connection.at_headpoint else ()),
        *_sub_headpoints(connection),
    )


def _place(
    source: str,
    number: int,
    daily: Measurements,
    fine: Measurements,
    kind: SubHeadpointType | None = None,
) -> Place:
    states = _AT_METER if source == METER else _AT_HEADPOINT
    return Place(source=source, number=number, states=states, daily=daily, fine=fine, kind=kind)


def _meter(connection: Connection, *, daily: bool) -> Measurements:
    if connection.energy_type == GAS:
        return (VOLUME,), (METERED_ENERGY,)
    directions = (OFFTAKE, INJECTION) if connection.injects else (OFFTAKE,)
    registers = [electricity_registers(each, daily=daily) for each in directions]
    return (tuple(register for each in registers for register in each),)


def _headpoint(connection: Connection, *, daily: bool) -> Measurements:
    if connection.energy_type == GAS:
        return ((HEADPOINT_ENERGY,),)
    registers = electricity_registers(OFFTAKE, daily=daily, reactive=True, main=True)
    if connection.injects:
        registers += electricity_registers(INJECTION, daily=daily, reactive=True)
    return (registers,)


def _sub_headpoints(connection: Connection) -> list[Place]:
    found = []
    if connection.plant:
        found.append((PRODUCTION, SubHeadpointType.PRODUCTION))
        found.append((AUXILIARY, SubHeadpointType.AUXILIARY))
    if connection.tenant:
        found.append((TENANT, SubHeadpointType.OFFTAKE))
    return [
        _place(
            SUB_HEADPOINT,
            number,
            _apart(connection, flow, daily=True),
            _apart(connection, flow, daily=False),
            kind,
        )
        for number, (flow, kind) in enumerate(found, 1)
    ]


def _apart(connection: Connection, flow: str, *, daily: bool) -> Measurements:
    if connection.energy_type == GAS:
        return ((TENANT_ENERGY,),)
    return (electricity_registers(flow, daily=daily, reactive=True),)
