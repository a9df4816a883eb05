"""FIAM's contracts: as the consumer reads them, and as the service provider keeps them.

Our readings: pages are numbered from 1 and hold a hundred contracts at most; a contract that has
ended is no longer listed, one that has not begun is; another party's is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.emulator.fiam.asked_contract import read_contract, read_json
from kwartier.emulator.fiam.caller import answer, caller
from kwartier.emulator.fiam.contracts import Contracts, Environment, has_ended, is_active
from kwartier.emulator.fiam.parties import CONSUMERS, ENECO
from kwartier.emulator.fiam.tokens import FiamTokens
from kwartier.emulator.problems import problem
from kwartier.emulator.requests import Query
from kwartier.emulator.world import World
from kwartier.wire.fiam import Contract, ContractPage, Validate, Validated

PAGE_SIZE: Final = 100
_MOST_PAGES: Final = 1_000_000


@dataclass(frozen=True)
class ContractEndpoints:
    """Those of one environment; each takes a request and answers it, or raises a refusal."""

    world: World
    environment: Environment
    tokens: FiamTokens

    async def consumer_list(self, request: Request) -> Response:
        party = self._consumer(request)
        return self._page(request, self._standing("service_consumer", party))

    async def consumer_one(self, request: Request) -> Response:
        party = self._consumer(request)
        return self._answer(200, self._own(request, "service_consumer", party))

    async def provider_list(self, request: Request) -> Response:
        party = self._provider(request)
        return self._page(request, self._standing("service_provider", party))

    async def provider_one(self, request: Request) -> Response:
        party = self._provider(request)
        return self._answer(200, self._own(request, "service_provider", party))

    async def create(self, request: Request) -> Response:
        party = self._provider(request)
        asked = await read_contract(request, self.environment, party)
        return self._answer(201, self._contracts.create(asked))

    async def replace(self, request: Request) -> Response:
        party = self._provider(request)
        held = self._own(request, "service_provider", party)
        asked = await read_contract(request, self.environment, party, held.id)
        return self._answer(200, self._contracts.replace(asked))

    async def remove(self, request: Request) -> Response:
        party = self._provider(request)
        self._contracts.remove(self._own(request, "service_provider", party).id)
        return Response(status_code=204)

    async def validate(self, request: Request) -> Response:
        """Whether a contract allows what the holder of a consumer's token asks."""
        party = self._provider(request)
        asked = await read_json(request, Validate)
        consumer = self.tokens.party_of(asked.data_consumer_token)
        now = self.world.now()
        allowed = consumer is not None and any(
            each.service_provider == party
            and each.service_consumer == consumer
            and _allows(each, asked)
            and is_active(each, now)
            for each in self._contracts.all()
        )
        return self._answer(200, Validated(allowed=allowed))

    @property
    def _contracts(self) -> Contracts:
        return self.world.contracts(self.environment)

    def _consumer(self, request: Request) -> str:
        party = caller(request, self.tokens)
        if party not in CONSUMERS:
            raise problem(401, "This token is not a service consumer's.")
        return party

    def _provider(self, request: Request) -> str:
        party = caller(request, self.tokens)
        if party != ENECO.id:
            raise problem(401, "This token is not a service provider's.")
        return party

    def _standing(self, role: str, party: str) -> list[Contract]:
        now = self.world.now()
        return [each for each in self._contracts.all() if _is_listed(each, role, party, now)]

    def _answer(self, status: int, body: object) -> Response:
        return answer(status, body, self.world.now())

    def _page(self, request: Request, contracts: Sequence[Contract]) -> Response:
        query = Query(request.scope["query_string"])
        page = _number(query, "page", 1, _MOST_PAGES)
        size = _number(query, "size", PAGE_SIZE, PAGE_SIZE)
        reply = ContractPage(
            page=page,
            size=size,
            page_count=-(-len(contracts) // size),
            total_count=len(contracts),
            records=list(contracts[(page - 1) * size : page * size]),
        )
        return self._answer(200, reply)

    def _own(self, request: Request, role: str, party: str) -> Contract:
        held = self._contracts.get(request.path_params["contract_id"])
        if held is None or not _is_listed(held, role, party, self.world.now()):
            raise problem(404, "There is no such contract.")
        return held


def _is_listed(contract: Contract, role: str, party: str, now: datetime) -> bool:
    return getattr(contract, role) == party and not has_ended(contract, now)


def _allows(contract: Contract, asked: Validate) -> bool:
    attribute = contract.resource_attribute
    return (contract.data_owner, contract.resource_type, contract.resource, contract.action) == (
        asked.data_owner.lower(),
        asked.resource_type,
        asked.resource,
        asked.action,
    ) and attribute in {"*", asked.resource_attribute}


def _number(query: Query, name: str, otherwise: int, most: int) -> int:
    text = query.text(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= most):
        raise problem(400, f"{name}: must be a number from 1 to {most}.")
    return int(text)
