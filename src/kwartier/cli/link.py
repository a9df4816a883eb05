"""``kwartier link``: the address where one customer gives consent."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.consenting import CONSENT, ConsentOptions, check_consent, note_consents
from kwartier.cli.link_eneco import link_eneco
from kwartier.cli.options import ANY_PROVIDER, AnyProviderOptions
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.provider import connect, contract_number, credentials_for, means_sandbox
from kwartier.cli.registry import reference_of
from kwartier.cli.services import BOTH, SERVICES, Services
from kwartier.cli.sources import AskedEneco, asked
from kwartier.cli.wording import as_typed, of_fluvius_alone
from kwartier.fluvius import ClientSessionDataService
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.provider import FLUVIUS


def link(
    customer_id: str,
    /,
    *,
    service: Services = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="first day; without it the customer chooses")
    ] = None,
    to: Annotated[
        str | None, Parameter(help="the day after the last; without it open-ended")
    ] = None,
    max_eans: Annotated[int | None, Parameter(help="at most so many EANs, up to 1000")] = None,
    return_url_success: str | None = None,
    return_url_failed: str | None = None,
    consent: ConsentOptions = CONSENT,
    options: AnyProviderOptions = ANY_PROVIDER,
) -> int:
    """Make the address where a customer shares meters with you; it lives for 24 hours.

    With --provider eneco: say where a customer of Eneco consents, and what to type afterwards; of
    the options only --return-url-success and --purpose with --wording go with it. These two note
    what the customer agrees to with you, beside the mandate.

    Example: kwartier link c-1001 --service quarter --from 2026-01-01

    Example: kwartier link c-1001 --provider eneco

    Parameters
    ----------
    customer_id:
        your own id of the customer, as in `kwartier customers list`
    return_url_success:
        where the customer is shown the way back to afterwards
    return_url_failed:
        where it sends a customer who turns back before the end
    """
    chosen = asked(options.provider, is_sandbox=means_sandbox(options))
    if isinstance(chosen, AskedEneco):
        of_fluvius_alone(
            {
                "--service": service,
                "--from": from_,
                "--to": to,
                "--max-eans": max_eans,
                "--return-url-failed": return_url_failed,
            }
        )
        return link_eneco(
            customer_id,
            chosen.environment,
            return_url=return_url_success,
            consent=consent,
            options=options,
        )
    start = parse_instant(from_, "--from") if from_ is not None else None
    end = parse_instant(to, "--to") if to is not None else None
    typed = {
        "data_period_from": ("--from", from_),
        "data_period_to": ("--to", to),
        "number_of_eans": ("--max-eans", max_eans),
        "return_url_success": ("--return-url-success", return_url_success),
        "return_url_failed": ("--return-url-failed", return_url_failed),
    }
    with open_store(options.store) as store:
        customer, reference_number = reference_of(store, customer_id, provider=FLUVIUS)
        check_consent(store, consent)
    credentials = credentials_for(chosen.environment)
    with as_typed(typed), connect(chosen.environment, credentials) as client:
        response = client.create_client_session(
            data_access_contract_number=contract_number(credentials),
            reference_number=reference_number,
            flow=customer.flow,
            data_services=[
                ClientSessionDataService(
                    data_service_type=SERVICES[one],
                    data_period_from=start,
                    data_period_to=end,
                )
                for one in service or BOTH
            ],
            number_of_eans=max_eans,
            return_url_success=return_url_success,
            return_url_failed=return_url_failed,
            enterprise_number=customer.enterprise_number,
        )
        url = client.consent_url(response)
    with open_store(options.store) as store:
        note_consents(store, [reference_number], consent, now=configured_clock(), gives_again=True)
    if options.json:
        print_json(
            {
                "customer_id": customer.customer_id,
                "reference_number": reference_number,
                "url": url,
                "valid_to": response.data.valid_to,
            }
        )
        return 0
    out = console()
    out.print(url, soft_wrap=True, highlight=False)
    out.print(f"for {customer.label or customer_id}, until {plain(response.data.valid_to)}")
    return 0
