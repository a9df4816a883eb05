"""``kwartier consents``: what customers agreed to with you, for which purposes, in which words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, name, plain, print_json, print_rows
from kwartier.cli.registry import customer_of
from kwartier.cli.retention import clock
from kwartier.cli.wording import as_typed, counted
from kwartier.errors import InputError
from kwartier.registry.consents import Consent, Wording, all_withdrawn
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.vocabulary.local_time import parse_instant

_COLUMNS = [
    name("customer", "customer", is_prose=True),
    name("reference_number", "reference number", spare=0),
    name("purpose", "purpose", is_prose=True),
    name("wording", "wording"),
    name("channel", "channel", spare=1),
    name("given_at", "since"),
    Column("withdrawn_at", "withdrawn"),
]
_NO_PURPOSE = (
    "No purpose is left for the data of {customers}: stop using it. `kwartier erase --customer ID` "
    "erases it and fetches no more."
)

consents = App(
    name="consents",
    help="Show what customers agreed to with you: for which purposes, in which words, when.",
)


@consents.command(name="list")
def list_(
    *,
    customer: Annotated[str | None, Parameter(help="only those of one customer")] = None,
    options: StoreOptions = STORE,
) -> None:
    """List what customers agreed to with you, beside their mandates at the provider.

    It is noted by --purpose and --wording of `kwartier link`, `customers add` and `customers
    import`; KWARTIER_PURPOSE and KWARTIER_WORDING stand for them.

    Example: kwartier consents list --customer c-1001
    """
    with open_store(options.store).snapshot() as store:
        if customer is not None:
            customer_of(store, customer)
        by_reference = {one.reference_number: one.customer_id for one in store.references()}
        labels = {one.customer_id: one.label or one.customer_id for one in store.customers()}
        given: dict[str | None, list[Consent]] = {}
        for consent in store.consents():
            id_ = by_reference.get(consent.reference_number)
            if customer in (None, id_):
                given.setdefault(id_, []).append(consent)
    rows = [
        {
            **msgspec.to_builtins(consent, builtin_types=(datetime,)),
            "customer_id": id_,
            "customer": labels.get(id_ or "", ""),
        }
        for id_, consents in given.items()
        for consent in consents
    ]
    left = sorted(id_ for id_, consents in given.items() if id_ and all_withdrawn(consents))
    print_rows(
        _COLUMNS,
        sorted(rows, key=lambda row: row["given_at"]),
        json=options.json,
        empty="No purpose was noted of any consent. Give --purpose and --wording to "
        "`kwartier link`.",
        note=_NO_PURPOSE.format(customers=", ".join(left)) if left else "",
    )


@consents.command
def withdraw(
    customer_id: str, /, *, purpose: str, at: str | None = None, options: StoreOptions = STORE
) -> None:
    """Note that a customer withdrew what it agreed to for one purpose; its other ones stay.

    It is told from then on wherever the consent is. What is fetched does not change: Fluvius and
    Eneco know nothing of your purposes, so heed it in what you do with the data. `kwartier link`
    with --purpose notes that the customer gives it again.

    Example: kwartier consents withdraw c-1001 --purpose "energy advice"

    Parameters
    ----------
    customer_id:
        your own id of the customer
    purpose:
        what it agreed to, as `kwartier consents list` shows it
    at:
        when it did, if that was not now
    """
    typed = {"purpose": ("--purpose", purpose), "withdrawn_at": ("--at", at)}
    with as_typed(typed), open_store(options.store) as store:
        now = clock(store)
        moment = now if at is None else parse_instant(at, "--at")
        if moment > now:
            raise InputError("--at", "must not lie in the future", f"got {at!r}")
        customer_of(store, customer_id)
        numbers = {r.reference_number for r in store.references() if r.customer_id == customer_id}
        count = store.withdraw_consents(numbers, purpose, at=moment)
        given = [one for one in store.consents() if one.reference_number in numbers]
    stand = sorted({one.purpose for one in given if one.stands})
    if options.json:
        told = {"customer_id": customer_id, "purpose": purpose, "withdrawn": count}
        print_json({**told, "stand": stand})
        return
    done = f"Withdrawn {plain(moment)}" if count else "Withdrawn already"
    left = (
        f"What stands: {', '.join(stand)}." if stand else _NO_PURPOSE.format(customers=customer_id)
    )
    console().print(f"{done}: {purpose}. {left}", highlight=False, markup=False)


@consents.command
def wording(
    version: str,
    file: Path | None = None,
    /,
    *,
    language: Annotated[str, Parameter(help="the text's language, in two letters")] = "nl",
    options: StoreOptions = STORE,
) -> None:
    """Keep the words that customers agree to, once by their version; or, without a file, show them.

    What people agreed to never changes: other words need another version. The same version may be
    kept in several languages.

    Example: kwartier consents wording 2026-1 consent-nl.txt --language nl

    Parameters
    ----------
    version:
        your own name of it: letters, digits, dots, hyphens
    file:
        a UTF-8 text file with the words
    """
    if file is None:
        _show(version, options)
        return
    typed = {"version": ("VERSION", version), "language": ("--language", language)}
    with as_typed(typed):
        new = Wording(
            version=version, language=language, text=_text(file), added_at=configured_clock()
        )
    with open_store(options.store, create=True) as store:
        is_new = store.add_wording(new)
    if options.json:
        print_json({"version": version, "language": language, "new": is_new})
        return
    size = counted(len(new.text), "character")
    kept = "Kept" if is_new else "Known already"
    console().print(f"{kept}: {version} in {language}, {size}.", highlight=False, markup=False)


def _show(version: str, options: StoreOptions) -> None:
    with open_store(options.store) as store:
        found = [one for one in store.wordings() if one.version == version]
    if not found:
        raise InputError("VERSION", f"there is no wording {version!r}", "give a file to keep one")
    if options.json:
        print_json(found)
        return
    for one in found:
        head = f"{one.version}, {one.language}, kept since {plain(one.added_at)}"
        console().print(head, highlight=False, markup=False, style="bold")
        console().print(one.text, highlight=False, markup=False, soft_wrap=True)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise InputError(str(file), f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(str(file), "is not UTF-8 text") from error
