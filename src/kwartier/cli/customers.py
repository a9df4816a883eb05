"""``kwartier customers``: the registry of customers and their reference numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, print_json, print_rows, prose
from kwartier.registry import Customer, Reference, new_reference
from kwartier.registry.customer_file import read_customers
from kwartier.store import open_store
from kwartier.store.port import Store

PROVIDER = "fluvius"

customers = App(
    name="customers", help="Add, import and list customers and their reference numbers."
)

_COLUMNS = [
    Column("customer_id", "customer"),
    prose("label", "label"),
    Column("flow", "flow"),
    Column("enterprise_number", "enterprise number"),
    Column("language", "language"),
    prose("contact", "contact"),
    Column("reference_number", "reference number"),
]


@customers.command
def add(
    customer_id: str,
    /,
    *,
    label: str = "",
    flow: Annotated[str, Parameter(help="B2C for a person, B2B for an organisation")] = "B2C",
    enterprise_number: str | None = None,
    language: str = "nl",
    contact: str | None = None,
    options: StoreOptions = STORE,
) -> None:
    """Add a customer (or change one) and make a reference number for it.

    Example: kwartier customers add c-1001 --label "Bakkerij Peeters" --flow B2B

    Parameters
    ----------
    customer_id:
        your own id of the customer, such as the one in your CRM
    label:
        a name to show in lists
    enterprise_number:
        9 or 10 digits, for an organisation
    language:
        nl, fr, en or de
    contact:
        an e-mail address or telephone number
    """
    customer = Customer(
        customer_id=customer_id,
        label=label,
        flow=flow,
        enterprise_number=enterprise_number,
        language=language,
        contact=contact,
    )
    with open_store(options.store, create=True) as store:
        keep_customers(store, [customer], datetime.now(UTC))
        rows = _rows(store, [customer])
    print_rows(_COLUMNS, rows, json=options.json, empty="")


@customers.command(name="import")
def import_(file: Path, /, *, options: StoreOptions = STORE) -> None:
    """Add customers from a CSV file, each with a reference number of its own.

    The first line names the columns: customer_id, and any of label, flow, enterprise_number,
    language, contact. Customers that are known already are changed and keep their reference
    numbers. One bad line, and nothing is imported.

    Example: kwartier customers import customers.csv

    Parameters
    ----------
    file:
        a UTF-8 CSV file, separated by comma, semicolon or tab
    """
    read = read_customers(file)
    with open_store(options.store, create=True) as store:
        made = keep_customers(store, read, datetime.now(UTC))
    if options.json:
        print_json({"customers": len(read), "references": [msgspec.to_builtins(r) for r in made]})
        return
    known = len(read) - len(made)
    console().print(
        f"{len(read)} customers read: {len(made)} new with a reference number, {known} known.\n"
        "Next: `kwartier link CUSTOMER` makes the address where a customer gives consent."
    )


@customers.command(name="list")
def list_(*, options: StoreOptions = STORE) -> None:
    """List the customers and their reference numbers.

    Example: kwartier customers list --json
    """
    with open_store(options.store) as store:
        rows = _rows(store, store.customers())
    print_rows(
        _COLUMNS,
        rows,
        json=options.json,
        empty="No customers yet. Add one with `kwartier customers add`.",
    )


def keep_customers(store: Store, customers: Sequence[Customer], now: datetime) -> list[Reference]:
    """Add or change ``customers``; return the references made for those that had none."""
    having = {r.customer_id for r in store.references() if r.provider == PROVIDER}
    made = [new_reference(c, PROVIDER, now) for c in customers if c.customer_id not in having]
    store.add_customers(customers, made)
    return made


def _rows(store: Store, customers: Sequence[Customer]) -> list[dict[str, Any]]:
    references: dict[str, list[str]] = {}
    for reference in store.references():
        references.setdefault(reference.customer_id, []).append(reference.reference_number)
    return [
        {
            **msgspec.to_builtins(customer),
            "reference_number": ", ".join(references.get(customer.customer_id, [])),
        }
        for customer in customers
    ]
