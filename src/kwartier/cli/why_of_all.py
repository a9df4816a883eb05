"""``kwartier why`` without a customer: how many have which cause, and who has one of them."""

from __future__ import annotations

from typing import Any

from rich.markup import escape

from kwartier.cli.options import StoreOptions
from kwartier.cli.output import Column, console, day, number, print_json, print_rows, prose
from kwartier.funnel import Board, Cause, CauseCount, Progress, Trouble
from kwartier.funnel.causes import WORDINGS

_CAUSES = [
    Column("cause", "cause"),
    prose("about", "what is the matter"),
    number("customers", "customers"),
    number("first", "told first", spare=1),
]
_CUSTOMERS = [
    Column("customer_id", "customer"),
    prose("label", "name"),
    Column("stage", "stage"),
    Column("since", "since", show=day),
    number("missing", "missing"),
]


def tell_causes(board: Board, cause: Cause | None, options: StoreOptions) -> None:
    """Print how many customers have each cause; with ``cause`` who has it. ``board`` is built."""
    board.refresh()
    troubled = board.troubles()
    if options.json:
        told: dict[str, Any] = {"as_of": board.as_of, "troubles": _troubles(troubled)}
        if cause is None:
            told["causes"] = _counts(board.causes())
        else:
            told["customers"] = _customers(board, cause)
        print_json(told)
        return
    for one in troubled:
        found = one.finding()
        console().print(f"{escape(found.says)} {escape(found.next_step)}\n", highlight=False)
    if cause is None:
        print_rows(_CAUSES, _counts(board.causes()), json=False, empty="There are no customers.")
    else:
        print_rows(_CUSTOMERS, _customers(board, cause), json=False, empty="Nobody has it.")


def _counts(found: list[CauseCount]) -> list[dict[str, Any]]:
    return [
        {
            "cause": one.cause,
            "about": WORDINGS[one.cause].about,
            "customers": one.customers,
            "first": one.first,
        }
        for one in found
    ]


def _troubles(found: list[Trouble]) -> list[dict[str, Any]]:
    return [
        {
            "provider": one.provider,
            "cause": one.cause,
            "since": one.since,
            "says": one.finding().says,
            "next_step": one.finding().next_step,
        }
        for one in found
    ]


def _customers(board: Board, cause: Cause) -> list[dict[str, Any]]:
    return [_row(one) for one in board.find(cause=cause, limit=None).rows]


def _row(one: Progress) -> dict[str, Any]:
    return {
        "customer_id": one.customer_id,
        "label": one.label,
        "stage": one.stage,
        "since": one.since,
        "missing": one.missing,
    }
