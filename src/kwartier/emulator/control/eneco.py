"""``/_emulator/eneco/...``: data owners, their contracts, what is true of them, the rate limit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.control.clock_and_truth import ARROW_STREAM
from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.eneco.data_owners import DataOwner, data_owner, data_owners
from kwartier.emulator.eneco.rate_limit import Limit
from kwartier.emulator.eneco.truth import truth
from kwartier.emulator.fiam.contracts import Environment, is_active
from kwartier.emulator.fiam.parties import CONSUMERS, OURSELVES
from kwartier.emulator.metering.truth import TRUTH_SCHEMA
from kwartier.emulator.world import World
from kwartier.errors import InputError
from kwartier.vocabulary.local_time import parse_instant
from kwartier.wire.fiam import Contract

_ROOT = "/_emulator/eneco"


class _Asked(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Body of ``POST`` and ``DELETE /_emulator/eneco/contracts``: whose consent, to whom (us,
    unless it says otherwise), and for which days; without a start it begins today.
    """

    data_owner_id: str
    environment: str = Environment.ACCEPTANCE.value
    consumer_id: str = OURSELVES.id
    start_date: str | None = None
    end_date: str | None = None


def routes(world: World) -> list[Route]:
    """Everything under ``/_emulator/eneco``."""

    async def owners(request: Request) -> Response:
        environments = _environments(request)
        return control_reply(
            200, {"dataOwners": [_told(each) for e in environments for each in data_owners(e)]}
        )

    async def contracts(request: Request) -> Response:
        world.now()
        told = [
            _told_contract(environment, each)
            for environment in _environments(request)
            for each in world.contracts(environment).all()
        ]
        return control_reply(200, {"contracts": told})

    async def grant(request: Request) -> Response:
        asked, environment, owner = await _asked(request)
        contract = world.contracts(environment).grant(
            owner.id,
            asked.consumer_id,
            world.now(),
            start=_moment(asked.start_date, "startDate"),
            end=_moment(asked.end_date, "endDate"),
        )
        return control_reply(200, _told_contract(environment, contract))

    async def revoke(request: Request) -> Response:
        asked, environment, owner = await _asked(request)
        held = world.contracts(environment)
        removed = held.revoke(owner.id, asked.consumer_id, world.now())
        return control_reply(200, {"removed": removed})

    async def true_values(request: Request) -> Response:
        return Response(_stream(world, _one_environment(request), request), media_type=ARROW_STREAM)

    async def limit(_request: Request) -> Response:
        return control_reply(200, msgspec.to_builtins(world.eneco_rate_limit.limit))

    async def set_limit(request: Request) -> Response:
        world.eneco_rate_limit.set(msgspec.json.decode(await request.body(), type=Limit))
        return await limit(request)

    return [
        Route(f"{_ROOT}/data-owners", telling_errors(owners), methods=["GET"]),
        Route(f"{_ROOT}/contracts", telling_errors(contracts), methods=["GET"]),
        Route(f"{_ROOT}/contracts", telling_errors(grant), methods=["POST"]),
        Route(f"{_ROOT}/contracts", telling_errors(revoke), methods=["DELETE"]),
        Route(f"{_ROOT}/truth", telling_errors(true_values), methods=["GET"]),
        Route(f"{_ROOT}/rate-limit", telling_errors(limit), methods=["GET"]),
        Route(f"{_ROOT}/rate-limit", telling_errors(set_limit), methods=["PUT"]),
    ]


async def _asked(request: Request) -> tuple[_Asked, Environment, DataOwner]:
    asked = msgspec.json.decode(await request.body(), type=_Asked)
    environment = _environment(asked.environment)
    if asked.consumer_id not in CONSUMERS:
        raise InputError("consumerId", f"must be one of {', '.join(CONSUMERS)}")
    return asked, environment, _owner(environment, asked.data_owner_id, "dataOwnerId")


def _owner(environment: Environment, data_owner_id: str, field: str) -> DataOwner:
    found = data_owner(environment, data_owner_id.lower())
    if found is None:
        rule = f"is no data owner of {environment}; GET {_ROOT}/data-owners lists them"
        raise InputError(field, rule)
    return found


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError as error:
        raise InputError("environment", f"must be one of {', '.join(Environment)}") from error


def _one_environment(request: Request) -> Environment:
    return _environment(request.query_params.get("environment", Environment.ACCEPTANCE))


def _environments(request: Request) -> list[Environment]:
    """The one that is asked for, or both."""
    named = request.query_params.get("environment")
    return list(Environment) if named is None else [_environment(named)]


def _moment(text: str | None, field: str) -> date | datetime | None:
    """A date stays one: that is how contracts write it."""
    if text is None:
        return None
    moment = parse_instant(text, field)
    return date.fromisoformat(text) if len(text) == len("2026-01-31") else moment


def _told(owner: DataOwner) -> dict[str, Any]:
    return {
        "environment": owner.environment,
        "dataOwnerId": owner.id,
        "name": owner.name,
        "channels": owner.channels,
        "firstDay": owner.first_day,
        "deliveryAddress": msgspec.to_builtins(owner.address),
    }


def _told_contract(environment: Environment, contract: Contract) -> dict[str, Any]:
    return {"environment": environment, **msgspec.to_builtins(contract)}


def _stream(world: World, environment: Environment, request: Request) -> bytes:
    named = request.query_params.getlist("dataOwner")
    if not named:
        raise InputError("dataOwner", "give one or more, as ?dataOwner=...&dataOwner=...")
    now = world.now()
    permitting = [
        each
        for each in world.contracts(environment).all()
        if each.service_consumer == OURSELVES.id and is_active(each, now)
    ]
    batches = truth(
        [_owner(environment, each, "dataOwner") for each in named],
        permitting,
        seed=world.seed,
        now=now,
        events=world.events_of_owner,
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, TRUTH_SCHEMA) as writer:
        for batch in batches:
            writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content
