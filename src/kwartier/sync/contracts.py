"""KPN FIAM's contracts, or the registry's data owners in their place, as mandates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from kwartier.eneco import Contract, ContractList
from kwartier.errors import InputError
from kwartier.measurements.fetched import Undecoded
from kwartier.registry import Listing
from kwartier.registry.data_owners import check_data_owner
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.mandate import APPROVED, Mandate
from kwartier.vocabulary.provider import ENECO
from kwartier.wire import fiam as wire

REGISTERED: Final = "registered"
"""What stands for a contract's number where the registry says who shares."""

_HOURLY: Final = frozenset({Granularity.HOUR})
_ENDLESS: Final = "9999"


def to_mandate(contract: Contract, consumer: str | None) -> Mandate:
    """A contract in words that all providers share; only one about Eneco's usages of heat, with
    ``consumer`` (None: with whomever), opens data.

    A bare date is the midnight that it begins with, in Amsterdam as in Brussels; the end is
    exclusive, and there is none if it is empty or in the year 9999: our reading. Raises
    :class:`InputError` for dates that are none.
    """
    owner = contract.data_owner.strip().lower()
    return Mandate(
        provider=ENECO,
        contract_number=contract.id,
        reference_number=owner,
        status=APPROVED,
        data_service_type=contract.resource_type,
        metering_point=owner,
        energy_type=HEAT,
        granularities=_HOURLY if _opens_usages(contract, consumer) else frozenset(),
        period_start=parse_instant(contract.start_date, "start_date"),
        period_end=_end(contract.end_date),
    )


def list_of_contracts(
    listed: ContractList, consumer: str | None, references: frozenset[str] | None = None
) -> Listing:
    """All contracts as mandates; with ``references`` it speaks of those data owners alone."""
    mandates, undecoded = [], list(listed.undecoded)
    for contract in listed.contracts:
        try:
            mandates.append(to_mandate(contract, consumer))
        except InputError as error:
            undecoded.append(Undecoded(path=f"contract {contract.id}", why=str(error)))
    return Listing(
        mandates,
        listed.fetched_at,
        tuple(undecoded),
        references,
        is_partial=not listed.is_complete,
    )


def list_of_data_owners(
    data_owners: Sequence[tuple[str, datetime]],
    stated_at: datetime,
    references: frozenset[str] | None = None,
) -> Listing:
    """Data owners, each with since when it shares, as mandates that are approved."""
    mandates = [
        Mandate(
            provider=ENECO,
            contract_number=REGISTERED,
            reference_number=owner,
            status=APPROVED,
            data_service_type=wire.RESOURCE_TYPE,
            metering_point=owner,
            energy_type=HEAT,
            granularities=_HOURLY,
            period_start=since,
        )
        for owner, since in ((owner.lower(), since) for owner, since in data_owners)
    ]
    return Listing(mandates, stated_at, references=references)


def _opens_usages(contract: Contract, consumer: str | None) -> bool:
    try:
        check_data_owner(contract.data_owner)
    except InputError:
        return False  # nothing can be asked of it
    is_ours = consumer is None or contract.service_consumer == consumer
    about = contract.resource_type.lower(), contract.resource.lower()
    return is_ours and about == (wire.RESOURCE_TYPE, wire.RESOURCE)


def _end(text: str) -> datetime | None:
    if not text.strip() or text.startswith(_ENDLESS):
        return None
    return parse_instant(text, "end_date")
