"""``kwartier customers``: the registry of customers and their reference numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from cyclopts import App

from kwartier.cli.consenting import (
    CONSENT,
    ConsentOptions,
    check_consent,
    consent_texts,
    note_consents,
    told,
)
from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, day, print_json, print_rows, prose
from kwartier.cli.registry import customer_of
from kwartier.cli.retention import clock
from kwartier.cli.wording import as_typed, check_point, counted, next_command
from kwartier.ean_digests import VARIABLE, digest_for_logs, digest_key
from kwartier.errors import ConfigurationError
from kwartier.registry import Customer, DataOwner, Reference
from kwartier.registry.customer_file import read_customers
from kwartier.registry.customers import Applied, CustomerChange
from kwartier.registry.data_owners import check_data_owner
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync.retention import finish
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.provider import FLUVIUS

customers = App(
    name="customers", help="Add, import and list customers and their reference numbers."
)


def _owners_text(owners: Sequence[Mapping[str, Any]]) -> str:
    """Data owners in a table's cell."""
    return ", ".join(
        one["data_owner"] + (f" since {day(one['since'])}" if one["since"] else "")
        for one in owners
    )


_COLUMNS = [
    Column("customer_id", "customer"),
    prose("label", "label"),
    Column("flow", "flow", spare=2),
    Column("enterprise_number", "enterprise number", spare=0),
    Column("language", "language", spare=1),
    prose("contact", "contact", spare=3),
    Column("reference_number", "reference number"),
    Column("data_owners", "data owner", show=_owners_text, spare=5),
    prose("consents", "agreed to", spare=4),
]
_DIGESTS = [Column("digest", "digest"), Column("metering_point", "metering point")]


@customers.command
def add(
    customer_id: str,
    /,
    *,
    label: str | None = None,
    flow: str | None = None,
    enterprise_number: str | None = None,
    language: str | None = None,
    contact: str | None = None,
    data_owner: str | None = None,
    since: str | None = None,
    consent: ConsentOptions = CONSENT,
    options: StoreOptions = STORE,
) -> None:
    """Add a customer and make a reference number for it, or change a customer that is known.

    Of a known customer only what is given changes; "" makes a label or contact empty again. A
    customer of Eneco is a data owner there too, or several: give one at a time.

    Example: kwartier customers add c-1001 --label "Bakkerij Peeters" --flow B2B

    Parameters
    ----------
    customer_id:
        your own id of the customer, such as the one in your CRM
    label:
        a name to show in lists
    flow:
        B2C for a person (unless told otherwise), B2B for an organisation
    enterprise_number:
        of an organisation, such as 0123.456.789
    language:
        nl (unless told otherwise), en, fr or de
    contact:
        an e-mail address or telephone number
    data_owner:
        what the customer is to Eneco, a UUID
    since:
        first day of it that the customer agreed to share: needed where no contracts are listed
    """
    change = CustomerChange(
        customer_id=customer_id,
        label=label,
        flow=flow,
        enterprise_number=enterprise_number,
        language=language,
        contact=contact,
        data_owner=data_owner,
        since=parse_instant(since, "--since") if since is not None else None,
    )
    typed = {
        "customer_id": ("CUSTOMER_ID", customer_id),
        "flow": ("--flow", flow),
        "enterprise_number": ("--enterprise-number", enterprise_number),
        "language": ("--language", language),
        "data_owner": ("--data-owner", data_owner),
        "since": ("--since", since),
    }
    with as_typed(typed), open_store(options.store, create=True) as store:
        applied = _apply(store, [change], consent)
        rows = _rows(store, [*applied.new, *applied.changed, *applied.unchanged])
    is_new, is_changed = bool(applied.new), bool(applied.changed)
    note = "New." if is_new else "Changed." if is_changed else "Known already; nothing changed."
    print_rows(_COLUMNS, rows, json=options.json, empty="", note=note)


