"""The paths of KPN FIAM, of both environments."""

from __future__ import annotations

from typing import Final

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
    answered: list[tuple[str, str, Handler]] = [
        ("POST", f"{api}/oauth/token", TokenEndpoint(tokens, prefix).answer),
        ("GET", consumers, contracts.consumer_list),
        ("GET", f"{consumers}/{{contract_id}}", contracts.consumer_one),
        ("GET", providers, contracts.provider_list),
        ("POST", providers, contracts.create),
        ("GET", f"{providers}/{{contract_id}}", contracts.provider_one),
        ("PUT", f"{providers}/{{contract_id}}", contracts.replace),
        ("DELETE", f"{providers}/{{contract_id}}", contracts.remove),
        ("POST", f"{api}/contracts/validate", contracts.validate),
    ]
    return [
        Route(path, telling_problems(handler, world), methods=[method])
        for method, path, handler in answered
    ]
