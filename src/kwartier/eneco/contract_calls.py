"""Our contracts in KPN FIAM: who has consented to us seeing which data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

import msgspec

from kwartier.eneco.operation import Api
from kwartier.eneco.replies import fiam_reader, stated_at
from kwartier.measurements.fetched import Undecoded
from kwartier.transport import Conversation, Exchange, Operation, Reply
from kwartier.transport.protocol import Steps
from kwartier.vocabulary import arguments
from kwartier.wire.fiam import Contract
from kwartier.wire.unreadable import UNREADABLE

PAGE_SIZE: Final = 100
_PATH: Final = "/service-consumers/contracts"
_MAX_PAGES: Final = 10_000


@dataclass(frozen=True, slots=True)
class ContractList:
    """The contracts as KPN FIAM stated them at ``fetched_at`` (UTC).

    ``undecoded`` are those that could not be read. Only of a list that ``is_complete``, its pages
    and counts agreeing and nothing unreadable, may it be said that what is not on it has ended.
    """

    contracts: tuple[Contract, ...]
    fetched_at: datetime
    undecoded: tuple[Undecoded, ...] = ()
    is_complete: bool = True


class _Page(msgspec.Struct):
    page: int
    page_count: int
    total_count: int
    records: list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class _Listed:
    page: _Page
    fetched_at: datetime


_READ_PAGE: Final = fiam_reader(_Page)
_READ_CONTRACT: Final = fiam_reader(Contract)
_CONTRACT: Final = msgspec.json.Decoder(Contract)


class ContractCalls(Api):
    """The calls for contracts."""

    __slots__ = ()

    def list_contracts(self) -> Conversation[ContractList]:
        """All our contracts, page by page.

        Returns a ``ContractList``: ``contracts`` with ``id``, ``data_owner``, ``start_date``,
        ``end_date``, ``resource_type``, ``resource``, ...; ``fetched_at``; ``undecoded``, notes on
        those that could not be read; and ``is_complete``.

        Errors: ConfigurationError without FIAM, EnecoAPIError, DecodeError.

        Source: KPN FIAM, ``GET service-consumers/contracts``; how pages are asked for is our
        reading.
        """
        self.ask_fiam(_PATH, {})  # that there is no FIAM is said here, not halfway
        return Conversation(self._all_pages)

    def get_contract(self, contract_id: str) -> Operation[Contract]:
        """One contract of ours.

        Errors: as of ``list_contracts``; NotFoundError if there is none, or none any more.

        Source: KPN FIAM, ``GET service-consumers/contracts/{contract_id}``.
        """
        identifier = quote(arguments.text(contract_id, "contract_id"), safe="")
        call = self.ask_fiam(f"{_PATH}/{identifier}", {}, shown=f"{_PATH}/...")
        return Operation(call, _READ_CONTRACT)

    def _all_pages(self, exchange: Exchange) -> Steps[ContractList]:
        listed: list[_Listed] = []
        while not listed or _has_more(listed):
            listed.append((yield from self._contract_page(len(listed) + 1).steps(exchange)))
        return _one_list(listed)

    def _contract_page(self, number: int) -> Operation[_Listed]:
        query = {"page": str(number), "size": str(PAGE_SIZE)}
        return Operation(self.ask_fiam(_PATH, query), _read_page)


def _read_page(reply: Reply) -> _Listed:
    return _Listed(_READ_PAGE(reply), stated_at(reply))


def _has_more(listed: list[_Listed]) -> bool:
    """Whether to ask for another page; an empty one is the last, whatever the counts say."""
    last = listed[-1].page
    return len(listed) < min(last.page_count, _MAX_PAGES) and bool(last.records)


def _one_list(listed: list[_Listed]) -> ContractList:
    contracts: dict[str, Contract] = {}
    undecoded: list[Undecoded] = []
    for number, each in enumerate(listed, 1):
        for index, raw in enumerate(each.page.records):
            try:
                contract = _CONTRACT.decode(raw)
            except UNREADABLE as error:
                path = f"$.records[{index}] of page {number}"
                undecoded.append(Undecoded(path=path, why=str(error)))
            else:
                contracts[contract.id] = contract
    return ContractList(
        contracts=tuple(contracts.values()),
        fetched_at=listed[0].fetched_at,
        undecoded=tuple(undecoded),
        is_complete=not undecoded and _adds_up([each.page for each in listed], len(contracts)),
    )


def _adds_up(pages: list[_Page], found: int) -> bool:
    """Whether the pages are the ones asked for, all of them, and hold as many as they say."""
    return (
        _are(pages, range(1, len(pages) + 1))
        and {each.total_count for each in pages} == {found}
        and all(each.page_count <= len(pages) for each in pages)
    )


def _are(pages: list[_Page], numbers: Iterable[int]) -> bool:
    return [each.page for each in pages] == list(numbers)
