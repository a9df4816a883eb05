"""``GET /api/mandate`` and ``POST /api/mandate/mock``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kwartier.errors import InputError
from kwartier.fluvius import checks
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.operation import Api
from kwartier.fluvius.replies import MandateList
from kwartier.transport import Operation
from kwartier.vocabulary import arguments
from kwartier.vocabulary.arguments import Moment
from kwartier.vocabulary.ean import check_ean
from kwartier.wire import fluvius_v3 as wire

_MOCK_EAN: Final = re.compile(r"5414[45](0[0-2]|1[02])[0-2][0-2]000000[0-9]{3}")


class MandateCalls(Api[R]):
    """The calls about mandates."""

    __slots__ = ()

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
        """The mandates that match all that is given; without anything, all that there are.

        ``reference_number``: one of yours. ``ean``: 18 digits. ``data_service_types``: one or
        several. ``energy_type``: ``E`` or ``G``. ``status``: ``Requested``, ``Approved``,
        ``Rejected`` or ``Finished``. ``mandate_expiration_date``: the exact instant.
        ``renewal_status``: ``ToBeRenewed``, ``RenewalRequested`` or ``Expired``.
        ``last_updated_from`` is inclusive, ``last_updated_to`` exclusive (our reading).

        Returns a response whose ``data.mandates`` has one entry a reference, metering point and
        service: ``reference_number``, ``status``, ``ean``, ``energy_type``, ``data_period_from``,
        ``data_period_to`` (exclusive; None: open-ended), ``data_service_type``,
        ``mandate_expiration_date``, ``renewal_status``. Fluvius tells ``ean`` and ``energy_type``
        only while a mandate is Approved, so that these filters match no other (our reading).
        Times are UTC; ``meta.fetch_time`` is Fluvius' time of the reply.

        Errors: NotFoundError if none matches (v2: an empty list), InputError before anything is
        sent, another FluviusAPIError, and DecodeError if a single mandate cannot be read
        (``list_mandates`` passes over it).

        Source: Fluvius ESCO API v3, ``GET /api/mandate``.
        """
        query: dict[str, str | None] = {
            "referenceNumber": arguments.optional(
                arguments.text, reference_number, "reference_number"
            ),
            "ean": None if ean is None else check_ean(ean),
            "dataServiceTypes": checks.listed(
                wire.DataServiceType, data_service_types, "data_service_types"
            ),
            "energyType": checks.optional_word(wire.EnergyType, energy_type, "energy_type"),
            "status": checks.optional_word(wire.MandateStatus, status, "status"),
            "mandateExpirationDate": arguments.optional(
                arguments.time, mandate_expiration_date, "mandate_expiration_date"
            ),
            "renewalStatus": checks.optional_word(
                wire.MandateRenewalStatus, renewal_status, "renewal_status"
            ),
            "lastUpdatedFrom": arguments.optional(
                arguments.time, last_updated_from, "last_updated_from"
            ),
            "lastUpdatedTo": arguments.optional(arguments.time, last_updated_to, "last_updated_to"),
        }
        return Operation(self.get(self.dialect.mandates, query), self.dialect.read_mandates)

    def list_mandates(
        self, *, reference_number: str | None = None, last_updated_from: Moment | None = None
    ) -> Operation[MandateList]:
        """All mandates, or those of ``reference_number`` or updated at ``last_updated_from`` or
        later (our reading), with the provider's time: none is an empty list.

        Returns ``mandates``, ``fetched_at`` (UTC) and ``undecoded``: a mandate that cannot be read
        costs no other, but is told there, with the reason.

        Errors: InputError before anything is sent, FluviusAPIError afterwards.

        Source: Fluvius ESCO API v3, ``GET /api/mandate``.
        """
        asked = self.get_mandates(
            reference_number=reference_number, last_updated_from=last_updated_from
        )
        return Operation(asked.call, self.dialect.read_mandate_list)

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

        ``ean``: one of the sandbox's, ``5414[45]`` followed by energy (0 electricity, 1 gas),
        direction (0 offtake, 1 with injection, which gas has not), granularity, a digit 0 to 2,
        six zeros and any three digits. ``data_service_type`` need not be what the EAN's digits
        say. ``data_period_from`` is required, except for installation data (``IG``), which has no
        period; ``data_period_to`` (exclusive) None: open-ended. ``status``: by default Requested
        (our reading). ``mandate_expiration_date``, ``renewal_status``: as they are to be listed.
        A mandate with the same ``reference_number``, EAN and service is replaced.

        Returns a response whose ``data.status`` is ``success``.

        Errors: InputError before anything is sent, FluviusAPIError afterwards.

        Source: Fluvius ESCO API v3, ``POST /api/mandate/mock``.
        """
        service = checks.word(wire.DataServiceType, data_service_type, "data_service_type")
        start = arguments.optional(arguments.instant, data_period_from, "data_period_from")
        end = arguments.optional(arguments.instant, data_period_to, "data_period_to")
        _check_period_of(service, start is not None, end is not None)
        if start is not None:
            arguments.check_order(start, end, "data_period_to", "data_period_from")
        request = self.dialect.mock_request(
            reference_number=checks.reference_number(reference_number, "reference_number"),
            ean=_mock_ean(ean),
            data_service_type=service,
            data_period_from=start,
            data_period_to=end,
            status=checks.optional_word(wire.MandateStatus, status, "status"),
            mandate_expiration_date=arguments.optional(
                arguments.instant, mandate_expiration_date, "mandate_expiration_date"
            ),
            renewal_status=checks.optional_word(
                wire.MandateRenewalStatus, renewal_status, "renewal_status"
            ),
        )
        return Operation(self.post(self.dialect.mock, request), self.dialect.read_mock)


def _check_period_of(service: wire.DataServiceType, has_start: bool, has_end: bool) -> None:
    is_installation = service is wire.DataServiceType.IG
    if has_start is is_installation:
        rule = "must be left out for IG, which has no period" if has_start else "must be given"
        raise InputError("data_period_from", rule, f"the service is {service.value}")
    if has_end and is_installation:
        raise InputError("data_period_to", "must be left out for IG, which has no period")


def _mock_ean(ean: str) -> str:
    if not _MOCK_EAN.fullmatch(check_ean(ean)):
        raise InputError(
            "ean",
            "must be one of the sandbox's: 5414[45], energy 0 or 1, direction 0 to 2 (not 1 for "
            "gas), granularity 0 to 2, a digit 0 to 2, six zeros and three digits",
        )
    return ean
