"""What each usage channel is in the measurements table's words: the one table of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kwartier.vocabulary.energy import (
    COOLING,
    ELECTRICITY,
    GAS,
    HEAT,
    HOT_WATER,
    INJECTION,
    OFFTAKE,
    PRODUCTION,
)
from kwartier.wire.eneco import ChannelId, Unit

REGISTER: Final = "total"


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows, and in which direction (columns of the measurements schema)."""

    energy_type: str
    direction: str


FLOWS: Final = {
    ChannelId.GAS: Flow(GAS, OFFTAKE),
    ChannelId.WARMTH: Flow(HEAT, OFFTAKE),
    ChannelId.ELECTRICITY: Flow(ELECTRICITY, OFFTAKE),
    ChannelId.REDELIVERY: Flow(ELECTRICITY, INJECTION),
    ChannelId.PRODUCED: Flow(ELECTRICITY, PRODUCTION),
    ChannelId.TAPWATER: Flow(HOT_WATER, OFFTAKE),
    ChannelId.COOLING: Flow(COOLING, OFFTAKE),
}
UNITS: Final = {Unit.CUBIC_METER: "m3", Unit.KILOWATT_HOUR: "kWh"}


def flow_of(channel: ChannelId) -> Flow:
    """A channel that the documentation does not name keeps its name as energy type."""
    return FLOWS.get(channel) or Flow(channel.value, OFFTAKE)


def unit_of(unit: Unit) -> str:
    """The unit column's word; ``Centigrade`` and unknown units stay as Eneco writes them."""
    return UNITS.get(unit, unit.value)
