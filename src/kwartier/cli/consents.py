"""``kwartier consents``: what customers agreed to with you, for which purposes, in which words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, plain, print_json, print_rows, prose
from kwartier.cli.wording import as_typed, counted
from kwartier.errors import InputError
from kwartier.registry.consents import Wording
from kwartier.store import open_store

_COLUMNS = [
    prose("customer", "customer"),
    Column("reference_number", "reference number", spare=0),
    prose("purpose", "purpose"),
    Column("wording", "wording"),
    Column("channel", "channel", spare=1),
    Column("given_at", "since"),
]

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
    """List what customers agreed to with you, beside their mandates at Fluvius.

    It is noted by --purpose and --wording of `kwartier link`, `customers add` and `customers
    import`; KWARTIER_PURPOSE and KWARTIER_WORDING stand for them.

    Example: kwartier consents list --customer c-1001
    """
    with open_store(options.store).snapshot() as store:
        customer_of = {one.reference_number: one.customer_id for one in store.references()}
        labels = {one.customer_id: one.label or one.customer_id for one in store.customers()}
        rows = [
            {
                **msgspec.to_builtins(consent, builtin_types=(datetime,)),
                "customer_id": (id_ := customer_of.get(consent.reference_number)),
                "customer": labels.get(id_ or "", ""),
            }
            for consent in store.consents()
        ]
    print_rows(
        _COLUMNS,
        [row for row in rows if customer in (None, row["customer_id"])],
        json=options.json,
        empty="No purpose was noted of any consent. Give --purpose and --wording to "
        "`kwartier link`.",
    )


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
            version=version, language=language, text=_text(file), added_at=datetime.now(UTC)
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
