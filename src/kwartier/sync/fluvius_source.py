"""Fluvius as a source of mandates and measurements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    AuthenticationError,
    DecodeError,
    FluviusAPIError,
    ForbiddenError,
    MandateList,
    NotFoundError,
    read_energy,
)
from kwartier.measurements import Fetched
from kwartier.registry import DeliveryAddress, Listing
from kwartier.sync.clocks import check_not_ahead
from kwartier.sync.source import Answer, Refusals
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Fetch, Outcome
from kwartier.vocabulary.granularity import Granularity, finest
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.wire import fluvius_v3 as wire

_ENERGY_TYPES = {wire.EnergyType.ELECTRICITY: ELECTRICITY, wire.EnergyType.GAS: GAS}


def to_mandate(mandate: wire.Mandate, contract_number: str) -> Mandate:
    """A listed mandate in words that all providers share; unknown words are kept as they are."""
    energy_type = None
    if mandate.energy_type is not None:
        energy_type = _ENERGY_TYPES.get(mandate.energy_type, str(mandate.energy_type))
    return Mandate(
        provider=FLUVIUS,
        contract_number=contract_number,
        reference_number=mandate.reference_number or "",
        status=str(mandate.status or ""),
        data_service_type=str(mandate.data_service_type or ""),
        metering_point=mandate.ean,
        energy_type=energy_type,
        granularities=_granularities(mandate.data_service_type, energy_type),
        period_start=mandate.data_period_from,
        period_end=mandate.data_period_to,
        expires_at=mandate.mandate_expiration_date,
        renewal_status=str(mandate.renewal_status) if mandate.renewal_status else None,
    )


def _granularities(
    service: wire.DataServiceType | None, energy_type: str | None
) -> frozenset[Granularity]:
    """What a data service opens; nothing for services that carry no consumption."""
    if energy_type is None:
        return frozenset()
    if service == wire.DataServiceType.VH_DAG:
        return frozenset({Granularity.DAY})
    if service == wire.DataServiceType.VH_KWARTIER_UUR:
        return frozenset({finest(energy_type)})
    if service == wire.DataServiceType.VH_ONBEPAALD:
        return frozenset({Granularity.DAY, finest(energy_type)})
    return frozenset()


_REFUSALS: Final = Refusals(
    not_found=NotFoundError,
    forbidden=ForbiddenError,
    unauthenticated=AuthenticationError,
    failures=(FluviusAPIError, DecodeError),
)


class FluviusSource:
    """The sync's view of a Fluvius client; ``contract_number`` is the data access contract's.

    With ``machine_clock``, a reply whose time is more than a day ahead of it ends the sync.
    """

    provider = FLUVIUS

    def __init__(
        self,
        client: AsyncFluviusEnergyClient,
        contract_number: str,
        *,
        machine_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._client = client
        self._contract_number = contract_number
        self._machine_clock = machine_clock

    async def mandates(self, *, reference_number: str | None = None) -> Listing:
        listed = await self._client.list_mandates(reference_number=reference_number)
        references = None if reference_number is None else frozenset({reference_number})
        return self._listing(listed, references)

    async def updated_mandates(self, since: datetime) -> Listing:
        listed = await self._client.list_mandates(last_updated_from=since)
        return self._listing(listed, frozenset())

    def _listing(self, listed: MandateList, references: frozenset[str] | None) -> Listing:
        self._check_clock(listed.fetched_at)
        mandates = [to_mandate(mandate, self._contract_number) for mandate in listed.mandates]
        return Listing(mandates, listed.fetched_at, listed.undecoded, references)

    async def delivery_address(self, metering_point: str) -> DeliveryAddress | None:  # noqa: ARG002
        """Fluvius does not say where a metering point is."""
        return None

    async def request(self, fetch: Fetch) -> Answer:
        reply = await self._client.fetch_energy(
            ean=fetch.metering_point,
            period_type=wire.PeriodType(fetch.kind.value),
            from_date=fetch.window.start,
            to_date=fetch.window.end,
        )
        self._check_clock(reply.fetched_at)
        return Answer((reply.body,), reply.fetched_at)

    def _check_clock(self, provider_time: datetime) -> None:
        if self._machine_clock is not None:
            check_not_ahead(provider_time, self._machine_clock())

    def decode(self, fetch: Fetch, answer: Answer) -> Fetched:
        (body,) = answer.bodies
        decoded = read_energy(
            body, fetched_at=answer.fetched_at, metering_point=fetch.metering_point
        )
        return Fetched(
            fetch=fetch,
            fetched_at=answer.fetched_at,
            outcome=Outcome.OK,
            table=decoded.table,
            undecoded=decoded.undecoded,
        )

    def failure(self, fetch: Fetch, error: Exception, at: datetime) -> Fetched:
        return _REFUSALS.fetched(fetch, error, at)
