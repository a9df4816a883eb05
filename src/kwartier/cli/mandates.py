"""``kwartier mandates``: who has consented to what."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape

from kwartier.cli.mandate_history import Chosen, print_history
from kwartier.cli.options import ANY_PROVIDER, AnyProviderOptions
from kwartier.cli.output import Column, day, error_console, name, print_rows, prose
from kwartier.cli.provider import means_sandbox
from kwartier.cli.registry import customer_of
from kwartier.cli.sources import Asked, asked
from kwartier.cli.telling import TELL, TellOptions, check_telling, tell_changes
from kwartier.cli.wording import counted
from kwartier.registry import KnownMandate
from kwartier.registry.holders import customers_by_reference, remark
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync import poll_mandates
from kwartier.vocabulary.provider import ENECO

DONE, ASK_AGAIN = 0, 3

_COLUMNS = [
    name("customer", "customer", is_prose=True),
    name("reference_number", "reference", spare=1),
    name("metering_point", "metering point"),
    name("data_service_type", "service", spare=5),
    name("status", "status"),
    name("period_start", "from", show=day, spare=3),
    Column("period_end", "to", show=day, spare=4),
    Column("expires_at", "expires", show=day, spare=2),
    prose("remark", "remark"),
]
_WHOSE = "whose? kwartier customers add ID --data-owner UUID"


def mandates(
    *,
    known: Annotated[
        bool, Parameter(negative="", help="show what the store knows, without asking anybody")
    ] = False,
    history: Annotated[
        bool, Parameter(negative="", help="show what changed when, without asking anybody")
    ] = False,
    customer: Annotated[str | None, Parameter(help="only those of one customer")] = None,
    reference: Annotated[str | None, Parameter(help="only those under one reference")] = None,
    telling: TellOptions = TELL,
    options: AnyProviderOptions = ANY_PROVIDER,
) -> int:
    """Ask Fluvius for the mandates, match them to customers, and list them.

    Of Eneco they are the contracts in KPN FIAM; those of both providers are listed.

    Example: kwartier mandates --json

    Example: kwartier mandates --provider eneco
    """
    chosen = asked(options.provider, is_sandbox=means_sandbox(options))
    check_telling(telling, options)
    asks = not (known or history)
    if asks:
        chosen.check()
    all_told = True
    with open_store(options.store, create=asks) as store:
        now = asyncio.run(_ask(store, chosen)) if asks else configured_clock()
        if not telling.takes_standard_output:
            if customer is not None:
                customer_of(store, customer)
            chosen_ones = Chosen(customer, reference)
            if history:
                print_history(store, chosen_ones, json=options.json)
            else:
                _print_mandates(store, now, chosen_ones, json=options.json)
        all_told = tell_changes(store, telling)
    return DONE if all_told else ASK_AGAIN


def _print_mandates(store: Store, now: datetime, chosen: Chosen, *, json: bool) -> None:
    print_rows(
        _COLUMNS,
        [row for row in mandate_rows(store, now) if chosen.has(row)],
        json=json,
        empty="No mandates yet. `kwartier link CUSTOMER` makes the address where one is given; "
        "in the sandbox `kwartier mock-mandate` makes one up.",
    )


async def _ask(store: Store, chosen: Asked) -> datetime:
    async with chosen.source(store) as source:
        _, listing = await poll_mandates(store, source)
    if listing.undecoded:
        error_console().print(
            f"[yellow]Unreadable, and left out: {counted(len(listing.undecoded), 'mandate')}[/]; "
            f"the first: {escape(listing.undecoded[0].why)}. Nothing is taken for gone on this "
            "list's account.",
            soft_wrap=True,
        )
    return listing.stated_at


def mandate_rows(store: Store, now: datetime) -> list[dict[str, Any]]:
    """All known mandates with their customers and a remark, by customer and metering point."""
    by_reference = customers_by_reference(store.customers(), store.references())
    rows = []
    for one in store.mandates():
        customer = by_reference.get(one.mandate.reference_number)
        row = _row(one, now)
        row["customer_id"] = customer.customer_id if customer else None
        row["customer"] = (customer.label or customer.customer_id) if customer else ""
        if customer is None and _is_heat_shared_with_us(one):
            row["remark"] = "; ".join(filter(None, (_WHOSE, row["remark"])))
        rows.append(row)
    return sorted(rows, key=lambda r: (r["customer"], r["metering_point"] or "", r["mandate_id"]))


def _is_heat_shared_with_us(one: KnownMandate) -> bool:
    mandate = one.mandate
    return mandate.provider == ENECO and mandate.is_approved and bool(mandate.granularities)


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
