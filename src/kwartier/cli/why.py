"""``kwartier why``: why there is no data of a customer, or of how many for which cause."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.retention import clock
from kwartier.cli.why_of_all import tell_causes
from kwartier.cli.wording import counted, energy_words
from kwartier.errors import InputError
from kwartier.funnel import Board, Cause, Finding, Who, facts_of, progress_of, why_no_data
from kwartier.funnel.stages import Progress
from kwartier.office import open_office
from kwartier.store import open_store
from kwartier.vocabulary.local_time import parse_instant

_ACTS = {
    Who.CUSTOMER: "the customer",
    Who.GRID_USER: "the grid user",
    Who.FLUVIUS: "Fluvius",
    Who.PROVIDER: "the provider of data",
    Who.US: "us",
}


def why(
    customer: str | None = None,
    /,
    *,
    cause: Annotated[Cause | None, Parameter(help="list the customers that have one cause")] = None,
    at: Annotated[
        str | None, Parameter(help="judged at this moment instead of now", show_default=False)
    ] = None,
    options: StoreOptions = STORE,
) -> int:
    """Say why there is no data of a customer, or not all of it, each cause with what to do next, in
    words to read to the customer; without a customer, how many have which cause.

    Told first is what somebody can do something about.

    Example: kwartier why c-1001

    Example: kwartier why

    Example: kwartier why --cause outage

    Parameters
    ----------
    customer:
        your own id of the customer; all of them unless it is given
    """
    store, office = open_store(options.store), open_office(options.store)
    now = clock(store) if at is None else parse_instant(at, "--at")
    if customer is None:
        tell_causes(Board(store, office, lambda: now, store_path=options.store), cause, options)
        return 0
    if cause is not None:
        raise InputError("--cause", "is about all customers", "leave out the customer's id")
    found = why_no_data(store, office, customer, now=now)
    facts = facts_of(store, office, customer, now=now)
    progress = None if facts is None else progress_of(facts)
    if options.json:
        stage = None if progress is None else progress.stage
        print_json(
            {"customer_id": customer, "as_of": now, "stage": stage, "findings": _rows(found)}
        )
        return 0
    if progress is not None:
        _tell_progress(progress)
    for one in found:
        _tell(one)
    return 0


def _rows(found: list[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "cause": one.cause,
            "says": one.says,
            "next_step": one.next_step,
            "who": one.who,
            "since": one.since,
            "metering_point": one.metering_point,
            "energy_type": one.energy_type,
        }
        for one in found
    ]


def _tell_progress(progress: Progress) -> None:
    name = progress.label or progress.customer_id
    since = f" since {plain(progress.since)}" if progress.since else ""
    granted = counted(progress.granted_eans, "metering point")
    if progress.expected_eans is not None:
        granted = f"{progress.granted_eans} of {counted(progress.expected_eans, 'metering point')}"
    console().print(
        f"[bold]{escape(name)}[/]: {progress.stage.words}{since}; {granted} granted",
        highlight=False,
    )


def _tell(one: Finding) -> None:
    out = console()
    about = [one.metering_point or "", energy_words(one.energy_type)]
    told = " ".join(word for word in about if word and word not in one.says)
    out.print(f"\n{escape(one.says)} [dim]{escape(told)}[/]".rstrip(), highlight=False)
    if one.cause is not Cause.COMPLETE:
        who = "" if one.who is Who.NOBODY else f" ({_ACTS[one.who]})"
        out.print(f"  Next{who}: {escape(one.next_step)}", highlight=False)
