"""``kwartier funnel``: how far customers have come, and who is stuck longest."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import Column, console, day, number, plain, print_json, print_rows, prose
from kwartier.cli.retention import clock
from kwartier.funnel import Board, Found, Need, Progress, Sorting, Stage
from kwartier.office import open_office
from kwartier.store import open_store

_SHOWN = 20
_WIDTH = 30
_COLUMNS = [
    Column("customer_id", "customer"),
    prose("label", "name"),
    Column("stage", "stage"),
    Column("since", "since", show=day),
    number("days_left", "days left", spare=3),
    number("granted_eans", "granted", spare=2),
    number("expected_eans", "expected", spare=1),
    number("missing", "missing"),
    prose("needs", "needs", show=", ".join),
]


def funnel(
    *,
    stage: Annotated[Stage | None, Parameter(help="the customers in one stage")] = None,
    options: StoreOptions = STORE,
) -> int:
    """Count the customers by how far they have come, from an invitation to complete data, and list
    those that are stuck longest; with --stage all who are in one stage.

    `kwartier why CUSTOMER` says what is wrong with one of them.

    Example: kwartier funnel --stage waiting
    """
    store, office = open_store(options.store), open_office(options.store)
    now = clock(store)
    board = Board(store, office, lambda: now, store_path=options.store)
    board.refresh()
    if stage is None:
        found = board.find(needs_work={Need.STUCK}, limit=_SHOWN)
    else:
        found = board.find(stage=stage, limit=None)
    counts = board.find(order=Sorting.CUSTOMER, limit=0).counts_by_stage
    rows = [_row(one) for one in found.rows]
    if options.json:
        print_json({"as_of": now, "stages": counts, "customers": rows})
        return 0
    if stage is None:
        _print_bars(counts)
    print_rows(_COLUMNS, rows, json=False, empty=_nobody(stage), note=_note(found, stage))
    return 0


def _print_bars(counts: Any) -> None:
    most = max([*counts.values(), 1])
    width = max(len(stage.words) for stage in Stage)
    for stage, count in counts.items():
        bar = "█" * round(_WIDTH * count / most) or ("▏" if count else "")
        console().print(
            f"{escape(stage.words):<{width}} [blue]{bar:<{_WIDTH}}[/] {plain(count):>9}",
            highlight=False,
        )


def _row(one: Progress) -> dict[str, Any]:
    return {
        "customer_id": one.customer_id,
        "label": one.label,
        "contact": one.contact,
        "flow": one.flow,
        "providers": one.providers,
        "stage": one.stage,
        "since": one.since,
        "reached": one.reached,
        "days_left": one.days_left,
        "expected_eans": one.expected_eans,
        "granted_eans": one.granted_eans,
        "missing": one.missing,
        "needs": one.needs,
        "statuses": one.statuses,
    }


def _nobody(stage: Stage | None) -> str:
    return "Nobody is stuck." if stage is None else f"Nobody is in the stage {stage.words!r}."


def _note(found: Found, stage: Stage | None) -> str:
    if stage is not None or found.total <= len(found.rows):
        return ""
    return f"{plain(found.total - len(found.rows))} more are stuck: `--stage` lists all of a stage."
