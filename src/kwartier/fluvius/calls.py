"""The API's operations, each written once: checked arguments in, a call and its reader out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

import msgspec

from kwartier.errors import InputError
from kwartier.fluvius import checks
from kwartier.fluvius.checks import Moment
from kwartier.fluvius.replies import (
    EnergyReply,
    MandateList,
    read_as,
    read_energy_reply,
    read_mandate_list,
    read_mandates,
)
from kwartier.registry.customers import check_reference_number
from kwartier.transport import Call, Reply
from kwartier.vocabulary.ean import check_ean
from kwartier.wire import fluvius_v3 as wire
from kwartier.wire.open_enum import OpenEnum

T = TypeVar("T")
M = TypeVar("M", bound=msgspec.Struct)


class ComplexEnergyType(OpenEnum):
    """Values of the query parameter ``complexEnergyTypes``."""

    ACTIVE = "active"
    REACTIVE = "reactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSessionDataService:
    """A data service to ask the customer for. Without a period the customer chooses it."""

    data_service_type: wire.DataServiceType | str
    data_period_from: Moment | None = None
    data_period_to: Moment | None = None


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """A call, and what its final reply means."""

    call: Call
    read: Callable[[Reply], T]


def _reader(type_: type[M]) -> Callable[[Reply], M]:
    decoder = msgspec.json.Decoder(type_)
    return lambda reply: read_as(reply, decoder)


_READ_SESSION: Final = _reader(wire.ClientSessionResponse)
_READ_ENERGY: Final = _reader(wire.EnergyResponse)
_READ_MOCK: Final = _reader(wire.MockMandateResponse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Fluvius ESCO API v3 at ``base_url``. ``clock`` tells the time that rules are judged by.

    Times may be a date, a date-time or ISO 8601 text; without a zone they are Brussels' wall
    time. Enumerations may be given as text. An argument that breaks a documented rule raises
    :class:`~kwartier.errors.InputError`, and nothing is sent.
    """

    base_url: str
    subscription_key: str = field(repr=False)
    clock: Callable[[], datetime]
    contract_number: str | None = None

    def create_client_session(
        self,
        *,
        reference_number: str,
        flow: wire.Flow | str,
        data_services: Sequence[ClientSessionDataService],
        data_access_contract_number: str | None = None,
        number_of_eans: int | None = None,
        return_url_success: str | None = None,
        return_url_failed: str | None = None,
        sso: bool | None = None,
        enterprise_number: str | None = None,
    ) -> Operation[wire.ClientSessionResponse]:
        """Ask for a short URL, valid for 24 hours, where the customer can grant mandates.

        ``data.status`` is ``success`` (then ``data.short_url_identifier`` and ``data.valid_to``
        are there) or ``failed``. ``number_of_eans`` 0 or None: no limit. The contract number
        defaults to that of the credentials.
        """
        contract_number = data_access_contract_number or self.contract_number
        if not contract_number:
            raise InputError(
                "data_access_contract_number",
                "must be given",
                "here, in the credentials, or as FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER",
            )
        checks.check_count(len(data_services), 1, 3, "data_services")
        if number_of_eans is not None:
            checks.check_count(number_of_eans, 0, 1000, "number_of_eans")
        if enterprise_number is not None:
            checks.check_digits(enterprise_number, (9, 10), "enterprise_number")
        for name, url in (
            ("return_url_success", return_url_success),
            ("return_url_failed", return_url_failed),
        ):
            if url is not None:
                checks.check_url(url, name)
        request = wire.ClientSessionRequest(
            data_access_contract_number=checks.check_filled(
                contract_number, "data_access_contract_number"
            ),
            reference_number=check_reference_number(reference_number),
            flow=checks.word(wire.Flow, flow, "flow"),
            data_services=[self._service(service) for service in data_services],
            number_of_eans=number_of_eans,
            return_url_success=return_url_success,
            return_url_failed=return_url_failed,
            sso=sso,
            enterprise_number=enterprise_number,
        )
        return Operation(self._post("/api/shortUrlIdentifier", request), _READ_SESSION)

    def get_mandates(
        self,
        *,
        reference_number: str | None = None,
        ean: str | None = None,
        data_service_types: Sequence[wire.DataServiceType | str] | str | None = None,
        energy_type: wire.EnergyType | str | None = None,
        status: wire.MandateStatus | str | None = None,
        mandate_expiration_date: Moment | None = None,
        renewal_status: wire.MandateRenewalStatus | str | None = None,
        last_updated_from: Moment | None = None,
        last_updated_to: Moment | None = None,
    ) -> Operation[wire.MandatesResponse]:
        """The mandates that match all that is given; NotFoundError if none does.

        ``ean`` and ``energy_type`` are told, and matched, only while a mandate is Approved.
        ``meta.fetch_time`` is the provider's time of the reply. One mandate that cannot be read
        fails the whole reply (DecodeError); ``list_mandates`` passes over it.
        """
        query: dict[str, str | None] = {
            "referenceNumber": reference_number,
            "ean": None if ean is None else check_ean(ean),
            "dataServiceTypes": _listed(
                wire.DataServiceType, data_service_types, "data_service_types"
            ),
            "energyType": _word(wire.EnergyType, energy_type, "energy_type"),
            "status": _word(wire.MandateStatus, status, "status"),
            "mandateExpirationDate": _time(mandate_expiration_date, "mandate_expiration_date"),
            "renewalStatus": _word(wire.MandateRenewalStatus, renewal_status, "renewal_status"),
            "lastUpdatedFrom": _time(last_updated_from, "last_updated_from"),
            "lastUpdatedTo": _time(last_updated_to, "last_updated_to"),
        }
        return Operation(self._get("/api/mandate", query), read_mandates)

    def list_mandates(self, *, reference_number: str | None = None) -> Operation[MandateList]:
        """All mandates (of one reference), none being an empty list, with the provider's time.

        A mandate that cannot be read costs no other: ``undecoded`` says which and why.
        """
        asked = self.get_mandates(reference_number=reference_number)
        return Operation(asked.call, read_mandate_list)

    def get_energy(
        self,
        *,
        ean: str,
        period_type: wire.PeriodType | str,
        from_date: Moment,
        to_date: Moment,
        granularity: Sequence[wire.EnergyGranularity | str] | str | None = None,
        complex_energy_types: Sequence[ComplexEnergyType | str] | str | None = None,
        reference_number: str | None = None,
    ) -> Operation[wire.EnergyResponse]:
        """What was measured (``readTime``) or stored by Fluvius (``insertTime``) from
        ``from_date`` until ``to_date`` (exclusive), within the mandates' periods.

        At most 185 days, not earlier than three years ago. ``granularity``: ``daily``,
        ``hourly_quarterhourly``, or all that is permitted. ``complex_energy_types``: ``active``,
        ``reactive``, or both. NotFoundError without an approved mandate.
        """
        start, end = checks.instant(from_date, "from_date"), checks.instant(to_date, "to_date")
        checks.check_order(start, end, "to_date", "from_date")
        checks.check_window(start, end, "to_date")
        checks.check_history(start, self.clock(), "from_date")
        query: dict[str, str | None] = {
            "ean": check_ean(ean),
            "periodType": checks.word(wire.PeriodType, period_type, "period_type"),
            "from": checks.wire_time(start),
            "to": checks.wire_time(end),
            "granularity": _listed(wire.EnergyGranularity, granularity, "granularity"),
            "complexEnergyTypes": _listed(
                ComplexEnergyType, complex_energy_types, "complex_energy_types"
            ),
            "referenceNumber": reference_number,
        }
        return Operation(self._get("/api/mandate/energy", query), _READ_ENERGY)

    def fetch_energy(
        self,
        *,
        ean: str,
        period_type: wire.PeriodType | str,
        from_date: Moment,
        to_date: Moment,
        granularity: Sequence[wire.EnergyGranularity | str] | str | None = None,
        complex_energy_types: Sequence[ComplexEnergyType | str] | str | None = None,
        reference_number: str | None = None,
    ) -> Operation[EnergyReply]:
        """Like ``get_energy``, but the body as it came, for ``decode_energy``, with the
        provider's time of it.
        """
        asked = self.get_energy(
            ean=ean,
            period_type=period_type,
            from_date=from_date,
            to_date=to_date,
            granularity=granularity,
            complex_energy_types=complex_energy_types,
            reference_number=reference_number,
        )
        return Operation(asked.call, read_energy_reply)

    def create_mock_mandate(
        self,
        *,
        reference_number: str,
        ean: str,
        data_service_type: wire.DataServiceType | str,
        data_period_from: Moment | None = None,
        data_period_to: Moment | None = None,
        status: wire.MandateStatus | str | None = None,
        mandate_expiration_date: Moment | None = None,
        renewal_status: wire.MandateRenewalStatus | str | None = None,
    ) -> Operation[wire.MockMandateResponse]:
        """Make, or replace, a made-up mandate. In the sandbox only: elsewhere NotFoundError.

        ``data_period_from`` is required, except for installation data (IG), which has no period.
        """
        service = checks.word(wire.DataServiceType, data_service_type, "data_service_type")
        if (data_period_from is None) != (service is wire.DataServiceType.IG):
            raise InputError("data_period_from", "must be given, except for IG, which has none")
        start = checks.optional_instant(data_period_from, "data_period_from")
        end = checks.optional_instant(data_period_to, "data_period_to")
        if start is not None:
            checks.check_order(start, end, "data_period_to", "data_period_from")
        request = wire.MockMandateRequest(
            reference_number=check_reference_number(reference_number),
            ean=check_ean(ean),
            data_service_type=service,
            data_period_from=start,
            data_period_to=end,
            status=None if status is None else checks.word(wire.MandateStatus, status, "status"),
            mandate_expiration_date=checks.optional_instant(
                mandate_expiration_date, "mandate_expiration_date"
            ),
            renewal_status=None
            if renewal_status is None
            else checks.word(wire.MandateRenewalStatus, renewal_status, "renewal_status"),
        )
        return Operation(self._post("/api/mandate/mock", request), _READ_MOCK)

    def _service(self, service: ClientSessionDataService) -> wire.ClientSessionDataService:
        start = checks.optional_instant(service.data_period_from, "data_period_from")
        end = checks.optional_instant(service.data_period_to, "data_period_to")
        if start is not None:
            checks.check_history(start, self.clock(), "data_period_from")
            checks.check_not_future(start, self.clock(), "data_period_from")
            checks.check_order(start, end, "data_period_to", "data_period_from")
        return wire.ClientSessionDataService(
            data_service_type=checks.word(
                wire.DataServiceType, service.data_service_type, "data_service_type"
            ),
            data_period_from=start,
            data_period_to=end,
        )

    def _get(self, path: str, query: Mapping[str, str | None]) -> Call:
        given = {
            name: text.value if isinstance(text, StrEnum) else text
            for name, text in query.items()
            if text is not None
        }
        return Call(method="GET", url=self.base_url + path, query=given, headers=self._headers())

    def _post(self, path: str, request: msgspec.Struct) -> Call:
        return Call(
            method="POST",
            url=self.base_url + path,
            headers={**self._headers(), "Content-Type": "application/json"},
            body=msgspec.json.encode(request),
            is_idempotent=False,
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Ocp-Apim-Subscription-Key": self.subscription_key,
            "Accept": "application/json",
        }


def _word(vocabulary: type[OpenEnum], text: str | None, field: str) -> str | None:
    return None if text is None else checks.word(vocabulary, text, field).value


def _listed(
    vocabulary: type[OpenEnum], texts: Sequence[str] | str | None, field: str
) -> str | None:
    return None if texts is None else ",".join(checks.words(vocabulary, texts, field))


def _time(moment: Moment | None, field: str) -> str | None:
    return None if moment is None else checks.wire_time(checks.instant(moment, field))
