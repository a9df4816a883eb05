"""``/_emulator/faults``: which faults befall calls, and how many did."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.faults import CallsTo, Faults, parse_faults


class FaultSpec(msgspec.Struct, frozen=True):
    """Body of ``PUT`` and ``POST``: faults, written as for ``--faults``."""

    spec: str


def routes(faults: Faults) -> list[Route]:
    """``GET`` shows the faults and what came of them, ``PUT`` sets them, ``POST`` adds to them,
    ``DELETE`` clears them; each answers with what is then.
    """

    async def show(_request: Request) -> Response:
        return control_reply(200, faults.told())

    async def replace(request: Request) -> Response:
        faults.set(await _plan(request))
        return await show(request)

    async def add(request: Request) -> Response:
        faults.add(await _plan(request))
        return await show(request)

    async def clear(request: Request) -> Response:
        faults.set(())
        return await show(request)

    path = "/_emulator/faults"
    return [
        Route(path, show, methods=["GET"]),
        Route(path, telling_errors(replace), methods=["PUT"]),
        Route(path, telling_errors(add), methods=["POST"]),
        Route(path, clear, methods=["DELETE"]),
    ]


async def _plan(request: Request) -> tuple[CallsTo, ...]:
    body = msgspec.json.decode(await request.body(), type=FaultSpec)
    return parse_faults(body.spec, "spec")
