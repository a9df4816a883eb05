"""AMR: metered at the headpoint, with reactive registers and what is metered apart behind it.

Which EANs of the sandbox stand for it is our reading; what such headpoints look like is documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import CLIENTS, CannotTry, Otherwise, documented, reading
from kwartier.verify.lab import Lab
from kwartier.verify.own import Block

_QUARTERS: Final = "quarterHourlyEnergy"


def _two_days(lab: Lab, block: Block, **query: str) -> Reply:
    """Two days of the shared point of ``block``."""
    start, end = (lab.midnight(days, block.energy_type) for days in (42, 40))
    return lab.energy(lab.shared(block), start, end, **query)


def _head(lab: Lab, block: Block) -> Mapping[str, Any]:
    return seen.headpoint(_two_days(lab, block))


def _kind(block: Block) -> Callable[[Lab], str]:
    return lambda lab: str(_head(lab, block).get("$type"))


def _members(block: Block) -> Callable[[Lab], str]:
    return lambda lab: seen.listed(_head(lab, block))


def _at_headpoint(lab: Lab, block: Block, array: str, **query: str) -> list[Mapping[str, Any]]:
    """The slices of the headpoint itself."""
    head = seen.headpoint(_two_days(lab, block, **query))
    return _there(head.get(array), array)


def _there(found: object, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not found:
        raise CannotTry(f"the sandbox has no {what} there 40 days ago")
    return found


def _registers(found: Iterable[Mapping[str, Any]], direction: str) -> str:
    return seen.listed(
        register
        for one in found
        for measured in one.get("measurements") or []
        for register in measured.get(direction) or {}
    )


def _main_registers(direction: str, array: str = _QUARTERS, **query: str) -> Callable[[Lab], str]:
    return lambda lab: _registers(_at_headpoint(lab, Block.AMR, array, **query), direction)


def _states(lab: Lab) -> str:
    values = seen.values(_at_headpoint(lab, Block.AMR, _QUARTERS))
    return seen.one_of(("VAL", "NVAL"), (one.get("validationState") for one in values))


def _apart(lab: Lab, block: Block) -> list[Mapping[str, Any]]:
    found = _head(lab, block).get("subHeadpoints")
    if not isinstance(found, list) or not found:
        raise Otherwise("no subHeadpoints")
    return found


def _kinds_apart(block: Block) -> Callable[[Lab], str]:
    return lambda lab: seen.listed(str(one.get("$type")) for one in _apart(lab, block))


def _production(lab: Lab) -> Mapping[str, Any]:
    for one in _apart(lab, Block.AMR_PLANT):
        if one.get("$type") == "submetering-production":
            return one
    raise Otherwise("no submetering-production")


def _of_a_digital_meter(lab: Lab) -> str:
    return seen.arrays(_two_days(lab, Block.SOLAR_QUARTER, complexEnergyTypes="reactive"))


CASES: Final = (
    documented(
        "amr-in-the-sandbox",
        "the sandbox takes EANs that begin with 54145",
        seen.ACCEPTED,
        lambda lab: seen.outcome(
            lab.mock(lab.own.reference(), lab.own.common_ean(Block.AMR), "VH_dag")
        ),
        source=CLIENTS,
    ),
    reading(
        "amr-is-the-fifth-digit",
        "of an EAN whose fifth digit is 5 the headpoint is of this type",
        "metering-on-headpoint",
        _kind(Block.AMR),
    ),
    reading(
        "amr-and-meter-is-the-seventh-digit",
        "of an EAN whose seventh digit is 2 the headpoint is of this type",
        "metering-on-headpoint-and-meter",
        _kind(Block.AMR_AND_METER),
    ),
    documented(
        "amr-members",
        "members of a headpoint metered on the headpoint",
        "$type, dailyEnergy, ean, energyType, quarterHourlyEnergy",
        _members(Block.AMR),
    ),
    documented(
        "amr-and-meter-members",
        "members of a headpoint metered on headpoint and meter",
        "$type, dailyEnergy, ean, energyType, physicalMeters, quarterHourlyEnergy",
        _members(Block.AMR_AND_METER),
    ),
    documented(
        "amr-offtake-registers",
        "registers of AMR offtake, quarter-hours",
        "capacitive, inductive, reactive, total",
        _main_registers("offtake"),
    ),
    documented(
        "amr-offtake-registers-of-days",
        "registers of AMR offtake, days",
        "capacitive, day, inductive, night, reactive",
        _main_registers("offtake", "dailyEnergy"),
    ),
    documented(
        "amr-injection-registers",
        "registers of AMR injection, quarter-hours",
        "capacitive, inductive, total",
        _main_registers("injection"),
    ),
    documented(
        "amr-active-only",
        "complexEnergyTypes=active leaves these registers of AMR offtake",
        "total",
        _main_registers("offtake", complexEnergyTypes="active"),
    ),
    documented(
        "amr-reactive-only",
        "complexEnergyTypes=reactive leaves these registers of AMR offtake",
        "capacitive, inductive, reactive",
        _main_registers("offtake", complexEnergyTypes="reactive"),
    ),
    documented(
        "amr-both-kinds",
        "complexEnergyTypes=active|reactive leaves all registers of AMR offtake",
        "capacitive, inductive, reactive, total",
        _main_registers("offtake", complexEnergyTypes="active|reactive"),
    ),
    reading(
        "reactive-of-a-digital-meter",
        "complexEnergyTypes=reactive leaves no slices of a digital meter",
        seen.NOTHING,
        _of_a_digital_meter,
    ),
    documented(
        "amr-units",
        "units of AMR electricity",
        "kVArh, kWh",
        lambda lab: seen.units(_at_headpoint(lab, Block.AMR, _QUARTERS)),
    ),
    documented("amr-states", "validation states at a headpoint", "VAL or NVAL", _states),
    documented(
        "amr-gas",
        "AMR gas is measured once a slice, without factor",
        "kWh",
        lambda lab: seen.ways_of_gas(_at_headpoint(lab, Block.AMR_GAS, "dailyEnergy")),
    ),
    reading(
        "amr-plant-is-the-ninth-digit",
        "of an EAN whose ninth digit is 1 these are metered apart",
        "submetering-auxiliary, submetering-production",
        _kinds_apart(Block.AMR_PLANT),
    ),
    reading(
        "amr-tenant-is-the-ninth-digit",
        "of an EAN whose ninth digit is 2 these are metered apart",
        "submetering-auxiliary, submetering-offtake, submetering-production",
        _kinds_apart(Block.AMR_TENANT),
    ),
    documented(
        "sub-headpoint-members",
        "members of a sub-headpoint of production",
        "$type, dailyEnergy, ean, quarterHourlyEnergy, seqNumber, type, vregId",
        lambda lab: seen.listed(_production(lab)),
    ),
    documented(
        "sub-headpoint-registers",
        "registers of production metered apart, quarter-hours",
        "capacitive, inductive, total",
        lambda lab: _registers(_there(_production(lab).get(_QUARTERS), _QUARTERS), "production"),
    ),
)
