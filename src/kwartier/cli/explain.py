"""``kwartier explain``: a value or a month peak, walked back to where it came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.explaining import tree_of
from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.wording import check_point
from kwartier.errors import InputError
from kwartier.registry import Reference
from kwartier.rights import Whose, explain_at, explain_peak
from kwartier.rights.explained import Explained
from kwartier.store import Store, open_store
from kwartier.vocabulary.local_time import Month, parse_instant, to_utc


def explain(
    *,
    customer: Annotated[str | None, Parameter(help="what is one customer's alone")] = None,
    point: Annotated[str | None, Parameter(help="one metering point")] = None,
    at: Annotated[
        str | None, Parameter(help="a moment, or a date for the whole local day (gas day)")
    ] = None,
    month: Annotated[str | None, Parameter(help="with --peak: a month, such as 2026-01")] = None,
    peak: Annotated[bool, Parameter(negative="", help="the month peak")] = False,
    options: StoreOptions = STORE,
) -> int:
    """Walk a value or a month peak back: fetch, revisions, mandate, consent, customer; where there
    is nothing, why not.

    A moment without a zone is Belgian time. Of a month peak it tells which quarter-hour made it,
    what else was near, and how complete the month is.

    Example: kwartier explain --point 541440110000000001 --at 2026-10-25T18:00

    Example: kwartier explain --customer c-1001 --month 2026-10 --peak
    """
    if (at is None) == (month is None):
        raise InputError("--at", "or --month must be given, and not both")
    if peak is (month is None):
        raise InputError("--peak", "belongs to --month", "such as --month 2026-10 --peak")
    if point is not None:
        point = check_point(point)
    asked = Month.parse(month, "--month") if month is not None else _moment(at or "")
    with open_store(options.store).snapshot() as store:
        found = [
            explain_peak(store, one, asked, customer_id=customer)
            if isinstance(asked, Month)
            else explain_at(store, one, asked, customer_id=customer)
            for one in _points(store, customer, point)
        ]
    if isinstance(asked, Month) and customer is not None and point is None:
        found = _of_electricity(found)
    if options.json:
        print_json(found)
        return 0
    for explained in found:
        console().print(tree_of(explained), highlight=False)
    return 0


def _of_electricity(found: list[Explained]) -> list[Explained]:
    """Those that have peaks, if any do."""
    return [one for one in found if one["energy_type"] == "electricity"] or found


def _moment(text: str) -> datetime | date:
    """A date as a date; anything else as an instant."""
    instant = parse_instant(text, "--at")
    day = date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    return day if day is not None and to_utc(day, "--at") == instant else instant


def _points(store: Store, customer: str | None, point: str | None) -> list[str]:
    if customer is None:
        if point is None:
            raise InputError("--customer", "or --point must be given")
        return [point]
    if all(one.customer_id != customer for one in store.customers()):
        raise InputError(
            "--customer", f"{customer!r} is not known", "see `kwartier customers list`"
        )
    if point is not None:
        return [point]
    references: list[Reference] = store.references()
    whose = Whose(store.mandates(), references, store.ledger())
    points = list(dict.fromkeys(claim.metering_point for claim in whose.of(customer)))
    if not points:
        rule = f"{customer!r} shares no metering point"
        raise InputError("--customer", rule, "`kwartier mandates --known` shows who does")
    return points
