"""``kwartier mandates``: who has consented to what."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.options import PROVIDER, ProviderOptions
from kwartier.cli.output import Column, plain, print_rows, prose
from kwartier.cli.provider import (
    choose_environment,
    connect_async,
    contract_number,
    credentials_for,
)
from kwartier.fluvius.environment import configured_clock
from kwartier.registry import KnownMandate
from kwartier.registry.holders import customers_by_reference, remark
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync import FluviusSource, Listing, record_mandates
from kwartier.vocabulary.local_time import BRUSSELS

_COLUMNS = [
    prose("customer", "customer"),
    Column("reference_number", "reference", spare=1),
    Column("metering_point", "EAN"),
    Column("data_service_type", "service"),
    Column("status", "status"),
    Column("period_start", "from", show=lambda at: _day(at), spare=3),
    Column("period_end", "to", show=lambda at: _day(at), spare=4),
    Column("expires_at", "expires", show=lambda at: _day(at), spare=2),
    prose("remark", "remark"),
]


def mandates(
    *,
    known: Annotated[
        bool, Parameter(negative="", help="show what the store knows, without asking Fluvius")
    ] = False,
    options: ProviderOptions = PROVIDER,
) -> int:
    """Ask Fluvius for the mandates, match them to customers, and list them.

    Example: kwartier mandates --json
    """
    chosen = choose_environment(options)
    if not known:
        contract_number(credentials_for(chosen))
    with open_store(options.store, create=not known) as store:
        now = configured_clock() if known else asyncio.run(_ask(store, chosen))
        rows = mandate_rows(store, now)
    print_rows(
        _COLUMNS,
        rows,
        json=options.json,
        empty="No mandates yet. `kwartier link CUSTOMER` makes the address where one is given; "
        "in the sandbox `kwartier mock-mandate` makes one up.",
    )
    return 0


async def _ask(store: Store, chosen: Any) -> datetime:
    credentials = credentials_for(chosen)
    number = contract_number(credentials)
    async with connect_async(chosen, credentials) as client:
        listing: Listing = await FluviusSource(client, number).mandates()
    record_mandates(store, FluviusSource.provider, listing)
    return listing.stated_at


def mandate_rows(store: Store, now: datetime) -> list[dict[str, Any]]:
    """All known mandates with their customers and a remark, by customer and metering point."""
    by_reference = customers_by_reference(store.customers(), store.references())
    rows = [_row(one, now) for one in store.mandates()]
    for row in rows:
        customer = by_reference.get(row["reference_number"])
        row["customer_id"] = customer.customer_id if customer else None
        row["customer"] = (customer.label or customer.customer_id) if customer else ""
    return sorted(rows, key=lambda r: (r["customer"], r["metering_point"] or "", r["mandate_id"]))


def _row(one: KnownMandate, now: datetime) -> dict[str, Any]:
    mandate = one.mandate
    return {
        "mandate_id": one.mandate_id,
        "provider": mandate.provider,
        "reference_number": mandate.reference_number,
        "metering_point": mandate.metering_point,
        "energy_type": mandate.energy_type,
        "data_service_type": mandate.data_service_type,
        "status": mandate.status,
        "period_start": mandate.period_start,
        "period_end": mandate.period_end,
        "expires_at": mandate.expires_at,
        "renewal_status": mandate.renewal_status,
        "first_seen_at": one.first_seen_at,
        "changed_at": one.changed_at,
        "remark": remark(one, now),
    }


def _day(at: datetime | None) -> str:
    return plain(at.astimezone(BRUSSELS).date() if at else None)
