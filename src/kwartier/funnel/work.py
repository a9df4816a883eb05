"""What there is to do: what ails the runs, open alerts, and the customers that need somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.funnel.board import Board
from kwartier.funnel.places import Sorting
from kwartier.funnel.stages import Need, Progress
from kwartier.funnel.trouble import troubles
from kwartier.office import Office
from kwartier.office.alerts import AlertKind, open_alerts

FIRST: Final = (Need.HOLD, Need.RENEWAL, Need.STUCK, Need.GAPS)
"""The needs in the order in which they press."""

_ORDERS: Final = {
    Need.HOLD: Sorting.SINCE,
    Need.RENEWAL: Sorting.DAYS_LEFT,
    Need.STUCK: Sorting.SINCE,
    Need.GAPS: Sorting.MISSING,
}
_OF_CUSTOMERS: Final = (AlertKind.HOLDS,)
"""Alerts that say the same as the needs of customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to be done about the whole, not about one customer."""

    says: str
    next_step: str
    since: datetime
    is_urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """``tasks``, the urgent first. ``customers`` are by need the first few, ordered as ``orders``
    say, of as many as ``totals`` has. ``as_of`` is when the board was built.
    """

    tasks: Sequence[Task]
    customers: Mapping[Need, Sequence[Progress]]
    totals: Mapping[Need, int]
    orders: Mapping[Need, Sorting]
    as_of: datetime | None


def work_list(board: Board, office: Office, *, limit: int = 10) -> Work:
    """What there is to do, with up to ``limit`` customers of each need."""
    found = {
        need: board.find(needs_work={need}, order=_ORDERS[need], limit=limit) for need in FIRST
    }
    return Work(
        tasks=_tasks(office),
        customers={need: one.rows for need, one in found.items()},
        totals={need: one.total for need, one in found.items()},
        orders=_ORDERS,
        as_of=board.as_of,
    )


def _tasks(office: Office) -> list[Task]:
    of_runs = [(one.since, one.finding()) for one in troubles(office)]
    tasks = [
        Task(says=one.says, next_step=one.next_step, since=since, is_urgent=True)
        for since, one in of_runs
    ]
    tasks += [
        Task(
            says=one.alert.says,
            next_step=one.alert.next_step,
            since=one.began_at,
            is_urgent=one.alert.is_urgent,
        )
        for one in open_alerts(office)
        if one.alert.kind not in _OF_CUSTOMERS and not one.alert.is_event
    ]
    return sorted(tasks, key=lambda task: (not task.is_urgent, task.since))
