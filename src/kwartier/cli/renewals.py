"""``kwartier renewals``: which consents run out, and what to do about each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from kwartier.cli.options import PROVIDER, ProviderOptions
from kwartier.cli.output import Column, day, name, number, plain, print_rows, prose
from kwartier.cli.provider import choose_environment
from kwartier.cli.wording import next_command
from kwartier.registry import Customer
from kwartier.registry.holders import customers_by_reference
from kwartier.registry.renewals import Renewal, RenewalState
from kwartier.registry.renewals import renewals as running_out
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.vocabulary.provider import FLUVIUS

_COLUMNS = [
    name("customer", "customer", is_prose=True),
    name("reference_number", "reference", spare=1),
    name("metering_point", "EAN"),
    name("data_service_type", "service", spare=2),
    Column("expires_at", "expires", show=day),
    number("days_left", "days left"),
    Column("state", "renewal"),
    prose("to_do", "to do"),
]
_MOST_DAYS = 3 * 366


def renewals(
    *,
    within: Annotated[
        int,
        Parameter(
            validator=Number(gte=0, lte=_MOST_DAYS),
            help="with those that expire in so many days; they can be renewed from 3 months before",
        ),
    ] = 120,
    options: ProviderOptions = PROVIDER,
) -> int:
    """List the mandates to be renewed, the most urgent first, as the store knows them.

    A customer renews on an address made for the same reference number. It lives for 24 hours, so
    send a link to a page of yours and make the address when the customer clicks.

    Example: kwartier renewals --within 30
    """
    choose_environment(options)
    with open_store(options.store) as store:
        listed_at = store.listed(FLUVIUS).latest
        now = _now(listed_at)
        by_reference = customers_by_reference(store.customers(), store.references())
        found = running_out(store.mandates(), now, within=timedelta(days=within))
    rows = [
        _row(one, by_reference.get(one.known.mandate.reference_number), options) for one in found
    ]
    print_rows(
        _COLUMNS,
        rows,
        json=options.json,
        empty=f"Nothing to renew within {within} days.",
        note=f"as Fluvius stated it on {plain(listed_at)}, and as of {plain(now)}",
    )
    return 0


def _now(listed_at: datetime | None) -> datetime:
    """Our clock's time, but never before Fluvius' at the last list: an emulator's may have been
    moved ahead since KWARTIER_CLOCK was read.
    """
    ours = configured_clock()
    return ours if listed_at is None else max(ours, listed_at)


def _row(renewal: Renewal, customer: Customer | None, options: ProviderOptions) -> dict[str, Any]:
    mandate = renewal.known.mandate
    return {
        "mandate_id": renewal.known.mandate_id,
        "customer_id": customer.customer_id if customer else None,
        "customer": (customer.label or customer.customer_id) if customer else "",
        "contact": customer.contact if customer else None,
        "language": customer.language if customer else None,
        "provider": mandate.provider,
        "reference_number": mandate.reference_number,
        "metering_point": mandate.metering_point,
        "data_service_type": mandate.data_service_type,
        "period_end": mandate.period_end,
        "expires_at": mandate.expires_at,
        "days_left": renewal.days_left,
        "renewal_status": mandate.renewal_status,
        "state": str(renewal.state),
        "to_do": _to_do(renewal, customer, options),
    }


def _to_do(renewal: Renewal, customer: Customer | None, options: ProviderOptions) -> str:
    if renewal.state is RenewalState.REQUESTED:
        return "wait for the grid user's answer"
    if renewal.state is RenewalState.SOON:
        return "nothing yet"
    if customer is None:
        return "no customer known here has this reference number"
    return (
        f"ask the customer; on the click: {next_command(f'link {customer.customer_id}', options)}"
    )