@customers.command(name="import")
def import_(
    file: Path, /, *, consent: ConsentOptions = CONSENT, options: StoreOptions = STORE
) -> None:
    """Add customers from a CSV file, each with a reference number of its own.

    The first line names the columns: customer_id, and any of label, flow, enterprise_number,
    language, contact, and for Eneco data_owner and since. Customers that are known already keep
    their reference numbers, and change only where a cell says something: a column that is not
    there and an empty cell leave a field as it is. One bad line, and nothing is imported.
    --purpose and --wording are noted of all of them.

    Example: kwartier customers import customers.csv

    Parameters
    ----------
    file:
        a UTF-8 CSV file, separated by comma, semicolon or tab
    """
    changes = read_customers(file)
    with open_store(options.store, create=True) as store:
        applied = _apply(store, changes, consent)
    new, changed, unchanged = (
        len(some) for some in (applied.new, applied.changed, applied.unchanged)
    )
    if options.json:
        print_json(
            {
                "customers": len(changes),
                "new": new,
                "changed": changed,
                "unchanged": unchanged,
                "references": [msgspec.to_builtins(reference) for reference in applied.made],
            }
        )
        return
    console().print(
        f"{counted(len(changes), 'customer')} read: "
        f"{new} new, {changed} changed, {unchanged} unchanged.\n"
        f"Next: `{next_command('link CUSTOMER', options)}` makes the address where a customer "
        "gives consent.",
        highlight=False,
        markup=False,
        soft_wrap=True,
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


@customers.command
def remove_data_owner(
    customer_id: str, data_owner: str, /, *, options: StoreOptions = STORE
) -> None:
    """Take a data owner of Eneco back from a customer who is not it.

    Its delivery address goes, and what the customer agreed to under it. Its contracts and values
    stay, but are told to nobody: `kwartier customers add RIGHT-ONE --data-owner UUID` gives them to
    whose they are, and the next sync asks for the address again.

    Example: kwartier customers remove-data-owner c-1001 0d9b1f7e-0000-4000-8000-000000000001

    Parameters
    ----------
    customer_id:
        the customer who has it now
    data_owner:
        its UUID
    """
    with open_store(options.store) as store:
        customer_of(store, customer_id)
        store.remove_data_owner(data_owner, customer_id=customer_id, at=clock(store))
        finish(store)
        points = {one.mandate.metering_point for one in store.mandates()}
    owner = check_data_owner(data_owner)
    if options.json:
        print_json({"customer_id": customer_id, "data_owner": owner})
        return
    contracts = "Its contracts and values stay; they are told to nobody until you say whose they"
    add = next_command(f"customers add CUSTOMER --data-owner {owner}", options)
    said = f"{contracts} are: `{add}`" if owner in points else "Nothing was held of it."
    console().print(
        f"{owner} is {customer_id}'s no longer. {said}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@customers.command
def digest(*points: str, options: StoreOptions = STORE) -> None:
    """Show which digest stands for a metering point in logs and errors; without one, of all in the
    store.

    The digests are this user's own, made with a key that nobody else can read. A service that runs
    as another user, or elsewhere, has others, unless KWARTIER_DIGEST_KEY is the same for both.

    Example: kwartier customers digest 541440110000000209

    Parameters
    ----------
    points:
        EANs, 18 digits each, or the UUIDs of data owners of Eneco
    """
    if not digest_key().is_lasting:
        raise ConfigurationError(
            "no key of digests can be kept for this user, so every run has others: set "
            f"{VARIABLE} to a secret of your own, for the service too"
        )
    chosen = sorted({check_point(point, "points") for point in points}) or _points(options)
    print_rows(
        _DIGESTS,
        [{"digest": digest_for_logs(point), "metering_point": point} for point in chosen],
        json=options.json,
        empty="No metering points yet: `kwartier sync` lists the mandates.",
    )


def _points(options: StoreOptions) -> list[str]:
    with open_store(options.store) as store:
        found = {one.mandate.metering_point for one in store.mandates()}
    return sorted(point for point in found if point is not None)


def _apply(store: Store, changes: Sequence[CustomerChange], consent: ConsentOptions) -> Applied:
    """Make the changes, and note what these customers agree to, but for what they withdrew."""
    now = configured_clock()
    check_consent(store, consent)
    applied = store.change_customers(changes, provider=FLUVIUS, now=now)
    changed = {change.customer_id for change in changes}
    theirs = [r.reference_number for r in store.references() if r.customer_id in changed]
    note_consents(store, theirs, consent, now=now, gives_again=False)
    return applied


def _rows(store: Store, customers: Sequence[Customer]) -> list[dict[str, Any]]:
    references: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in store.references():
        references[reference.customer_id].append(reference)
    owners: defaultdict[str, list[DataOwner]] = defaultdict(list)
    for owner in store.data_owners():
        owners[owner.customer_id].append(owner)
    texts = consent_texts(store.consents())
    return [
        {
            **msgspec.to_builtins(customer),
            "reference_number": ", ".join(
                one.reference_number
                for one in references[customer.customer_id]
                if one.provider == FLUVIUS
            ),
            "data_owners": [
                {"data_owner": one.data_owner, "since": one.since}
                for one in owners[customer.customer_id]
            ],
            "consents": told(
                [one.reference_number for one in references[customer.customer_id]], texts
            ),
        }
        for customer in customers
    ]
