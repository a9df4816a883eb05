"""All of the emulator's own endpoints. Not Fluvius', Eneco's or KPN's."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route

from kwartier.emulator.control import (
    certificates,
    clock_and_truth,
    eneco,
    events,
    faults,
    mandates,
)
from kwartier.emulator.world import World


def routes(world: World, clock_moved: Callable[[], None]) -> list[Route]:
    """Everything under ``/_emulator``; ``clock_moved`` is called after the clock was set."""
    return [
        *clock_and_truth.routes(world, clock_moved),
        *mandates.routes(world),
        *eneco.routes(world),
        *events.routes(world, clock_moved),
        *faults.routes(world.faults),
        *certificates.routes(world.certificates),
    ]
