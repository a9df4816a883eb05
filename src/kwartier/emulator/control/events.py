"""``/_emulator/events`` and ``/_emulator/scenario``: what happens in the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.events.event import Event, EventAsked
from kwartier.emulator.scenario import Scenario, load_scenario, read_scenario, shipped_scenarios
from kwartier.emulator.world import World
from kwartier.errors import ConfigurationError, InputError


class ScenarioAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``PUT /_emulator/scenario``: a shipped scenario's name, or the TOML itself."""

    name: str | None = None
    toml: str | None = None


def routes(world: World, clock_moved: Callable[[], None]) -> list[Route]:
    """``GET`` and ``POST /_emulator/events``; ``GET`` and ``PUT /_emulator/scenario``."""

    async def happened(_request: Request) -> Response:
        world.now()
        return control_reply(200, {"events": [told(event) for event in world.events]})

    async def happen(request: Request) -> Response:
        asked = msgspec.json.decode(await request.body(), type=EventAsked)
        event = asked.happening(world.now())
        world.happen(event)
        return control_reply(200, told(event))

    async def followed(_request: Request) -> Response:
        world.now()
        state = world.scenario_state
        steps = state.scenario.steps if state.scenario else []
        return control_reply(
            200,
            {
                "shipped": shipped_scenarios(),
                "title": state.scenario.title if state.scenario else None,
                "steps": len(steps),
                "done": state.steps_done,
                "refused": state.refused,
            },
        )

    async def follow(request: Request) -> Response:
        asked = msgspec.json.decode(await request.body(), type=ScenarioAsked)
        world.begin(_scenario(asked))
        clock_moved()
        return await followed(request)

    return [
        Route("/_emulator/events", happened, methods=["GET"]),
        Route("/_emulator/events", telling_errors(happen), methods=["POST"]),
        Route("/_emulator/scenario", followed, methods=["GET"]),
        Route("/_emulator/scenario", telling_errors(follow), methods=["PUT"]),
    ]


def told(event: Event) -> dict[str, Any]:
    """An event in JSON's words."""
    members: dict[str, Any] = msgspec.to_builtins(event)
    return members


def _scenario(asked: ScenarioAsked) -> Scenario:
    if (asked.name is None) == (asked.toml is None):
        raise InputError("name", "give a shipped scenario's name, or else its toml")
    try:
        if asked.toml is not None:
            return read_scenario(asked.toml.encode(), "toml")
        if asked.name not in shipped_scenarios():
            raise InputError("name", f"must be one of {', '.join(shipped_scenarios())}")
        return load_scenario(asked.name)
    except ConfigurationError as error:
        raise InputError("toml", str(error)) from error
