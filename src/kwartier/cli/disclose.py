"""``kwartier disclose``: all that is held of one customer, to be handed over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.office import open_office
from kwartier.rights import Disclosed
from kwartier.rights import disclose as write_disclosure
from kwartier.rights.folder import EVERYTHING
from kwartier.store import open_store
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import parse_instant


def disclose(
    *,
    customer: Annotated[str, Parameter(help="your own id of the customer")],
    out: Annotated[Path, Parameter(help="the folder to write; it must not be there yet")],
    from_: Annotated[
        str | None, Parameter(name="--from", help="values measured from this moment on")
    ] = None,
    to: Annotated[str | None, Parameter(help="values measured before this moment")] = None,
    force: Annotated[
        bool, Parameter(negative="", help="replace an earlier disclosure in that folder")
    ] = False,
    options: StoreOptions = STORE,
) -> int:
    """Write all that is held of one customer: a page to read, and Parquet and JSON to take away.

    Nobody else's data is in it, not of the same metering point either: a value is told only if it
    lies in a period that this customer's mandates permit. Only you can read the folder; look at
    index.html, hand it over, and delete it.

    Example: kwartier disclose --customer c-1001 --out disclosure-c-1001
    """
    with open_store(options.store) as store:
        done = write_disclosure(
            store,
            customer,
            out,
            made=datetime.now(UTC),
            chosen=_chosen(from_, to),
            force=force,
            office=open_office(options.store),
        )
    if options.json:
        print_json(
            {
                "customer_id": done.customer_id,
                "folder": str(done.folder),
                "metering_points": done.metering_points,
                "values": done.values,
                "revisions": done.revisions,
                "requests": done.requests,
                "shared": done.shared,
            }
        )
    else:
        _tell(done)
    return 0


def _tell(done: Disclosed) -> None:
    out = console()
    rows = f"{counted(done.values, 'value')} and {counted(done.revisions, 'revision')}"
    points = counted(done.metering_points, "metering point")
    out.print(f"{rows} of {points} in {done.folder}", highlight=False, soft_wrap=True)
    out.print("Look at index.html there before you hand it over.", highlight=False)
    if done.shared:
        out.print(
            "[yellow]Another customer's mandate covers some of the same time[/] of "
            f"{', '.join(done.shared)}: Fluvius says that it is both's. Look whether it is.",
            highlight=False,
            soft_wrap=True,
        )


def _chosen(from_: str | None, to: str | None) -> Interval:
    start = parse_instant(from_, "--from") if from_ is not None else EVERYTHING.start
    end = parse_instant(to, "--to") if to is not None else EVERYTHING.end
    if start >= end:
        raise InputError("--to", "must be later than --from", f"got {to!r}, --from is {from_!r}")
    return Interval(start, end)
