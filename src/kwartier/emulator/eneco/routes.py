"""The paths of Eneco DataShare, of both environments."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.eneco import calls
from kwartier.emulator.eneco.asked import Asked
from kwartier.emulator.fiam.caller import Handler, refused_reply
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.refusals import Refused
from kwartier.emulator.replies import reply
from kwartier.emulator.world import World
from kwartier.errors import KwartierError

PREFIXES: Final = {Environment.PRODUCTION: "/eneco-prd", Environment.ACCEPTANCE: "/eneco-acc"}

Call = Callable[[Asked], Awaitable[bytes]]

_CONSUMER: Final = "/datashare/v1/{unit}/{label}/dataconsumer"
_CALLS: Final[tuple[tuple[str, str, Call, bool], ...]] = (
    ("GET", "/{owner}/{product}/usages", calls.get_usages, False),
    ("GET", "/{owner}/{product}/metadata", calls.get_metadata, False),
    ("GET", "/demo/{owner}/{product}/consumers", calls.list_consumers, True),
    ("POST", "/demo/{owner}/{product}/setconsent", calls.set_consent, True),
)

_log = logging.getLogger(__name__)


def routes(world: World) -> list[Route]:
    """Everything under ``/eneco-prd`` and ``/eneco-acc``."""
    return [
        Route(
            f"{prefix}{_CONSUMER}{path}",
            _answering(world, environment, call, is_demo=is_demo),
            methods=[method],
        )
        for environment, prefix in PREFIXES.items()
        for method, path, call, is_demo in _CALLS
    ]


def _answering(world: World, environment: Environment, call: Call, *, is_demo: bool) -> Handler:
    async def handle(request: Request) -> Response:
        asked = Asked(world, environment, request, world.now(), is_demo)
        try:
            asked.check_access()
            return reply(200, await call(asked), asked.now)
        except Refused as answer:
            refused = answer
        except KwartierError as error:
            _log.error("the emulator failed at %s: %s", call.__name__, error)
            refused = asked.refusal(500, "Something went wrong on our side.")
        return refused_reply(refused, asked.now)

    return handle
