"""Reading what the service provider sends: a contract, or a question about one."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request

from kwartier.emulator.eneco.data_owners import data_owner
from kwartier.emulator.fiam.contracts import Environment, period_of
from kwartier.emulator.fiam.parties import CONSUMERS
from kwartier.emulator.problems import problem
from kwartier.errors import InputError
from kwartier.wire.fiam import Contract
from kwartier.wire.unreadable import UNREADABLE

Body = TypeVar("Body", bound=msgspec.Struct)

LONGEST_TEXT = 200


async def read_json(request: Request, kind: type[Body]) -> Body:
    """The body as ``kind``; 400 for anything else."""
    return _decoded(await request.body(), kind)


async def read_contract(
    request: Request, environment: Environment, provider: str, contract_id: str | None = None
) -> Contract:
    """A contract that ``provider`` may make. Its ``id`` is ours to give (``contract_id`` the one
    it has already): what is sent as such may be left out, but must not be another.
    """
    members = _object(await request.body())
    sent = members.setdefault("id", contract_id or "new")
    if contract_id is not None and sent != contract_id:
        raise problem(400, "id: must be that of the path.")
    try:
        contract = msgspec.convert(members, Contract)
    except UNREADABLE as error:
        raise problem(400, f"The contract cannot be read: {error}") from error
    _check(contract, environment, provider)
    return contract


def _check(contract: Contract, environment: Environment, provider: str) -> None:
    for name in contract.__struct_fields__:
        text = getattr(contract, name)
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise problem(400, f"{name}: must be 1 to {LONGEST_TEXT} characters.")
    if contract.service_provider != provider:
        raise problem(400, "service_provider: must be the party that asks.")
    if contract.service_consumer not in CONSUMERS:
        raise problem(400, "service_consumer: is no party that is known here.")
    if data_owner(environment, contract.data_owner) is None:
        raise problem(400, "data_owner: is not known here.")
    try:
        start, end = period_of(contract)
    except InputError as error:
        raise problem(400, f"{error}.") from error
    if end <= start:
        raise problem(400, "end_date: must be later than start_date.")


def _object(content: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(content, type=dict[str, object])
    except UNREADABLE:
        raise problem(400, "The request body must be a JSON object.") from None


def _decoded(content: bytes, kind: type[Body]) -> Body:
    try:
        return msgspec.json.decode(content, type=kind)
    except UNREADABLE as error:
        raise problem(400, f"The request body cannot be read: {error}") from error
