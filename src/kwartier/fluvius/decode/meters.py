"""The outer parts of an energy reply of v2: lists of digital meters, one for each energy."""

from __future__ import annotations

from typing import Final

import msgspec

from kwartier.fluvius.decode.reply import Reply, collect_meters
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.wire.fluvius_v3 import HeadpointType

_LISTS: Final = {"electricityMeters": ELECTRICITY, "gasMeters": GAS}


def is_of_v2(data: dict[str, msgspec.Raw]) -> bool:
    """Whether the ``data`` of an energy reply is v2's."""
    return any(name in data for name in _LISTS)


def read_meters(data: dict[str, msgspec.Raw]) -> list[Reply]:
    """What ``data`` tells of each energy that there are meters of; as a rule, of one.

    The API tells of digital meters only, and so they are all metered on the meter.
    """
    replies = []
    for name, energy_type in _LISTS.items():
        reply = Reply(energy_type=energy_type, metering_type=HeadpointType.METERING_ON_METER)
        collect_meters(reply, data, "$.data", name)
        if reply.arrays or reply.undecoded:
            replies.append(reply)
    return replies
