"""``/_emulator/mandates``: all mandates of both environments, and how tests make live ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Environment
from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.fluvius_v3.mock import read_mandate
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.requests import Query, read_body
from kwartier.emulator.world import World


def routes(world: World) -> list[Route]:
    """``GET`` and ``POST /_emulator/mandates``."""

    async def known(request: Request) -> Response:
        now = world.now()
        query = Query(request.scope["query_string"])
        asked = query.word("environment", Environment, query.text("environment"))
        query.check()
        mandates = [
            as_held(environment, mandate, now)
            for environment in ([asked] if asked else Environment)
            for mandate in world.consents(environment).mandates.all()
        ]
        return control_reply(200, {"mandates": mandates})

    async def make(request: Request) -> Response:
        now = world.now()
        body = await read_body(request)
        environment = body.word("environment", Environment) or Environment.LIVE
        mandate = world.consents(environment).put_mandate(read_mandate(body, now))
        return control_reply(200, as_held(environment, mandate, now))

    return [
        Route("/_emulator/mandates", telling_errors(known), methods=["GET"]),
        Route("/_emulator/mandates", telling_errors(make), methods=["POST"]),
    ]


def as_held(environment: Environment, mandate: HeldMandate, now: datetime) -> dict[str, Any]:
    """A mandate in the API's words, but with its EAN whatever its status, and its last change."""
    seen = mandate.seen_at(now)
    whole = msgspec.structs.replace(seen, ean=mandate.ean, energy_type=mandate.energy_type)
    members: dict[str, Any] = msgspec.to_builtins(whole)
    return {"environment": environment, **members, "lastUpdated": mandate.last_updated}
