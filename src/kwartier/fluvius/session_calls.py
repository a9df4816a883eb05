"""``POST /api/shortUrlIdentifier``: where a customer can grant mandates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.errors import InputError
from kwartier.fluvius import checks
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.operation import Api
from kwartier.transport import Operation
from kwartier.vocabulary import arguments
from kwartier.vocabulary.arguments import Moment
from kwartier.wire import fluvius_v3 as wire

MAX_SERVICES: Final = 3
MAX_EANS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSessionDataService:
    """A data service to ask the customer for.

    ``data_service_type``: day values (``VH_dag``), quarter-hours and hours of gas
    (``VH_kwartier_uur``), what the customer prefers of these (``VH_onbepaald``), or the
    installation (``IG``). ``data_period_from``: at most three years ago, not in the future;
    ``data_period_to`` (exclusive): later, None for open-ended. Without both the customer chooses
    the period; with ``data_period_from`` he cannot.
    """

    data_service_type: wire.DataServiceType | str
    data_period_from: Moment | None = None
    data_period_to: Moment | None = None


class SessionCalls(Api[R]):
    """The short URL's call."""

    __slots__ = ()

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

        ``reference_number``: yours for this customer, at most 35 letters, digits and hyphens, not
        starting with ``MijnFluvius-``; it binds to the customer who first completes a request
        under it, and is used again to renew. ``flow``: ``B2B`` for organisations, ``B2C`` for
        private persons. ``data_services``: one to three. ``data_access_contract_number``: by
        default that of the credentials. ``number_of_eans``: how many metering points the customer
        may choose, at most 1000; 0 or None for no limit. ``return_url_success``,
        ``return_url_failed``: http(s) addresses behind the portal's buttons; none, no button.
        ``sso``: whether to spare a customer who is signed in already a second time.
        ``enterprise_number``: 9 or 10 digits.

        Returns a response whose ``data.status`` is ``success``, then with
        ``data.short_url_identifier`` (the client's ``consent_url`` makes the address of it) and
        ``data.valid_to`` (UTC), or ``failed``, without a reason: the contract number may be
        wrong.

        Errors: InputError before anything is sent, FluviusAPIError afterwards. It is never sent
        twice unless Fluvius did not take the first.

        Source: Fluvius ESCO API v3, ``POST /api/shortUrlIdentifier``.
        """
        request = wire.ClientSessionRequest(
            data_access_contract_number=self._contract_number(data_access_contract_number),
            reference_number=checks.reference_number(reference_number, "reference_number"),
            flow=checks.word(wire.Flow, flow, "flow"),
            data_services=self._services(data_services),
            number_of_eans=None
            if number_of_eans is None
            else checks.count(number_of_eans, 0, MAX_EANS, "number_of_eans"),
            return_url_success=arguments.optional(
                arguments.web_address, return_url_success, "return_url_success"
            ),
            return_url_failed=arguments.optional(
                arguments.web_address, return_url_failed, "return_url_failed"
            ),
            sso=arguments.optional(arguments.flag, sso, "sso"),
            enterprise_number=arguments.optional(
                checks.enterprise_number, enterprise_number, "enterprise_number"
            ),
        )
        return Operation(self.post(self.dialect.short_url, request), self.dialect.read_session)

    def _contract_number(self, given: str | None) -> str:
        number = self.contract_number if given is None else given
        if number is None:
            raise InputError(
                "data_access_contract_number",
                "must be given",
                "here, in the credentials, or as FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER",
            )
        return arguments.text(number, "data_access_contract_number")

    def _services(
        self, given: Sequence[ClientSessionDataService]
    ) -> list[wire.ClientSessionDataService]:
        services = checks.items(given, "data_services")
        checks.count(len(services), 1, MAX_SERVICES, "data_services")
        now = self.now()
        return [_service(service, now) for service in services]


def _service(service: object, now: datetime) -> wire.ClientSessionDataService:
    if not isinstance(service, ClientSessionDataService):
        raise InputError(
            "data_services",
            "must hold objects of ClientSessionDataService",
            f"got {type(service).__name__}",
        )
    start = arguments.optional(arguments.instant, service.data_period_from, "data_period_from")
    end = arguments.optional(arguments.instant, service.data_period_to, "data_period_to")
    if start is not None:
        checks.check_history(start, now, "data_period_from")
        arguments.check_not_future(start, now, "data_period_from")
        arguments.check_order(start, end, "data_period_to", "data_period_from")
    return wire.ClientSessionDataService(
        data_service_type=checks.word(
            wire.DataServiceType, service.data_service_type, "data_service_type"
        ),
        data_period_from=start,
        data_period_to=end,
    )
