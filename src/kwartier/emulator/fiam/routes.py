"""The paths of KPN FIAM, of both environments."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.fiam.caller import Handler, telling_problems
from kwartier.emulator.fiam.contract_endpoints import ContractEndpoints
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.token_endpoint import TokenEndpoint
from kwartier.emulator.world import World

PREFIXES: Final = {Environment.PRODUCTION: "/fiam", Environment.ACCEPTANCE: "/fiam-acc"}


def routes(world: World) -> list[Route]:
    """Everything under ``/fiam`` and ``/fiam-acc``."""
    return [
        route
        for environment, prefix in PREFIXES.items()
        for route in _of(world, environment, prefix)
    ]


def _of(world: World, environment: Environment, prefix: str) -> list[Route]:
    tokens = world.fiam_tokens[environment]
    contracts = ContractEndpoints(world, environment, tokens)
    api = f"{prefix}/api/v1"
    consumers, providers = (
        f"{api}/service-consumers/contracts",
        f"{api}/service-providers/contracts",
    )
    answered: dict[str, dict[str, Handler]] = {
        f"{api}/oauth/token": {"POST": TokenEndpoint(tokens, prefix).answer},
        consumers: {"GET": contracts.consumer_list},
        f"{consumers}/{{contract_id}}": {"GET": contracts.consumer_one},
        providers: {"GET": contracts.provider_list, "POST": contracts.create},
        f"{providers}/{{contract_id}}": {
            "GET": contracts.provider_one,
            "PUT": contracts.replace,
            "DELETE": contracts.remove,
        },
        f"{api}/contracts/validate": {"POST": contracts.validate},
    }
    return [
        Route(path, telling_problems(_by_method(handlers), world), methods=list(handlers))
        for path, handlers in answered.items()
    ]


def _by_method(handlers: dict[str, Handler]) -> Handler:
    """All of a path in one route: refused methods are then told all that there are."""

    async def handle(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await handlers[method](request)

    return handle
