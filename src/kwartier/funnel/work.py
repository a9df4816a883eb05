"""What there is to do: about the runs, about what alerts tell, and for customers in need of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kwartier.funnel.board import Board
from kwartier.funnel.places import Sorting
from kwartier.funnel.stages import Need, Progress
from kwartier.funnel.trouble import troubles
from kwartier.office import Office
from kwartier.office.alerts import Alert, AlertKind, open_alerts

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
    """Something to be done about the whole, not about one customer; ``since`` when, if known."""

    says: str
    next_step: str
    since: datetime | None
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


def work_list(
    board: Board,
    office: Office,
    *,
    judged: Sequence[Alert] = (),
    topics: Collection[str] = (),
    limit: int = 10,
) -> Work:
    """What there is to do, with up to ``limit`` customers of each need. ``judged`` are the alerts
    of ``topics`` that there is cause for just now; of all else the office tells.
    """
    found = {
        need: board.find(needs_work={need}, order=_ORDERS[need], limit=limit) for need in FIRST
    }
    return Work(
        tasks=_tasks(office, judged, topics),
        customers={need: one.rows for need, one in found.items()},
        totals={need: one.total for need, one in found.items()},
        orders=_ORDERS,
        as_of=board.as_of,
    )


def _tasks(office: Office, judged: Sequence[Alert], topics: Collection[str]) -> list[Task]:
    of_runs = [(one.since, one.finding()) for one in troubles(office)]
    tasks = [
        Task(says=one.says, next_step=one.next_step, since=since, is_urgent=True)
        for since, one in of_runs
    ]
    known = open_alerts(office)
    since = {(one.alert.kind, one.alert.key): one.began_at for one in known}
    alerts = [one.alert for one in known if one.alert.topic not in topics]
    tasks += [
        Task(
            says=one.says,
            next_step=one.next_step,
            since=since.get((one.kind, one.key)),
            is_urgent=one.is_urgent,
        )
        for one in (*alerts, *judged)
        if one.kind not in _OF_CUSTOMERS and not one.is_event
    ]
    return sorted(tasks, key=_urgency)


def _urgency(task: Task) -> tuple[bool, bool, float]:
    """The urgent first, then what has lasted the longest."""
    since = task.since
    return not task.is_urgent, since is None, since.timestamp() if since else 0
