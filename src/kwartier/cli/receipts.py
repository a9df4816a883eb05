"""``kwartier receipts``: what was erased, when and why, and proof that no receipt is missing."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, day, number, print_json, print_rows
from kwartier.cli.wording import counted
from kwartier.retention import Receipt, how_broken
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync import finish

DONE, BROKEN = 0, 1

_COLUMNS = [
    number("number", "no."),
    Column("erased_at", "erased", show=day),
    Column("reason", "reason"),
    Column("granularity", "slices", spare=4),
    Column("from", "from", show=day),
    Column("to", "to", show=day),
    number("values", "values"),
    number("revisions", "revisions", spare=2),
    number("days", "days", spare=3),
    Column("metering_point", "metering point (digest)", spare=1),
]


def receipts(
    *,
    verify: Annotated[
        bool,
        Parameter(negative="", help="check that none is missing or altered, here and in the file"),
    ] = False,
    replay: Annotated[
        bool,
        Parameter(
            negative="",
            help="erase again what a backup that was put back by hand brought back",
        ),
    ] = False,
    options: StoreOptions = STORE,
) -> int:
    """List the receipts of what was erased: counts and bounds, no values and no EANs.

    Each carries the hash of the one before. They stand in the store, and beside it in a file of
    JSON lines that outlives it. Exit code 1: --verify found that they do not hang together.

    Example: kwartier receipts --verify
    """
    with open_store(options.store) as store:
        if replay:
            store.decide([])
            finish(store)
        if verify:
            return _verify(store, json=options.json)
        rows = [_row(receipt) for receipt in store.receipts()]
    print_rows(_COLUMNS, rows, json=options.json, empty="Nothing was ever erased.")
    return DONE


def _row(receipt: Receipt) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.json.decode(receipt.line())
    starts, ends = [p.start for p in receipt.bounds], [p.end for p in receipt.bounds]
    first, last = min(starts, default=None), max(ends, default=None)
    return row | {"erased_at": receipt.erased_at, "from": first, "to": last}


def _verify(store: Store, *, json: bool) -> int:
    kept, beside = store.receipts(), store.receipts_beside()
    why = how_broken(kept, beside)
    if json:
        print_json({"receipts": len(kept), "in_file": len(beside), "broken": why})
    elif why is None:
        console().print(f"{counted(len(kept), 'receipt')}: none is missing, none was altered.")
    else:
        console().print(f"[bold red]The receipts do not hang together:[/] {why}", soft_wrap=True)
    return DONE if why is None else BROKEN
