"""Reactive energy of flows of electricity: whole varh a quarter, inductive or capacitive.

Within a quarter a flow is one or the other, as its power factor is; over a day both add up.
"""

from __future__ import annotations

import numpy as np

from kwartier.emulator.metering.noise import Draws, Ints, Stream
from kwartier.emulator.metering.registers import FLOWS, TENANT
from kwartier.vocabulary.energy import AUXILIARY, INJECTION, OFFTAKE, PRODUCTION

REACTIVE_PER_ACTIVE = {
    OFFTAKE: (-0.08, 0.48),
    INJECTION: (-0.25, 0.15),
    PRODUCTION: (-0.20, 0.15),
    AUXILIARY: (0.10, 0.60),
    TENANT: (-0.05, 0.45),
}
"""Reactive to active energy of a quarter lies between these; below zero it is capacitive."""


def reactive_energy(
    key: int, quarters: Ints, flows: dict[str, Ints]
) -> dict[str, tuple[Ints, Ints]]:
    """Of each flow (Wh a quarter): inductive and capacitive energy in varh."""
    streams = {flow: Stream.REACTIVE + FLOWS.index(flow) for flow in flows}
    draws = Draws(key, tuple(streams.values()), quarters)
    found = {}
    for flow, active in flows.items():
        low, high = REACTIVE_PER_ACTIVE[flow]
        ratio = low + (high - low) * draws.uniform(streams[flow])
        reactive = np.rint(active * ratio).astype(np.int64)
        found[flow] = np.maximum(reactive, 0), np.maximum(-reactive, 0)
    return found
