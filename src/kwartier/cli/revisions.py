"""``kwartier revisions``: what changed of what was known, when, and by how much."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pyarrow as pa
from cyclopts import Parameter

from kwartier.analysis.changes import DECIMALS, changes_by_month
from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, name, number, plain, print_json, print_rows, prose
from kwartier.cli.wording import check_point, counted, energy_column
from kwartier.errors import InputError
from kwartier.export.withheld import withheld_in, without_withheld
from kwartier.store import open_store
from kwartier.store.port import Selection
from kwartier.vocabulary.local_time import parse_instant

SHOWN_ONE_BY_ONE: Final = 40

_ONE_BY_ONE: Final = [
    name("superseded_at", "changed"),
    name("metering_point", "metering point"),
    name("sub_headpoint", "behind it", spare=7),
    name("meter_id", "meter", spare=0),
    name("start", "slice from"),
    name("granularity", "slices", spare=5),
    name("direction", "direction", spare=4),
    name("register", "register", spare=1),
    number("value", "was"),
    number("new_value", "became"),
    number("difference", "difference", show=lambda by: _signed(by), spare=8),
    name("unit", "unit", spare=6),
    Column("states", "state"),
    Column("factors", "factor", spare=3),
    prose("reason", "fetched for", spare=2),
]
_ENERGY: Final = 2
"""Where among the columns the kind of energy stands."""
_BY_MONTH: Final = [
    name("metering_point", "metering point"),
    name("month", "month"),
    name("sub_headpoint", "behind it", spare=5),
    name("granularity", "slices", spare=4),
    name("direction", "direction"),
    name("register", "register", spare=3),
    number("revised", "revised"),
    number("removed", "removed"),
    number("difference", "difference", show=lambda by: _signed(by)),
    name("unit", "unit"),
    Column("first_at", "first", spare=1),
    Column("last_at", "last", spare=2),
]


def revisions(
    *,
    point: Annotated[str | None, Parameter(help="only this metering point")] = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="slices from this moment on")
    ] = None,
    to: Annotated[str | None, Parameter(help="slices before this moment")] = None,
    since: Annotated[str | None, Parameter(help="what changed from this moment on")] = None,
    limit: Annotated[
        int | None, Parameter(help="show the latest so many one by one", show_default=False)
    ] = None,
    options: StoreOptions = STORE,
) -> int:
    """Show what changed of values that were known: when, from what to what, and by which fetch.

    Many changes are summed up by month, unless --limit asks for the latest of them. The sync keeps
    them all: `--as-of` on peaks, coverage and export gives the values as they were. What is on hold
    is left out, and said to be.

    Example: kwartier revisions --point 541440110000000001 --since 2026-11-01
    """
    if limit is not None and limit < 1:
        raise InputError("--limit", "must be at least 1", f"got {limit}")
    selection = Selection(
        metering_points=(check_point(point),) if point is not None else None,
        start=parse_instant(from_, "--from") if from_ is not None else None,
        end=parse_instant(to, "--to") if to is not None else None,
    )
    if selection.start and selection.end and selection.start >= selection.end:
        raise InputError("--to", "must be later than --from", f"got {to!r}, --from is {from_!r}")
    changed_from = parse_instant(since, "--since") if since is not None else None
    with open_store(options.store) as store:
        known = store.changes(selection, since=changed_from)
        changes = without_withheld(known.unify_dictionaries(), withheld_in(store))
    latest = changes.slice(max(0, changes.num_rows - limit)) if limit is not None else changes
    if options.json:
        by_month = changes_by_month(changes).to_pylist()
        told = {"changes": changes.num_rows, "on_hold": known.num_rows - changes.num_rows}
        print_json({**told, "by_month": by_month, "revisions": rows(latest)})
    elif limit is None and changes.num_rows > SHOWN_ONE_BY_ONE:
        tell_by_month(changes)
    else:
        left_out = changes.num_rows - latest.num_rows
        note = f"{counted(left_out, 'earlier change')} not shown" if left_out else ""
        empty = "Nothing that was known has changed."
        shown = worded(rows(latest))
        columns = [*_ONE_BY_ONE[:_ENERGY], energy_column(shown), *_ONE_BY_ONE[_ENERGY:]]
        print_rows(columns, shown, json=False, empty=empty, note=note)
    if not options.json and changes.num_rows < known.num_rows:
        left_out = counted(known.num_rows - changes.num_rows, "change")
        console().print(f"{left_out} on hold, and left out: `kwartier holds` lists it.")
    return 0


def tell_by_month(changes: pa.Table) -> None:
    """The changes of each metering point and month, summed up."""
    by_month = changes_by_month(changes).to_pylist()
    print_rows(
        [*_BY_MONTH[:_ENERGY], energy_column(by_month), *_BY_MONTH[_ENERGY:]],
        by_month,
        json=False,
        empty="",
        note=f"{counted(changes.num_rows, 'change')}; one by one with --limit, --point, --from, "
        "--to, --since or --json. The difference is that of the month's sum.",
    )


def rows(changes: pa.Table) -> list[dict[str, Any]]:
    """The changes one by one; the ``difference`` is null where a value is missing."""
    found: list[dict[str, Any]] = changes.to_pylist()
    for row in found:
        was, became = row["value"], row["new_value"]
        is_known = was is not None and became is not None
        row["difference"] = round(became - was, DECIMALS) if is_known else None
    return found


def worded(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes with what became of state and factor as people read it."""
    return [
        row
        | {
            "states": _step(row, "validation_state"),
            "factors": _step(row, "gas_conversion_factor"),
        }
        for row in changes
    ]


def _step(row: dict[str, Any], name: str) -> str:
    """``EST → READ``, or the one word that stayed; how a row went that was removed."""
    was, became = row[name] or "", row[f"new_{name}"] or ""
    if row["change"] == "removed":
        return f"{was} → removed" if name == "validation_state" else was
    return was if was == became else f"{was or '-'} → {became or '-'}"


def _signed(by: float | None) -> str:
    return "" if by is None else f"{by:+.3f}" if round(by, 3) else plain(0.0)
