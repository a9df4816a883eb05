"""The ways to a customer's consent: where one is sent to, and what came of it.

A client is made when it is first needed, and again where another event loop runs: whoever mounts
the page decides on that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from kwartier.connect.asking import Asking
from kwartier.eneco import AsyncEnecoClient
from kwartier.eneco import Endpoints as EnecoEndpoints
from kwartier.fluvius import AsyncFluviusEnergyClient
from kwartier.registry import Customer
from kwartier.sync import EnecoSource, FluviusSource, Source
from kwartier.transport import RetryPolicy
from kwartier.transport.client import AwaitingClient, ClientOptions
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS

CLIENT_OPTIONS: Final[ClientOptions] = {
    "timeout": 15.0,
    "retry": RetryPolicy(attempts=3, total=10.0, longest=3.0),
}
"""How long somebody who waits before a page may wait for it."""

C = TypeVar("C", bound=AwaitingClient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where a customer is sent to: ``url``, which works until ``valid_to`` (None: for good)."""

    url: str = field(repr=False)
    valid_to: datetime | None = None


class Way(Protocol):
    """How customers of one provider of data consent. ``origin`` is that of the page where they do;
    None where it is not known.
    """

    @property
    def provider(self) -> str: ...

    @property
    def place(self) -> str:
        """Where customers consent, as they know it."""
        ...

    @property
    def party(self) -> str:
        """Whom they consent to there, as far as they are shown it."""
        ...

    @property
    def url(self) -> str | None:
        """Where they consent; None where no address of it is known."""
        ...

    @property
    def can_look(self) -> bool:
        """Whether it can be asked what came of it."""
        ...

    @property
    def needs_reference(self) -> bool:
        """Whether nothing can be asked without a reference number."""
        ...

    async def send(
        self, customer: Customer, references: Sequence[str], asking: Asking, back: str
    ) -> Sent | None:
        """Where to send ``customer``, who comes back to the address ``back`` and ``/done`` or
        ``/back``; None where no address is known.
        """
        ...

    async def mandates(self, references: Sequence[str]) -> list[Mandate]:
        """All mandates under these reference numbers, as the provider lists them now."""
        ...


class _Lazy(Generic[C]):
    """A client of whatever event loop runs."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._made: tuple[asyncio.AbstractEventLoop, C] | None = None

    def __call__(self) -> C:
        loop = asyncio.get_running_loop()
        if self._made is None or self._made[0] is not loop:
            self._made = loop, self._make()
        return self._made[1]


class FluviusWay:
    """Over a short URL of Mijn Fluvius, whose address is ``portal_url``."""

    provider = FLUVIUS
    place = "Mijn Fluvius"
    party = ""
    can_look = True
    needs_reference = True

    def __init__(self, make: Callable[[], AsyncFluviusEnergyClient], *, portal_url: str) -> None:
        self._client = _Lazy(make)
        self.url: str | None = portal_url

    async def send(
        self, customer: Customer, references: Sequence[str], asking: Asking, back: str
    ) -> Sent:
        client = self._client()
        response = await client.create_client_session(
            reference_number=references[-1],
            flow=customer.flow,
            data_services=asking.data_services(),
            number_of_eans=asking.max_eans,
            return_url_success=f"{back}/done",
            return_url_failed=f"{back}/back",
            sso=asking.sso or None,
            enterprise_number=customer.enterprise_number,
        )
        return Sent(url=client.consent_url(response), valid_to=response.data.valid_to)

    async def mandates(self, references: Sequence[str]) -> list[Mandate]:
        return await _listed(FluviusSource(self._client(), ""), references)


class EnecoWay:
    """Over Eneco's consent page, whose address may not be known: a customer agrees there that
    ``party``, ours in KPN FIAM, may see the data. Without ``make``, KPN FIAM is not asked what came
    of it.
    """

    provider = ENECO
    place = "Eneco"
    needs_reference = False

    def __init__(
        self,
        party: str,
        endpoints: EnecoEndpoints,
        make: Callable[[], AsyncEnecoClient] | None = None,
    ) -> None:
        self.party = party
        self._endpoints = endpoints
        self._client = None if make is None else _Lazy(make)
        self.url = endpoints.consent_url(party)

    @property
    def can_look(self) -> bool:
        return self._client is not None

    async def send(
        self,
        customer: Customer,  # noqa: ARG002 - who it is shows at Eneco
        references: Sequence[str],  # noqa: ARG002
        asking: Asking,  # noqa: ARG002
        back: str,
    ) -> Sent | None:
        url = self._endpoints.consent_url(self.party, f"{back}/done")
        return None if url is None else Sent(url=url)

    async def mandates(self, references: Sequence[str]) -> list[Mandate]:
        if self._client is None or not references:
            return []
        return await _listed(EnecoSource(self._client(), consumer=self.party), references)


async def _listed(source: Source, references: Sequence[str]) -> list[Mandate]:
    listings = [await source.mandates(reference_number=number) for number in references]
    return [
        mandate
        for listing in listings
        for mandate in listing.mandates
        if listing.speaks_of(mandate)
    ]
