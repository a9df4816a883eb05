"""Headpoint, meters, slices, registers: the shape of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import DECK, CannotTry, Otherwise, documented
from kwartier.verify.lab import Lab
from kwartier.verify.own import Block
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.local_time import BRUSSELS, day_interval

_QUARTERS: Final = "quarterHourlyEnergy"
_SETTLED: Final = timedelta(days=40)
"""Values this old have all come in."""


def _two_days(lab: Lab, block: Block, **query: str) -> Reply:
    """Two days of the shared point of ``block``."""
    energy = block.energy_type
    start, end = (lab.midnight(days, energy) for days in (42, 40))
    return lab.energy(lab.shared(block), start, end, **query)


def _slices(lab: Lab, block: Block, array: str) -> list[Mapping[str, Any]]:
    found = seen.slices(_two_days(lab, block), array)
    if not found:
        raise CannotTry(f"the sandbox has no {array} 40 days ago")
    return found


def _head(lab: Lab) -> Mapping[str, Any]:
    return seen.headpoint(_two_days(lab, Block.SOLAR_QUARTER))


def _meter(lab: Lab) -> Mapping[str, Any]:
    meters = _head(lab).get("physicalMeters")
    if not isinstance(meters, list) or not meters:
        raise Otherwise("no physicalMeters")
    found: Mapping[str, Any] = meters[0]
    return found


def _kind(block: Block) -> Callable[[Lab], str]:
    return lambda lab: str(seen.headpoint(_two_days(lab, block)).get("$type"))


def _echo(lab: Lab) -> str:
    head = _head(lab)
    is_ours = head.get("ean") == lab.shared(Block.SOLAR_QUARTER).ean
    return f"{'the EAN asked for' if is_ours else 'another EAN'}, {head.get('energyType')}"


def _types(members: Mapping[str, Any], *names: str) -> str:
    words = {str: "text", int: "number", float: "number", type(None): "missing"}
    return ", ".join(f"{name} {words.get(type(members.get(name)), 'other')}" for name in names)


def _hours_of_day(block: Block) -> Callable[[Lab], str]:
    """At which local times day values begin and end."""

    def probe(lab: Lab) -> str:
        bounds = [at for one in _slices(lab, block, "dailyEnergy") for at in seen.bounds(one)]
        return seen.listed(f"{at.astimezone(BRUSSELS):%H:%M}" for at in bounds)

    return probe


def _length(block: Block, array: str) -> Callable[[Lab], str]:
    def probe(lab: Lab) -> str:
        lengths = (seen.bounds(one) for one in _slices(lab, block, array))
        return seen.listed(
            f"{(end - start) / timedelta(minutes=1):g} minutes" for start, end in lengths
        )

    return probe


def _directions(block: Block) -> Callable[[Lab], str]:
    return lambda lab: seen.listed(
        direction
        for one in _slices(lab, block, _QUARTERS)
        for measured in one.get("measurements") or []
        for direction in measured
    )


def _registers(block: Block, array: str) -> Callable[[Lab], str]:
    return lambda lab: seen.listed(
        register
        for one in _slices(lab, block, array)
        for measured in one.get("measurements") or []
        for registers in measured.values()
        for register in registers
    )


def _of_values(
    block: Block, array: str, describe: Callable[[list[Mapping[str, Any]]], str]
) -> Callable[[Lab], str]:
    return lambda lab: describe(seen.values(_slices(lab, block, array)))


def _states(values: list[Mapping[str, Any]]) -> str:
    return seen.one_of(("READ", "EST"), (one.get("validationState") for one in values))


def _numbers(values: list[Mapping[str, Any]]) -> str:
    return seen.listed(
        "text" if isinstance(one.get("value"), str) else "numbers"
        for one in values
        if one.get("value") is not None
    )


def _factors(values: list[Mapping[str, Any]]) -> str:
    found = (one["gasConversionFactor"] for one in values if "gasConversionFactor" in one)
    return seen.one_of(("P", "D", "C"), found)


def _changed_day(month: int, energy_type: str) -> Callable[[Lab], str]:
    """How long the day is on which the clock last changed in ``month``; the gas day before it."""

    def probe(lab: Lab) -> str:
        day = _last_change(lab.now - _SETTLED, month) - timedelta(days=energy_type == GAS)
        block = Block.GAS_HOUR if energy_type == GAS else Block.SOLAR_QUARTER
        around = [day_interval(day + timedelta(days=off), energy_type) for off in (-1, 0, 1)]
        point = lab.shared(block)
        reply = lab.energy(point, around[0].start, around[2].end, granularity="daily")
        bounds = [seen.bounds(one) for one in seen.slices(reply, "dailyEnergy")]
        lengths = [
            end - start
            for start, end in bounds
            if abs(start - around[1].start) < timedelta(hours=3)
        ]
        if not lengths:
            raise CannotTry(f"the sandbox has no value of {day}")
        return seen.listed(f"{length / timedelta(hours=1):g} hours" for length in lengths)

    return probe


def _last_change(before: datetime, month: int) -> date:
    """The last Sunday of ``month`` that lies before an instant."""
    year = before.year
    while True:
        last = date(year, month, 31)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday < before.date():
            return sunday
        year -= 1


CASES: Final = (
    documented(
        "type-comes-first",
        "$type is the headpoint's first member",
        "$type",
        lambda lab: next(iter(_head(lab)), seen.NOTHING),
    ),
    documented(
        "digital-meter",
        "a digital meter's headpoint is of this type",
        "metering-on-meter",
        _kind(Block.SOLAR_QUARTER),
    ),
    documented(
        "headpoint-ean",
        "the headpoint says whose it is, and of what energy",
        "the EAN asked for, E",
        _echo,
    ),
    documented(
        "meter-members",
        "JSON types of a meter's seqNumber and meterID",
        "seqNumber text, meterID text",
        lambda lab: _types(_meter(lab), "seqNumber", "meterID"),
    ),
    documented(
        "day-bounds",
        "days of electricity begin and end at this time of Brussels",
        "00:00",
        _hours_of_day(Block.SOLAR_QUARTER),
    ),
    documented(
        "day-of-spring-change",
        "how long the day is on which the clock goes forward",
        "23 hours",
        _changed_day(3, ELECTRICITY),
    ),
    documented(
        "day-of-autumn-change",
        "how long the day is on which the clock goes back",
        "25 hours",
        _changed_day(10, ELECTRICITY),
    ),
    documented(
        "quarter-length",
        "how long quarter-hours are",
        "15 minutes",
        _length(Block.SOLAR_QUARTER, _QUARTERS),
    ),
    documented(
        "day-registers",
        "registers of a day of electricity",
        "day, night",
        _registers(Block.SOLAR_QUARTER, "dailyEnergy"),
    ),
    documented(
        "quarter-registers",
        "registers of a quarter-hour",
        "total",
        _registers(Block.SOLAR_QUARTER, _QUARTERS),
    ),
    documented(
        "directions-with-injection",
        "directions of an EAN with injection",
        "injection, offtake",
        _directions(Block.SOLAR_QUARTER),
        source=DECK,
    ),
    documented(
        "directions-without-injection",
        "directions of an EAN without injection",
        "offtake",
        _directions(Block.QUARTER),
        source=DECK,
    ),
    documented(
        "unit-of-days",
        "unit of days of electricity",
        "kWh",
        lambda lab: seen.units(_slices(lab, Block.SOLAR_QUARTER, "dailyEnergy")),
    ),
    documented(
        "unit-of-quarter-hours",
        "unit of quarter-hours",
        "kWh",
        lambda lab: seen.units(_slices(lab, Block.SOLAR_QUARTER, _QUARTERS)),
    ),
    documented(
        "values-are-numbers",
        "values are JSON numbers",
        "numbers",
        _of_values(Block.SOLAR_QUARTER, _QUARTERS, _numbers),
    ),
    documented(
        "validation-states",
        "validation states of a digital meter",
        "READ or EST",
        _of_values(Block.SOLAR_QUARTER, _QUARTERS, _states),
    ),
    documented(
        "gas-day-bounds",
        "gas days begin and end at this time of Brussels",
        "06:00",
        _hours_of_day(Block.GAS_HOUR),
        source=DECK,
    ),
    documented(
        "gas-day-before-spring-change",
        "how long the gas day is in which the clock goes forward, begun on the Saturday",
        "23 hours",
        _changed_day(3, GAS),
        source=DECK,
    ),
    documented(
        "gas-day-before-autumn-change",
        "how long the gas day is in which the clock goes back, begun on the Saturday",
        "25 hours",
        _changed_day(10, GAS),
        source=DECK,
    ),
    documented(
        "gas-hours",
        "how long hours of gas are",
        "60 minutes",
        _length(Block.GAS_HOUR, "hourlyEnergy"),
    ),
    documented(
        "gas-measurements",
        "gas is measured twice a slice: as a volume, then as energy with its factor",
        "m3, then kWh with factor",
        lambda lab: seen.ways_of_gas(_slices(lab, Block.GAS_HOUR, "dailyEnergy")),
    ),
    documented(
        "gas-factors",
        "which gas conversion factors there are",
        "P or D or C",
        _of_values(Block.GAS_HOUR, "dailyEnergy", _factors),
        source=DECK,
    ),
    documented(
        "gas-registers",
        "registers of gas",
        "total",
        _registers(Block.GAS_HOUR, "dailyEnergy"),
    ),
)
