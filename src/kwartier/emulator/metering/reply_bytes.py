"""From arrays to the bytes of an energy reply.

Half a year of quarters is 17,760 slices: their texts are looked up, not encoded, and joined in
one go. What comes out is, byte for byte, what encoding the wire's structs would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise

from kwartier.emulator.metering.headpoints import Measurements, Place, places_of
from kwartier.emulator.metering.household import Household
from kwartier.emulator.metering.meters import PhysicalMeter
from kwartier.emulator.metering.series import Series
from kwartier.emulator.metering.slice_bounds import day_bounds, fine_bounds, instant_text
from kwartier.emulator.metering.value_texts import flags_of, keys_of, texts_of
from kwartier.vocabulary.energy import GAS, METER, SUB_HEADPOINT
from kwartier.vocabulary.granularity import Granularity
from kwartier.wire.fluvius_v3 import EnergyType

Shown = dict[Granularity, Series]
"""The slices to show; a granularity that has none leaves its member out."""

_MEMBERS = {
    Granularity.DAY: "dailyEnergy",
    Granularity.HOUR: "hourlyEnergy",
    Granularity.QUARTER_HOUR: "quarterHourlyEnergy",
}
_IDENTIFICATION = {
    METER: {"seqNumber": "seq_number", "meterID": "meter_id"},
    SUB_HEADPOINT: {
        "$type": "sub_headpoint_type",
        "ean": "sub_headpoint",
        "seqNumber": "seq_number",
        "vregId": "vreg_id",
        "type": "installation_type",
    },
}
_ARRAYS = {METER: ',"physicalMeters":[{', SUB_HEADPOINT: ',"subHeadpoints":[{'}
_QUARTERS = {Granularity.HOUR: 4, Granularity.QUARTER_HOUR: 1}


def energy_reply(
    home: Household,
    shown: Shown,
    *,
    active: bool,
    reactive: bool,
    fetch_time: datetime,
    by_meter: Sequence[tuple[PhysicalMeter, Shown]] = (),
) -> bytes:
    """The reply for a metering point, with its ``active`` registers, its ``reactive`` ones or
    both. Only electricity has reactive ones; gas has its one register always.

    ``by_meter``: the slices of physical meters that were exchanged, instead of ``shown``.
    """
    there: list[tuple[Place, Shown]] = []
    for each in places_of(home.connection):
        hung = by_meter if each.source == METER else ()
        there += [(each.hung(meter), its) for meter, its in hung] or [(each, shown)]
    frame = _frame(home, [place for place, _ in there]) if by_meter else _usual_frame(home)
    active = active or home.energy_type == GAS
    pieces: list[bytes] = []
    for (place, slices), before in zip(there, frame, strict=False):
        pieces.append(before)
        pieces += _arrays(place, slices, active=active, reactive=reactive)
    fetched = instant_text(int(fetch_time.timestamp()))
    pieces += frame[-1], f'}}}},"_meta":{{"fetchTime":"{fetched}"}}}}'.encode()
    return b"".join(pieces)


@lru_cache(maxsize=1 << 13)
def _usual_frame(home: Household) -> list[bytes]:
    """Of a metering point whose meter was never exchanged."""
    return _frame(home, places_of(home.connection))


def _frame(home: Household, places: Sequence[Place]) -> list[bytes]:
    """What a reply says before the slices of each of its places, and after those of the last."""
    energy_type = EnergyType.GAS if home.energy_type == GAS else EnergyType.ELECTRICITY
    frame = []
    text = (
        f'{{"data":{{"headpoint":{{"$type":"{home.connection.metering}","ean":"{home.ean}",'
        f'"energyType":"{energy_type}"'
    )
    for earlier, place in pairwise([None, *places, None]):
        text += _passage(earlier, place)
        if place is not None:
            text += _identification(home, place)
        frame.append(text.encode())
        text = ""
    return frame


def _passage(earlier: Place | None, place: Place | None) -> str:
    """What ends one place and begins the next: meters and sub-headpoints are in arrays."""
    ends = earlier is not None and earlier.source in _ARRAYS
    if ends and earlier is not None and place is not None and place.source == earlier.source:
        return "},{"
    begins = "" if place is None else _ARRAYS.get(place.source, "")
    return f"{'}]' if ends else ''}{begins}"


def _identification(home: Household, place: Place) -> str:
    """Which meter or sub-headpoint this is; the headpoint has said it already."""
    members = _IDENTIFICATION.get(place.source, {})
    said = place.described(home)
    return ",".join(
        f'"{name}":"{said[column]}"' for name, column in members.items() if said[column] is not None
    )


def _arrays(place: Place, shown: Shown, *, active: bool, reactive: bool) -> list[bytes]:
    """A place's members with slices, in pieces."""
    pieces: list[bytes] = []
    for granularity, member in _MEMBERS.items():
        series = shown.get(granularity)
        if series is None or not len(series):
            continue
        asked = _asked(place.measurements(granularity), active, reactive)
        if asked:
            pieces.append(f',"{member}":['.encode())
            pieces += _slices(series, granularity, asked, place.states)
            pieces.append(b"]")
    return pieces


@cache
def _asked(measurements: Measurements, active: bool, reactive: bool) -> Measurements:
    kept = (
        tuple(each for each in registers if (reactive if each.is_reactive else active))
        for registers in measurements
    )
    return tuple(registers for registers in kept if registers)


def _slices(
    series: Series, granularity: Granularity, measurements: Measurements, states: tuple[str, str]
) -> list[bytes]:
    quarters = _QUARTERS.get(granularity)
    if quarters is None:
        bounds = day_bounds(series.starts, series.ends)
    else:
        bounds = fine_bounds(series.starts, quarters)
    texts, flags = texts_of(measurements, states), flags_of(series)
    registers = [register for each in measurements for register in each]
    pieces = [b""] * (len(series) * (len(texts) + 1))
    pieces[0 :: len(texts) + 1] = bounds
    for at, (register, looked_up) in enumerate(zip(registers, texts, strict=True), 1):
        keys = keys_of(series.columns[register.column], flags)
        pieces[at :: len(texts) + 1] = map(looked_up.__getitem__, keys)
    pieces[0] = pieces[0].removeprefix(b",")
    return pieces
